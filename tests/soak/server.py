"""A server as deploy/README.md sets it up, whose programs are started again as systemd would."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from threading import RLock, Thread
from urllib.parse import quote

import psycopg2

from tests.deploy.machine import CURRENT, DEPLOY, DISK, Machine, run, unit, wait_for
from tests.postgres import INITDB, find_programs, unprivileged

DATABASE = Path("/srv/postgresql")
MEDIA = Path("/var/lib/svetaine/media")
NGINX_FILES = Path("/var/lib/nginx")
MAIL_PORT = 2525
APPLICATION, WORKER = "svetaine.service", "svetaine-worker.service"
POSTGRESQL, NGINX = "postgresql@.service", "nginx.service"


def seconds(text):
    """Return a duration as systemd writes it, such as 90 or 1h, in seconds."""
    units = {"h": 3600, "min": 60, "s": 1, "": 1}
    number, unit = re.fullmatch(r"([\d.]+)(\w*)", text).groups()
    return float(number) * units[unit]


class Unit:
    """A program that is started again when it ends, if its unit says so and as it says."""

    def __init__(self, name, start):
        """`start()` returns the Popen, which leads a session of its own."""
        self.name, self.start_process = name, start
        self.values = unit(name)
        self.lock, self.wanted, self.process = RLock(), False, None
        self.starts = []

    def value(self, name, otherwise):
        return self.values.get(name, [otherwise])[-1]

    def start(self):
        with self.lock:
            self.wanted = True
            self.process = self.start_process()
            self.starts.append(time.monotonic())
            Thread(target=self.watch, args=[self.process], daemon=True).start()

    def watch(self, process):
        status = process.wait()
        end_group(process.pid)
        if not self.is_started_again(status):
            return
        time.sleep(seconds(self.value("RestartSec", "0.1")))
        with self.lock:
            if self.wanted and self.process is process and not self.is_given_up():
                self.start()

    def is_started_again(self, status):
        how = self.value("Restart", "no")
        with self.lock:
            return self.wanted and (how == "always" or (how == "on-failure" and status != 0))

    def is_given_up(self):
        """Whether systemd would start it no more: it does five times within ten seconds else."""
        interval = seconds(self.value("StartLimitIntervalSec", "10"))
        recent = [each for each in self.starts if time.monotonic() - each < interval]
        return bool(interval) and len(recent) >= int(self.value("StartLimitBurst", "5"))

    def stop(self, how=signal.SIGTERM):
        """Stop it as `systemctl stop` does, and wait for its end."""
        with self.lock:
            self.wanted, process = False, self.process
        process.send_signal(how)
        try:
            process.wait(timeout=seconds(self.value("TimeoutStopSec", "90")))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        end_group(process.pid)

    def restart(self):
        self.stop()
        self.start()

    def kill(self):
        """End the process that leads it, as a crash does."""
        self.process.send_signal(signal.SIGKILL)

    @property
    def children(self):
        """The numbers of the processes that the first has started."""
        number = self.process.pid
        path = Path(f"/proc/{number}/task/{number}/children")
        return [int(each) for each in path.read_text().split()] if path.exists() else []


def end_group(number):
    """End what a program has left behind: KillMode= of the units kills the rest of the group."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == number:
                os.kill(int(folder.name), signal.SIGKILL)
        except ProcessLookupError:
            continue


class Server(Machine):
    """nginx, the application, the worker and PostgreSQL, each a Unit in `units`."""

    def __init__(self):
        socket = DATABASE / "socket"
        self.url = f"postgres://postgres@{quote(str(socket), safe='')}:5432/postgres"
        super().__init__(self.url)
        with open("/etc/svetaine/environment", "a") as file:
            file.write(f"EMAIL_HOST=127.0.0.1\nEMAIL_PORT={MAIL_PORT}\nEMAIL_TLS=0\n")
        run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "media", str(MEDIA))
        # Outside of the machine, which is gone in the end.
        self.log = tempfile.NamedTemporaryFile(prefix="soak-", suffix=".log", delete=False)  # noqa: SIM115
        self.units = {
            POSTGRESQL: Unit(POSTGRESQL, self.start_postgresql),
            APPLICATION: Unit(APPLICATION, lambda: self.start_unit(APPLICATION)),
            WORKER: Unit(WORKER, lambda: self.start_unit(WORKER)),
            NGINX: Unit(NGINX, self.start_nginx_master),
        }
        self.make_database()

    def make_database(self):
        """Make a cluster that keeps what it has promised, as a server's does, on its own disk."""
        programs, options = find_programs(), unprivileged()
        for name in ("data", "socket"):
            (DATABASE / name).mkdir(parents=True)
        run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "database", str(DATABASE / "data"))
        for folder in (DATABASE, DATABASE / "data", DATABASE / "socket"):
            if "user" in options:
                os.chown(folder, options["user"], options["group"])
        (DATABASE / "data").chmod(0o700)
        initdb = [programs / "initdb", *INITDB.split(), "-D", DATABASE / "data"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=DATABASE, **options)
        self.units[POSTGRESQL].start()
        wait_for(self.is_database_there)

    def start_postgresql(self):
        file = DEPLOY / "postgresql" / "svetaine.conf"
        page = file if file.exists() else DEPLOY / "README.md"
        settings = re.findall(r"(?m)^ *(\w+ = \S+)$", page.read_text())
        own = [f"{key}={value}" for key, value in (each.split(" = ") for each in settings)]
        own += ["listen_addresses="]
        chosen = [part for each in own for part in ("-c", each)]
        return self.popen(
            [find_programs() / "postgres", "-D", DATABASE / "data", "-k", DATABASE / "socket"]
            + chosen,
            cwd=DATABASE,
            **unprivileged(),
        )

    def start_unit(self, name):
        self.start(name)
        return self.processes.pop(name)

    def start_nginx_master(self):
        return self.popen(["nginx", "-g", "daemon off;"])

    def popen(self, command, **options):
        return subprocess.Popen(
            command, stdout=self.log, stderr=self.log, start_new_session=True, **options
        )

    def start_all(self):
        for name in (APPLICATION, WORKER, NGINX):
            self.units[name].start()

    def stop_all(self):
        for each in reversed(list(self.units.values())):
            if each.process:
                each.stop(signal.SIGQUIT if each.name == POSTGRESQL else signal.SIGKILL)
        self.socket.close()
        self.log.close()

    def is_database_there(self):
        try:
            self.rows("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def rows(self, query, *values):
        """Return what the database itself says, past the site."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def reload_nginx(self):
        run("nginx", "-t")
        self.units[NGINX].process.send_signal(signal.SIGHUP)

    def release(self, number, changes):
        """Put a release beside the others: a copy of this code, with changes(folder) made in it."""
        folder = Path(f"/srv/svetaine/releases/{number}")
        ignored = (".git", ".venv", "node_modules", "media", "db.sqlite3*", "__pycache__")
        shutil.copytree("/srv/svetaine/releases/1", folder, ignore=shutil.ignore_patterns(*ignored))
        (folder / ".venv").symlink_to("/srv/svetaine/releases/1/.venv")
        changes(folder)

    def switch(self, number):
        """Let `current` lead to the release `number`, in one step as `ln -sfn` does."""
        run("ln", "-sfn", f"/srv/svetaine/releases/{number}", str(CURRENT))

    def memory_of_each(self):
        """Return [(program, number of the process, MiB)], what several share divided."""
        found = []
        for name, each in self.units.items():
            for number in [each.process.pid, *each.children]:
                try:
                    text = Path(f"/proc/{number}/smaps_rollup").read_text()
                except OSError:
                    continue
                shares = int(re.search(r"Pss:\s+(\d+) kB", text)[1]) / 1024
                found.append((name.partition(".")[0].strip("@"), number, shares))
        return found
