"""A browser as far as a soak needs one: cookies, a connection that is kept, forms, and a clock."""

import ssl
import time
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

HOST = "biblioteka.example"
TIMEOUT = 60  # seconds
AWAY = "Svetainė trumpam neveikia"
NO_SPACE = "nebeliko vietos"

_context = ssl.create_default_context()
_context.check_hostname, _context.verify_mode = False, ssl.CERT_NONE


@dataclass
class Answer:
    """What came; `status` 0 where nothing did. Moments are those of time.monotonic()."""

    path: str
    began: float
    ended: float
    status: int = 0
    text: str = ""
    headers: dict = field(default_factory=dict)

    @property
    def kind(self):
        """Return "good", "away" for a clear 503, and "bad" for what nobody should see."""
        if self.status in {200, 302, 304}:
            return "good"
        is_clear = AWAY in self.text or NO_SPACE in self.text
        if self.status == 503 and is_clear and self.headers.get("retry-after"):
            return "away"
        return "bad"

    def __str__(self):
        heading = self.text.partition("<h1>")[2].partition("</h1>")[0] or self.text[:80]
        return f"{self.status} {self.path} {heading!r} after {self.ended - self.began:.1f} s"


class Browser:
    """Asks nginx from `address`, which is what limits to attempts go by."""

    def __init__(self, address="127.0.0.1", cookies=None):
        self.address, self.cookies, self.connection = address, dict(cookies or {}), None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, data, files=()):
        """Send a form; `files` are (name of the field, name of the file, type, bytes)."""
        if files:
            body, kind = multipart(data, files)
        else:
            body, kind = urlencode(data, doseq=True), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Referer": f"https://{HOST}{path}"}
        # A form that was sent twice could be saved twice: never by a connection that may be closed.
        self.close()
        return self.ask("POST", path, body, headers)

    def ask(self, method, path, body=None, headers=None):
        began, is_kept = time.monotonic(), self.connection is not None
        try:
            return self.exchange(began, method, path, body, headers or {})
        except (OSError, HTTPException) as error:
            self.close()
            if is_kept:  # closed while it was idle: browsers ask once more, too
                return self.ask(method, path, body, headers)
            return Answer(path, began, time.monotonic(), text=type(error).__name__)

    def exchange(self, began, method, path, body, headers):
        if self.connection is None:
            self.connection = HTTPSConnection(
                "127.0.0.1", context=_context, timeout=TIMEOUT, source_address=(self.address, 0)
            )
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": HOST} | ({"Cookie": cookies} if cookies else {}) | headers
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: each.value for name, each in SimpleCookie(cookie).items()}
        given = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return Answer(path, began, time.monotonic(), response.status, text, given)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


def multipart(data, files):
    """Return the body of a form with files, and its type."""
    border = uuid4().hex
    parts = []
    for name, values in data.items():
        for value in values:
            head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
            parts.append(head.encode() + value.encode())
    for name, file_name, kind, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(head.encode() + f"Content-Type: {kind}\r\n\r\n".encode() + content)
    body = b"".join(f"--{border}\r\n".encode() + part + b"\r\n" for part in parts)
    return body + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"
