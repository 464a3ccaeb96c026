"""Where sessions are kept: in Django's table, in Django's way, asked in words that are ready."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from association.prepared import prepared


@prepared(key=CharField(), now=DateTimeField())
def stored(key, now):
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """Each page of somebody with a session asks for it."""

    def _validate_session_key(self, key):
        """As Django's; and no key has a NUL, which PostgreSQL does not even compare."""
        return super()._validate_session_key(key) and "\0" not in key

    def _get_session_from_db(self):
        for session in stored(key=self.session_key, now=timezone.now()):
            return session
        self._session_key = None
        return None
