from io import BytesIO

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.test import RequestFactory

from association.wsgi import ReadsAll


@pytest.fixture(autouse=True)
def open_connection():
    """A request closes what connections are old: within a test, the test's own stays open."""
    signals.request_started.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)


def answered(body, **told):
    """Send `body` to a page that refuses it unread; return the status and what is left of it."""
    stream, statuses = BytesIO(body), []
    environ = RequestFactory().generic("POST", "/prisijungti/").environ
    environ |= {"wsgi.input": stream, "CONTENT_LENGTH": str(len(body)), "HTTP_HOST": "localhost"}
    application = ReadsAll(WSGIHandler())
    answer = application(environ | told, lambda status, headers: statuses.append(status))
    assert b"".join(answer)
    return statuses[0], stream.read()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_what_a_page_did_not_read_is_read_before_it_answers(kind):
    assert answered(b"a" * 300_000, CONTENT_TYPE=kind, HTTP_COOKIE="") == ("403 Forbidden", b"")


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "-1", "x", "9" * 30])
def test_length_that_is_none_is_nothing_to_read(length):
    assert answered(b"", CONTENT_LENGTH=length) == ("403 Forbidden", b"")


@pytest.mark.django_db
def test_what_comes_after_the_request_is_left_alone():
    assert answered(b"aaaaGET / ", CONTENT_LENGTH="4")[1] == b"GET / "


@pytest.mark.django_db
def test_form_is_read_as_ever():
    body = b'--a\r\nContent-Disposition: form-data; name="q"\r\n\r\nx\r\n--a--\r\n'
    told = answered(body, CONTENT_TYPE="multipart/form-data; boundary=a")
    assert told == ("403 Forbidden", b"")
