"""Sends hostile requests to a site, and tells what came of them."""

import ssl
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.attack.requests import PEOPLE, Attacker, Request
from tests.deploy import visits
from tests.forms import form_data

AT_ONCE = 8
LIMIT = 20  # seconds in which each request is answered; most are within some hundredths of one
SILENCE = 0.5  # seconds for which a request that is not sent to its end waits for nothing
OTHERS_WAIT = 5  # seconds that a visitor of the first page may wait meanwhile, on a busy machine
KEPT = 20  # failures of which the report tells what was sent


@dataclass
class Report:
    """What came of an attack; `failures` are what no request may bring about."""

    count: int
    seed: int
    seconds: float = 0
    statuses: Counter = field(default_factory=Counter)  # by kind of request and status
    failures: list = field(default_factory=list)
    slowest: float = 0  # seconds
    slowest_request: Request | None = None
    visits: list = field(default_factory=list)  # seconds that others waited for the first page

    @property
    def row(self):
        """One line for a table of results."""
        by_status = Counter()
        for (_kind, status), number in self.statuses.items():
            by_status[str(status) if status else "closed"] += number
        told = ", ".join(f"{status}: {number}" for status, number in sorted(by_status.items()))
        return (
            f"attack: {self.count} hostile requests (seed {self.seed}) in {self.seconds:.0f} s,"
            f" {len(self.failures)} failures; {told}; slowest {self.slowest:.1f} s; others waited"
            f" {max(self.visits, default=0):.1f} s at most, {len(self.visits)} times"
        )

    def __str__(self):
        slowest = self.slowest_request.data[:300] if self.slowest_request else b""
        return "\n".join([self.row, f"slowest: {slowest!r}", *self.failures[:KEPT]])


def attack(count, seed, base, world):
    """Send `count` requests, made by `seed`, to the site at `base`; return the Report.

    `base` is an address on the network, https://127.0.0.1 say, and `world` what
    tests.attack.world.ask() tells of the site there. A failure is an answer of 5xx, none within
    LIMIT, somebody else who waits too long meanwhile, and an attacker who is shut out.
    """
    site = Site(base, world)
    report = Report(count, seed)
    attacker = Attacker(world, site.forms(), seed)
    began = time.monotonic()
    with Others(site, report), ThreadPoolExecutor(AT_ONCE) as pool:
        for request, status, seconds in pool.map(site.send, attacker.requests(count)):
            report.statuses[request.kind, status] += 1
            if seconds > report.slowest:
                report.slowest, report.slowest_request = seconds, request
            if (status or 0) >= 500 or seconds > LIMIT:
                told = f"{request.kind} by {request.person}: {status} in {seconds:.1f} s"
                report.failures.append(f"{told}: {request.data[:700]!r}")
    report.seconds = time.monotonic() - began
    for person, address in {"member": "/paskyra/", "editor": "/admin/"}.items():
        if site.get(address, person)[0] != 200:
            report.failures.append(f"{person} was shut out, and attacked as a stranger since")
    return report


class Site:
    """The site that is attacked, from outside."""

    def __init__(self, base, world):
        parts = urlsplit(base)
        self.port = parts.port or 443
        self.name = parts.hostname
        self.world = world

    def connect(self):
        return visits.connect(self.port, LIMIT + 1, to=self.name)

    def send(self, request):
        """Return the Request `request`, the status of the answer, and how long it took."""
        began = time.monotonic()
        try:
            with self.connect() as connection:
                with suppress(OSError):
                    connection.sendall(request.data)
                if request.is_half:
                    connection.settimeout(SILENCE)
                with suppress(TimeoutError):
                    status, _headers, _body = visits.read_answer(connection)
                    return request, status, time.monotonic() - began
        except (ConnectionError, ssl.SSLError):
            return request, None, time.monotonic() - began
        seconds = 0 if request.is_half else time.monotonic() - began
        return request, None, seconds

    def get(self, address, person="stranger"):
        """Return the status and the body of a page, asked for as a browser does."""
        attacker = Attacker(self.world, {}, 0)
        with self.connect() as connection:
            connection.sendall(attacker.head(person, target=address))
            status, headers, body = visits.read_answer(connection)
        return status, dechunked(headers, body)

    def forms(self):
        """Return {person: [(address, fields)]} of the forms on pages that each is shown."""
        found = {}
        for person in PEOPLE:
            asked = ((address, *self.get(address, person)) for address in self.world["addresses"])
            found[person] = [
                (address, fields)
                for address, status, body in asked
                if status == 200 and (fields := form_data(body.decode(errors="replace")))
            ]
        assert len(found["editor"]) > 20, "hardly a form was found: the editor is not let in"
        return found


def dechunked(headers, body):
    """Return `body` as one piece."""
    if headers.get("transfer-encoding") != "chunked":
        return body
    whole = b""
    while body:
        size, _end, body = body.partition(b"\r\n")
        number = int(size, 16)
        whole, body = whole + body[:number], body[number + 2 :]
    return whole


class Others:
    """A visitor who looks at the first page all the while, and minds nothing of the attack."""

    def __init__(self, site, report):
        self.site, self.report, self.is_over = site, report, threading.Event()
        self.thread = threading.Thread(target=self.visit)

    def visit(self):
        while not self.is_over.wait(0.5):
            began = time.monotonic()
            try:
                status, _body = self.site.get("/")
            except OSError as error:
                status = type(error).__name__
            seconds = time.monotonic() - began
            self.report.visits.append(seconds)
            if status != 200 or seconds > OTHERS_WAIT:
                self.report.failures.append(f"a visitor got {status} in {seconds:.1f} s")

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *args):
        self.is_over.set()
        self.thread.join()
