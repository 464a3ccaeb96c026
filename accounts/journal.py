"""Whose data have been erased, outside of the database: a backup that is restored has them again.

The file settings.ERASURES_FILE has a line for each erasure: its time and User.key, which tells
nobody who it was. Where hosts share a store of files (settings.S3), it is in that store.
"""

import fcntl
import logging
import os
import uuid
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)


def shared():
    """Return the module that does the same in the store, which a site on one host does not load."""
    from . import shared_journal

    return shared_journal


def write(key):
    """Add the erasure of the account `key` for good: what is on the disk survives a crash.

    Raise OSError where that cannot be done.
    """
    if settings.S3:
        shared().write(key)
        return
    path = Path(settings.ERASURES_FILE)
    is_new = not path.exists()
    with _locked(path) as file:
        size = os.fstat(file).st_size
        # A line that a crash cut off is not to spoil this one.
        begins = b"\n" if size and os.pread(file, 1, size - 1) != b"\n" else b""
        os.write(file, begins + f"{timezone.now().isoformat()} {key}\n".encode())
        os.fsync(file)
    if is_new:
        _keep_name(path.parent)


@contextmanager
def _locked(path):
    """Open the journal for one at a time: forget_old() puts another file in its place."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(os.fstat(file), path.stat()):
                yield file
                return
        finally:
            os.close(file)


def _keep_name(folder):
    """Let the name of a new file survive a crash, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keys():
    """Return the keys of all accounts that have been erased; raise OSError for an unreadable file.

    A line that is none, such as a crash leaves, is told in the log and passed by.
    """
    found = shared().keys() if settings.S3 else set()
    path = Path(settings.ERASURES_FILE)  # of a site that was on one host before, it is there still
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        try:
            found.add(uuid.UUID(line.split()[1]))
        except (IndexError, ValueError):
            _tell_unreadable(path, number, line)
    return found


@cache
def _tell_unreadable(path, number, line):
    """Log it, once: the worker comes by each minute."""
    logger.warning("%s, line %d, is not whole, and is passed by.", path, number)


def count_old(before):
    """Return how many erasures are noted from before the moment `before`."""
    if settings.S3:
        return shared().count_old(before)
    path = Path(settings.ERASURES_FILE)
    return sum(_is_old(line, before) for line in _lines(path)) if path.exists() else 0


def forget_old(before):
    """Take the erasures before the moment `before` out of the journal; return how many.

    Either all of them are out or none, and what is noted meanwhile is kept. A line that is not
    whole stays. Raise OSError where the disk is full or away.
    """
    if settings.S3:
        return shared().forget_old(before)
    path = Path(settings.ERASURES_FILE)
    if not count_old(before):
        return 0
    with _locked(path):
        lines = _lines(path)
        kept = [line for line in lines if not _is_old(line, before)]
        new = path.with_name(f"{path.name}.new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(file, "".join(kept).encode(errors="surrogateescape"))
            os.fsync(file)
        finally:
            os.close(file)
        os.replace(new, path)
        _keep_name(path.parent)
    return len(lines) - len(kept)


def _lines(path):
    return path.read_text(errors="surrogateescape").splitlines(keepends=True)


def _is_old(line, before):
    try:
        return datetime.fromisoformat(line.split()[0]) < before
    except (IndexError, ValueError, TypeError):
        return False
