"""Projects from the text of an application: pasted, understood line by line, made drafts."""

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association.differences import differences
from association.forms import TextForm
from association.lithuanian import fold

from ..importers import Choice, import_projects, try_projects
from ..models import Project
from ..publication import address_of
from ..texts import Kind, TextRefused, decode
from ..texts.funding import write_funding
from ..texts.word import NotWord, is_word, word_text

MAX_LENGTH = 200_000  # characters: a hundred pages, and what a person can look through
KINDS = {
    Kind.TITLE: _("title of a project"),
    Kind.FUNDING: _("funding"),
    Kind.HEADING: _("heading"),
    Kind.GOAL: _("goal"),
    Kind.ACTIVITY: _("activity"),
    Kind.TEXT: _("text of the project"),
    Kind.FURNITURE: _("words of the website, passed over"),
    Kind.LEFT_OUT: _("not understood, left out"),
}
# What to do about a remark, by its code.
HINTS = {
    "outside": _("If it belongs to a project, move it below its title; if not, leave it here."),
    "bare_project": _("If it is no project, take its quotation marks away."),
    "funding_not_understood": _(
        "Write it as in “Dalinį finansavimą – 80 tūkst. Lt skyrė Lietuvos kultūros taryba.”"
    ),
    "money_in_text": _(
        "If it is funding, write it as in “Dalinį finansavimą – 80 tūkst. Lt skyrė Lietuvos"
        " kultūros taryba.”"
    ),
    "joined_funders": _("If there are several, write a sentence for each."),
    "text_after_list": _("If it belongs to the list, put the next number before it."),
    "repeated_heading": _("If it is another project's, write that project's title above it."),
    "empty_item": _("Write what is missing, or delete the line."),
}


class ProjectsTextForm(TextForm):
    """The text of one project or more; `found` is the Outcome of trying to import it."""

    max_bytes = 5_000_000
    is_missing = _("Paste the text of the project, or choose a Word file.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        file, text = self.fields["file"], self.fields["text"]
        file.label, text.label = _("Word file"), _("Text of the project")
        file.widget.attrs["accept"] = ".docx,.txt,text/plain"
        file.help_text = _("A .docx or .txt of 5 MB at most; it is read instead of the text below.")
        text.widget.attrs |= {"rows": 18, "class": "source-text", "spellcheck": "true"}
        if not self.is_bound:
            text.widget.attrs["autofocus"] = True  # one pastes at once
        text.help_text = _(
            "Paste it whole, several projects too. The button shows what is understood of it, to be"
            " corrected here; nothing is published yet."
        )

    def decode(self, data):
        if len(data) > self.max_bytes:
            raise ValidationError(_("The file is larger than 5 MB. Paste its text instead."))
        try:
            return word_text(data) if is_word(data) else decode(data)
        except NotWord as error:
            raise ValidationError(str(error)) from error
        except TextRefused as error:
            told = _("The file is neither .docx nor text. Save it as .docx, or paste it.")
            raise ValidationError(told) from error

    def read(self, text):
        if len(text) > MAX_LENGTH:
            raise ValidationError(_("The text is too long. Bring in a few projects at a time."))
        try:
            return try_projects(text)
        except TextRefused as error:
            raise ValidationError(str(error)) from error

    def shown(self):
        """Return all that the preview shows: the text alone may change other records tomorrow."""
        known = self.found.updated
        each = [(str(one.project), one.project.pk, one.changes) for one in known]
        if not known:
            return super().shown()
        # Of one that was made beside such a project, too: who presses twice makes it once.
        titles = [one.project.folded_title for one in known]
        alike = Project.objects.filter(folded_title__in=titles).order_by("pk")
        return f"{super().shown()}\n{each!r}\n{list(alike.values_list('pk', flat=True))}"


@dataclass(frozen=True)
class Row:
    """A part of the text as the preview tells it: its lines, what it is, what to look at."""

    lines: str
    line: int
    text: str
    taken_as: str
    remarks: list


class FromTextMixin:
    """The page „Naujas projektas iš teksto“."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.from_text_view)
        return [path("is-teksto/", view, name="projects_project_from_text"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """Lead to the page those who may import."""
        context = {"may_import": self.may_import(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def may_import(self, request):
        """Whether staff may make projects and change those there are: the text may do both."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def from_text_view(self, request):
        """Show what a text would do; do it, where drafts alone come of it or it has been seen."""
        if not self.may_import(request):
            raise PermissionDenied
        form = ProjectsTextForm(request.POST or None, request.FILES or None)
        outcome = form.found if request.method == "POST" and form.is_valid() else None
        choices = chosen(request.POST, outcome)
        if outcome and "_import" in request.POST:
            if form.is_seen or not (warning := what_is_unseen(outcome, choices)):
                return self.import_text(request, form.data["text"], choices)
            self.message_user(request, warning, messages.WARNING)
        return self.own_page(
            request,
            "projects/admin/from_text.html",
            gettext("New project from text"),
            form=form,
            fields=AdminForm(form, [(None, {"fields": ["file", "text"]})], {}),
            found=outcome and [found(each, choices) for each in outcome.projects],
            rows=outcome and list(rows(outcome.reading)),
            sums=outcome and sums(outcome),
            notes=outcome and outcome.notes,
            can_import=outcome and (outcome.created or outcome.updated),
            button=outcome and button(outcome),
        )

    @transaction.atomic
    def import_text(self, request, text, choices):
        """Import `text`, note it in the history, and lead on to where it is published."""
        outcome = import_projects(text, choices=choices)
        for each in outcome.created:
            self.log_addition(request, each.project, gettext("Made from a text."))
        for each in outcome.updated:
            told = gettext("Updated from a text: %(what)s.") % {"what": ", ".join(each.changed)}
            self.log_change(request, each.project, told)
        for told in imported(outcome):
            self.message_user(request, told, messages.SUCCESS)
        for note in outcome.notes:
            self.message_user(request, note, messages.INFO)
        touched = [each.project for each in outcome.created + outcome.updated]
        if not touched:
            self.message_user(request, gettext("Nothing was changed."), messages.INFO)
            return redirect("admin:projects_project_changelist")
        return redirect(address_of(touched))


def key_of(imported):
    """Return the name of the field that holds the Choice for a project of the text."""
    digest = hashlib.sha256(fold(imported.told.title).encode()).hexdigest()
    return f"choice-{digest[:12]}"


def chosen(posted, outcome):
    """Return the Choice made for each project of the text that there is, by its folded title."""
    known = [each for each in outcome.projects if not each.is_new] if outcome else []
    made = ((each, posted.get(key_of(each))) for each in known)
    return {fold(each.told.title): Choice(value) for each, value in made if value in Choice}


def what_is_unseen(outcome, choices):
    """Return the sentence that warns who has not seen what would become of known projects."""
    made = {choices.get(fold(each.told.title), Choice.UPDATE) for each in outcome.updated}
    if Choice.UPDATE in made:
        return gettext("It would change projects that there are: look at it, and press again.")
    if Choice.NEW in made:
        return gettext("There are such projects already: look at them, and press again.")
    return ""


def found(imported, choices):
    """Return what the preview tells of one project of the text."""
    told = imported.told
    return {
        "imported": imported,
        "title": told.title,
        "fundings": [write_funding(funding) for funding in told.fundings],
        "goals": told.goals,
        "activities": told.activities,
        "paragraphs": list(filter(None, told.text.split("\n\n"))),
        "key": key_of(imported),
        "choice": choices.get(fold(told.title), Choice.UPDATE),
        "changes": [
            (change.name, list(differences(change.before, change.after)))
            for change in imported.changes
        ],
    }


def rows(reading):
    """Yield a Row for each part of the text, in its order."""
    remarks = {}
    for remark in reading.remarks:
        remarks.setdefault(remark.line, []).append((remark.message, HINTS.get(remark.code, "")))
    for part in reading.parts:
        lines = str(part.line)
        if part.last_line > part.line:
            lines += f"–{part.last_line}"
        taken_as = ", ".join(str(KINDS[kind]) for kind in part.kinds)
        yield Row(lines, part.line, part.text, taken_as, remarks.get(part.line, []))


def sums(outcome):
    """Return the sentences that tell what would come of the text."""
    told = []
    if new := len(outcome.created):
        told.append(
            ngettext("%(number)s new project.", "%(number)s new projects.", new) % {"number": new}
        )
    if known := len(outcome.updated) + len(outcome.unchanged):
        told.append(
            ngettext(
                "%(number)s project is there already.",
                "%(number)s projects are there already.",
                known,
            )
            % {"number": known}
        )
    if unclear := len(outcome.reading.remarks):
        told.append(
            ngettext(
                "%(number)s line is to be looked at: it is marked below.",
                "%(number)s lines are to be looked at: they are marked below.",
                unclear,
            )
            % {"number": unclear}
        )
    return told


def button(outcome):
    """Return what the button says that does it."""
    if outcome.updated:
        return gettext("Save it so")
    number = len(outcome.created)
    return ngettext("Make %(number)s draft", "Make %(number)s drafts", number) % {"number": number}


def imported(outcome):
    """Yield the sentences that tell what has come of the text."""
    if number := len(outcome.created):
        told = ngettext(
            "%(number)s draft was made. Look at it, and publish it below.",
            "%(number)s drafts were made. Look at them, and publish them below.",
            number,
        )
        yield told % {"number": number}
    if number := len(outcome.updated):
        told = ngettext(
            "%(number)s project was updated.", "%(number)s projects were updated.", number
        )
        yield told % {"number": number}
