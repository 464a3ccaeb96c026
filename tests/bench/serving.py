"""How fast the site is served, beside as little as Django can do and beside a file: `make bench`.

Runs within scripts/own_machine.sh, on the PostgreSQL of DATABASE_URL, in databases that it makes.
`--few` measures a shorter while, and 1,000 projects in place of 100,000.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import django

WHOLE = 12 * 60  # seconds, once the databases are filled
SECRET_KEY = "a1b2c3d4e5" * 6  # that of the machine, for sessions to hold
SESSION = "__Host-sessionid"
ARCHIVE = "/projektai/igyvendinti/"
ENOUGH = 60  # requests after which each thread has its connection and what it remembers
LEAST, MOST = "at least", "at most"


@dataclass
class Row:
    """A line of the table: what was promised, what is aimed at, and what it is."""

    what: str
    way: str
    must: float
    aim: float
    found: float
    unit: str = ""

    @property
    def is_kept(self):
        return self.found >= self.must if self.way == LEAST else self.found <= self.must

    def __str__(self):
        told = f"{self.what:58} {self.way} {self.must:<6g} aim {self.aim:<6g}"
        return f"{told} {self.found:8.2f} {self.unit:4} {'' if self.is_kept else '← missed'}"


class Bench:
    """The servers, the databases, and the table that comes of them."""

    def __init__(self, count, turns):
        self.count, self.turns, self.rows = count, turns, []
        self.bodies = Path(tempfile.mkdtemp(prefix="bodies-"))

    def add(self, *row):
        self.rows.append(Row(*row))
        print(self.rows[-1], flush=True)
        if time.monotonic() > self.ends:
            raise TimeoutError(f"It took more than {WHOLE} seconds.")

    def prepare(self):
        """Make the databases and the machine."""
        from tests.deploy.machine import Database, Machine

        self.urls = {name: make_database(name) for name in ("few", "many")}
        self.paths = {
            "few": fill_database("few", 100),
            "many": fill_database("many", self.count),
        }
        self.cookie = log_member_in()
        self.database = Database(self.urls["few"])
        self.machine = Machine(self.urls["few"])
        self.machine.manage("collectstatic", "--noinput", "--verbosity=0")

    def server(self, port, database="few", **environment):
        from .load import Server

        return Server(
            port,
            self.machine.environment | {"DATABASE_URL": self.urls[database], **environment},
        )

    def measure(self):
        from .load import Server, running

        self.ends = time.monotonic() + WHOLE
        self.cold_start()
        afresh = self.server(8001, KEPT_PAGES="0")
        with running(afresh, "/"):
            front, current = "/", self.paths["few"]["project"]
            pages = {"front": front, "project": current, "archive": ARCHIVE, "member": "/paskyra/"}
            for name, path in pages.items():
                cookie = self.cookie if name == "member" else ""
                (self.bodies / name).write_bytes(afresh.get(path, cookie))
            self.count_statements(afresh, {name: pages[name] for name in list(pages)[:3]})
            floor = Server(
                8003,
                {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tests.bench.floor"}
                | {"BODIES": str(self.bodies)},
                "tests.bench.floor",
            )
            with running(floor, "/front"):
                self.beside_floor(afresh, floor, pages)
                with running(self.server(8002), "/") as kept:
                    self.beside_floor(kept, floor, {"front": front}, from_cache=True)
            self.add("memory of two workers", MOST, 180, 150, afresh.memory, "MiB")
            with running(self.server(8004, "many", KEPT_PAGES="0"), "/") as many:
                self.grown(afresh, many)
        self.beside_file()

    def cold_start(self):
        from .load import running

        found = []
        for number in range(3):
            server = self.server(8010 + number)
            with running(server, "/"):
                found.append(server.answered)
        self.add("cold start", MOST, 2, 1.2, statistics.median(found), "s")

    def count_statements(self, server, pages):
        """Count what PostgreSQL logs, once each process remembers what it may."""
        for name, path in pages.items():
            for _ in range(ENOUGH):
                server.get(path)
            counts = []
            with every_statement_logged():
                for _ in range(9):
                    before = self.logged()
                    server.get(path)
                    counts.append(self.logged() - before)
            self.add(f"SQL statements, {name}", MOST, 5, 4, statistics.median(counts))

    def logged(self):
        """Return how many statements of the site stand in the log of the database."""
        return (self.database.folder / "log").read_text(errors="replace").count(" statement: ")

    def beside_floor(self, server, floor, pages, *, from_cache=False):
        from .load import load, ratio

        for name, path in pages.items():
            cookie = self.cookie if name == "member" else ""
            processes = [server.process.pid, self.database.number]
            speed, (site, database), (least,) = ratio(
                partial(load, server.url(path), processes=processes, cookie=cookie),
                partial(load, floor.url(f"/{name}"), processes=[floor.process.pid]),
                self.turns,
            )
            print(f"{name}: site {site:.2f} ms, database {database:.2f} ms, floor {least:.2f} ms")
            if from_cache:
                self.add(f"{name} page from the cache, of the floor", LEAST, 0.75, 0.90, speed)
            elif name == "front":
                self.add("front page afresh, of the floor", LEAST, 0.15, 0.30, speed)
                self.add(
                    "front page afresh, CPU and the database's", MOST, 4, 2, site + database, "ms"
                )
            else:
                self.add(f"{name} page afresh, of the floor", LEAST, 0.10, 0.20, speed)

    def beside_file(self):
        """The site behind nginx, as shipped, and the same bytes as a file, by TLS both."""
        from .load import load, ratio

        self.machine.start("svetaine.service")
        self.machine.start_nginx()
        try:
            shutil.copy(self.bodies / "front", "/var/lib/svetaine/static/front.html")
            address = "https://127.0.0.1"
            wait_until(lambda: load(f"{address}/", seconds=1))
            speed, *_cpu = ratio(
                lambda: load(f"{address}/"),
                lambda: load(f"{address}/static/front.html"),
                self.turns,
            )
            self.add("front page behind nginx, of a file", LEAST, 0.75, 0.90, speed)
        finally:
            self.machine.stop_all()

    def grown(self, few, many):
        """How much longer a page takes with the many projects; one visitor at a time."""
        from .load import load, ratio

        alone = partial(load, connections=1, seconds=2)
        for name, path in self.paths["few"].items():
            times, *_cpu = ratio(
                partial(alone, few.url(path)),
                partial(alone, many.url(self.paths["many"][name])),
                self.turns,
            )
            self.add(f"{name}, {self.count:,} projects beside 100", MOST, 1.5, 1.2, times, "×")


def wait_until(works):
    """Return once `works()` raises nothing."""
    for _ in range(60):
        try:
            return works()
        except (RuntimeError, subprocess.CalledProcessError):
            time.sleep(0.5)
    return works()


def use(name):
    """Have Django of this process use the database `name`."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    return connection


def make_database(name):
    """Make the database `name`, with its tables; return its address."""
    from django.core.management import call_command

    with use("postgres").cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    use(name)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


def fill_database(name, count):
    """Fill the database `name` with `count` projects; return {what a page is: its path}."""
    from django.contrib.auth.models import AnonymousUser

    from projects.models import Project

    from .content import fill, show_progress

    use(name)
    began = time.monotonic()
    # So few that the archive offers about as many where there are few projects.
    fill(count, show_progress(count), funder_count=20)
    print(f"{count:,} projects in {time.monotonic() - began:.0f} s")
    visible = Project.objects.visible_to(AnonymousUser())
    finished = visible.finished()
    funder = Project.objects.order_by("position")[30].fundings.get().funder
    return {
        "front page": "/",
        "project": finished.filter(position__lt=100)[50].get_absolute_url(),
        "archive, first page": ARCHIVE,
        "archive, last page": f"{ARCHIVE}?puslapis={(finished.count() + 19) // 20}",
        "funder": funder.get_absolute_url(),
        "search": "/paieska/?q=bibliotekos",
    }


def log_member_in():
    """Return the cookie of a member who is logged in, in the database of the few."""
    from django.conf import settings
    from django.test import Client

    from tests import factories
    from tests.logins import log_in

    use("few")
    client = log_in(Client(), factories.representative().user)
    return f"{SESSION}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def every_statement_logged():
    """Have PostgreSQL log each statement as long as the block lasts."""
    log_statements("all")
    yield
    log_statements("none")


def log_statements(which):
    with use("postgres").cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
        cursor.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)


def main(arguments):
    """Print the table; return whether each promise was kept."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["SECRET_KEY"] = SECRET_KEY
    django.setup()
    few = "--few" in arguments
    bench = Bench(1000 if few else 100_000, 1 if few else 5)
    try:
        bench.prepare()
        bench.measure()
    finally:
        shutil.rmtree(bench.bodies)
    print("", *bench.rows, sep="\n")
    return all(row.is_kept for row in bench.rows)


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
