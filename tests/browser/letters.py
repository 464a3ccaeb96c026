"""A mail server, from which tests read what the site sends."""

import re
import socket
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from tests.tasks import run_tasks

WAIT = 10  # seconds


class Mailbox:
    """What came by SMTP, in its order; each letter is told once."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def next_to(self, address):
        """Wait for the next letter to `address` and return it; raise AssertionError in vain."""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            run_tasks()
            for letter in self.letters:
                if letter["To"] == address:
                    self.letters.remove(letter)
                    return letter
            time.sleep(0.05)
        raise AssertionError(f"no letter to {address}, but {[each['To'] for each in self.letters]}")

    def code_to(self, address):
        """Wait for the next letter to `address` and return the code in it."""
        text = self.next_to(address).get_body(("plain",)).get_content()
        return re.search(r"^\s*(\d{6})\s*$", text, re.MULTILINE)[1]


def mail_server(mailbox):
    """Return a server, not yet started, that puts what it gets into `mailbox`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Controller(mailbox, hostname="127.0.0.1", port=port)
