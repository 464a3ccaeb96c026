from django.conf import settings
from django.utils.functional import SimpleLazyObject

from .addresses import absolute
from .content_state import remembered
from .models import Details, Page


def details(request):
    """The association's details and its plain pages, for the header and footer of each page."""

    def lazy(name, make):
        return SimpleLazyObject(lambda: remembered(request, name, make, whoever_asks=True))

    return {
        "details": lazy("details", Details.objects.current),
        "footer_pages": lazy("footer", footer_pages),
    }


def footer_pages():
    """Return the title and the path of each plain page that the footer leads to."""
    pages = Page.objects.published().exclude(slug=Page.ABOUT).order_by("pk")
    return tuple((page.title, page.get_absolute_url()) for page in pages)


def addresses(request):
    """The site's own address, and the one under which this page is to be known."""
    return {"site_url": settings.SITE_URL.rstrip("/"), "canonical": absolute(request.path)}
