"""What deploy/ ships, started as it says: nginx, gunicorn, the worker, PostgreSQL."""

import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.deploy.machine import CURRENT, DEPLOY, unit, wait_for
from tests.deploy.visits import HOST, answers, get

pytestmark = pytest.mark.deploy

SERVICES = ["svetaine.service", "svetaine-worker.service"]
SERVICES += ["svetaine-backup.service", "svetaine-cleanup.service"]
LARGEST = 600  # MiB, of all processes together
LONGEST_ABSENCE = 10  # seconds
ASKED = "/paieska/?q=muge"  # which nginx does not store


def test_units_are_sound_and_sandboxed(machine):
    """All that is there is where systemd looks: what it adds to Debian's units, too."""
    folder = Path("/etc/svetaine/units")
    folder.mkdir()
    names = []
    for path in (DEPLOY / "systemd").iterdir():
        (folder / path.name).symlink_to(CURRENT / "deploy" / "systemd" / path.name)
        names.append(path.name.removesuffix(".d").replace("@.", "@17-main."))
    where = os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"}
    done = subprocess.run(
        ["systemd-analyze", "verify", *names], env=where, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    for name in SERVICES:
        command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20"]
        done = subprocess.run([*command, str(DEPLOY / "systemd" / name)], capture_output=True)
        assert done.returncode == 0, name


@pytest.mark.parametrize(
    "name", ["svetaine.service", "svetaine-worker.service", "nginx.service", "postgresql@.service"]
)
def test_whatever_ends_by_itself_is_started_again(name):
    """However often: systemd gives up after five times in ten seconds else."""
    service = unit(name)
    assert service["Restart"][-1] in {"always", "on-failure"}
    assert float(service["RestartSec"][-1]) <= 2
    assert service["StartLimitIntervalSec"][-1] == "0"


def test_page_comes_by_tls_and_http_2_compressed_and_numbered(machine):
    answer = get("/", **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "set-cookie" not in answer.headers
    number = answer.headers["x-request-id"]
    wait_for(lambda: number in Path("/var/log/nginx/svetaine.log").read_text())
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("localhost", 443)) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        assert (secure.version(), secure.selected_alpn_protocol()) == ("TLSv1.3", "h2")


def test_plain_http_leads_to_https(machine):
    with socket.create_connection(("localhost", 80)) as plain:
        plain.sendall(f"GET /projektai/?a=1 HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
        answer = plain.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 301")
    assert f"Location: https://{HOST}/projektai/?a=1\r\n" in answer


def test_static_files_are_kept_for_a_year_and_need_no_application(machine):
    [path] = re.findall(r'href="(/static/css/site\.[0-9a-f]+\.css)"', get("/").body.decode())
    answer = get(path)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_uploaded_file_is_sent_by_nginx_once_the_site_has_let_it_out(machine):
    machine.manage("shell", "--verbosity=0", "--command", DOCUMENT)
    answer = get("/failai/asociacijos-dokumentai/istatai.pdf", Range="bytes=2-5")
    assert (answer.status, answer.body) == (206, b"tata")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    for hidden in ("/protected/asociacijos-dokumentai/istatai.pdf", "/failai/../etc/passwd"):
        assert get(hidden).status in {400, 404}


DOCUMENT = """
from django.core.files.base import ContentFile
from association.models import Document
Document.objects.create(title="Įstatai", file=ContentFile(b"Istatai"[:1].lower() + b"statai",
    "istatai.pdf"), audience="public")
"""


def test_log_tells_neither_who_asked_nor_the_keys_of_addresses(machine):
    get("/juodrastis/aB3dE5gH7jK9mN1p/?q=Ona")
    log = Path("/var/log/nginx/svetaine.log")
    wait_for(lambda: "/juodrastis/" in log.read_text())
    assert "/juodrastis/..." in log.read_text()
    for secret in ("aB3dE5gH7jK9mN1p", "127.0.0.1", "::1", "Ona"):
        assert secret not in log.read_text()


def test_stranger_with_another_host_name_gets_nothing(machine):
    assert get("/", Host="kita.example").status == 400


def test_all_of_it_fits_into_the_memory_of_a_small_server(machine):
    for _ in range(30):
        get("/")
    memory = machine.memory()
    assert set(memory) == {"application", "worker", "nginx", "PostgreSQL"}
    print({program: round(size) for program, size in memory.items()})
    assert sum(memory.values()) < LARGEST


class Load:
    """Visitors who ask for a page all the time, and what they got."""

    def __init__(self, number=4, path="/"):
        self.path = path
        self.statuses, self.is_over = [], threading.Event()
        self.threads = [threading.Thread(target=self.visit) for _ in range(number)]

    def visit(self):
        while not self.is_over.is_set():
            try:
                self.statuses.append(get(self.path).status)
            except (OSError, HTTPException) as error:
                self.statuses.append(type(error).__name__)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *args):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def test_restart_under_load_fails_no_request(machine):
    with Load() as load:
        time.sleep(1)
        for _ in range(2):
            machine.stop("svetaine.service")
            machine.start("svetaine.service")
            wait_for(lambda: answers("/healthz"))
        time.sleep(1)
    assert len(load.statuses) > 20
    assert set(load.statuses) == {200}


def test_killed_application_is_told_in_lithuanian_and_comes_back(machine):
    process = machine.processes.pop("svetaine.service")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    os.rename(unit("svetaine.socket")["ListenStream"][0], "/run/svetaine/away")
    answer = get(ASKED)
    assert answer.status == 503
    assert "Svetainė trumpam neveikia" in answer.body.decode()
    assert answer.headers["retry-after"] == "10"
    os.rename("/run/svetaine/away", unit("svetaine.socket")["ListenStream"][0])
    machine.start("svetaine.service")
    wait_for(lambda: answers("/readyz"))


def test_killed_database_is_told_in_lithuanian_and_the_site_comes_back(machine, database):
    assert get(ASKED).status == 200
    database.kill()
    answer = get(ASKED)
    assert answer.status == 503
    assert "Svetainė trumpam neveikia" in answer.body.decode()
    assert answer.headers["retry-after"] == "10"
    assert get("/healthz").status == 200
    assert get("/readyz").status == 503
    database.start()
    began = time.monotonic()
    wait_for(lambda: answers("/readyz") and answers(ASKED))
    assert time.monotonic() - began < LONGEST_ABSENCE
    assert machine.processes["svetaine-worker.service"].poll() is None


def test_killed_process_of_the_application_is_replaced(machine):
    master = machine.processes["svetaine.service"].pid
    children = Path(f"/proc/{master}/task/{master}/children")
    before = children.read_text().split()
    for number in before:
        os.kill(int(number), signal.SIGKILL)
    began = time.monotonic()
    wait_for(lambda: answers("/"))
    wait_for(lambda: len(set(children.read_text().split()) - set(before)) == len(before))
    assert time.monotonic() - began < LONGEST_ABSENCE


def test_backup_is_made_as_its_unit_says(machine):
    machine.start("svetaine-backup.service")
    process = machine.processes.pop("svetaine-backup.service")
    assert process.wait(timeout=60) == 0
    [backup] = Path("/var/backups/svetaine").iterdir()
    assert re.fullmatch(r"svetaine-\d{8}T\d{6}Z\.tar", backup.name)


def test_what_was_kept_long_enough_is_erased_as_the_unit_says(machine):
    machine.manage("shell", "--verbosity=0", "--command", OLD_IMPORT)
    machine.start("svetaine-cleanup.service")
    process = machine.processes.pop("svetaine-cleanup.service")
    assert process.wait(timeout=60) == 0
    assert "Imports of tables: 0 due" in machine.manage("clean_up", "--dry-run")


OLD_IMPORT = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from association.models import TableImport
TableImport.objects.create(by=User.objects.create_user("ona@biblioteka.example"),
    model="projects.project", name="a.csv", made_at=timezone.now() - timedelta(days=8))
"""
