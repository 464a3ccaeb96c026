"""A private PostgreSQL for one run: `python -m tests.postgres -- command and its arguments`.

The command gets its address as DATABASE_URL. The cluster lives in a temporary folder and
listens on a socket in it, so that any number of them run side by side.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2

PACKAGED = Path("/usr/lib/postgresql")  # Debian keeps servers here, out of the PATH
OLDEST = 15  # the first version whose databases can have an order of ICU
START_TIMEOUT = 60  # seconds
PATIENCE = 10  # seconds that an interrupted command has to end by itself
# Lithuanian order, and for speed no care for data that a crash would lose.
INITDB = "--username=postgres --auth=trust --encoding=UTF8 --no-sync --locale=C.UTF-8"
INITDB += " --locale-provider=icu --icu-locale=lt"
SERVER = "-p 5432 -c listen_addresses= -c fsync=off -c synchronous_commit=off"
SERVER += " -c full_page_writes=off"


class PostgresqlUnusable(Exception):
    """No PostgreSQL that is new enough is installed, or it does not start."""


def find_programs():
    """Return the folder of the newest initdb and postgres; raise PostgresqlUnusable if too old."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += PACKAGED.glob("*/bin")
    found = {}
    for folder in folders:
        if (folder / "initdb").exists():
            version = subprocess.check_output([folder / "postgres", "--version"], text=True)
            found[int(re.search(r"\d+", version)[0])] = folder
    if max(found, default=0) < OLDEST:
        raise PostgresqlUnusable(
            f"Install PostgreSQL {OLDEST} or newer: apt-get install postgresql"
        )
    return found[max(found)]


def unprivileged():
    """Return how subprocess starts a server that refuses to run as root; {} for other users."""
    if os.geteuid():
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def temporary_folder(owner=None):
    """Give a folder of `owner` (a user id) that nobody else can read; remove it at the end."""
    # Not TMPDIR: another user has to get in, and a socket's path ends after 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
    try:
        if owner is not None:
            os.chown(folder, owner, -1)
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def running(command, log, **options):
    """Run `command` as long as the block lasts, its output in the file `log`.

    It has a session of its own: Ctrl+C reaches this process, which ends it in good order.
    """
    process = subprocess.Popen(
        command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        # SIGQUIT is „immediate shutdown“ to a server. Nothing in it is to be kept.
        process.send_signal(signal.SIGQUIT)
        process.wait()


def answers(server, url):
    """Wait until the database at `url` answers; return whether it did before `server` ended."""
    for _ in range(START_TIMEOUT * 10):
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(url).close()
            return True
        if server.poll() is not None:
            break
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def cluster():
    """Run a new cluster as long as the block lasts; give the address of its database.

    Raise PostgresqlUnusable, with PostgreSQL's own words, where it cannot be run.
    """
    programs, options = find_programs(), unprivileged()
    with temporary_folder(options.get("user")) as folder, open(folder / "log", "w+b") as log:
        options["cwd"] = folder  # the one that we are in may be closed to the other user
        url = f"postgres://postgres@{quote(str(folder), safe='')}:5432/postgres"
        initdb = [programs / "initdb", *INITDB.split(), "-D", folder / "data"]
        with running(initdb, log, **options) as process:
            if process.wait():
                raise PostgresqlUnusable((folder / "log").read_text())
        server = [programs / "postgres", *SERVER.split(), "-k", folder, "-D", folder / "data"]
        with running(server, log, **options) as process:
            if not answers(process, url):
                raise PostgresqlUnusable((folder / "log").read_text())
            yield url


def run(command, url):
    """Run `command` with `url` as DATABASE_URL; return its exit status as a shell would."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    try:
        status = child.wait()
    except BaseException:
        # Ctrl+C reaches the command as well, and it may have something to put in order.
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE)
        child.kill()
        raise
    return status if status >= 0 else 128 - status


def main(arguments):
    """Run the command that follows `--` on a cluster of its own; return its exit status."""
    if arguments[:1] != ["--"] or not arguments[1:]:
        return "Usage: python -m tests.postgres -- command"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with cluster() as url:
            return run(arguments[1:], url)
    except PostgresqlUnusable as error:
        return str(error)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
