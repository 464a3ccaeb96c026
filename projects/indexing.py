"""What a project and its activities are found by besides their own words: those of their parts.

Who searches for „seminaras Šiauliuose 2014“ knows neither which of our records says which of
the words. So a project collects the words of its goals, activities, places, partners, funders
and years, and an activity those of its places, kind, years and project. Whoever changes a part
calls collect_words(); `manage.py rebuild_search` corrects what passed it by.

Only fields are read, no methods of models: migrations call this with their own.
"""

from itertools import chain

from association.fields import write_column
from association.lithuanian import stems
from association.notation import plain

from .models import ActivityKind, FundingState

BATCH = 500  # records
PARTS = [
    "goals",
    "partners__library",
    "fundings__funder__aliases",
    "activities__places",
    "activities__days",
]


def collect_words(projects):
    """Bring what `projects`, a QuerySet, and their activities are found by up to date.

    Return how many records had it wrong.
    """
    corrected = 0
    wrong_projects, wrong_activities = [], []
    for project in projects.prefetch_related(*PARTS).iterator(chunk_size=BATCH):
        _correct(project, words_of_project(project), wrong_projects)
        for activity in project.activities.all():
            _correct(activity, words_of_activity(activity, project), wrong_activities)
    for wrong in (wrong_projects, wrong_activities):
        if wrong:
            write_column(wrong, "collected_stems")
            corrected += len(wrong)
    return corrected


def _correct(record, words, wrong):
    collected = stems("\n".join(map(str, words)))
    if record.collected_stems != collected:
        record.collected_stems = collected
        wrong.append(record)


def words_of_project(project):
    """Return the texts that a project is found by, its own first: an index holds only so many."""
    activities = project.activities.all()
    # Whom the association asked in vain is its own affair.
    awarded = [each for each in project.fundings.all() if each.state == FundingState.AWARDED]
    return [
        *(project.title, project.short_title, project.summary),
        *years(project.starts_on, project.ends_on),
        *chain.from_iterable(_of_funding(funding) for funding in awarded),
        *chain.from_iterable(_of_partner(partner) for partner in project.partners.all()),
        *(goal.text for goal in project.goals.all()),
        *chain.from_iterable(_of_activity(activity) for activity in activities),
        plain(project.text),
    ]


def words_of_activity(activity, project):
    """Return the texts that an activity of `project` is found by."""
    return [*_of_activity(activity), project.title, project.short_title]


def _of_activity(activity):
    kind = ActivityKind(activity.kind).label if activity.kind else ""
    days, places = activity.days.all(), activity.places.all()
    return [
        *(activity.short_title, activity.text, plain(activity.outcome), kind),
        *chain.from_iterable((place.town, place.country, place.host) for place in places),
        *chain.from_iterable(years(day.starts_on, day.ends_on or day.starts_on) for day in days),
    ]


def _of_funding(funding):
    aliases = funding.funder.aliases.all()
    return [funding.funder.name, *(alias.name for alias in aliases), funding.programme]


def _of_partner(partner):
    library = partner.library
    return [
        *(partner.name, partner.country),
        *((library.name, library.municipality) if library else ()),
    ]


def years(start, end):
    """Return the years (int) of the days from `start` to `end`; of what is known, where one is."""
    start, end = start or end, end or start
    return range(start.year, end.year + 1) if start else ()
