"""What the site writes of its own doings, and whom it tells of errors."""

import logging
import re
import sys

import pytest
from django.core import mail
from django.db import DatabaseError, OperationalError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from association import logs
from tests import factories
from tests.tasks import run_tasks

EMAIL = "ona.onaite@biblioteka.example"


def record(message, *args, error=None, name="projects.views"):
    exc_info = None
    if error:
        try:
            raise error
        except type(error):
            exc_info = sys.exc_info()
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, exc_info)


def line(*args, **kwargs):
    return logs.LineFormatter().format(record(*args, **kwargs))


def test_record_is_one_line_with_when_how_grave_and_where():
    told = line("Not saved: %s", "mugė", error=ValueError("two\nlines"))
    assert "\n" not in told
    assert re.match(
        r"\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d ERROR - projects.views: Not saved: mugė ⏎ Trac",
        told,
    )
    assert told.endswith("ValueError: two ⏎ lines")


@pytest.mark.parametrize(
    "personal",
    [
        EMAIL,
        f"<{EMAIL}>",
        "ąžuolas@biblioteka.example",
        "192.168.10.23",
        "2001:db8:0:0:1:2:3:4",
        "/kvietimas/aB3dE5gH7jK9mN1pQ3/",
        "/juodrastis/Q2w3E4r5T6y7U8i9O0-_p/",
        "DETAIL:  Key (name)=(Ona Onaitė) already exists.",
    ],
)
def test_line_tells_nobody_who_somebody_is(personal):
    told = line("Refused: %s", personal, error=ValueError(personal))
    secret = personal.strip("<>").rpartition("=")[2].removeprefix("/kvietimas/")
    assert secret.removeprefix("/juodrastis/").strip("/") not in told
    assert "…" in told


def test_line_keeps_readable_addresses_and_versions():
    told = line("/projektai/12-metine-biblioteku-konferencija-2014/ Django 6.1.3, 23:59:01")
    assert "/projektai/12-metine-biblioteku-konferencija-2014/ Django 6.1.3, 23:59:01" in told


def test_database_that_is_away_is_told_without_a_traceback():
    told = line("Service Unavailable: /", error=OperationalError("refused\nIs it running?"))
    assert told.endswith("Service Unavailable: / ⏎ OperationalError: refused ⏎ Is it running?")


@given(st.text())
def test_anything_can_be_written_on_one_line(text):
    assert len(line("%s", text).splitlines()) == 1


@pytest.mark.django_db
def test_each_answer_has_the_number_that_the_log_has(visitor, caplog, monkeypatch):
    monkeypatch.setattr("projects.views.ProjectList.get", lambda *args, **kwargs: 1 / 0)
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    number = answer["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", number)
    assert number in logs.LineFormatter().format(caplog.records[-1])
    assert client.get("/")["X-Request-ID"] != number


@pytest.mark.django_db
def test_number_given_by_nginx_is_kept_and_nonsense_is_not(visitor):
    given = "0123456789abcdef" * 2
    assert visitor.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given
    for nonsense in ("<script>", "x" * 32, "", "a" * 5000):
        answer = visitor.get("/healthz", headers={"X-Request-ID": nonsense})
        assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])


@pytest.fixture
def letters(db, settings):
    """The handler that tells of errors, with somebody to tell."""
    settings.ERROR_RECIPIENTS = ["serveris@biblioteka.example"]
    handler = logs.ErrorLetters()
    handler.setFormatter(logs.LineFormatter())
    return handler


def sent():
    run_tasks()
    return mail.outbox


def test_error_is_told_once_an_hour_of_each_kind(letters, monkeypatch):
    for _ in range(3):
        letters.handle(record("Failed: %s", EMAIL, error=ValueError(EMAIL)))
    letters.handle(record("Failed", error=KeyError("x")))
    letters.handle(record("Task 12 was cut short."))
    assert len(sent()) == 3
    first = mail.outbox[0]
    assert first.to == ["serveris@biblioteka.example"]
    assert first.subject == "http://localhost:8000: ValueError (test_logs.record)"
    assert EMAIL not in first.body + first.subject
    assert "Traceback (most recent call last):\n" in first.body


def test_letter_tells_how_many_were_held_back_since_the_last(letters):
    from django.core.cache import cache

    for _ in range(3):
        letters.handle(record("Failed"))
    key = logs.sha256(b"projects.views: Failed").hexdigest()
    cache.delete(f"error:{key}")
    letters.handle(record("Failed"))
    assert sent()[1].body.startswith("2 more of this kind since the last letter.")


def test_nobody_is_told_where_nobody_is_named(letters, settings):
    settings.ERROR_RECIPIENTS = []
    letters.handle(record("Failed"))
    assert sent() == []


def test_error_is_told_though_the_database_is_away(letters, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("django.core.cache.cache.add", away)
    monkeypatch.setattr("association.letters.QueueBackend.send_messages", away)
    monkeypatch.setattr(logs, "Thread", Now)
    for _ in range(2):
        letters.handle(record("Failed"))
    assert len(mail.outbox) == 1


class Now:
    """A Thread that does its work at once."""

    def __init__(self, target, args, daemon):
        self.start = lambda: target(*args)


def test_warnings_are_not_told(letters):
    warning = record("Slow")
    warning.levelno = logging.WARNING
    logger = logging.Logger("a")
    logger.addHandler(letters)
    logger.handle(warning)
    assert sent() == []


@pytest.mark.django_db
def test_error_of_a_page_reaches_who_looks_after_the_server(settings, monkeypatch):
    settings.ERROR_RECIPIENTS = ["serveris@biblioteka.example"]
    factories.details()
    monkeypatch.setattr("projects.views.ProjectList.get", lambda *args, **kwargs: 1 / 0)
    Client(raise_request_exception=False).get(f"/?q={EMAIL}")
    [letter] = sent()
    assert "ZeroDivisionError" in letter.subject
    assert EMAIL not in letter.body


@pytest.mark.django_db
def test_no_letter_tells_of_what_strangers_try_on(settings, capsys):
    settings.ERROR_RECIPIENTS = ["serveris@biblioteka.example"]
    assert Client().get("/paskyra/?a=" + "%22" * 8_000).status_code == 400
    assert Client(SERVER_NAME="kita.example").get("/").status_code == 400
    assert sent() == []
    assert "kita.example" not in capsys.readouterr().err
