from django.conf import settings
from django.utils.functional import SimpleLazyObject

from .addresses import absolute
from .models import Details, Page


def details(request):
    """The association's details and its plain pages, for the header and footer of each page."""
    pages = Page.objects.published().exclude(slug=Page.ABOUT).order_by("pk")
    return {"details": SimpleLazyObject(Details.objects.current), "footer_pages": pages}


def addresses(request):
    """The site's own address, and the one under which this page is to be known."""
    return {"site_url": settings.SITE_URL.rstrip("/"), "canonical": absolute(request.path)}
