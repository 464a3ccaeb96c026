"""The erasing of a person's data, and its repetition where a backup brings them back."""

import logging

from allauth.account.adapter import get_adapter
from django.contrib.admin.models import DELETION, LogEntry
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from association import letters

from . import journal, personal_data
from .models import User
from .refusals import NotPossible

LETTER = "accounts/email/erased"
LAST_SUPERUSER = _(
    "This is the last account that may do everything on the site. Give these rights to another"
    " person first."
)

logger = logging.getLogger(__name__)


def why_not(user):
    """Return the sentence that says why the account of `user` cannot be erased; "" if it can."""
    if user.is_erased:
        return _("This account stands where erased ones stood: it is nobody's.")
    return LAST_SUPERUSER if is_last_superuser(user) else ""


def is_last_superuser(user):
    """Whether nobody but `user` may do everything on the site."""
    superusers = User.objects.filter(is_superuser=True, is_active=True)
    is_one = user.is_superuser and user.is_active
    return is_one and not superusers.exclude(pk=user.pk).exists()


def erase(user, by=None, *, is_unneeded=False):
    """Erase the account of `user` and all that tells who it was; what has to be kept is nobody's.

    What that is, is in personal_data.HOLDINGS. The person gets a last letter, which says why if
    the account `is_unneeded`. It is on record, without the name, that it was done by the user
    `by`, where that is somebody else. Raise NotPossible, with nothing changed, for the last
    superuser, and where the erasure cannot be noted in the journal.

    The journal is written last, before the database makes it all final. If it does not, though
    the journal was written, the person has asked for it all the same: the worker erases.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user.pk).first()
        if user is None:  # erased a moment ago, by another click
            return
        reason = why_not(user)
        if reason:
            raise NotPossible(reason)
        email = user.email
        letter = get_adapter().render_mail(LETTER, email, {"is_unneeded": is_unneeded})
        _erase(user)
        if by and by.pk != user.pk:
            _note(by, user)
        try:
            journal.write(user.key)
        except OSError as error:
            logger.exception("The journal of erasures cannot be written.")
            raise NotPossible(
                _("The data cannot be erased just now, and nothing has changed. Try again later.")
            ) from error
        transaction.on_commit(lambda: letters.send_now(letter))


def repeat():
    """Erase again whoever is back in the database though the journal has them; return how many.

    To be called after a backup was restored, and now and then. Raise OSError where the journal
    cannot be read.
    """
    keys = journal.keys()
    if not keys:
        return 0
    done = 0
    for user in User.objects.filter(key__in=keys):
        try:
            with transaction.atomic():
                _erase(user)
        except (InterfaceError, OperationalError):
            raise  # the database is away
        except Exception:
            # What it says may name the person.
            logger.error("The erasure of account %s could not be repeated.", user.key)
        else:
            done += 1
    return done


def _erase(user):
    number = user.pk
    person = personal_data.Person.of(user)
    for holding in personal_data.HOLDINGS:
        holding.erase(person)
    user.delete()
    user.pk = number


def _note(by, user):
    nobody = User.objects.erased()
    (entry,) = LogEntry.objects.log_actions(by.pk, [nobody], DELETION)
    LogEntry.objects.filter(pk=entry.pk).update(object_id=user.pk)
