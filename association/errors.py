"""Error pages in Lithuanian, for each refusal a visitor can meet."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from .logs import is_away
from .storage import is_full, will_pass

RETRY_AFTER = 10  # seconds
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request, exception):
    """400; or 413 where what was sent is larger than the site takes."""
    status = 413 if isinstance(exception, TOO_LARGE) else 400
    return HttpResponse(loader.render_to_string(f"{status}.html"), status=status)


def permission_denied(request, exception):
    return render(request, "403.html", status=403)


def page_not_found(request, exception):
    return render(request, "404.html", status=404)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    """500; or 503 while the database or the store of files is away or a disk is full: it passes.

    From a template that needs neither the database nor the request.
    """
    error = sys.exception()
    if error is None or not (will_pass(error) or is_away(error)):
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"}
    page = loader.render_to_string("503.html", {"is_full": is_full(error)})
    return HttpResponse(page, status=503, headers=headers)
