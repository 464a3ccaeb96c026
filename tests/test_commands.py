"""The commands of the Makefile, in parts: a Python, an environment, .env, a PostgreSQL."""

import contextlib
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path
from unittest import mock

import psycopg2
import pytest

from scripts.run import give_secret_key, require_free_port, set_environment
from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ["sh", "cat", "chmod", "cmp", "cp", "dirname", "grep", "mkdir", "rm"]
# Answers as Python {version}: what it is asked with -c goes to a real one, which is told so.
FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
-c*) exec '{real}' -c "import sys; sys.version_info = tuple(map(int, '{version}'.split('.')))
$2" ;;
'-m venv') {venv} ;;
--version*) echo Python {version} ;;
esac
"""
MAKES_ENVIRONMENT = """mkdir .venv/bin && cp "$0" .venv/bin/python &&
    echo "VIRTUAL_ENV=$PWD/.venv" >.venv/bin/activate"""
IS_REFUSED = (
    "Install Python 3.12 or newer with venv (apt-get install python3 python3-venv),"
    " or uv (https://docs.astral.sh/uv/).\n"
)


class Clone:
    """A folder with environment.sh and requirements, and a PATH of nothing but fakes."""

    def __init__(self, folder):
        self.folder = folder / "a clone"
        self.home = folder / "home"
        self.programs = folder / "programs"
        (self.folder / "scripts").mkdir(parents=True)
        self.programs.mkdir()
        shutil.copy(ROOT / "scripts/environment.sh", self.folder / "scripts")
        (self.folder / "requirements.txt").write_text("Django\n")
        (self.folder / "requirements-hosts.txt").write_text("redis\n")
        for tool in TOOLS:
            (self.programs / tool).symlink_to(shutil.which(tool))

    def add_python(self, name, version, *, has_venv=True, folder=None):
        """Put a Python into the PATH, or into `folder`."""
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        venv = MAKES_ENVIRONMENT if has_venv else "exit 1"
        path.write_text(FAKE_PYTHON.format(real=sys.executable, version=version, venv=venv))
        path.chmod(0o755)

    def make_environment(self):
        """Run environment.sh; return its status and what it wrote to stdout and stderr."""
        done = subprocess.run(
            ["sh", "scripts/environment.sh", "requirements.txt"],
            cwd=self.folder,
            env={"PATH": str(self.programs), "HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


def installed_with(version):
    """Return what environment.sh does when it installs with Python `version`."""
    return 0, f"Installing requirements.txt into .venv, with Python {version}\n", ""


NOTHING_TO_DO = (0, "", "")


def test_environment_passes_by_an_old_python(clone):
    clone.add_python("python3", "3.11.2")
    clone.add_python("python3.13", "3.13.1")
    clone.add_python("python3.12", "3.12.1")
    assert clone.make_environment() == installed_with("3.13.1")


def test_environment_passes_by_a_python_that_fails_to_make_one(clone):
    clone.add_python("python3", "3.13.1", has_venv=False)
    clone.add_python("python3.12", "3.12.0")
    assert clone.make_environment() == installed_with("3.12.0")


def test_environment_finds_a_python_of_pyenv(clone):
    clone.add_python("python3", "3.9.2")
    versions = clone.home / ".pyenv/versions"
    clone.add_python("python", "3.10.4", folder=versions / "3.10.4/bin")
    clone.add_python("python", "3.14.0", folder=versions / "3.14.0/bin")
    assert clone.make_environment() == installed_with("3.14.0")


def test_environment_without_a_fitting_python_is_refused_in_one_line(clone):
    clone.add_python("python3", "3.11.2")
    clone.add_python("python3.13", "3.13.1", has_venv=False)
    assert clone.make_environment() == (1, "", IS_REFUSED)
    assert not (clone.folder / ".venv").exists()


def test_environment_is_kept_until_requirements_change(clone):
    clone.add_python("python3", "3.13.1")
    clone.make_environment()
    (clone.folder / ".venv/kept").touch()
    assert clone.make_environment() == NOTHING_TO_DO
    (clone.folder / "requirements.txt").write_text("Django\nPillow\n")
    assert clone.make_environment() == installed_with("3.13.1")
    assert clone.make_environment() == NOTHING_TO_DO
    assert (clone.folder / ".venv/kept").exists()


def leave_half_made(clone):
    (clone.folder / ".venv/unfinished").touch()


def break_python(clone):
    (clone.folder / ".venv/bin/python").unlink()


def move(clone):
    clone.folder = clone.folder.rename(clone.folder.parent / "another clone")


@pytest.mark.parametrize("spoil", [leave_half_made, break_python, move])
def test_environment_that_is_spoilt_is_made_anew(clone, spoil):
    clone.add_python("python3", "3.13.1")
    clone.make_environment()
    (clone.folder / ".venv/old").touch()
    spoil(clone)
    assert clone.make_environment() == installed_with("3.13.1")
    assert not (clone.folder / ".venv/old").exists()
    assert clone.make_environment() == NOTHING_TO_DO


@pytest.fixture
def environment():
    """An empty environment, and the old one back at the end."""
    with mock.patch.dict(os.environ, clear=True):
        yield os.environ


def test_run_makes_env_file_once_for_its_owner_only(environment, tmp_path):
    path = tmp_path / ".env"
    set_environment("8000", path)
    written = path.read_text()
    assert re.fullmatch(r"SECRET_KEY=[\w-]{50,}\n", written)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    set_environment("8000", path)
    assert path.read_text() == written


def test_run_keeps_an_env_file_with_a_secret_key(environment, tmp_path):
    path = tmp_path / ".env"
    path.write_text("SITE_URL=https://biblioteka.example\nSECRET_KEY=mine")
    set_environment("8000", path)
    assert path.read_text() == "SITE_URL=https://biblioteka.example\nSECRET_KEY=mine"
    assert environment["SITE_URL"] == "https://biblioteka.example"


def test_run_adds_only_the_secret_key_that_an_env_file_lacks(environment, tmp_path):
    path = tmp_path / ".env"
    path.write_text("DATABASE_URL=postgres://localhost/association")
    set_environment("8000", path)
    database, key = path.read_text().splitlines()
    assert database == "DATABASE_URL=postgres://localhost/association"
    assert re.fullmatch(r"SECRET_KEY=[\w-]{50,}", key)


def test_run_with_a_secret_key_in_the_environment_writes_no_file(environment, tmp_path):
    environment["SECRET_KEY"] = "mine"
    set_environment("8000", tmp_path / ".env")
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize(
    ("site_url", "expected"),
    [("", "http://localhost:8001"), ("http://127.0.0.1:9000", "http://127.0.0.1:9000")],
)
def test_run_names_the_address_by_its_port_unless_told(environment, tmp_path, site_url, expected):
    environment["SITE_URL"] = site_url
    set_environment("8001", tmp_path / ".env")
    assert environment["SITE_URL"] == expected


def test_secret_keys_differ(tmp_path):
    give_secret_key(tmp_path / "one")
    give_secret_key(tmp_path / "other")
    assert (tmp_path / "one").read_text() != (tmp_path / "other").read_text()


def test_run_refuses_a_taken_port_and_says_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SystemExit) as refusal:
            require_free_port(str(port))
    way_out = port + 1 if port < 65535 else 8001
    assert refusal.value.code == f"Port {port} is taken. Choose another: PORT={way_out} make run"


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_run_refuses_what_is_no_port(port):
    with pytest.raises(SystemExit) as refusal:
        require_free_port(port)
    assert refusal.value.code == f"PORT is a number from 1 to 65535, not {port!r}."


def test_env_example_names_what_settings_read():
    settings = (ROOT / "association/settings.py").read_text()
    read = set(re.findall(r'(?:environ(?:\.get\(|\[)|required\()\s*"([A-Z_]+)"', settings))
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == {*read, "DATABASE_URL"}


def test_make_help_names_every_command():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[1].split()
    shown = subprocess.check_output(["make"], cwd=ROOT, text=True)
    assert re.findall(r"^  make (\w+)", shown, re.MULTILINE) == phony


def ask(url, query, *values):
    """Return the first value that the database at `url` answers."""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def folder_of(url):
    """Return the folder of the cluster at `url`."""
    return Path(psycopg2.extensions.parse_dsn(url)["host"])


@pytest.mark.postgresql
def test_cluster_orders_as_lithuanian_does():
    words = ["žuvis", "zebras", "ąžuolas", "azija", "yla", "ilga", "čiurlys", "dalia", "cukrus"]
    with postgres.cluster() as url:
        ordered = ask(url, "SELECT array_agg(word ORDER BY word) FROM unnest(%s) word", words)
    assert " ".join(ordered) == "azija ąžuolas cukrus čiurlys dalia yla ilga zebras žuvis"


def fail_on_cluster(seen):
    """Raise ZeroDivisionError while a cluster runs, its address and process id put into `seen`."""
    with postgres.cluster() as url:
        pid = int((folder_of(url) / "data/postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
        seen.update(folder=folder_of(url), pid=pid)
        raise ZeroDivisionError


@pytest.mark.postgresql
def test_cluster_is_gone_when_its_block_raises():
    seen = {}
    with pytest.raises(ZeroDivisionError):
        fail_on_cluster(seen)
    assert not seen["folder"].exists()
    with pytest.raises(ProcessLookupError):
        os.kill(seen["pid"], 0)


@pytest.mark.postgresql
def test_two_clusters_run_side_by_side():
    with postgres.cluster() as one, postgres.cluster() as other:
        assert [ask(url, "SHOW unix_socket_directories") for url in (one, other)] == [
            str(folder_of(one)),
            str(folder_of(other)),
        ]
    assert one != other


@pytest.mark.postgresql
def test_command_on_a_cluster_gets_its_address_and_gives_its_status():
    done = subprocess.run(
        [sys.executable, "-m", "tests.postgres", "--", "sh", "-c", "echo $DATABASE_URL; exit 7"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7
    assert re.fullmatch(r"postgres://postgres@%2Ftmp%2Fpostgresql-\w+:5432/postgres\n", done.stdout)
    assert not folder_of(done.stdout.strip()).exists()


@pytest.mark.parametrize("version", ["", "psql (PostgreSQL) 14.9"])
def test_cluster_without_a_new_postgresql_says_what_to_install(tmp_path, monkeypatch, version):
    if version:
        (tmp_path / "initdb").touch()
        (tmp_path / "postgres").write_text(f"#!/bin/sh\necho '{version}'\n")
        (tmp_path / "postgres").chmod(0o755)
    monkeypatch.setattr(postgres.os, "get_exec_path", lambda: [str(tmp_path)])
    monkeypatch.setattr(postgres, "PACKAGED", tmp_path / "none")
    with pytest.raises(postgres.PostgresqlUnusable) as refusal:
        postgres.find_programs()
    assert str(refusal.value) == "Install PostgreSQL 15 or newer: apt-get install postgresql"
