"""Backups that are made and restored for real: which rows and files come back, and who does not."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg2
import pyrage
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from association import backups
from tests import postgres, stores

EMAIL = "ona@biblioteka.example"
FILL = f"""
from tests import factories
user = factories.user(email={EMAIL!r}, name="Ona Onaitė")
factories.representative(user=user)
"""
COUNT = f"""
from accounts.models import Representative, User
print(User.objects.filter(email={EMAIL!r}).count(), Representative.objects.count())
"""
# Every row of every table, in the order of its text; not the number of the content's state, which
# is another one after what has been restored.
ROWS = """
import hashlib
from django.db import connection
total = hashlib.sha256()
with connection.cursor() as cursor:
    tables = set(connection.introspection.table_names())
    for table in sorted(tables - {"association_content_state"}):
        cursor.execute(f"SELECT * FROM {table}")
        for row in sorted(map(repr, cursor.fetchall())):
            total.update(f"{table} {row}".encode())
print(total.hexdigest())
"""
# Saves documents, each with a file of its own name, and says so once a client would be told.
WRITE = """
import itertools
from django.core.files.base import ContentFile
from association.models import Document
for number in itertools.count():
    name = f"Dokumentas {number}"
    Document.objects.create(title=name, file=ContentFile(name.encode(), f"failas-{number}.pdf"))
    print(number, flush=True)
"""
WRITTEN = """
from association.models import Document
for each in Document.objects.filter(title__startswith="Dokumentas "):
    print(each.title.split()[1], each.file.read().decode() == each.title)
"""
# Tries to restore each of the files named, and says why it may not.
TRY = """
from association import backups
for source, identity in {tries!r}:
    try:
        backups.restore(source, identity)
        print("restored")
    except backups.Refused as error:
        print(str(error).replace("\\n", " "))
"""


class Site:
    """A site of its own, whose commands are run as its owner runs them."""

    def __init__(self, url, folder):
        self.media, self.backups = folder / "media", folder / "backups"
        self.backups.mkdir()
        self.environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "ERASURES_FILE": str(folder / "erasures.txt"),
            "MEDIA_ROOT": str(self.media),
            "BACKUP_KEY": "",
        }

    def start(self, *command):
        return subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *command):
        process = self.start(*command)
        told, errors = process.communicate()
        assert process.returncode == 0, errors
        return told

    def shell(self, code):
        return self.manage("shell", "--verbosity=0", "--command", code)

    def back_up(self):
        """Make a backup; return its path."""
        self.manage("backup", str(self.backups), "--verbosity=0")
        return max(self.backups.iterdir())

    def restore(self, source, *options):
        return self.manage("restore", str(source), "--yes", "--verbosity=0", *options)

    def holds(self):
        """Return what the site holds: the sum of its rows, and that of each file."""
        files = {
            str(path.relative_to(self.media)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.media.rglob("*")
            if path.is_file()
        }
        return self.shell(ROWS), files

    def destroy(self):
        self.manage("flush", "--no-input")
        self.shell("from association.models import Page; Page.objects.create(title='A', slug='a')")
        for path in self.media.rglob("*"):
            if path.is_file():
                path.unlink()
        (self.media / "svetimas.txt").write_text("Svetimas")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The path of an SQLite database with all tables, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    Site(f"sqlite:///{folder / 'db.sqlite3'}", folder).manage("migrate", "--verbosity=0")
    return folder / "db.sqlite3"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A function that runs SQL on a PostgreSQL, in which the database migrated has all tables.

    As deploy's page has it, the site owns its database and is no superuser.
    """
    with postgres.cluster() as url, closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True

        def run(command):
            connection.cursor().execute(command)

        run("CREATE ROLE site LOGIN")
        run("CREATE DATABASE migrated OWNER site")
        run.url = f"{url.replace('postgres@', 'site@').removesuffix('/postgres')}/"
        Site(f"{run.url}migrated", tmp_path_factory.mktemp("server")).manage(
            "migrate", "--verbosity=0"
        )
        yield run


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def site(request, tmp_path):
    if request.param == "sqlite":
        file = tmp_path / "db.sqlite3"
        shutil.copy(request.getfixturevalue("migrated"), file)
        yield Site(f"sqlite:///{file}", tmp_path)
        return
    run = request.getfixturevalue("server")
    run("CREATE DATABASE site OWNER site TEMPLATE migrated")
    yield Site(f"{run.url}site", tmp_path)
    run("DROP DATABASE site WITH (FORCE)")


@pytest.fixture
def key(tmp_path):
    """A key of age: its recipient, and the path of the file that opens what is encrypted for it."""
    identity = pyrage.x25519.Identity.generate()
    path = tmp_path / "key.txt"
    path.write_text(f"# created by age-keygen\n{identity}\n")
    return str(identity.to_public()), str(path)


def test_everything_comes_back_row_by_row_and_file_by_file(site, key):
    site.manage("load_demo", "--verbosity=0")
    site.shell(WRITE.replace("itertools.count()", "range(3)"))
    site.environment["BACKUP_KEY"], identity = key
    before = site.holds()
    assert len(before[1]) == 3
    backup = site.back_up()
    assert backup.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert oct(backup.stat().st_mode)[-3:] == "600"
    for _ in range(2):  # a restored site is backed up and restored as well
        site.destroy()
        assert site.holds() != before
        told = site.restore(backup, "--identity", identity)
        assert told.startswith("The site is as it was at ")
        assert site.holds() == before
        time.sleep(1)  # the name of a backup tells the second
        backup = site.back_up()


@pytest.mark.sqlite
def test_files_in_a_store_that_hosts_share_come_back_too(migrated, store, tmp_path, key):
    shutil.copy(migrated, tmp_path / "db.sqlite3")
    site = Site(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path)
    bucket = stores.new_bucket(store)
    site.environment |= stores.environment_of(bucket)
    site.environment["BACKUP_KEY"], identity = key
    site.shell(WRITE.replace("itertools.count()", "range(3)"))
    before = stores.contents(bucket)
    assert len(before) == 3
    backup = site.back_up()
    # Whom the journal names must not come back with the backup.
    site.shell("from accounts import journal; import uuid; journal.write(uuid.UUID(int=7))")
    client, [first, second, _third] = stores.client_of(bucket), sorted(before)
    client.delete_object(Bucket=bucket["bucket_name"], Key=first)
    for name in (second, "svetimas.txt"):
        client.put_object(Bucket=bucket["bucket_name"], Key=name, Body=b"Svetimas")
    site.restore(backup, "--identity", identity)
    after = stores.contents(bucket)
    assert after.pop(f".istrynimai/{uuid.UUID(int=7)}")
    assert after == before
    assert list(site.backups.iterdir()) == [backup]
    assert not site.media.exists()


def test_backup_is_of_one_moment_though_the_site_is_used(site):
    writer = site.start("shell", "--verbosity=0", "--command", WRITE)
    for _ in range(5):
        before = int(writer.stdout.readline())
    backup = site.back_up()
    writer.kill()
    last = max(map(int, writer.communicate()[0].split()), default=before)
    site.destroy()
    site.restore(backup)
    written = dict(line.split() for line in site.shell(WRITTEN).splitlines())
    assert set(written.values()) == {"True"}  # each row has its file
    numbers = sorted(map(int, written))
    assert numbers == list(range(len(numbers)))  # and none is missing between them
    assert before <= numbers[-1] <= last + 1


def test_restored_backup_brings_nobody_back(site):
    site.shell(FILL)
    backup = site.back_up()
    site.manage("erase_person", EMAIL)
    assert site.restore(backup).endswith("Accounts erased again: 1.\n")
    assert site.shell(COUNT).split() == ["0", "1"]


def rewritten(source, target, change=lambda name, data: data):
    """Write the members of the tar `source` to `target`, each as `change` returns it."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            name, data = member.name, change(member.name, old.extractfile(member).read())
            if isinstance(data, tuple):
                name, data = data
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
    return target


def told_otherwise(**changes):
    def change(name, data):
        return json.dumps(json.loads(data) | changes).encode() if name == "about.json" else data

    return change


def test_backup_that_is_damaged_foreign_or_newer_is_refused_before_anything_is_touched(
    site, key, tmp_path
):
    site.shell(FILL + WRITE.replace("itertools.count()", "range(2)"))
    good = site.back_up()
    whole = good.read_bytes()
    time.sleep(1)
    site.environment["BACKUP_KEY"], identity = key
    encrypted = site.back_up()
    locked = encrypted.read_bytes()
    tries = {}

    def file(name, data, told, identity=None):
        path = tmp_path / name
        path.write_bytes(data)
        tries[str(path), identity] = told

    file("cut.tar", whole[: len(whole) // 2], "is damaged")
    at = whole.index(b"Dokumentas 1")
    file("flipped.tar", whole[:at] + b"X" + whole[at + 1 :], "its sums are not those")
    file("empty.tar", b"", "is damaged, or no backup")
    file("letter.txt", "Laiškas".encode() * 1000, "is damaged, or no backup")
    file("cut.age", locked[:-20], "decryption error", identity)
    other_byte = bytes([locked[-500] ^ 1])
    file("flipped.age", locked[:-500] + other_byte + locked[-499:], "decryption error", identity)
    tries[str(encrypted), None] = "name the file with its key by --identity"
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    tries[str(encrypted), str(other)] = "is damaged, or no backup"
    tries[str(encrypted), str(good)] = "holds no key of age"
    tries[str(tmp_path / "nowhere.tar"), None] = "cannot be read"
    engine = "sqlite" if "postgres" in site.environment["DATABASE_URL"] else "postgresql"
    for name, change, told in [
        ("foreign.tar", told_otherwise(made_by="other"), "is no backup of this website"),
        ("engine.tar", told_otherwise(database=engine), f"The backup is of {engine}"),
        ("format.tar", told_otherwise(format=2), "made by a newer release"),
        ("newer.tar", told_otherwise(migrations=["projects.9999_a"]), "with projects.9999_a"),
        ("missing.tar", lambda name, data: ("media/x", data) if "1" in name else data, "sums"),
        ("path.tar", lambda name, data: ("media/../../x", data), "it holds 'media/../../x'"),
    ]:
        tries[str(rewritten(good, tmp_path / name, change)), None] = told
    before = site.holds()
    answers = site.shell(TRY.format(tries=list(tries))).splitlines()
    for (source, _identity), told, answer in zip(tries, tries.values(), answers, strict=True):
        assert told in answer, source
    assert site.holds() == before
    assert not list(site.media.glob(".*"))


def test_backup_that_cannot_be_made_says_why_and_leaves_the_others(site, tmp_path):
    kept = site.back_up()
    for target, key, told in [
        (tmp_path / "nowhere", "", "There is no folder"),
        (site.backups, "secret", "BACKUP_KEY is no recipient of age"),
        ("/dev/full", "", "There is no folder"),
    ]:
        site.environment["BACKUP_KEY"] = key
        process = site.start("backup", str(target))
        _told, errors = process.communicate()
        assert process.returncode == 1
        assert told in errors
        assert "Traceback" not in errors
    assert list(site.backups.iterdir()) == [kept]
    assert not list(site.media.glob(".*"))


DAY = datetime(2026, 11, 26, 2, tzinfo=UTC)


def nightly(number):
    return {DAY - timedelta(days=days) for days in range(number)}


def test_old_backups_are_thinned_by_day_week_and_month():
    stay = sorted(backups.kept(nightly(800), days=7, weeks=5, months=12), reverse=True)
    days = [(DAY - each).days for each in stay]
    assert days[:7] == [0, 1, 2, 3, 4, 5, 6]
    # Sundays, then the last days of months.
    assert [f"{each:%a %d}" for each in stay[7:10]] == ["Sun 15", "Sun 08", "Sun 01"]
    assert [f"{each:%m-%d}" for each in stay[10:]] == [
        *("10-31", "09-30", "08-31", "07-31", "06-30", "05-31"),
        *("04-30", "03-31", "02-28", "01-31", "12-31"),
    ]


MOMENTS = st.sets(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)))


@given(MOMENTS, *[st.integers(0, 20)] * 3)
def test_thinning_keeps_the_last_and_never_more_than_asked(moments, days, weeks, months):
    stay = backups.kept(moments, days=days, weeks=weeks, months=months)
    assert stay <= moments
    recent = {each for each in moments if max(moments) - each < backups.DAY}
    assert recent <= stay
    assert len(stay - recent) <= days + weeks + months
    again = backups.kept(stay, days=days, weeks=weeks, months=months)
    assert again == stay  # thinned every night, nothing is lost that would have stayed


def test_only_backups_are_thinned(tmp_path):
    for name in ("svetaine-20200101T000000Z.tar", "svetaine-20200102T000001Z.tar.age"):
        (tmp_path / name).touch()
    others = ["svetaine-x.tar", "svetaine-20200101T000000Z.tar.txt", ".svetaine-2.tar.part", "a"]
    for name in others:
        (tmp_path / name).touch()
    assert backups.thin(tmp_path, days=0, weeks=0, months=0) == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        *others,
        "svetaine-20200102T000001Z.tar.age",
    }
