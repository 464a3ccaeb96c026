from django.conf import settings
from django.http import HttpResponsePermanentRedirect

from .addresses import absolute
from .models import Redirect

# Seconds: a browser would keep a mistake of staff for ever, and nginx is to ask anew.
KEPT = "max-age=3600, s-maxage=2"


def keep_private(get_response):
    """Let no browser or cache keep what is shown to somebody with a session, logged in or not yet.

    On a computer that others use too, „Back“ would show it to them after the logout.
    """

    def middleware(request):
        response = get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES or name in response.cookies:
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


def redirect_moved(get_response):
    """Lead from addresses of the association's older sites to today's, by the table of staff.

    It is asked only where nothing else answers, so that no row can hide a page. What the table
    does not know of an older host (settings.OLD_HOSTS) leads to the same path here.
    """

    def middleware(request):
        is_old = request.get_host().partition(":")[0] in settings.OLD_HOSTS
        response = None if is_old else get_response(request)
        if response and response.status_code != 404:
            return response
        moved = Redirect.objects.answering(request.get_full_path())
        if moved is None and not is_old:
            return response
        target = moved.target if moved else request.get_full_path()
        if is_old and target.startswith("/"):
            target = absolute(target)
        return HttpResponsePermanentRedirect(target, headers={"Cache-Control": KEPT})

    return middleware
