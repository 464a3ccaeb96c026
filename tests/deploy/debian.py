"""deploy/README.md followed on a new Debian: `make debian`, as root, or with 12 for the older one.

The commands are taken from the page, and typed by a machine in place of a person: from nothing to
a running site, an upgrade, and back to the backup. What it answers in place of a person, or cannot
have, is in TYPED: the address of the repository, the settings, a certificate.

The system is debootstrap's, started with systemd of its own by systemd-nspawn; its network is its
own too, and leads outside by pasta. Nothing of it stays.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "deploy" / "README.md"
RELEASES = {"12": "bookworm", "13": "trixie"}
MIRROR = "http://deb.debian.org/debian"
TOOLS = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "pasta": "passt"}
# What Debian's installer brings beyond a minimal system; with openssl a certificate is made here.
INSTALLER = "systemd-sysv,dbus,iproute2,procps,nano,openssl"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What leads this computer to its packages leads the new one there too.
PASSED = r"(PIP|UV|SSL)_|\w+_proxy$"
OWNER = {"email": "owner@biblioteka.example", "password": "Knygos-ir-skaitytojai"}
PATIENCE = 60  # seconds
LARGEST = 600  # MiB
# What a person would type or choose, by what it replaces on the page.
TYPED = {
    r"ADDRESS": "file:///root/repository",
    r"apt-get install": "DEBIAN_FRONTEND=noninteractive apt-get install -qq",
    r"(?m)^(nano|certbot) ": r"/root/typed_\1 ",
    r"(svetaine createsuperuser)": r"\1 --noinput",
    r"/var/backups/svetaine/svetaine-….tar.age": "$(ls /var/backups/svetaine/* | tail -1) --yes",
}
PROGRAMS = {
    "typed_nano": """#!/bin/sh -e
key=$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')
sed -i -e "s|^SECRET_KEY=.*|SECRET_KEY=$key|" -e "s|^BACKUP_KEY=.*|BACKUP_KEY=$RECIPIENT|" \
    -e 's|^EMAIL_HOST=.*|EMAIL_HOST=localhost|' -e 's|^EMAIL_PORT=.*|EMAIL_PORT=2525|' \
    -e '$aEMAIL_TLS=' "$1"
""",
    "typed_certbot": """#!/bin/sh -e
folder=/etc/letsencrypt/live/svetaine
install -d $folder /var/www/html/.well-known/acme-challenge
echo here >/var/www/html/.well-known/acme-challenge/token
test "$(curl -fsS http://biblioteka.example/.well-known/acme-challenge/token)" = here
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
    -subj /CN=biblioteka.example -addext subjectAltName=DNS:biblioteka.example \
    -keyout $folder/privkey.pem -out $folder/fullchain.pem 2>/dev/null
cp $folder/fullchain.pem /usr/local/share/ca-certificates/own.crt
update-ca-certificates >/dev/null
""",
}


def command(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def wait_for(works):
    """Return the seconds after which `works()` was true; fail after PATIENCE of them."""
    began = time.monotonic()
    while not works():
        assert time.monotonic() - began < PATIENCE, "It did not come to pass."
        time.sleep(0.2)
    return time.monotonic() - began


def sections():
    """Return {heading: [block of commands]} of the page."""
    found, heading = {}, ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            heading = line[3:]
            found[heading] = [""]
        elif heading and line.startswith("    "):
            found[heading][-1] += line[4:] + "\n"
        elif heading and found[heading][-1]:
            found[heading].append("")
    return {heading: [block for block in blocks if block] for heading, blocks in found.items()}


def as_typed(block):
    for pattern, typed in TYPED.items():
        block = re.sub(pattern, typed, block)
    return block


class Debian:
    """A new system in `folder`, within a network of its own; to be used with `with`."""

    def __init__(self, version, folder):
        self.folder = Path(folder)
        self.root = self.folder / "root"
        self.network = f"debian{version}-{os.getpid()}"
        mounts = Path("/proc/mounts").read_text()
        self.group = Path(re.search(r"(?m)^\S+ (\S+) cgroup2 ", mounts)[1]) / self.network
        self.nspawn = self.pasta = None
        self.environment = {k: v for k, v in os.environ.items() if re.match(PASSED, k)}
        self.environment |= {f"DJANGO_SUPERUSER_{k.upper()}": v for k, v in OWNER.items()}
        command(
            "debootstrap",
            "--variant=minbase",
            f"--include={INSTALLER}",
            RELEASES[version],
            str(self.root),
            MIRROR,
        )
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost biblioteka.example\n")
        # What lets this computer out, where not everything does, lets the new one out too.
        own = self.root / "usr/local/share/ca-certificates"
        own.mkdir(exist_ok=True)
        for file in Path("/usr/local/share/ca-certificates").glob("*.crt"):
            shutil.copy(file, own)
        for name, text in PROGRAMS.items():
            (self.root / "root" / name).write_text(text)
            (self.root / "root" / name).chmod(0o755)
        self.bring_repository()
        self.make_key()

    def bring_repository(self):
        """Bring it the last commit of this repository."""
        bare, work = self.root / "root/repository", self.folder / "work"
        command("git", "clone", "--bare", "--quiet", str(ROOT), str(bare))
        command("git", "clone", "--quiet", str(bare), str(work))

    def bring_next_release(self):
        """Put one more commit into the repository, which changes the styles."""
        work = self.folder / "work"
        with (work / "static/css/base.css").open("a") as styles:
            styles.write("\n/* The next release. */\n")
        git = ["git", "-C", str(work), "-c", "user.name=a", "-c", "user.email=a@biblioteka.example"]
        command(*git, "commit", "--quiet", "--all", "--message=Next")
        command(*git, "push", "--quiet", "origin", "HEAD")

    def make_key(self):
        """Make the key of the backups, which is kept elsewhere; tell the server its recipient."""
        make = "import pyrage; key = pyrage.x25519.Identity.generate(); print(key, key.to_public())"
        key, recipient = command(sys.executable, "-c", make).split()
        (self.folder / "key.txt").write_text(f"{key}\n")
        self.environment["RECIPIENT"] = recipient

    def __enter__(self):
        command("ip", "netns", "add", self.network)
        command("ip", "-n", self.network, "link", "set", "lo", "up")
        ports = [word for option in "tuTU" for word in (f"-{option}", "none")]
        namespace = f"/run/netns/{self.network}"
        self.pasta = subprocess.Popen(
            ["pasta", "--config-net", *ports, "--netns", namespace, "--runas", "0", "-f", "-q"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *args):
        if self.nspawn:
            self.turn_off()
        self.pasta.terminate()
        self.pasta.wait()
        command("ip", "netns", "del", self.network)
        # From the innermost.
        for group in sorted(self.group.rglob("*/"), reverse=True):
            group.rmdir()
        self.group.rmdir()

    def turn_on(self):
        self.nspawn = subprocess.Popen(
            [
                # In a group of its own: its systemd counts the processes of each unit by them.
                *(
                    "sh",
                    "-c",
                    'mkdir -p "$0" && echo $$ >"$0/cgroup.procs" && exec "$@"',
                    self.group,
                ),
                *("systemd-nspawn", "--boot", "--quiet", "-D", str(self.root)),
                *("--register=no", "--keep-unit", "--console=pipe", "--resolv-conf=copy-host"),
                f"--network-namespace-path=/run/netns/{self.network}",
                "--capability=CAP_NET_ADMIN",  # a unit with a network of its own wants it
            ],
            env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        wait_for(lambda: self.first_process and self.tried("systemctl is-system-running --wait"))

    def turn_off(self):
        self.nspawn.terminate()
        self.nspawn.wait(timeout=PATIENCE)

    @property
    def first_process(self):
        number = self.nspawn.pid
        return Path(f"/proc/{number}/task/{number}/children").read_text().strip()

    def shell(self, script):
        """Return the arguments of Popen for `script`, of commands that must all succeed."""
        passed = [f"{name}={value}" for name, value in self.environment.items()]
        return [
            *("nsenter", "--target", self.first_process, "--all", "--"),
            *("env", "-i", "HOME=/root", "LANG=C.UTF-8", f"PATH={PATH}", *passed),
            *("bash", "--norc", "-euo", "pipefail", "-c", f"cd\n{script}"),
        ]

    def tried(self, script):
        return subprocess.run(self.shell(script), capture_output=True).returncode == 0

    def ask(self, script):
        """Return what `script` prints."""
        done = subprocess.run(self.shell(script), capture_output=True, text=True)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def type(self, heading, blocks):
        """Type the `blocks` of the page as one person, and print how long it took."""
        began = time.monotonic()
        printed = self.ask("\n".join(map(as_typed, blocks)))
        print(f"{time.monotonic() - began:5.0f} s  {heading}", flush=True)
        return printed

    def is_ready(self):
        return self.tried("curl -fsS -m 5 https://biblioteka.example/readyz")

    def memory(self):
        """Return {unit: MiB} of what the processes of each take, what they share divided."""
        found = {}
        own = os.readlink(f"/proc/{self.first_process}/ns/pid")
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(process / "ns/pid") != own:
                    continue
                [group] = re.findall(r"(?m)^0::(.*)$", (process / "cgroup").read_text())
                share = re.search(r"Pss:\s+(\d+) kB", (process / "smaps_rollup").read_text())
            except OSError:
                continue
            if share:
                unit = group.rpartition("/")[2]
                found[unit] = found.get(unit, 0) + int(share[1]) / 1024
        return found


def style(debian):
    """Return the path of styles that the first page asks for, as nginx has them."""
    page = debian.ask("curl -fsS https://biblioteka.example/")
    [path] = re.findall(r'href="(/static/css/base\.[0-9a-f]+\.css)"', page)
    debian.ask(f"curl -fsS -o /dev/null https://biblioteka.example{path}")
    return path


def use(debian):
    """Let an editor and visitors use the site; return {project: address, files: addresses}."""
    go = f"from tests.deploy.journey import go; go(**{OWNER})"
    return json.loads(debian.ask(f'svetaine shell --verbosity=0 --command "{go}"').splitlines()[-1])


def shows(debian, seen):
    """Tell whether a visitor gets the project and the files that were `seen`."""
    addresses = [f"https://biblioteka.example{path}" for path in [seen["project"], *seen["files"]]]
    return debian.tried(f"curl -fsS -o /dev/null {' -o /dev/null '.join(addresses)}")


def look_at_units(debian):
    for unit in debian.ask("ls /srv/svetaine/current/deploy/systemd").split():
        if unit.endswith(".timer"):
            assert debian.ask(f"systemctl is-active {unit}") == "active"
            debian.ask(f"systemctl start {unit.removesuffix('.timer')}")
        elif unit.endswith(".service"):
            exposure = debian.ask(f"systemd-analyze security {unit} | tail -1")
            assert float(re.search(r"\d+\.\d+", exposure)[0]) <= 2, exposure
    assert debian.ask("systemctl --failed --quiet --no-legend") == ""
    assert debian.ask("journalctl --quiet --priority=warning --unit='svetaine*'") == ""
    for path in ("/srv/svetaine/current/manage.py", "/etc/svetaine/environment"):
        for person in ("svetaine", "www-data"):
            writes = debian.tried(f"runuser -u {person} -- test -w {path}")
            reads = debian.tried(f"runuser -u {person} -- test -r {path}")
            assert (writes, reads) == (False, person == "svetaine" or "manage" in path), path


def come_back(debian):
    """Kill each program, then turn all of it off and on; print how long each was away."""
    for unit in ("svetaine", "svetaine-worker", "postgresql@*.service", "nginx"):

        def number(unit=unit):
            return debian.ask(f"systemctl show --property=MainPID --value '{unit}'")

        killed = number()
        began = time.monotonic()
        debian.ask(f"kill -9 {killed}")
        wait_for(lambda number=number, killed=killed: number() not in {killed, "0"})
        wait_for(debian.is_ready)
        print(f"{time.monotonic() - began:5.1f} s  until {unit} was back, killed", flush=True)
    debian.turn_off()
    debian.turn_on()
    print(f"{wait_for(debian.is_ready):5.1f} s  after the computer has started", flush=True)


def follow(version, debian):
    steps = sections()
    began = time.monotonic()
    for heading, blocks in steps.items():
        if heading[0].isdigit() and ("Debian 12" not in heading or version == "12"):
            printed = debian.type(heading, blocks)
    print(f"{time.monotonic() - began:5.0f} s  from nothing to „{printed.splitlines()[-1]}“")
    assert printed.endswith("ok"), printed


def measure(debian):
    memory = debian.memory()
    print(", ".join(f"{unit} {size:.0f}" for unit, size in sorted(memory.items())))
    print(f"{sum(memory.values()):5.0f} MiB in all", flush=True)
    assert sum(memory.values()) < LARGEST


def go_on(debian, seen):
    """Upgrade, go back with the code alone, and with the data, which by then are lost."""
    steps, before = sections(), style(debian)
    code, data = steps["Roll back"]
    debian.bring_next_release()
    debian.type("Upgrade", steps["Upgrade"])
    wait_for(lambda: style(debian) != before)  # nginx holds pages for some seconds
    debian.type("Roll back: the code", [code])
    wait_for(debian.is_ready)
    wait_for(lambda: style(debian) == before)
    delete = "from projects.models import Project; Project.objects.all().delete()"
    debian.ask(f"svetaine shell --verbosity=0 --command '{delete}'")
    wait_for(lambda: not shows(debian, seen))
    shutil.copy(debian.folder / "key.txt", debian.root / "root/key.txt")
    debian.type("Roll back: the data", [data])
    wait_for(lambda: shows(debian, seen))


def look_at(debian):
    seen = use(debian)
    assert shows(debian, seen)
    look_at_units(debian)
    measure(debian)
    come_back(debian)
    go_on(debian, seen)


def main(version="13"):
    missing = [package for program, package in TOOLS.items() if not shutil.which(program)]
    if missing or os.geteuid() != 0:
        sys.exit(f"As root, with apt-get install {' '.join(TOOLS.values())}")
    with tempfile.TemporaryDirectory() as folder, Debian(version, folder) as debian:
        debian.turn_on()
        follow(version, debian)
        look_at(debian)


if __name__ == "__main__":
    main(*sys.argv[1:])
