"""A mail server that takes letters, or does what mail servers do on bad days."""

import re
import socket
import time
from collections import Counter
from contextlib import suppress
from threading import Event, Lock, Thread

PATIENCE = 60  # seconds that nobody is kept waiting for longer, even when it hangs


class MailServer:
    """Takes letters at `port`. `mood` says how:

    "well", "slow" (each takes `delay` seconds), "hanging" (it answers nothing), "refusing" (for
    now, by 451), "away" (nothing listens).
    """

    delay = 3  # seconds

    def __init__(self, port):
        self.port, self.mood = port, "away"
        self.lock, self.taking = Lock(), Event()
        self.letters = []  # (to whom, Message-ID, when)
        self.listener = None

    def be(self, mood):
        if self.listener and mood == "away":
            # What waits in accept() keeps the port open else.
            with suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.mood = mood
        if mood != "away" and self.listener is None:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            Thread(target=self.listen, args=[self.listener], daemon=True).start()

    def listen(self, listener):
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            Thread(target=self.converse, args=[connection], daemon=True).start()

    def converse(self, connection):
        connection.settimeout(PATIENCE)
        with connection, suppress(OSError), connection.makefile("rwb") as talk:
            if self.mood == "hanging":
                time.sleep(PATIENCE)
                return

            def say(line):
                talk.write(f"{line}\r\n".encode())
                talk.flush()

            to = ""
            say("220 mail")
            while line := talk.readline():
                command = line[:4].upper()
                if command == b"QUIT":
                    say("221 bye")
                    return
                if command == b"RCPT":
                    to = re.search(rb"<(.*?)>", line)[1].decode()
                if command != b"DATA":
                    say("250 ok")
                    continue
                say("354 go on")
                text = b"".join(iter(talk.readline, b".\r\n")).decode()
                if self.mood == "refusing":
                    say("451 later")
                    continue
                self.take(to, re.search(r"(?im)^message-id:\s*(\S+)", text)[1])
                if self.mood == "slow":
                    self.taking.set()
                    time.sleep(self.delay)
                say("250 taken")

    def take(self, to, number):
        """Note that the letter `number` has come, whether its sender hears of it or not."""
        with self.lock:
            self.letters.append((to, number, time.monotonic()))

    def received(self):
        """Return how many letters each address got, copies of one counted once."""
        with self.lock:
            return Counter(to for to, _number in {(to, number) for to, number, _ in self.letters})

    def copies(self):
        """Return how many letters came more than once."""
        with self.lock:
            counted = Counter(number for _to, number, _ in self.letters)
        return sum(count - 1 for count in counted.values())
