"""Programs under load: gunicorn as deploy/ sets it up, wrk, and what each of them takes."""

import os
import re
import signal
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from tests.deploy.machine import DEPLOY

HOST = "biblioteka.example"
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}
# As nginx asks. Of connections that stay, one process may get all, and which is chance.
ONCE = HEADERS | {"Connection": "close"}
SECONDS = 4  # of load at a time
PATIENCE = 60  # seconds until a program answers
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What a while of load came to: requests a second, and CPU milliseconds of each request.

    These by the processes that were counted.
    """

    speed: float
    cpu: list[float]


class Server:
    """gunicorn with the settings of deploy/, at a port of its own."""

    def __init__(self, port, environment, application="association.wsgi"):
        self.port, self.answered = port, None
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", str(DEPLOY / "gunicorn.conf.py")),
                *("--bind", f"127.0.0.1:{port}", application),
            ],
            cwd=settings.BASE_DIR,
            env={**environment, "PYTHONPATH": str(settings.BASE_DIR)},
            start_new_session=True,
        )

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path, cookie=""):
        """Return the body at `path`; raise OSError where nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = HEADERS | ({"Cookie": cookie} if cookie else {})
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        return body

    def wait(self, path):
        """Return once it answers at `path`; it `answered` after so many seconds."""
        while True:
            try:
                self.get(path)
            except OSError:
                if time.perf_counter() > self.began + PATIENCE or self.process.poll() is not None:
                    raise
                time.sleep(0.01)
            else:
                self.answered = time.perf_counter() - self.began
                return

    @property
    def memory(self):
        """MiB of its workers, what they share divided."""
        rollups = (Path(f"/proc/{each}/smaps_rollup") for each in children(self.process.pid))
        sizes = (re.search(r"Pss:\s+(\d+) kB", each.read_text())[1] for each in rollups)
        return sum(map(int, sizes)) / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(server, path):
    """Have `server` run, and answer at `path`, as long as the block lasts."""
    try:
        server.wait(path)
        yield server
    finally:
        server.stop()


def children(number):
    """Return the numbers of the processes that the process `number` has started."""
    return Path(f"/proc/{number}/task/{number}/children").read_text().split()


def seconds_of(number):
    """Return the CPU seconds of the process `number`, of its children, and of those that ended."""
    total = 0
    for each in [number, *children(number)]:
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue  # it has just ended, and counts with its parent
        total += sum(map(int, fields[11:15]))
    return total / TICK


def load(url, *, processes=(), cookie="", connections=8, seconds=SECONDS):
    """Ask for `url` as fast as `connections` can; raise RuntimeError where an answer is an error.

    CPU is counted of `processes`, numbers, and their children.
    """
    headers = ONCE | ({"Cookie": cookie} if cookie else {})
    told = [argument for name, value in headers.items() for argument in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *told, url]
    before = list(map(seconds_of, processes))
    out = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + PATIENCE, check=True
    ).stdout
    taken = [seconds_of(each) - since for each, since in zip(processes, before, strict=True)]
    if "Non-2xx" in out:
        raise RuntimeError(f"{url}: {out}")
    count = int(re.search(r"(\d+) requests in", out)[1])
    speed = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    return Run(speed, [1000 * each / max(count, 1) for each in taken])


def ratio(some, others, turns):
    """Return how fast `some()` is beside `others()`, functions that return a Run; and the CPU.

    That is of the median of `some` and of `others`. They take turns, so that what else the machine
    does meets both.
    """
    runs = [(some(), others()) for _ in range(turns)]
    cpu = [
        [statistics.median(each) for each in zip(*(run.cpu for run in side), strict=True)]
        for side in zip(*runs, strict=True)
    ]
    return statistics.median(one.speed / other.speed for one, other in runs), *cpu
