"""When whoever tried too often may try again.

allauth counts the attempts and refuses them (ACCOUNT_RATE_LIMITS), but does not say until when.
This reads the same counters, by allauth's own functions.
"""

import math
import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import library_codes

MINUTE, HOUR = 60, 3600  # seconds


def counted_for(request):
    """Return what attempts of this request are counted for, beside its IP address and user."""
    names = {request.POST.get(field, "").strip().lower() for field in ("email", "login")}
    names.discard("")
    logins = {get_adapter().get_login_key(request, name) for name in names}
    second_factor = f"mfa-auth-user-{request.user.pk}"
    sent = getattr(request, "session", {}).get(library_codes.IN_SESSION) or {}
    numbers = request.POST.get("library", "").strip(), sent.get("library")
    libraries = {library_codes.counted_for(each) for each in numbers if each}
    return names | logins | libraries | {second_factor}


def waits(request):
    """Yield for each limit that this request has reached how many seconds it lasts still."""
    now = time.time()
    for action in app_settings.RATE_LIMITS:
        for rate in ratelimit.get_rates(app="allauth.account", action=action):
            if rate.per == "user" and not request.user.is_authenticated:
                continue
            for key in counted_for(request) if rate.per == "key" else [None]:
                counter = ratelimit.get_cache_key(
                    request, app="allauth.account", action=action, rate=rate, key=key
                )
                # The newest attempt comes first, and one is allowed when the oldest is too old.
                attempts = cache.get(counter, [])[: rate.amount]
                if len(attempts) == rate.amount:
                    yield attempts[-1] + rate.duration - now


def seconds_to_wait(request):
    """Return after how many seconds an attempt that was refused may be made again.

    Where no counter says it, as for a second factor of somebody not logged in yet: the time after
    which it is allowed for sure.
    """
    found = max(waits(request), default=0)
    if found > 0:
        return math.ceil(found)
    rates = ratelimit.get_rates(app="allauth.account", action="login_failed")
    return max((math.ceil(rate.duration) for rate in rates), default=MINUTE)


def when_to_retry(request):
    """Return a sentence that says when to try again; the answer will say so to programs too."""
    request.retry_after = seconds = seconds_to_wait(request)
    if seconds <= HOUR:
        minutes = math.ceil(seconds / MINUTE)
        return ngettext(
            "Try again in %(minutes)s minute.", "Try again in %(minutes)s minutes.", minutes
        ) % {"minutes": minutes}
    hours = math.ceil(seconds / HOUR)
    return ngettext("Try again in %(hours)s hour.", "Try again in %(hours)s hours.", hours) % {
        "hours": hours
    }


def refusal(request):
    """Return what a form says to whoever tried too often."""
    return f"{_('Too many attempts')}. {when_to_retry(request)}"


def too_many_requests(request):
    """429, which allauth answers with where there is no form to show the refusal in."""
    return render(request, "429.html", {"when_to_retry": when_to_retry(request)}, status=429)


def tell_when_to_retry(get_response):
    """Answer a form that refusal() speaks in with 429 too, and each such answer with the time."""

    def middleware(request):
        response = get_response(request)
        if hasattr(request, "retry_after"):
            if response.status_code == 200:
                response.status_code = 429
            response["Retry-After"] = str(request.retry_after)
        return response

    return middleware
