"""What the site writes of its own doings: lines with a request's number, nothing personal in them.

A line of the log says when, how grave, of which request, where, and what. It never says who: what
looks like an e-mail address, an address on the network, or a key by which a page opens is left
out, wherever it comes from, the messages of exceptions and of the database included.
"""

import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Lock, Thread
from time import monotonic

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http.request import HttpHeaders

AWAY = (OperationalError, InterfaceError)
QUIET = 3600  # seconds in which an error of one kind is told by one letter
HEADER = "X-Request-ID"
NEWLINE = " ⏎ "  # a line of a traceback ends so: the whole is one line of the log

_GIVEN_AS = HttpHeaders.to_wsgi_name(HEADER)
_number = ContextVar("request_number", default="-")
_GIVEN_NUMBER = re.compile("[0-9a-f]{32}")
_PERSONAL = [
    # What a database says of the values that it refuses.
    (re.compile(r"(DETAIL|CONTEXT):.*"), r"\1: …"),
    (re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+"), "…@…"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "…"),
    (re.compile(r"\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{0,4}\b", re.IGNORECASE), "…"),
    # A key in an address opens a page to whoever has it; readable parts have no capitals.
    (re.compile(r"(?<=/)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{16,}"), "…"),
]


def is_away(error):
    """Return whether `error` says that the database is away, and nothing of what was asked of it.

    psycopg2 has no class for it where PostgreSQL ends in the middle of an answer.
    """
    by_driver = type(error.__cause__).__module__.partition(".")[0]
    return isinstance(error, AWAY) or (type(error) is DatabaseError and by_driver == "psycopg2")


def without_persons(text):
    """Return `text` without what tells who somebody is, or lets one in."""
    for pattern, left in _PERSONAL:
        text = pattern.sub(left, text)
    return text


def number_requests(get_response):
    """Give each request a number, in the log and in the answer: that of nginx, where it has one."""

    def middleware(request):
        given = request.META.get(_GIVEN_AS, "")
        number = given if _GIVEN_NUMBER.fullmatch(given) else token_hex(16)
        token = _number.set(number)
        try:
            response = get_response(request)
        finally:
            _number.reset(token)
        response[HEADER] = number
        # Django logs an answer of 500 once more when it has come through all middleware.
        request.number = number
        return response

    return middleware


def number_of(record):
    """Return the number of the request that the LogRecord `record` is about; "-" for none."""
    return getattr(getattr(record, "request", None), "number", None) or _number.get()


class LineFormatter(logging.Formatter):
    """A record as one line; at a terminal, where somebody reads along, with its line ends."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {number} {name}: {message}", style="{")

    def formatTime(self, record, datefmt=None):
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat("T", "seconds")

    def formatException(self, exc_info):
        """Where the database is away, each request fails alike; and what strangers try on, they
        try on often. A line says it all.
        """
        if is_away(exc_info[1]) or isinstance(exc_info[1], SuspiciousOperation):
            return f"{exc_info[0].__name__}: {exc_info[1]}".strip()
        return super().formatException(exc_info)

    def format(self, record):
        record.number = number_of(record)
        text = without_persons(super().format(record))
        return text if sys.stderr.isatty() else NEWLINE.join(text.splitlines())


class ErrorLetters(logging.Handler):
    """Tells those in settings.ERROR_RECIPIENTS of each kind of error, once in QUIET seconds.

    A kind is an exception at a place of the code, or what is logged there. The letter goes the
    way of all others; where the database is away, past it.
    """

    def __init__(self, level=logging.ERROR):
        super().__init__(level)
        self.told, self.lock_of_told = {}, Lock()

    def emit(self, record):
        if not settings.ERROR_RECIPIENTS:
            return
        try:
            held_back = self.count(kind_of(record))
            if held_back is not None:
                self.tell(record, held_back)
        except Exception:
            self.handleError(record)  # which says so on the console, and makes no further error

    def count(self, kind):
        """Return how many of `kind` were not told since the last letter; None where it is early.

        All processes count together, in the cache; where that is away, each for itself.
        """
        from django.core.cache import cache  # not there yet when logging is set up
        from django.db import DatabaseError

        key = sha256(kind.encode(errors="replace")).hexdigest()
        try:
            if cache.add(f"error:{key}", 1, QUIET):
                number = cache.get(f"errors:{key}", 0)
                cache.delete(f"errors:{key}")
                return number
            cache.set(f"errors:{key}", cache.get(f"errors:{key}", 0) + 1, 24 * QUIET)
            return None
        except DatabaseError:
            with self.lock_of_told:
                last = self.told.get(key)
                if last is not None and monotonic() - last < QUIET:
                    return None
                self.told[key] = monotonic()
                return 0

    def tell(self, record, held_back):
        from django.core.mail import EmailMessage
        from django.db import DatabaseError

        from .letters import send_now

        subject = f"{settings.SITE_URL}: {kind_of(record)}"
        lines = [self.format(record).replace(NEWLINE, "\n")]
        if held_back:
            lines.insert(0, f"{held_back} more of this kind since the last letter.\n")
        letter = EmailMessage(
            subject=" ".join(without_persons(subject).split())[:200],
            body="\n".join(lines),
            to=settings.ERROR_RECIPIENTS,
        )
        try:
            letter.send()
        except DatabaseError:
            # A mail server that hangs must not keep a visitor waiting too.
            Thread(target=send_now, args=[letter], daemon=True).start()


def kind_of(record):
    """Return in a few words what kind of error the LogRecord `record` is of."""
    if not record.exc_info or record.exc_info[0] is None:
        return f"{record.name}: {str(record.msg).splitlines()[0] if record.msg else ''}"
    error, traceback = record.exc_info[0], record.exc_info[2]
    place = ""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = Path(code.co_filename)
        is_ours = file.is_relative_to(settings.BASE_DIR) and ".venv" not in file.parts
        if is_ours or not place:
            place = f"{file.stem}.{code.co_name}"
        traceback = traceback.tb_next
    return f"{error.__name__} ({place})"
