"""Where uploaded files are kept, and what to say when the disk is full."""

import errno
import os
import time
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage

FULL = {errno.ENOSPC, errno.EDQUOT}
UNFINISHED = "nebaigti"  # a folder below MEDIA_ROOT, which is no part of a backup
ABANDONED = timedelta(days=1)


class StoreAway(OSError):
    """The store of files that hosts share does not answer: see association.bucket."""


class WholeFiles(FileSystemStorage):
    """Keeps a file whole or not at all, whatever becomes of the disk and of the process.

    It is written aside first, and put where it belongs once it is complete.
    """

    def _save(self, name, content):
        part = f"{UNFINISHED}/{uuid4().hex}"
        try:
            super()._save(part, content)
            return self._put(part, name)
        except BaseException:
            self.delete(part)
            raise

    def _put(self, part, name):
        """Give the file `part` the name `name`, or one like it where that is taken; return it."""
        while True:
            path = self.path(name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            except FileExistsError:
                name = self.get_available_name(name)
                continue
            os.replace(self.path(part), path)
            return name


def forget_unfinished():
    """Delete what was being written when its process was killed; return how many files."""
    if settings.S3:  # which has a file whole, or not at all
        return 0
    try:
        names = default_storage.listdir(UNFINISHED)[1]
    except FileNotFoundError:
        return 0
    before = time.time() - ABANDONED.total_seconds()
    left = [default_storage.path(f"{UNFINISHED}/{name}") for name in names]
    left = [path for path in left if os.path.getmtime(path) < before]
    for path in left:
        os.unlink(path)
    return len(left)


def will_pass(error):
    """Return whether `error` says that nothing can be kept just now, and can be later."""
    return is_full(error) or isinstance(error, StoreAway)


def is_full(error):
    """Return whether `error` says that a disk is full: that of files, or that of the database."""
    if isinstance(error, OSError):
        return error.errno in FULL
    said = error.__cause__  # what the database's own driver raised
    return (
        getattr(said, "pgcode", None) == "53100"  # disk_full
        or getattr(said, "sqlite_errorname", None) == "SQLITE_FULL"
    )
