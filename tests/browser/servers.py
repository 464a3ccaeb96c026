"""The site in a process of its own, on the database of the test, which can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

PATIENCE = 30  # seconds


class Server:
    """`manage.py runserver` at a free port of this machine; each start is at the same one."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.process = None

    def start(self):
        """Start it, and return when it answers."""
        arguments = ["runserver", f"localhost:{self.port}", "--noreload", "--insecure"]
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": _address_of_database()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, "The server ended before it answered."
            assert time.monotonic() < until, "The server does not answer."
            time.sleep(0.1)

    def _answers(self):
        try:
            with urlopen(f"{self.address}/prisijungti/") as answer:  # noqa: S310 - ours
                return answer.status == 200
        except URLError:
            return False

    def kill(self):
        """End it as a crash does: with no time to do anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def _address_of_database():
    """Return the DATABASE_URL of the database that this test uses."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
