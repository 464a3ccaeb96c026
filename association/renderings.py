"""What is made of a record is made once for all that the record says, and looked up after that.

Nothing here grows old: what it is looked up by is what it was made of. A record is read from the
database each time.
"""

from sys import getsizeof
from threading import Lock

from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from .parts import Parts

ROOM = 10 * 2**20  # bytes that each process keeps, about


class Renderings:
    """What was made, by what it was made of. When there is no room, it begins anew."""

    def __init__(self, room):
        self.room, self.taken, self.kept, self.lock = room, 0, {}, Lock()

    def get(self, told, make):
        """Return `make()`, or what it was for the same `told`."""
        found = self.kept.get(told)
        if found is None:
            found = make()
            size = size_of(told) + size_of(found)
            with self.lock:
                if self.taken + size > self.room:
                    self.kept, self.taken = {}, 0
                if told not in self.kept:
                    self.kept[told] = found
                    self.taken += size
        return found


def size_of(thing):
    """Return how many bytes `thing` takes, about, with what it holds."""
    held = thing.values() if isinstance(thing, dict) else thing
    inner = sum(map(size_of, held)) if isinstance(thing, dict | list | tuple) else 0
    return getsizeof(thing) + inner


renderings = Renderings(ROOM)


def made_once(told, how, make):
    """Return `make()`, which is made of `told` and `how` alone, or what it was for the same.

    `told` is a record, or lists of records; `how` can be compared and hashed. What is made may read
    columns of a record, what belongs to it with_parts(), which day it is, whether the record is
    published, and nothing else that changes. Nobody may change it.
    """
    now = timezone.now()
    try:
        key = told_by(told, now), how, timezone.localdate(now)
    except NotTold:
        return make()
    return renderings.get(key, make)


class NotTold(Exception):
    """What something says is not known: some of it was not read with_parts(), or is no record."""


def told_by(thing, now):
    """Return all that `thing`, a record or a list, says, with its parts, and whether it is public.

    That is at `now` (aware datetime). Raise NotTold.
    """
    thing = not_lazy(thing)
    if isinstance(thing, list):
        return tuple([told_by(each, now) for each in thing])
    if not isinstance(thing, Model):
        raise NotTold
    parts = thing.__dict__.get("_prefetched_objects_cache")
    if not parts:
        return _told(thing, now)
    if not (isinstance(parts, Parts) and parts.are_all):
        raise NotTold
    if parts.told is None:
        parts.told = (*_told(thing, now), parts.rows)
    return parts.told


def not_lazy(value):
    """Return `value`, or what a SimpleLazyObject stands for."""
    if type(value) is SimpleLazyObject:
        bool(value)  # which makes it
        return value._wrapped
    return value


def _told(record, now):
    columns = record.__dict__
    # A file that was read knows its record, which would stay in memory with all its parts.
    values = tuple(
        [
            value.name if isinstance(value, FieldFile) else value
            for name, value in columns.items()
            if name[0] != "_"
        ]
    )
    published_at = columns.get("published_at")
    is_published = published_at is not None and published_at <= now
    return type(record), tuple(columns), values, is_published
