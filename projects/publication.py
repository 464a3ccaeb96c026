"""Publishing a project, at once or at a time, and withdrawing it; and what that means, in words."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from association.lithuanian import moment

from .models import DraftLink, Project
from .publicity import lacks


class Stopped(Exception):
    """A publication that lacks what a funder requires, and has no reason to go on all the same.

    `lacks` has a publicity.Lack for each thing that is missing.
    """

    def __init__(self, lacks):
        super().__init__(lacks)
        self.lacks = lacks


def publish(project, *, at=None, reason=""):
    """Make `project` public now, or as of the moment `at` (aware datetime); return how it is told.

    Raise Stopped where something that a funder requires is missing on that day, and `reason` does
    not say why it is published all the same. The sentence returned is for the history.
    """
    missing = [lack for lack in lacks(project, at and timezone.localdate(at)) if lack.stops]
    if missing and not reason:
        raise Stopped(missing)
    if at is None:
        project.publish()
        told = [_("Published.")]
    else:
        project.publish_at(at)
        told = [_("To be published: %(time)s.") % {"time": moment(project.published_at)}]
    told += [lack.told for lack in missing]
    if missing:
        told.append(_("Published all the same, because: %(reason)s") % {"reason": reason})
    return " ".join(told)


def withdraw(project):
    """Make `project` a draft again, which nobody but staff sees; no link to it opens any more."""
    project.withdraw()
    DraftLink.objects.filter(project=project).delete()


def address_of(projects):
    """Return the address of the admin's page on the publication of `projects`."""
    numbers = [project.pk for project in projects]
    return reverse("admin:projects_project_publication", query={"id": numbers})


def visibility(project):
    """Return the sentence that says who sees `project` today, and since or until when."""
    if project.is_published:
        return _("Public since %(time)s.") % {"time": moment(project.published_at)}
    if project.published_at:
        told = _("Will be public as of %(time)s. Until then only those who run the site see it.")
        return told % {"time": moment(project.published_at)}
    return _("A draft: only those who run the site see it.")


def prospects(project):
    """Return the sentences that say what will become of `project` by itself, and when."""
    state, told = project.state, []
    if state == Project.State.PLANNED:
        told.append(
            _("Planned: it will be current as of %(day)s.") % {"day": day(project.starts_on)}
        )
    if state == Project.State.FINISHED:
        told.append(_("Finished: it stands among finished projects."))
    elif project.ends_on:
        first = project.ends_on + timedelta(days=1)
        told.append(_("As of %(day)s it will stand among finished projects.") % {"day": day(first)})
    else:
        told.append(_("It has no last day, so it stays among current projects until it has one."))
    return told


def day(date):
    return date_format(date, "DATE_FORMAT")
