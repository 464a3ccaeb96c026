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


def forget_expired():
    """Delete what has expired of those of settings.CACHES that are in the database."""
    for cache in caches.all():
        if isinstance(cache, DatabaseCache):
            cache.forget_expired()
