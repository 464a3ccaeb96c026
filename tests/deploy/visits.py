"""How somebody comes to the machine from outside: by TLS to nginx, in HTTP or in what is none."""

import re
import socket
import ssl
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection

HOST = "biblioteka.example"
PATIENCE = 20  # seconds
# A machine of a test vouches for itself.
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}


def get(path, **headers):
    """Ask nginx for `path` over TLS; return the Answer."""
    return asked("GET", path, headers=headers)


def asked(method, path, body=None, headers=None, source="127.0.0.1"):
    """Ask from the address `source` of this machine; return the Answer."""
    connection = HTTPSConnection(
        "127.0.0.1", context=TRUSTING, timeout=PATIENCE, source_address=(source, 0)
    )
    try:
        connection.request(method, path, body, {"Host": HOST} | (headers or {}))
        return Answer(connection.getresponse())
    finally:
        connection.close()


def answers(path):
    """Whether `path` is answered with a page."""
    try:
        return get(path).status == 200
    except (OSError, HTTPException):
        return False


def connect(port=443, patience=PATIENCE, source="127.0.0.1", to="127.0.0.1"):
    """Return a connection to nginx, by TLS where `port` is 443."""
    plain = socket.create_connection((to, port), patience, (source, 0))
    return TRUSTING.wrap_socket(plain) if port == 443 else plain


def sent(data, **options):
    """Send the bytes `data`, whatever they are; return (status, headers, body) of the answer.

    The status is None where the connection was closed without one.
    """
    with connect(**options) as connection:
        # What is refused before all of it was there may have been answered nevertheless.
        with suppress(OSError):
            connection.sendall(data)
        return read_answer(connection)


def read_answer(connection):
    """Return what comes until the connection is closed, as sent() does."""
    received = bytearray()
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece
    head, _end, body = bytes(received).partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100 "):  # go on, which is said before the answer
        head, _end, body = body.partition(b"\r\n\r\n")
    match = re.match(rb"HTTP/1\.[01] (\d{3})", head)
    lines = [line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:]]
    headers = {name.lower(): value for name, _colon, value in lines}
    return int(match[1]) if match else None, headers, body
