"""One page on what is public of a project, or of several, since when and until when."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association import versions
from association.addresses import absolute
from association.lithuanian import quoted

from .. import publication
from ..models import DraftLink, Project
from ..publicity import lacks

AT_ONCE = 50  # projects on one page at most
HISTORY_LENGTH = 5
LATEST = timedelta(days=10 * 366)


class PublicationForm(forms.Form):
    """When to publish, and why though something is missing that a funder requires."""

    at = forms.SplitDateTimeField(
        label=_("Publish as of"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_(
            "Only to publish later. The time is that of Lithuania: for example 2026-12-01"
            " and 09:00."
        ),
    )
    reason = forms.CharField(
        label=_("Why it is published all the same"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=_(
            "Needed only where a funder requires what is missing. It stays in the history of the"
            " project: for example, “The funder has not sent its new logo yet.”"
        ),
    )

    def __init__(self, *args, is_later=False, newer=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.is_later, self.newer = is_later, newer

    def clean(self):
        """Refuse what was pressed on a page that is out of date, in the sentences `newer`."""
        super().clean()
        for sentence in self.newer:
            self.add_error(None, sentence)

    def clean_at(self):
        at = self.cleaned_data["at"]
        if not self.is_later:
            return None
        if at is None:
            raise ValidationError(_("Write the day and the time, or publish now."))
        now = timezone.now()
        if at <= now:
            raise ValidationError(_("This time is over. Write a later one, or publish now."))
        if at > now + LATEST:
            raise ValidationError(_("This is more than ten years ahead. Correct the year."))
        return at

    def clean_reason(self):
        return " ".join(self.cleaned_data["reason"].split())


class PublicationMixin:
    """Publishing, withdrawing, and the link to a draft, each by one button of the page."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.publication_view)
        return [path("skelbimas/", view, name="projects_project_publication"), *super().get_urls()]

    def publication_view(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.publication_page(request)
        with transaction.atomic():
            versions.wait_for_others()
            return self.publication_page(request)

    def publication_page(self, request):
        """Show the page, or do what one of its buttons says; within a transaction then."""
        projects = self.listed(request)
        is_later = "_later" in request.POST
        asks = is_later or "_now" in request.POST
        newer = [told_of_newer(each) for each in projects if is_newer(each, request.POST)]
        form = PublicationForm(request.POST if asks else None, is_later=is_later, newer=newer)
        if request.method == "POST" and not asks:
            if newer:
                self.message_user(request, " ".join(newer), messages.ERROR)
            else:
                self.do(request, projects)
            return redirect(publication.address_of(projects))
        # What somebody else has published meanwhile stays public as it is.
        drafts = [each for each in projects if not each.is_published]
        chosen = [each for each in drafts if str(each.pk) in request.POST.getlist("chosen")]
        if asks and not drafts:
            told = gettext("It is public already: nothing was changed.")
            self.message_user(request, told, messages.INFO)
            return redirect(publication.address_of(projects))
        if asks and form.is_valid() and self.publish_chosen(request, chosen, form):
            return redirect(publication.address_of(projects))
        history = self.history(projects)
        cards = [card(project, history.get(str(project.pk), [])) for project in projects]
        stops = any(
            lack.stops for each in cards if each["project"] in drafts for lack in each["lacks"]
        )
        asked_for = ["at", "reason"] if stops or "reason" in form.errors else ["at"]
        return self.own_page(
            request,
            "projects/admin/publication.html",
            str(projects[0]) if len(projects) == 1 else gettext("Publishing of several projects"),
            form=form,
            media=self.media + form.media,
            fields=AdminForm(form, [(None, {"fields": asked_for})], {}),
            cards=cards,
            drafts=drafts,
            chosen=chosen if asks else drafts,
            stops=stops,
        )

    def listed(self, request):
        """Return the projects whose numbers the address names; 404 where there are none."""
        numbers = {pk for pk in request.GET.getlist("id") if pk.isdecimal() and len(pk) < 18}
        found = Project.objects.filter(pk__in=sorted(numbers)[:AT_ONCE])
        if request.method == "POST":
            found = found.select_for_update(of=["self"])
        found = found.with_text().prefetch_related("photos", "links").select_related("draft_link")
        projects = list(found)
        if not projects:
            raise Http404
        return projects

    @transaction.atomic
    def publish_chosen(self, request, projects, form):
        """Publish all of `projects`, or none where one is stopped; return whether it was done."""
        if not projects:
            form.add_error(None, gettext("Tick at least one project."))
            return False
        at, reason = form.cleaned_data["at"], form.cleaned_data["reason"]
        try:
            with transaction.atomic():
                for project in projects:
                    versions.keep_first(project)
                    told = publication.publish(project, at=at, reason=reason)
                    self.log_change(request, project, told)
        except publication.Stopped as stopped:
            told = gettext(
                "Nothing was published: a funder requires what is missing. Mend it, or write why"
                " you publish all the same."
            )
            form.add_error("reason", " ".join([told, *(lack.told for lack in stopped.lacks)]))
            return False
        self.message_user(request, done(projects, at), messages.SUCCESS)
        return True

    @transaction.atomic
    def do(self, request, projects):
        """Do what the button that was pressed says with the project whose number it bears.

        A button of a page on which it makes no sense any more, or that was pressed twice, does
        nothing.
        """
        deeds = {"_withdraw": self.withdraw_one, "_link": self.make_link, "_unlink": self.end_link}
        for name, deed in deeds.items():
            for project in projects:
                if str(project.pk) != request.POST.get(name):
                    continue
                versions.keep_first(project)
                if outcome := deed(project):
                    told, message = outcome
                    self.log_change(request, project, told)
                    self.message_user(request, message, messages.SUCCESS)

    def withdraw_one(self, project):
        if project.published_at is None:
            return None
        publication.withdraw(project)
        return gettext("Withdrawn."), gettext("The project is a draft again.")

    def make_link(self, project):
        if project.is_published:
            return None
        DraftLink.renew(project)
        return gettext("A link to the draft was made."), gettext("The link is ready: copy it.")

    def end_link(self, project):
        if not DraftLink.objects.filter(project=project).delete()[0]:
            return None
        return gettext("The link to the draft was ended."), gettext("The link opens no more.")

    def history(self, projects):
        """Return the latest deeds with each of `projects` by its number; not changes of fields."""
        type_ = ContentType.objects.get_for_model(Project)
        entries = LogEntry.objects.filter(
            content_type=type_, object_id__in=[str(project.pk) for project in projects]
        )
        entries = entries.exclude(change_message__startswith="[").exclude(change_message="")
        found = {}
        for entry in entries.select_related("user").order_by("-action_time", "-pk"):
            found.setdefault(entry.object_id, []).append(entry)
        return {pk: each[:HISTORY_LENGTH] for pk, each in found.items()}


def seen_of(project):
    """Return what a page remembers of when `project` is public: its number, and the moment."""
    at = project.published_at
    return f"{project.pk}:{at.isoformat() if at else ''}"


def is_newer(project, data):
    """Whether `data`, as posted, is of a page that showed another moment for `project`."""
    start = f"{project.pk}:"
    shown = [each for each in data.getlist("seen") if each.startswith(start)]
    return bool(shown) and seen_of(project) not in shown


def told_of_newer(project):
    """Return the sentence for who presses a button that did not know of the last deed."""
    told = gettext(
        "Nothing was done: while you were looking, somebody else changed the publication of"
        " %(what)s. %(visibility)s Look, and press once more."
    )
    return told % {
        "what": quoted(str(project)),
        "visibility": publication.visibility(project),
    }


def card(project, history):
    """Return what the page tells of `project`, whose latest deeds are `history`."""
    link = getattr(project, "draft_link", None)
    link = link if link and link.is_valid else None
    return {
        "project": project,
        "seen": seen_of(project),
        "visibility": publication.visibility(project),
        "prospects": publication.prospects(project),
        "lacks": lacks(project),
        "link": link and absolute(link.get_absolute_url()),
        "link_until": link and publication.moment(link.expires_at),
        "history": [(publication.moment(each.action_time), each) for each in history],
    }


def done(projects, at):
    """Return the sentence that says that `projects` are public, or will be as of `at`."""
    number = len(projects)
    if at is None:
        told = ngettext(
            "%(number)s project was published.", "%(number)s projects were published.", number
        )
        return told % {"number": number}
    told = ngettext(
        "%(number)s project will be public as of %(time)s.",
        "%(number)s projects will be public as of %(time)s.",
        number,
    )
    return told % {"number": number, "time": publication.moment(at)}
