"""Where somebody is logged in, and the end of it."""

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from association.prepared import prepared

HAS_ACTED = "has_acted"  # in a session: its user acted for a member library while it lasted
NO_LONGER = _("You act for no member library any more, so you have been logged out.")


@prepared(user=BigIntegerField())
def noted(user):
    return UserSession.objects.filter(user=user).order_by("-created_at", "-pk")


def living(user):
    """Return the UserSessions of `user` that would still be let in, newest first.

    allauth's own list asks the database thrice for each session.
    """
    sessions = noted(user=user.pk)
    keys = [session.session_key for session in sessions]
    if not keys:
        return []
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


def end_those_of_former_members(get_response):
    """Log out at once whoever began to act for a library in this session, and no longer does.

    What is asked for is answered as to a stranger. Who logs in anew gets to the own account alone.
    """

    def middleware(request):
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if user and user.is_authenticated and not user.acts_as_staff:
            if user.is_member:
                request.session.setdefault(HAS_ACTED, True)
            elif request.session.get(HAS_ACTED):
                get_adapter().logout(request)
                messages.info(request, NO_LONGER)
        return get_response(request)

    return middleware


def ended():
    """Return the sessions whose time is over."""
    return Session.objects.filter(expire_date__lt=timezone.now())


def forget_ended():
    """Delete the sessions whose time is over, with where they were begun; return how many."""
    done = ended().delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return done
