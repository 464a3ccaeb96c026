"""What waits for somebody of the staff: the first list of the admin's start page."""

from dataclasses import dataclass, field
from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Invitation, NameChange
from association.models import Library, Page, may_change
from association.ready_texts import TITLES

from . import publication
from .models import Activity, Funder, Project
from .publicity import lacks

LENGTH = 5  # lines under one heading; the list behind it has the others
AT_HAND = 20  # projects that are not finished


@dataclass
class Line:
    """One thing that waits, and the address at which it is mended."""

    text: str
    address: str
    note: str = ""


@dataclass
class Group:
    """Things of one kind that wait; `address` has them all, where there are more than `lines`."""

    heading: str
    address: str
    lines: list[Line] = field(default_factory=list)
    has_more: bool = False


def waiting_for(user):
    """Return the Groups of what waits and `user` may mend, without the empty ones."""
    groups = []
    if may_change(user, Project):
        groups += [_stopped(), _drafts(), _results(), _activities(), _photos()]
    if may_change(user, Funder):
        groups.append(_logos())
    if may_change(user, Page):
        groups.append(_pages(may_add=user.has_perm("association.add_page")))
    if user.has_perm("accounts.change_user"):
        groups.append(_invitations())
    if may_change(user, Library):
        groups.append(_name_changes())
    return [group for group in groups if group.lines]


def projects_at_hand(user):
    """Return pairs of a project that is not finished and where it stands, in a sentence."""
    if not may_change(user, Project):
        return []
    unfinished = Project.objects.unfinished()[:AT_HAND]
    return [(project, publication.visibility(project)) for project in unfinished]


def _group(heading, address, records, line):
    """Return the Group of the first of `records`, in whatever form; `line` makes a Line of each."""
    found = list(islice(records[: LENGTH + 1], LENGTH + 1))
    return Group(heading, address, [line(each) for each in found[:LENGTH]], len(found) > LENGTH)


def _latest(records, order):
    """Return the first of `records` in `order`, of which no text is read before they are found."""
    first = records.order_by(order, "pk").values("pk")[: LENGTH + 1]
    return records.filter(pk__in=first).order_by(order, "pk")


def _projects(kind):
    """Return the address of the list of projects that wait for `kind`, as its filter has them."""
    return reverse("admin:projects_project_changelist", query={"waits": kind})


def _form(project_id, place):
    return f"{reverse('admin:projects_project_change', args=[project_id])}#{place}"


def _stopped():
    """Tell what will be public by itself though a funder has come to require what is missing."""

    def line(project):
        note = publication.visibility(project)
        return Line(str(project), publication.address_of([project]), note)

    timed = Project.objects.unpublished().exclude(published_at=None).order_by("published_at", "pk")
    timed = timed.with_fundings().prefetch_related("activities", "photos", "links")[:AT_HAND]
    lacking = [
        project
        for project in timed
        if any(lack.stops for lack in lacks(project, timezone.localdate(project.published_at)))
    ]
    heading = _("Going to be public, though a funder requires what is missing")
    return _group(heading, _projects("drafts"), lacking, line)


def _drafts():
    def line(project):
        note = publication.visibility(project) if project.published_at else ""
        return Line(str(project), publication.address_of([project]), note)

    drafts = Project.objects.unpublished().order_by("-changed_at")
    return _group(_("Drafts to be published"), _projects("drafts"), drafts, line)


def _results():
    today = timezone.localdate()

    def line(project):
        told = _("ends on %(day)s") if project.ends_on >= today else _("ended on %(day)s")
        note = told % {"day": date_format(project.ends_on, "DATE_FORMAT")}
        return Line(str(project), _form(project.pk, "links-group"), note)

    lacking = Project.objects.published().lacking_results(today)
    heading = _("Projects that end soon or have ended, and tell no results")
    return _group(heading, _projects("results"), _latest(lacking, "-ends_on"), line)


def _activities():
    def line(activity):
        place = _form(activity.project_id, f"id_activities-{activity.place_in_form}-was_done")
        day = date_format(activity.last, "DATE_FORMAT")
        return Line(activity.name, place, f"{activity.project}, {day}")

    untold = Activity.objects.untold().select_related("project")
    heading = _("Activities that are over: write what was done")
    return _group(heading, _projects("activities"), _latest(untold, "-last"), line)


def _photos():
    def line(project):
        told = ngettext("%(number)s photo", "%(number)s photos", project.undescribed)
        note = told % {"number": project.undescribed}
        return Line(str(project), reverse("admin:projects_project_photos", args=[project.pk]), note)

    projects = Project.objects.with_undescribed_photos()
    heading = _("Photos without an alternative text: visitors do not see them")
    return _group(heading, _projects("photos"), projects.order_by("-pk"), line)


def _logos():
    def line(funder):
        page = reverse("admin:projects_funder_change", args=[funder.pk])
        return Line(str(funder), f"{page}#id_logo")

    funders = Funder.objects.paying_for(Project.objects.all()).filter(logo="")
    address = reverse("admin:projects_funder_changelist", query={"logo": "no"})
    return _group(_("Funders without a logo"), address, funders, line)


def _pages(*, may_add):
    """Tell which pages that a site has to have nobody can read yet.

    One that is not there at all, to those alone who may add it.
    """
    there = {page.slug: page for page in Page.objects.filter(slug__in=TITLES)}

    def line(slug):
        if slug in there:
            page = reverse("admin:association_page_change", args=[there[slug].pk])
            return Line(there[slug].title, page, _("a draft"))
        page = reverse("admin:association_page_add", query={"slug": slug})
        return Line(TITLES[slug], page, _("begins with a ready text"))

    lacking = [
        slug for slug in TITLES if (not there[slug].is_published if slug in there else may_add)
    ]
    address = reverse("admin:association_page_changelist")
    return _group(_("Pages that the law asks for, and that are not public"), address, lacking, line)


def _invitations():
    def line(invitation):
        page = reverse("admin:accounts_invitation_changelist", query={"id__exact": invitation.pk})
        told = _("sent on %(day)s") % {"day": date_format(invitation.sent_at, "DATE_FORMAT")}
        return Line(invitation.email, page, f"{invitation.library}, {told}")

    unanswered = Invitation.objects.unanswered().select_related("library").order_by("sent_at", "pk")
    address = reverse("admin:accounts_invitation_changelist", query={"state": "unanswered"})
    return _group(_("Invitations not answered"), address, unanswered, line)


def _name_changes():
    def line(change):
        page = reverse("admin:accounts_namechange_change", args=[change.pk])
        return Line(change.name, page, str(change.library))

    waiting = NameChange.objects.filter(state=NameChange.State.WAITING).select_related("library")
    address = reverse("admin:accounts_namechange_changelist")
    heading = _("New names of libraries that wait for consent")
    return _group(heading, address, waiting.order_by("proposed_at", "pk"), line)
