from django.http import HttpResponsePermanentRedirect

from .models import Redirect

KEPT = "max-age=3600"  # seconds; a browser would keep a mistake of staff for ever


def redirect_moved(get_response):
    """Lead from addresses of the association's older sites to today's, by the table of staff.

    It is asked only where nothing else answers, so that no row can hide a page.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code != 404:
            return response
        moved = Redirect.objects.answering(request.get_full_path())
        if moved is None:
            return response
        return HttpResponsePermanentRedirect(moved.target, headers={"Cache-Control": KEPT})

    return middleware
