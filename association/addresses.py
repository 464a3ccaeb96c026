"""Where a record lives on the site, and how others are told of it."""

from functools import lru_cache

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.utils.encoding import iri_to_uri
from django.utils.text import slugify

SLUG_LENGTH = 60


def absolute(address):
    """Return `address` (a path of the site) in full, whichever host name the request came by."""
    return settings.SITE_URL.rstrip("/") + iri_to_uri(address)


@lru_cache(maxsize=2000)
def readable_slug(name, otherwise):
    """Return the readable part of an address, cut after a whole word.

    `otherwise` serves for a name of which no letter is left.
    """
    slug = slugify(name)
    if len(slug) > SLUG_LENGTH:
        slug = slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]
    return slug or otherwise


class AtItsAddress:
    """A DetailView of a record that has one address: any older one leads there, query included."""

    def get_address(self):
        """Return the path of this page of the record as it is today."""
        return self.object.get_absolute_url()

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        address = self.get_address()
        if request.path == address:
            return response
        query = request.META["QUERY_STRING"]
        return redirect(f"{address}?{query}" if query else address, permanent=True)


class NumberedDetail(AtItsAddress):
    """A record found by the number in its address; the readable part after it may have changed."""

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
