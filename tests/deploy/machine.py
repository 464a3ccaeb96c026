"""A machine of its own for deploy/: its files where they belong, its programs started as they say.

To be used within namespaces of mounts and of the network (scripts/own_machine.sh makes them):
what is put into /etc, /srv and /var here nobody else sees, and ports 80 and 443 are free.
"""

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

DEPLOY = settings.BASE_DIR / "deploy"
PACKAGED = Path("/usr/lib/systemd/system")  # Debian's own units
CURRENT = Path("/srv/svetaine/current")
PATIENCE = 30  # seconds
DISK = "600m"
OWN = ["/srv", "/etc/svetaine", "/etc/letsencrypt", "/etc/nginx/sites-enabled", "/var/lib/svetaine"]
OWN += ["/var/log/nginx", "/var/backups", "/run/svetaine", "/run/svetaine-pages"]
OWN += ["/var/lib/nginx"]


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def unit(name):
    """Return {key: [values]} of the unit `name`; one of Debian's has what deploy/ adds to it."""
    found = {}
    own = DEPLOY / "systemd" / name
    files = [own] if own.exists() else [PACKAGED / name, *(DEPLOY / "systemd").glob(f"{name}.d/*")]
    for file in files:
        for line in file.read_text().splitlines():
            if match := re.fullmatch(r"(\w+)=(.*)", line):
                found.setdefault(match[1], []).append(match[2])
    return found


class Machine:
    """The folders of a server on which deploy/ has been set up, and its programs."""

    def __init__(self, database_url):
        for folder in OWN:
            Path(folder).mkdir(parents=True, exist_ok=True)
            run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "own", folder)
        folders = ("/srv/svetaine/releases/1", "/var/lib/svetaine/media", "/var/backups/svetaine")
        for folder in folders:
            Path(folder).mkdir(parents=True)
        run("mount", "--bind", str(settings.BASE_DIR), "/srv/svetaine/releases/1")
        CURRENT.symlink_to("/srv/svetaine/releases/1")
        example = (DEPLOY / "environment.example").read_text()
        values = {"SECRET_KEY": "a1b2c3d4e5" * 6, "DATABASE_URL": database_url}
        for name, value in values.items():
            example, number = re.subn(rf"(?m)^{name}=.*$", f"{name}={value}", example)
            assert number == 1, name
        Path("/etc/svetaine/environment").write_text(example)
        site = Path("/etc/nginx/sites-enabled/svetaine.conf")
        site.symlink_to(CURRENT / "deploy" / "nginx" / "svetaine.conf")
        certificate = Path("/etc/letsencrypt/live/svetaine")
        certificate.mkdir(parents=True)
        run(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=biblioteka.example"),
            *("-addext", "subjectAltName=DNS:biblioteka.example"),
            *("-keyout", str(certificate / "privkey.pem")),
            *("-out", str(certificate / "fullchain.pem")),
        )
        # Here the name of the site leads here.
        hosts = Path("/etc/svetaine/hosts")
        hosts.write_text("127.0.0.1 localhost biblioteka.example\n")
        run("mount", "--bind", str(hosts), "/etc/hosts")
        self.processes, self.log = {}, None
        path = unit("svetaine.socket")["ListenStream"][0]
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        os.chmod(path, 0o666)  # noqa: S103 - of this machine alone, where nginx is somebody else
        self.socket.listen(int(unit("svetaine.socket")["Backlog"][0]))

    @property
    def environment(self):
        """What a unit's EnvironmentFile gives it, and nothing of this process but what finds it."""
        lines = Path(unit("svetaine.service")["EnvironmentFile"][0]).read_text().splitlines()
        pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | dict(pairs)

    def manage(self, *command):
        done = subprocess.run(
            [CURRENT / ".venv/bin/python", "manage.py", *command],
            cwd=CURRENT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def set_up(self):
        """Do what deploy/README.md says to do before the start, and load the sample content."""
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.manage("load_demo", "--verbosity=0")

    def start(self, name, at=None, known_as=None):
        """Start the unit `name`, as systemd would; the application with the socket `at` as its own.

        That is the machine's, unless it is told. `known_as` tells a second one from the first.
        """
        service = unit(name)
        command = f"exec {service['ExecStart'][0]}"
        options = {}
        if name == "svetaine.service":
            at = (at or self.socket).fileno()
            command = f"exec 3<&{at}; LISTEN_FDS=1 LISTEN_PID=$$ {command}"
            options["pass_fds"] = [at]
        self.processes[known_as or name] = subprocess.Popen(
            ["/bin/bash", "-c", command],
            cwd=service["WorkingDirectory"][0],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            **options,
        )

    def start_nginx(self):
        run("nginx", "-t")
        self.processes["nginx"] = subprocess.Popen(
            ["nginx", "-g", "daemon off;"], start_new_session=True
        )

    def reload_nginx(self):
        """Let nginx read its configuration again; return when it answers by the new one."""
        children = Path(f"/proc/{self.processes['nginx'].pid}/task/")
        nginx = next(children.iterdir()) / "children"
        before = set(nginx.read_text().split())
        run("nginx", "-t")
        self.processes["nginx"].send_signal(signal.SIGHUP)
        wait_for(lambda: set(nginx.read_text().split()) - before)

    def stop(self, name, how=signal.SIGTERM):
        """Send the unit `name` a signal, and wait for its end."""
        process = self.processes.pop(name)
        process.send_signal(how)
        process.wait(timeout=PATIENCE)

    def kill(self, name):
        """End all processes of the unit `name`, as when the power fails."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_all(self):
        for process in self.processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()
        self.socket.close()

    def memory(self):
        """Return {program: MiB} of what the processes of each take, what they share divided.

        Those of this machine: other test runs have theirs.
        """
        found, here = {}, os.readlink("/proc/self/ns/mnt")
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(folder / "ns" / "mnt") != here:
                    continue
                words = (folder / "cmdline").read_text().replace("\0", " ")
                shares = re.search(r"Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text())
            except OSError:
                continue
            for program, sign in {
                "application": "gunicorn",
                "worker": "manage.py worker",
                "nginx": "nginx",
                "PostgreSQL": "postgres",
            }.items():
                if sign in words and "pytest" not in words and "tests.postgres" not in words:
                    found[program] = found.get(program, 0) + int(shares[1]) / 1024
        return found


def wait_for(works, patience=PATIENCE):
    """Return once `works()` is true; fail when it is not within `patience` seconds."""
    until = time.monotonic() + patience
    while not works():
        assert time.monotonic() < until, "It did not come to pass."
        time.sleep(0.1)


def make_full(folder, left=0):
    """Leave `left` bytes on the disk of its own at `folder`, and no more."""
    room = os.statvfs(folder)
    used = (room.f_blocks - room.f_bfree) * room.f_frsize
    # None at all would mean no limit.
    run("mount", "-o", f"remount,size={max(used + left, 1)}", str(folder))


def make_room(folder):
    run("mount", "-o", f"remount,size={DISK}", str(folder))


class Database:
    """The PostgreSQL of this test run, as a server has it: killed, and started again."""

    def __init__(self, url):
        # Not hostname, which is in small letters.
        host = urlsplit(url).netloc.rpartition("@")[2].partition(":")[0]
        self.folder = Path(unquote(host))
        self.number = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        proc = Path(f"/proc/{self.number}")
        self.command = (proc / "cmdline").read_text().rstrip("\0").split("\0")
        self.user = proc.stat().st_uid
        self.process = None

    def kill(self):
        """End all its processes as a crash does."""
        children = Path(f"/proc/{self.number}/task/{self.number}/children").read_text().split()
        for number in [self.number, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        # Before the last of them is gone, no other server begins.
        wait_for(lambda: not any(Path(f"/proc/{number}/exe").exists() for number in children))

    def start(self):
        # Who has started the first has not seen its end yet, and so neither does PostgreSQL.
        for lock in ("data/postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.folder / lock).unlink()
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self):
        """End what start() has started; the first is ended by who started it."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
