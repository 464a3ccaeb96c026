"""Letters wait in the database until the mail server takes them."""

import socket
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import locmem
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from association import letters, tasks
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


class Server(locmem.EmailBackend):
    """A mail server that takes letters, or raises what a test has put into `refusal`."""

    refusal = None

    def send_messages(self, messages):
        sent = super().send_messages(messages)
        if self.refusal:
            mail.outbox.clear()
            raise self.refusal
        return sent


@pytest.fixture(autouse=True)
def mailers(settings, monkeypatch):
    monkeypatch.setattr(Server, "refusal", None)
    settings.MAILERS = {
        "default": {"BACKEND": "association.letters.QueueBackend"},
        letters.MAILER: {"BACKEND": "tests.association.test_letters.Server"},
    }


def letter(**more):
    fields = {
        "subject": "Ačiū",
        "body": "Laiškas",
        "from_email": "Asociacija <svetaine@biblioteka.example>",
        "to": ["ona@biblioteka.example"],
    }
    return EmailMultiAlternatives(**fields | more)


def waiting():
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY)


def time_passes(duration):
    """Let `duration` (timedelta) pass for the one letter that waits, and its pause be over."""
    (task,) = waiting()
    task.enqueued_at -= duration
    task.run_after = timezone.now()
    headers = task.args_kwargs["args"][0]["headers"]
    if "Expires" in headers:
        left = parsedate_to_datetime(headers["Expires"]) - timezone.now()
        headers["Expires"] = letters.format_expiry(left - duration)
    task.save()


def pauses():
    """Yield the pauses before each try, of the one letter that waits and is never taken."""
    while waiting():
        run_tasks()
        if waiting():
            pause = waiting().get().run_after - timezone.now()
            yield pause
            time_passes(pause)


def test_letter_leaves_with_the_worker_as_it_was_written():
    written = letter(cc=["b@c.example"], bcc=["d@e.example"], reply_to=["f@g.example"])
    written.attach_alternative("<p>Laiškas</p>", "text/html")
    assert written.send() == 1
    assert mail.outbox == []
    run_tasks()
    (sent,) = mail.outbox
    for part in [*letters.PARTS, "alternatives"]:
        assert getattr(sent, part) == getattr(written, part)
    assert not waiting()


def test_letter_of_what_is_undone_is_not_sent():
    with transaction.atomic():
        letter().send()
        transaction.set_rollback(True)
    assert not waiting()


@pytest.mark.parametrize(
    "impossible", [{"subject": "Du\nBcc: kitas@biblioteka.example"}, {"attachments": [("a", "b")]}]
)
def test_letter_that_cannot_be_sent_is_refused_at_once(impossible):
    with pytest.raises(ValueError):  # noqa: PT011 - Django's own words, which change
        letter(**impossible).send()
    assert not waiting()


def test_letter_waits_for_a_mail_server_that_is_away(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = {"host": "127.0.0.1", "port": probe.getsockname()[1]}
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = settings.MAILERS | {letters.MAILER: {"BACKEND": smtp, "OPTIONS": closed}}
    letter().send()
    run_tasks()
    assert waiting().count() == 1


@pytest.mark.parametrize(
    "refusal",
    [
        TimeoutError(),
        SMTPRecipientsRefused({"ona@biblioteka.example": (450, b"Later")}),
        SMTPRecipientsRefused({"a@b.example": (550, b"No"), "c@b.example": (450, b"Later")}),
        SMTPDataError(451, b"Later"),
        SMTPSenderRefused(550, b"Not you", "svetaine@biblioteka.example"),
    ],
)
def test_letter_is_sent_once_the_mail_server_takes_it(monkeypatch, refusal):
    monkeypatch.setattr(Server, "refusal", refusal)
    letter().send()
    run_tasks()
    monkeypatch.setattr(Server, "refusal", None)
    run_tasks()
    assert mail.outbox == []  # not yet
    time_passes(timedelta(minutes=1))
    run_tasks()
    assert len(mail.outbox) == 1
    assert not waiting()


@pytest.mark.parametrize(
    "refusal",
    [
        SMTPRecipientsRefused({"ona@biblioteka.example": (550, b"No such ona@biblioteka.example")}),
        SMTPDataError(554, b"No"),
    ],
)
def test_letter_that_is_refused_for_good_is_given_up(monkeypatch, caplog, refusal):
    monkeypatch.setattr(Server, "refusal", refusal)
    letter().send()
    run_tasks()
    assert not waiting()
    assert "The mail server refuses letter" in caplog.text
    assert "ona@" not in caplog.text


def test_pauses_grow_to_an_hour(monkeypatch):
    monkeypatch.setattr(Server, "refusal", TimeoutError())
    letter().send()
    seconds = [pause.total_seconds() for pause in islice(pauses(), 11)]
    growing = [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert seconds == pytest.approx(growing, rel=0.05)


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_letter_waits_for_a_month_at_most(monkeypatch, days, left):
    monkeypatch.setattr(Server, "refusal", TimeoutError())
    letter().send()
    time_passes(timedelta(days=days))
    run_tasks()
    assert waiting().count() == left


@pytest.mark.parametrize(("minutes", "sent"), [(1, 1), (-1, 0)])
def test_letter_that_is_of_no_use_any_more_is_not_sent(minutes, sent):
    letter(headers={"Expires": letters.format_expiry(timedelta(minutes=minutes))}).send()
    run_tasks()
    assert len(mail.outbox) == sent
    assert not waiting()


def test_letter_that_somebody_waits_for_goes_first():
    letter(subject="Naujienos").send()
    fortnight = {"Expires": letters.format_expiry(timedelta(days=14))}
    letter(subject="Kvietimas", headers=fortnight).send()
    letter(subject="Kodas", headers={"Expires": letters.format_expiry(timedelta(hours=1))}).send()
    run_tasks()
    assert [sent.subject for sent in mail.outbox] == ["Kodas", "Naujienos", "Kvietimas"]


def test_letter_sent_again_after_its_worker_was_killed_is_known_for_the_same(monkeypatch):
    letter().send()
    with monkeypatch.context() as patch:
        patch.setattr(DBTaskResult, "set_successful", lambda *_: None)  # killed before its note
        tasks.new_worker().run()
    assert tasks.take_up_interrupted() == 1
    run_tasks()
    first, second = (sent.message() for sent in mail.outbox)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_code_is_not_kept_beyond_the_hour(monkeypatch):
    monkeypatch.setattr(Server, "refusal", TimeoutError())
    letter(headers={"Expires": letters.format_expiry(timedelta(minutes=10))}).send()
    assert sum(pauses(), timedelta()) + tasks.KEPT < timedelta(hours=1)
