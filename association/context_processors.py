from django.conf import settings
from django.utils.functional import SimpleLazyObject

from .addresses import absolute
from .models import Details


def details(request):
    """The association's details, for the header and the footer of each page."""
    return {"details": SimpleLazyObject(Details.objects.current)}


def addresses(request):
    """The site's own address, and the one under which this page is to be known."""
    return {"site_url": settings.SITE_URL.rstrip("/"), "canonical": absolute(request.path)}
