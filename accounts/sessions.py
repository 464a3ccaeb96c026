"""Where somebody is logged in, and the end of it."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare


def living(user):
    """Return the UserSessions of `user` that would still be let in, newest first.

    allauth's own list asks the database thrice for each session.
    """
    sessions = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    keys = [session.session_key for session in sessions]
    expected = user.get_session_auth_hash()
    let_in = {
        stored.pk
        for stored in Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now())
        if constant_time_compare(stored.get_decoded().get(HASH_SESSION_KEY, ""), expected)
    }
    return [session for session in sessions if session.session_key in let_in]


def end_all(user):
    """End each session of `user`, those that allauth did not note too; return how many."""
    found = [
        stored.pk
        for stored in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if stored.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    UserSession.objects.filter(user=user).delete()
    return Session.objects.filter(pk__in=found).delete()[0]


def forget_ended():
    """Delete the sessions whose time is over, with what is known of where they were begun."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
