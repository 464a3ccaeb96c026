"""The page of a project: what it is made of, and what it looks like to who may not see it yet."""

import re

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from association.addresses import absolute

from . import structured_data
from .models import Project


def page_context(project):
    """Return what the template of the page needs; `project` comes with_details()."""
    return {
        "object": project,
        "project": project,
        "breadcrumbs": breadcrumbs(project),
        "structured_data": [structured_data.project_node(project)],
    }


def breadcrumbs(project):
    """Return the pages above that of `project`, as pairs of a name and a path."""
    steps = [(_("Projects"), reverse("projects:list"))]
    if project.state == Project.State.FINISHED:
        steps.append((_("Finished projects"), reverse("projects:archive")))
    return steps


def page_of_draft(request, reader, notice, key=""):
    """Return the page that `reader`, a DraftReader, reads, with `notice` on top of it.

    It looks as it will to strangers, whoever asks. Its files are let out to who has the `key` of a
    link to it. Raise DoesNotExist where there is no such project.
    """
    projects = Project.objects.visible_to(reader).with_details(reader)
    project = projects.get(pk=reader.reads_project_id)
    context = page_context(project) | {
        "user": reader,
        "draft_notice": notice,
        "canonical": absolute(project.get_absolute_url()),
    }
    response = render(request, "projects/project_detail.html", context)
    if key:
        response.content = with_key(response.content.decode(), key)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def with_key(page, key):
    """Return `page` with `key` in each address of a file that an element of it names.

    For association.files to see; what a text says, and what leads to another site, is let be.
    """
    media, site = re.escape(settings.MEDIA_URL), re.escape(absolute(settings.MEDIA_URL))
    named = rf' (?:(?:src|srcset|href)="{media}|content="{site})[^"]*"'
    file = rf"{media}[^\s\"',<>?]+"
    return re.sub(named, lambda found: re.sub(file, rf"\g<0>?{KEY}={key}", found[0]), page)


KEY = "juodrastis"  # the parameter of an address that bears the key of a link to a draft
