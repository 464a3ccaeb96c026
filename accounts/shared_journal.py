"""The journal of erasures of a site on several hosts: in the store of files that they share.

Each erasure is a file of its own, named by User.key, with the time in it; all hosts write at once,
and none has to be found again when another is lost. No backup has the folder, and none is restored
over it: see Bucket.all_names().
"""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from association.bucket import APART

FOLDER = f"{APART}istrynimai"


def write(key):
    """Add the erasure of the account `key` for good; raise OSError where that cannot be done."""
    now = timezone.now().isoformat().encode()
    default_storage.replace(f"{FOLDER}/{key}", ContentFile(now))


def keys():
    """Return the keys of all accounts that have been erased; raise OSError without the store."""
    return {uuid.UUID(name) for name in default_storage.listdir(FOLDER)[1]}


def count_old(before):
    """Return how many erasures are noted from before the moment `before`."""
    return len(_old(before))


def forget_old(before):
    """Take the erasures before the moment `before` out of the journal; return how many."""
    found = _old(before)
    for name in found:
        default_storage.delete(name)
    return len(found)


def _old(before):
    names = [f"{FOLDER}/{key}" for key in keys()]
    return [name for name in names if default_storage.get_modified_time(name) < before]
