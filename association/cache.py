"""The cache in the database, in which attempts are counted by IP address and by account."""

from django.core.cache import caches
from django.core.cache.backends import db
from django.db import connections, router
from django.utils import timezone


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


def _in_database():
    """Return those of settings.CACHES that are in the database."""
    return [cache for cache in caches.all() if isinstance(cache, DatabaseCache)]


def count_expired():
    """Return how much in them has expired."""
    return sum(cache.count_expired() for cache in _in_database())


def forget_expired():
    """Delete what in them has expired; return how much it was, as far as can be told."""
    found = count_expired()
    for cache in _in_database():
        cache.forget_expired()
    return found
