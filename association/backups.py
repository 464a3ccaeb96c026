"""Backups: the database and the uploaded files as of one moment, in one file that proves itself.

A backup is a tar of about.json (what made it), the database, media/, and at its end sums.json,
with the SHA-256 of each; encrypted by age (https://age-encryption.org/v1) for the recipient in
settings.BACKUP_KEY, where there is one: the server can then make backups and not read them.

The site is used meanwhile. The database gives a snapshot; files, which are never changed once
they are there, are held by hard links made before it and after: what the snapshot names is there.
Of a store that hosts share (settings.S3) it is copies that are made before and after.
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pyrage
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from .storage import UNFINISHED

FORMAT = 1
MADE_BY = "association website"
START, NAMED, ENDINGS = "svetaine-", "%Y%m%dT%H%M%SZ", (".tar", ".tar.age")
AGE = b"age-encryption.org/v1\n"
ABOUT, SUMS, MEDIA = "about.json", "sums.json", "media"
DATABASES = {"postgresql": "database.pgdump", "sqlite": "database.sqlite3.gz"}
WORKING = ".backup-"  # a folder whose name begins so is no part of what is backed up
CHUNK = 2**20  # bytes
DAY = timedelta(days=1)
LOCK_TIMEOUT = "30s"  # for a site that is still at work when its database is restored


class Refused(Exception):
    """A backup that cannot be made or restored; args[0] says why. Nothing has been touched."""


def back_up(target, tell=lambda done, of: None):
    """Write a backup into the folder `target`; return its path.

    `tell` is called with the bytes that are done, and that there are. Raise Refused, and
    OSError where the disk is full or away; what was there before stays.
    """
    target, now = Path(target), datetime.now(UTC)
    encrypted = bool(settings.BACKUP_KEY)
    path = target / f"{START}{now:{NAMED}}{ENDINGS[encrypted]}"
    if not target.is_dir():
        raise Refused(f"There is no folder {target}.")
    if path.exists():
        raise Refused(f"There is a backup of this second already: {path}")
    recipients = [_recipient(settings.BACKUP_KEY)] if encrypted else []
    part = path.with_name(f".{path.name}.part")
    try:
        with _working_folder(target) as folder:
            contents = _collected(folder)
            with open(part, "xb") as file:
                os.chmod(part, 0o600)
                with _encrypting(file, recipients) as stream:
                    _write(stream, contents, _about(now), tell)
                file.flush()
                os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def _recipient(key):
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        raise Refused("BACKUP_KEY is no recipient of age: it begins with age1.") from error


@contextmanager
def _working_folder(beside):
    """A folder on the disk of the uploaded files, so that they can be linked and moved.

    Where these are in a store, it is in the folder `beside`, in which a backup has room.
    """
    place = beside if settings.S3 else Path(settings.MEDIA_ROOT)
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=WORKING, dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _collected(folder):
    """Return {name in the backup: path} of the database and of each file, held below `folder`."""
    database = folder / DATABASES[connection.vendor]
    held = folder / MEDIA
    hold = _copy_media if settings.S3 else _hold_media
    hold(held)
    hold(held)  # what has come while many were copied: it may be gone by the end of the dump
    {"postgresql": _dump_postgresql, "sqlite": _dump_sqlite}[connection.vendor](database)
    hold(held)
    files = sorted(path for path in held.rglob("*") if path.is_file())
    return {database.name: database} | {path.relative_to(folder).as_posix(): path for path in files}


def _hold_media(held):
    """Link each uploaded file below `held`, those too that have come since the last time."""
    media = Path(settings.MEDIA_ROOT)
    for folder, names, files in os.walk(media):
        names[:] = [name for name in names if not name.startswith((WORKING, UNFINISHED))]
        for name in files:
            source = Path(folder) / name
            link = held / source.relative_to(media)
            if link.exists():
                continue
            link.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, link)
            except FileNotFoundError:
                continue  # deleted in this moment
            except OSError:  # a disk that has no links
                shutil.copy2(source, link)


def _copy_media(held):
    """Copy each file of the store below `held` that is not there yet."""
    for name in default_storage.all_names():
        copy = held / name
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(copy, "xb") as file:
                default_storage.fetch(name, file)
        except FileNotFoundError:
            copy.unlink()  # deleted in this moment


def _dump_postgresql(path):
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={path}"]
    _run("pg_dump", *options, f"--dbname={connection.settings_dict['NAME']}")


def _dump_sqlite(path):
    plain = path.with_suffix("")
    live = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(plain)) as copy:
        source.backup(copy)
    with open(plain, "rb") as source, gzip.open(path, "wb", compresslevel=3) as packed:
        shutil.copyfileobj(source, packed, CHUNK)
    plain.unlink()


def _run(program, *arguments):
    """Run a program of PostgreSQL on the site's database; raise Refused with what it says."""
    given = connection.settings_dict
    environment = os.environ | {
        "PGHOST": given["HOST"] or "",
        "PGPORT": str(given["PORT"] or ""),
        "PGUSER": given["USER"] or "",
        "PGPASSWORD": given["PASSWORD"] or "",
        "PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT}",
    }
    environment = {name: value for name, value in environment.items() if value or name[:2] != "PG"}
    try:
        done = subprocess.run(  # noqa: S603 - ours
            [program, *arguments], env=environment, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise Refused(f"Install {program}: apt-get install postgresql-client") from error
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.strip()}")


def _about(now):
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "made_by": MADE_BY,
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "site": settings.SITE_URL,
        "database": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
    }


def _write(stream, contents, about, tell):
    """Write the tar of `contents` to `stream`."""
    sizes = {name: path.stat().st_size for name, path in contents.items()}
    done, sums = 0, {}
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add_json(tar, ABOUT, about)
        for name, path in contents.items():
            with open(path, "rb") as file:
                reader = _Hashing(file)
                tar.addfile(tar.gettarinfo(str(path), arcname=name), reader)
            sums[name] = reader.digest()
            done += sizes[name]
            tell(done, sum(sizes.values()))
        _add_json(tar, SUMS, sums)


def _add_json(tar, name, value):
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1).encode())
        size = file.tell()
        file.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        tar.addfile(info, file)


class _Hashing:
    """A file that knows the sum of what was read of it."""

    def __init__(self, file):
        self.file, self.sum = file, hashlib.sha256()

    def read(self, size=-1):
        data = self.file.read(size)
        self.sum.update(data)
        return data

    def digest(self):
        return self.sum.hexdigest()


@contextmanager
def _encrypting(file, recipients):
    """A stream whose contents come into `file`, encrypted for `recipients`, where there are any."""
    if not recipients:
        yield file
        return
    with _piped(lambda source: pyrage.encrypt_io(source, file, recipients)) as stream:
        yield stream


@contextmanager
def _piped(consume):
    """A stream to write to, which `consume` reads in a thread of its own; raise what it raises."""
    failed = []

    def work(source):
        try:
            with source:
                consume(source)
        except Exception as error:
            failed.append(error)

    reading, writing = os.pipe()
    thread = Thread(target=work, args=[os.fdopen(reading, "rb")])
    thread.start()
    try:
        with os.fdopen(writing, "wb") as stream:
            yield stream
    except BrokenPipeError:
        if not failed:
            raise
    finally:
        thread.join()
    if failed:
        raise failed[0]


def restore(source, identity=None, tell=lambda done, of: None):
    """Bring the database and the uploaded files back to the backup `source`; return its About.

    `identity` is the path of the key of age that opens it, where it is encrypted. Raise Refused,
    with nothing touched, for what is damaged, of another site's software, made by newer code, or
    of another kind of database.
    """
    source = Path(source)
    with _working_folder(source.parent) as folder:
        about = _unpack(source, identity, folder, tell)
        _refuse_foreign(about)
        database = folder / DATABASES[connection.vendor]
        connections.close_all()
        restore_database = {"postgresql": _restore_postgresql, "sqlite": _restore_sqlite}
        restore_database[connection.vendor](database)
        (_put_in_store if settings.S3 else _put_in_place)(folder)
    return about


def _unpack(source, identity, folder, tell):
    """Unpack `source` into `folder`, each file proved by its sum; return what about.json says."""
    sums, told, size = {}, {}, source.stat().st_size if source.is_file() else 0
    try:
        with (
            open(source, "rb") as file,
            _decrypted(file, identity, folder) as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            for member in tar:
                if member.name in (ABOUT, SUMS):
                    told[member.name] = json.load(tar.extractfile(member))
                    continue
                path = _place(folder, member)
                path.parent.mkdir(parents=True, exist_ok=True)
                reader = _Hashing(tar.extractfile(member))
                with open(path, "xb") as copy:
                    shutil.copyfileobj(reader, copy, CHUNK)
                os.utime(path, (member.mtime, member.mtime))
                sums[member.name] = reader.digest()
                tell(file.tell(), size)
    except (tarfile.TarError, ValueError, EOFError, KeyError, pyrage.DecryptError) as error:
        raise Refused(f"{source} is damaged, or no backup: {error}") from error
    except OSError as error:
        raise Refused(f"{source} cannot be read: {error}") from error
    if not isinstance(told.get(ABOUT), dict) or told[ABOUT].get("made_by") != MADE_BY:
        raise Refused(f"{source} is no backup of this website.")
    if told.get(SUMS) != sums:
        raise Refused(f"{source} is damaged: its sums are not those of what is in it.")
    return told[ABOUT]


def _place(folder, member):
    """Return where `member` of the tar goes below `folder`; raise ValueError for anywhere else."""
    is_media = member.name.startswith(f"{MEDIA}/") and ".." not in member.name.split("/")
    if not member.isfile() or not (is_media or member.name in DATABASES.values()):
        raise ValueError(f"it holds {member.name!r}")
    return folder / member.name


@contextmanager
def _decrypted(file, identity, folder):
    """A stream of what `file` holds, decrypted where it is encrypted."""
    if file.read(len(AGE)) != AGE:
        file.seek(0)
        yield file
        return
    file.seek(0)
    if identity is None:
        raise Refused("The backup is encrypted: name the file with its key by --identity.")
    with tempfile.TemporaryFile(dir=folder) as plain:
        pyrage.decrypt_io(file, plain, _identities(identity))
        plain.seek(0)
        yield plain


def _identities(path):
    try:
        lines = [line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line[:1] not in "#"]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise Refused(f"{path} holds no key of age.") from error
    if not found:
        raise Refused(f"{path} holds no key of age.")
    return found


def _refuse_foreign(about):
    """Raise Refused for a backup that this code cannot restore here."""
    if about.get("format") != FORMAT:
        raise Refused("The backup was made by a newer release. Install that release first.")
    if about.get("database") != connection.vendor:
        raise Refused(
            f"The backup is of {about.get('database')}, and the site has {connection.vendor}."
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    newer = set(about.get("migrations") or ()) - {f"{app}.{name}" for app, name in known}
    if newer:
        told = f"The backup was made by a newer release, with {min(newer)}."
        raise Refused(f"{told} Install that release first.")


def _restore_postgresql(dump):
    """Replace all that is in the database by `dump`, in one transaction."""
    script = dump.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    _run(
        "psql",
        *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
        f"--dbname={connection.settings_dict['NAME']}",
        "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public",
        f"--file={script}",
    )


def _restore_sqlite(packed):
    plain = packed.with_suffix("")
    with gzip.open(packed, "rb") as source, open(plain, "wb") as copy:
        shutil.copyfileobj(source, copy, CHUNK)
    live = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(plain)) as source, closing(sqlite3.connect(live)) as target:
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Refused("The database in the backup is damaged.")
        source.backup(target)  # all of it or nothing: others wait for it, and then see the other


def _put_in_place(folder):
    """Put the uploaded files of the backup, unpacked in `folder`, where the site has its own."""
    media, before = Path(settings.MEDIA_ROOT), folder / "before"
    before.mkdir()
    for each in list(media.iterdir()):
        if not each.name.startswith(WORKING):
            each.rename(before / each.name)
    restored = folder / MEDIA
    for each in list(restored.iterdir()) if restored.is_dir() else []:
        each.rename(media / each.name)


def _put_in_store(folder):
    """Let the store have the uploaded files of the backup, unpacked in `folder`, and no others."""
    restored = folder / MEDIA
    names = set()
    for path in restored.rglob("*"):
        if path.is_file():
            name = path.relative_to(restored).as_posix()
            with open(path, "rb") as file:
                default_storage.replace(name, File(file))
            names.add(name)
    for name in set(default_storage.all_names()) - names:
        default_storage.delete(name)


def made(target):
    """Return {moment: path} of the backups in the folder `target`."""
    found = {}
    for path in Path(target).glob(f"{START}*"):
        name, ending, rest = path.name.partition(".tar")
        try:
            moment = datetime.strptime(name, f"{START}{NAMED}").replace(tzinfo=UTC)
        except ValueError:
            continue
        if f"{ending}{rest}" in ENDINGS:
            found[moment] = path
    return found


def kept(moments, *, days, weeks, months):
    """Return those of `moments` that stay when old backups are thinned.

    The last of each of the latest `days` days that have one, of as many weeks, and of months;
    the very last in any case, and what was made within a DAY before it: on the day of an upgrade
    several are.
    """
    latest = sorted(moments, reverse=True)
    stay = {moment for moment in latest if latest[0] - moment < DAY}
    for number, period in ((days, "%Y%m%d"), (weeks, "%G%V"), (months, "%Y%m")):
        last_of = {}
        for moment in latest:
            last_of.setdefault(f"{moment:{period}}", moment)
        stay.update(list(last_of.values())[:number])
    return stay


def thin(target, *, days, weeks, months):
    """Delete old backups in the folder `target` but those that are kept(); return how many."""
    backups = made(target)
    stay = kept(backups, days=days, weeks=weeks, months=months)
    for moment in backups.keys() - stay:
        backups[moment].unlink()
    return len(backups) - len(stay)
