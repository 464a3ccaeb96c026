"""What search engines are told of: each address that a stranger may open, and no other."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.urls import reverse

from projects.models import Funder, Project

from .addresses import absolute
from .models import Library, Page


class SiteSitemap(Sitemap):
    """Addresses under SITE_URL, whichever host name the request came by."""

    limit = 5_000  # the protocol ends at 50,000, but a file is to be made in a second or two
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PublishableSitemap(SiteSitemap):
    """Records with a publication time, of `model`."""

    def items(self):
        return self.model.objects.visible_to(AnonymousUser()).order_by("pk")

    def lastmod(self, record):
        return record.last_change

    def get_latest_lastmod(self):
        return self.items().last_change()


class ProjectSitemap(PublishableSitemap):
    model = Project

    def items(self):
        used = ["title", "short_title", "changed_at", "published_at"]
        return super().items().only(*used)


class PageSitemap(PublishableSitemap):
    model = Page

    def items(self):
        """All but that which is part of the association's own page."""
        return super().items().exclude(slug=Page.ABOUT)


class LibrarySitemap(SiteSitemap):
    def items(self):
        return Library.objects.visible_to(AnonymousUser()).order_by("pk")


class FunderSitemap(SiteSitemap):
    def items(self):
        return Funder.objects.visible_to(AnonymousUser()).order_by("pk")


class ListSitemap(SiteSitemap):
    """Pages that are no record's own."""

    def items(self):
        projects = ["list", "archive", "calendar", "funders", "open_data"]
        return [
            *(f"projects:{name}" for name in projects),
            "association:libraries",
            "association:about",
        ]

    def location(self, name):
        return reverse(name)


SECTIONS = {
    "sarasai": ListSitemap,
    "projektai": ProjectSitemap,
    "finansuotojai": FunderSitemap,
    "bibliotekos": LibrarySitemap,
    "puslapiai": PageSitemap,
}


def index(request):
    """The list of the sitemaps, each of which holds as many addresses as one may."""
    response = sitemap_views.index(
        request, SECTIONS, sitemap_url_name="association:sitemap_section"
    )
    for sitemap in response.context_data["sitemaps"]:
        address = urlsplit(sitemap.location)._replace(scheme="", netloc="")
        sitemap.location = absolute(address.geturl())
    return response


def section(request, section):
    return sitemap_views.sitemap(request, SECTIONS, section=section)
