"""What search engines are told of: each address that a stranger may open, and no other."""

from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from projects.models import LAST_DAY, ActivityDay, Funder, Project

from .addresses import absolute
from .models import Library, Membership, Page, last_turn


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


def public_projects():
    return Project.objects.visible_to(AnonymousUser())


class LibrarySitemap(SiteSitemap):
    def items(self):
        return Library.objects.visible_to(AnonymousUser()).order_by("pk")

    def lastmod(self, library):
        """Return when the library or a project of it last changed; None where that is unknown."""
        if library.changed_at is None:
            return None
        return max(library.changed_at, self.changes.get(library.pk, library.changed_at))

    @cached_property
    def changes(self):
        libraries = Library.objects.prefetch_related("former_names")
        return public_projects().changes_by_library(libraries)


class FunderSitemap(SiteSitemap):
    def items(self):
        funders = Funder.objects.visible_to(AnonymousUser())
        return funders.with_last_change(public_projects()).order_by("pk")

    def lastmod(self, funder):
        return funder.page_changed_at


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

    def lastmod(self, name):
        """Return when the list last changed; None for a page of which nothing tells it."""
        return self.changes.get(name)

    @cached_property
    def changes(self):
        days = ActivityDay.objects.visible_to(AnonymousUser()).past()
        last_day = days.aggregate(last=Max(LAST_DAY))["last"]
        projects = latest(public_projects().last_change(), beginning(last_turn(public_projects())))
        past = beginning(last_day and last_day + timedelta(days=1))
        funders, libraries = last_change_of(Funder), last_change_of(Library)
        memberships = beginning(last_turn(Membership.objects))
        return {
            "projects:list": projects,
            "projects:archive": projects,
            "projects:calendar": latest(projects, past),
            "projects:funders": funders and latest(projects, funders),
            "association:libraries": libraries and latest(libraries, memberships),
        }


def last_change_of(model):
    """Return when one of the records of `model` last changed; None where that of one is unknown."""
    found = model.objects.aggregate(
        latest=Max("changed_at"), unknown=Count("pk", filter=Q(changed_at=None))
    )
    return None if found["unknown"] else found["latest"]


def beginning(day):
    """Return the moment in which `day` began in Vilnius; None for None."""
    return day and datetime.combine(day, time.min, timezone.get_default_timezone())


def latest(*moments):
    """Return the last of `moments`, of which some may be None."""
    return max(filter(None, moments), default=None)


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
