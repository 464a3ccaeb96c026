"""Letters: they wait in the database, and leave after the answer, by `manage.py worker`.

A letter is written by the connection that asks for it, not on commit: what is undone with its
transaction takes its letter along, and what is kept is never without it.

A worker that is killed between the mail server's „250“ and its own note of it sends the letter
again, at most as often as association.tasks takes a task up. The copies bear one Message-ID, by
which mail programs know them for one.
"""

import logging
from datetime import timedelta
from email.utils import format_datetime, getaddresses, make_msgid, parsedate_to_datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .tasks import AGAIN

MAILER = "server"  # the one of settings.MAILERS that sends indeed
LONGEST_WAIT = timedelta(days=30)  # for a mail server that is away; then the letter has an end
AT_ONCE = 10  # priority of a letter that somebody waits for
SOON = timedelta(hours=1)  # somebody waits for what expires within it: codes, not invitations
RECIPIENTS = ["to", "cc", "bcc"]
PARTS = ["subject", "body", "from_email", "to", "cc", "bcc", "reply_to"]

logger = logging.getLogger(__name__)


class QueueBackend(BaseEmailBackend):
    """The mailer of the whole site: it puts letters off.

    A letter with the header Expires (as format_expiry() writes it) is not sent after that.
    Raise ValueError for a letter that could never be sent, or that has files attached.
    """

    def send_messages(self, email_messages):
        for message in email_messages:
            letter = packed(message)
            deliver.using(priority=priority_of(letter)).enqueue(letter)
        return len(email_messages)


def format_expiry(wait):
    """Return the value of the header Expires for a letter of no use after `wait` (timedelta)."""
    return format_datetime(timezone.now() + wait)


def packed(message):
    """Return `message` as the argument of a task, with the date and number it keeps for good."""
    if message.attachments:
        raise ValueError("A letter that is put off cannot have files attached.")
    message.message()  # refuses a header with a line break
    own = {
        "Date": format_datetime(timezone.localtime()),
        "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    }
    alternatives = [list(each) for each in getattr(message, "alternatives", [])]
    return {part: getattr(message, part) for part in PARTS} | {
        "subject": str(message.subject),
        "headers": own | message.extra_headers,
        "alternatives": alternatives,
    }


def unpacked(letter):
    """Return the EmailMultiAlternatives of which packed() made `letter`."""
    letter = dict(letter)
    alternatives = letter.pop("alternatives")
    message = EmailMultiAlternatives(**letter)
    for content, mimetype in alternatives:
        message.attach_alternative(content, mimetype)
    return message


def priority_of(letter):
    """Return how early `letter`, which is written now, leaves before others."""
    now = timezone.now()
    return AT_ONCE if expiry(letter, enqueued_at=now) <= now + SOON else 0


@task(takes_context=True)
def deliver(context, letter):
    """Send `letter`, from packed(); where the mail server is away, again later.

    It is given up when it has expired, and when the mail server refuses it for good.
    """
    enqueued_at = context.task_result.enqueued_at
    number = letter["headers"]["Message-ID"]
    if timezone.now() > expiry(letter, enqueued_at):
        logger.error("Letter %s has not been sent in time, and is given up.", number)
        return None
    try:
        unpacked(letter).send(using=MAILER)
    except OSError as error:  # smtplib's are such too
        # What the server says may hold the address: its name alone is logged.
        name, code = type(error).__name__, getattr(error, "smtp_code", "")
        if is_final(error):
            logger.error("The mail server refuses letter %s: %s %s", number, name, code)
            return None
        logger.warning("Letter %s waits for the mail server: %s %s", number, name, code)
        return AGAIN


def expiry(letter, enqueued_at):
    """Return the time after which `letter` is not sent."""
    if "Expires" in letter["headers"]:
        return parsedate_to_datetime(letter["headers"]["Expires"])
    return enqueued_at + LONGEST_WAIT


def is_final(error):
    """Return whether the mail server would refuse the letter at any other time too.

    A login, sender or connection that it refuses is for the server's owner to put right.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= 500


def send_now(message):
    """Send `message` at once, past the queue: the database is to know nothing of it.

    Where the mail server does not take it, that is logged without the address.
    """
    try:
        message.send(using=MAILER)
    except (OSError, ValueError) as error:
        logger.warning("A letter that does not wait was not sent: %s", type(error).__name__)


def waiting_for(addresses):
    """Return the tasks, whatever became of them, of letters to one of `addresses`."""
    return [each for each in _letters() if _recipients(each) & _lowered(addresses)]


def take_back(addresses):
    """Delete what is kept of letters to `addresses`; one to others too goes on to them alone."""
    for result in waiting_for(addresses):
        letter = result.args_kwargs["args"][0]
        for part in RECIPIENTS:
            letter[part] = [to for to in letter[part] if not _addressed(to) & _lowered(addresses)]
        if any(letter[part] for part in RECIPIENTS):
            result.save(update_fields=["args_kwargs"])
        else:
            result.delete()


def _letters():
    return DBTaskResult.objects.filter(task_path=deliver.module_path).order_by("enqueued_at")


def _recipients(result):
    letter = result.args_kwargs["args"][0]
    return {each for part in RECIPIENTS for to in letter[part] for each in _addressed(to)}


def _addressed(recipient):
    return _lowered(address for _name, address in getaddresses([recipient]))


def _lowered(addresses):
    return {address.lower() for address in addresses}
