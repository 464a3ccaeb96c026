"""What is new among the projects, for feed readers."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from association.addresses import absolute
from association.models import Details

from .models import Project

LENGTH = 30
# A tag (RFC 4151) names its maker by a host and a year in which it was theirs; it never changes.
TAG = f"tag:{urlsplit(settings.SITE_URL).hostname},2026:"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class ProjectFeed(Feed):
    """Projects, those published last first; the same for everybody, as readers do not log in."""

    feed_type = Atom1Feed
    feed_guid = f"{TAG}projektai"
    title = _("Projects of the Association")

    def link(self):
        return absolute(reverse("projects:list"))

    def feed_url(self):
        return absolute(reverse("projects:feed"))

    def author_name(self):
        return Details.objects.current().name or _("Association")

    def items(self):
        visible = Project.objects.visible_to(AnonymousUser())
        return visible.with_fundings().order_by("-published_at", "-pk")[:LENGTH]

    def item_title(self, project):
        return _NOT_IN_XML.sub("", project.title)

    def item_description(self, project):
        return escape(_NOT_IN_XML.sub("", project.description))

    def item_link(self, project):
        return absolute(project.get_absolute_url())

    def item_guid(self, project):
        return f"{TAG}projektai/{project.pk}"

    def item_pubdate(self, project):
        return project.published_at

    def item_updateddate(self, project):
        return project.last_change
