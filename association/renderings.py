"""What is made of a record is made once for all that the record says, and looked up after that.

Nothing here grows old: what it is looked up by is what it was made of. A record is read from the
database each time.
"""

from threading import Lock

from django.db.models import Model
from django.utils.functional import SimpleLazyObject

from .parts import Parts

ROOM = 2000  # things that are kept, of each process


class Renderings:
    """What was made, by what it was made of. When there is no room, it begins anew."""

    def __init__(self, room):
        self.room, self.kept, self.lock = room, {}, Lock()

    def get(self, told, make):
        """Return `make()`, or what it was for the same `told`."""
        found = self.kept.get(told)
        if found is None:
            found = make()
            with self.lock:
                if len(self.kept) >= self.room:
                    self.kept = {}
                self.kept[told] = found
        return found


renderings = Renderings(ROOM)


def made_once(record, how, make):
    """Return `make()`, which is made of `record` and `how` alone, or what it was for the same.

    `how` can be compared and hashed. What is made may read columns of the record, what belongs to
    it with_parts(), and nothing else that changes; of today only whether the record is published,
    and its state. Nobody may change it.
    """
    told = told_by(record)
    return make() if told is None else renderings.get((told, how), make)


def told_by(record):
    """Return all that `record`, with its parts, says; None where some of it was not read so."""
    record = not_lazy(record)
    if not isinstance(record, Model):
        return None
    parts = record.__dict__.get("_prefetched_objects_cache")
    if not parts:
        return _told(record)
    if not (isinstance(parts, Parts) and parts.are_all):
        return None
    if parts.told is None:
        parts.told = (*_told(record), parts.rows)
    return parts.told


def not_lazy(value):
    """Return `value`, or what a SimpleLazyObject stands for."""
    if type(value) is SimpleLazyObject:
        bool(value)  # which makes it
        return value._wrapped
    return value


def _told(record):
    columns = tuple([item for item in record.__dict__.items() if item[0][0] != "_"])
    today = getattr(record, "is_published", None), getattr(record, "state", None)
    return type(record), columns, today
