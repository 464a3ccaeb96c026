"""The cache, in which attempts are counted by IP address and by account.

It is a table of the database; or, for a site on several hosts, a Redis or Valkey that they share,
with that table for the time in which it does not answer.
"""

import json
from functools import partialmethod

from django.core.cache import caches
from django.core.cache.backends import db
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections, router
from django.utils import timezone

from .absence import Absence

PATIENCE = 1  # seconds in which the shared server connects, and answers


class DatabaseCache(db.DatabaseCache):
    """Django's own, which keeps what has expired until it is full or asked for it."""

    def forget_expired(self):
        """Delete what has expired, so that no address of a visitor is kept for longer."""
        alias = router.db_for_write(self.cache_model_class)
        with connections[alias].cursor() as cursor:
            # Told that there is nothing else, it deletes nothing else.
            self._cull(alias, cursor, timezone.now().replace(microsecond=0), 0)

    def count_expired(self):
        alias = router.db_for_read(self.cache_model_class)
        connection = connections[alias]
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        table = connection.ops.quote_name(self._table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE expires < %s", [now])  # noqa: S608
            return cursor.fetchone()[0]


class Json:
    """How values are kept in the shared server: whoever gets into it cannot make code run here."""

    def dumps(self, value):
        return json.dumps(value)

    def loads(self, data):
        return json.loads(data)


def _absence():
    return Absence(
        "The shared cache does not answer (%s): the database takes its place.",
        "The shared cache answers again.",
    )


_absences = {}  # by address: each thread has a SharedCache of its own


class SharedCache(BaseCache):
    """A Redis or Valkey that hosts share; where it does not answer, the table in the database.

    An attempt is counted in the one or in the other: whoever had reached a limit has it once more
    when the server goes, and no more often.
    """

    def __init__(self, address, params):
        # Not at the top: a site on one host neither has this package nor loads it.
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError, RedisError
        from redis.retry import Retry

        super().__init__(params)
        self.failures = RedisError, OSError
        options = {
            "serializer": Json,
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            # A connection that was kept may be one from before the server's restart.
            "retry": Retry(NoBackoff(), 1, supported_errors=(ConnectionError,)),
        }
        self.shared = RedisCache(address, params | {"OPTIONS": options})
        self.table = DatabaseCache(params["TABLE"], params)
        self.absence = _absences.setdefault(address, _absence())

    def _done(self, verb, *args, **options):
        """Return what `verb` of the shared server returns, or of the table while it is away."""
        if not self.absence.is_fresh:
            try:
                result = getattr(self.shared, verb)(*args, **options)
            except self.failures as error:
                self.absence.begin(error)
            else:
                self.absence.end()
                return result
        return getattr(self.table, verb)(*args, **options)

    def answers(self):
        """Whether the shared server does, as far as is known."""
        self._done("has_key", "answers")
        return not self.absence.is_known

    add = partialmethod(_done, "add")
    get = partialmethod(_done, "get")
    set = partialmethod(_done, "set")
    touch = partialmethod(_done, "touch")
    delete = partialmethod(_done, "delete")
    get_many = partialmethod(_done, "get_many")
    has_key = partialmethod(_done, "has_key")
    incr = partialmethod(_done, "incr")
    set_many = partialmethod(_done, "set_many")
    delete_many = partialmethod(_done, "delete_many")

    def clear(self):
        """Empty both."""
        self._done("clear")
        self.table.clear()


def _in_database():
    """Return what of settings.CACHES is in the database; what is not forgets by itself."""
    tables = [cache.table if isinstance(cache, SharedCache) else cache for cache in caches.all()]
    return [cache for cache in tables if isinstance(cache, DatabaseCache)]


def count_expired():
    """Return how much in them has expired."""
    return sum(cache.count_expired() for cache in _in_database())


def forget_expired():
    """Delete what in them has expired; return how much it was, as far as can be told."""
    found = count_expired()
    for cache in _in_database():
        cache.forget_expired()
    return found


def shared_answers():
    """Whether the server that hosts share answers; True where there is none."""
    return all(cache.answers() for cache in caches.all() if isinstance(cache, SharedCache))
