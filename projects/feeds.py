"""Projects and news of them, for feed readers."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.addresses import absolute
from association.models import Details

from . import news
from .models import Project

LENGTH = 30
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def tag(details, name):
    """Return an identifier of RFC 4151, which never changes.

    Such a tag names its maker by a host and a year in which the host was theirs.
    """
    return f"tag:{details.identifier_host},2026:{name}"


@dataclass(frozen=True)
class Entry:
    """What readers of the feed see of one thing; `text` is plain, `link` is a whole address."""

    guid: str
    title: str
    text: str
    link: str
    published: datetime
    updated: datetime


class ProjectFeed(Feed):
    """Projects and news of them, the latest first; the same for all, as readers do not log in."""

    feed_type = Atom1Feed
    title = _("Projects of the Association")

    def get_object(self, request):
        return Details.objects.current()

    def link(self):
        return absolute(reverse("projects:list"))

    def feed_url(self):
        return absolute(reverse("projects:feed"))

    def feed_guid(self, details):
        return tag(details, "projektai")

    def author_name(self, details):
        return details.name or _("Association")

    def items(self, details):
        visible = Project.objects.visible_to(AnonymousUser())
        newest = visible.with_fundings().order_by("-published_at", "-pk")[:LENGTH]
        entries = [project_entry(project, details) for project in newest]
        entries += [news_entry(each, details) for each in news.latest(LENGTH)]
        return sorted(entries, key=lambda entry: entry.published, reverse=True)[:LENGTH]

    def item_title(self, entry):
        return _NOT_IN_XML.sub("", entry.title)

    def item_description(self, entry):
        return escape(_NOT_IN_XML.sub("", entry.text))

    def item_link(self, entry):
        return entry.link

    def item_guid(self, entry):
        return entry.guid

    def item_pubdate(self, entry):
        return entry.published

    def item_updateddate(self, entry):
        return entry.updated


def project_entry(project, details):
    return Entry(
        guid=tag(details, f"projektai/{project.pk}"),
        title=project.title,
        text=project.description,
        link=absolute(project.get_absolute_url()),
        published=project.published_at,
        updated=project.last_change,
    )


def news_entry(added, details):
    """Return the Entry of `added`, News: one a day for a project, whatever else the day brings."""
    return Entry(
        guid=tag(details, f"projektai/{added.project.pk}/{added.day:%Y-%m-%d}"),
        title=gettext("News of the project: %(title)s") % {"title": added.project.quoted_title},
        text=added.text,
        link=absolute(added.project.get_absolute_url()),
        published=added.first_at,
        updated=added.last_at,
    )
