"""Fundings and projects as records of the 360Giving Data Standard 1.4.

Pure functions. FIELDS is the one list that the files of open data and the page that explains
them are made from. The standard: https://standard.threesixtygiving.org/en/latest/.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.models import Details
from association.notation import plain

VERSION = "1.4"


@dataclass(frozen=True)
class Publisher:
    """The association by its `details`, at the address `site` (no slash at its end)."""

    details: Details
    site: str

    def identifier(self, kind, number):
        """Return an identifier that stays, whatever is renamed or moved: host, kind, number.

        360Giving gives prefixes of its own only to its members.
        """
        return f"{self.details.identifier_host}-{kind}-{number}"

    @property
    def organization_id(self):
        """The identifier of the association: the same before and after its code is known."""
        return self.identifier("asociacija", 1)

    @property
    def name(self):
        return self.details.name or gettext("Association")


@dataclass(frozen=True)
class Field:
    """A field of the standard: its path, what it means, and how it is made.

    `path` has the form that the standard's tools read: names with slashes between them, 0
    for the first of several. `value` takes a project, its funding or None, and the Publisher.
    """

    path: str
    meaning: Promise
    value: Callable


def of_project(function):
    return lambda project, funding, publisher: function(project)


def of_funding(function):
    return lambda project, funding, publisher: function(funding) if funding else None


def grant_id(project, funding, publisher):
    if funding is None:
        return project_id(project, funding, publisher)
    return publisher.identifier("finansavimas", funding.pk)


def project_id(project, funding, publisher):
    return publisher.identifier("projektas", project.pk)


def funder_id(project, funding, publisher):
    return publisher.identifier("finansuotojas", funding.funder_id) if funding else None


def iso(moment):
    return moment.isoformat() if moment else None


def towns(project):
    """The towns, or else the countries, of the project's activities, each once, in order."""
    places = (place for activity in project.activities.all() for place in activity.places.all())
    names = (", ".join(filter(None, (place.town, place.country))) for place in places)
    return "; ".join(filter(None, dict.fromkeys(names)))


FIELDS = [
    Field("id", _("the identifier of the funding, or of a project without one"), grant_id),
    Field("title", _("the title of the project"), of_project(lambda project: project.title)),
    Field(
        "description",
        _("the summary of the project, or else its text, or else its title"),
        of_project(lambda project: project.summary or plain(project.text) or project.title),
    ),
    Field(
        "currency",
        _("the currency of the sum: EUR or LTL"),
        of_funding(lambda funding: funding.awarded_currency),
    ),
    Field(
        "amountAwarded",
        _("the sum awarded, in the currency it was awarded in"),
        of_funding(lambda funding: funding.awarded_amount),
    ),
    Field(
        "awardDate",
        _("the day on which the funder decided to award it"),
        of_funding(lambda funding: iso(funding.awarded_on)),
    ),
    Field(
        "plannedDates/0/startDate",
        _("the first day of the project"),
        of_project(lambda project: iso(project.starts_on)),
    ),
    Field(
        "plannedDates/0/endDate",
        _("the last day of the project"),
        of_project(lambda project: iso(project.ends_on)),
    ),
    Field(
        "recipientOrganization/0/id",
        _("the identifier of the Association"),
        lambda project, funding, publisher: publisher.organization_id,
    ),
    Field(
        "recipientOrganization/0/name",
        _("the name of the Association"),
        lambda project, funding, publisher: publisher.name,
    ),
    Field("fundingOrganization/0/id", _("the identifier of the funder"), funder_id),
    Field(
        "fundingOrganization/0/name",
        _("the name of the funder"),
        of_funding(lambda funding: funding.funder.name),
    ),
    Field(
        "grantProgramme/0/title",
        _("the programme of the funder"),
        of_funding(lambda funding: funding.programme),
    ),
    Field("beneficiaryLocation/0/name", _("where the activities take place"), of_project(towns)),
    Field(
        "relatedActivity/0",
        _("the identifier of the project; fundings of one project have the same"),
        project_id,
    ),
    Field(
        "url",
        _("the address of the project's page"),
        lambda project, funding, publisher: publisher.site + project.get_absolute_url(),
    ),
    Field(
        "dateModified",
        _("when the project was last changed"),
        of_project(lambda project: iso(project.changed_at)),
    ),
]


def values(project, funding, publisher):
    """Return the value of each of FIELDS, in their order; None or "" where it is unknown.

    `funding` is None for a project for which nothing has been awarded.
    """
    return [field.value(project, funding, publisher) for field in FIELDS]


def record(project, funding, publisher):
    """Return what is known as the standard nests it; unknown fields are left out."""
    nested = {}
    for field, value in zip(FIELDS, values(project, funding, publisher), strict=True):
        if value in (None, ""):
            continue
        name, is_list, part = field.path.partition("/0")
        if part:
            nested.setdefault(name, [{}])[0][part.removeprefix("/")] = value
        else:
            nested[name] = [value] if is_list else value
    return nested
