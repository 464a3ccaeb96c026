"""How the list of projects is narrowed and searched."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from association.admin_lists import ChoiceFilter, YearFilter
from association.search import Beginnings

from ..models import Activity, Funder, Funding, Project

MOST_FOUND = 1000  # projects that a search lists: nobody looks through more


class WaitingFilter(admin.SimpleListFilter):
    """What the start page lists, whole."""

    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("drafts", _("to be published")),
            ("results", _("tells no results")),
            ("activities", _("activities without what was done")),
            ("photos", _("photos without an alternative text")),
        ]

    def queryset(self, request, queryset):
        untold = Activity.objects.waiting_for_words().over().filter(project=OuterRef("pk"))
        found = {
            "drafts": queryset.unpublished,
            "results": lambda: queryset.published().lacking_results(),
            "activities": lambda: queryset.filter(Exists(untold)),
            "photos": queryset.with_undescribed_photos,
        }
        return found.get(self.value(), queryset.all)()


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Project.State.choices

    def queryset(self, request, queryset):
        found = {
            Project.State.CURRENT: queryset.current,
            Project.State.PLANNED: queryset.planned,
            Project.State.FINISHED: queryset.finished,
        }
        return found.get(self.value(), queryset.all)()


class EndFilter(YearFilter):
    title = _("year of the end")
    field = "ends_on"


class FunderFilter(ChoiceFilter):
    """The projects for which one funder was asked, or pays."""

    title = _("funder")
    parameter_name = "funder"

    def lookups(self, request, model_admin):
        fundings = Funding.objects.filter(funder=OuterRef("pk"))
        funders = Funder.objects.filter(Exists(fundings)).values_list("pk", "name")
        return [(str(pk), name) for pk, name in funders]

    def queryset(self, request, queryset):
        fundings = Funding.objects.filter(funder=self.chosen or None, project=OuterRef("pk"))
        return queryset.filter(Exists(fundings)) if self.chosen else queryset


def found_by(text):
    """Return the condition that a project has all words of `text`, or words that begin so.

    By the words collected from all that belongs to it. None where there are no words.
    """
    query = Beginnings.read(text)
    return Q(collected_stems__has_words=query) if query else None


def first_found(projects, condition):
    """Return the keys of those of `projects` of which `condition` holds, and whether that is all.

    At most MOST_FOUND of them. They are found before they are ordered and counted: left to itself,
    PostgreSQL guesses badly how many have a word, and looks through all the words of all projects.
    """
    found = projects.filter(condition).order_by().values_list("pk", flat=True)
    keys = list(found[: MOST_FOUND + 1])
    return keys[:MOST_FOUND], len(keys) <= MOST_FOUND
