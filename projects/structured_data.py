"""Projects, funders and events in the words of https://schema.org.

Pure functions from records to dictionaries. What is not known is left out: a grant without a
sum, an activity without days.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from association.addresses import absolute
from association.renderings import made_once
from association.structured_data import (
    library_summary,
    node,
    organization_id,
    reference,
    written,
)


def project_summary(project):
    """Return a Project as lists name it; schema.org takes it for a kind of organization.

    Hence its days are those of a founding and a dissolution.
    """
    return node(
        "Project",
        project_id(project),
        name=project.title,
        url=absolute(project.get_absolute_url()),
        foundingDate=iso(project.starts_on),
        dissolutionDate=iso(project.ends_on),
    )


def project_with_grants(project):
    """Return a project that was read with_fundings(): who pays for it, and how much."""
    grants = [grant_node(funding, project) for funding in project.awarded_fundings]
    return project_summary(project) | node("Project", funding=grants)


def written_with_grants(project):
    """Return what written() makes of project_with_grants()."""
    return made_once(project, "written grants", lambda: written(project_with_grants(project)))


def project_node(project):
    """Return a project that was read with_details(); its activities are its events."""
    events = [
        event_node(day, activity, project)
        for activity in project.activities.all()
        for day in activity.days.all()
    ]
    return project_with_grants(project) | node(
        "Project",
        alternateName=project.short_title,
        description=project.summary,
        parentOrganization={"@id": organization_id()},
        member=[partner_node(each) for each in project.partners.all()],
        event=events,
    )


def project_of_library(project, library):
    """Return a project that was read with_library(), and the part of `library`, a node, in it."""
    partner = [reference(library)] if project.was_partner else None
    return project_summary(project) | node("Project", member=partner)


def project_id(project):
    """The address without the readable part, which stays when the project is renamed."""
    return absolute(reverse("projects:detail_by_number", args=[project.pk]))


def partner_node(partner):
    if partner.library:
        return library_summary(partner.library)
    return node("Organization", name=partner.name)


def funder_summary(funder):
    """Return a funder as lists and grants name it."""
    return node(
        "Organization",
        absolute(reverse("projects:funder_by_number", args=[funder.pk])),
        name=funder.name,
        url=funder.website,
        mainEntityOfPage=absolute(funder.get_absolute_url()),
    )


def funder_node(funder):
    """Return a funder as its own page has it."""
    logo = absolute(funder.logo.largest) if funder.logo and funder.logo.made else None
    return funder_summary(funder) | node("Organization", logo=logo)


def grant_node(funding, project):
    return node(
        "MonetaryGrant",
        f"{project_id(project)}#finansavimas-{funding.pk}",
        name=funding.programme or funding.sentence,
        funder=funder_summary(funding.funder),
        amount=amount_node(funding.awarded),
        fundedItem={"@id": project_id(project)},
    )


def amount_node(awarded):
    """Return the Sum `awarded` in its own currency; None where it is unknown.

    A float keeps its 14 digits exactly.
    """
    if awarded is None:
        return None
    return node("MonetaryAmount", value=float(awarded.amount), currency=awarded.currency)


def event_node(day, activity, project):
    """Return a day, or days in a row, of an activity of a project, with its places."""
    return node(
        "Event",
        f"{project_id(project)}#{day.uid}",
        name=activity.name,
        description=activity.text if activity.short_title else None,
        url=absolute(f"{project.get_absolute_url()}#{activity.anchor}"),
        startDate=moment(day.starts_on, day.starts_at),
        endDate=moment(day.last_day, day.ends_at),
        eventSchedule=schedule_node(day) if day.is_daily else None,
        eventStatus="https://schema.org/EventCancelled" if activity.was_done is False else None,
        organizer={"@id": organization_id()},
        location=[place_node(each) for each in activity.places.all()],
    )


def schedule_node(day):
    return node(
        "Schedule",
        startDate=iso(day.starts_on),
        endDate=iso(day.last_day),
        startTime=iso(day.starts_at),
        endTime=iso(day.ends_at),
        repeatFrequency="P1D",
        scheduleTimezone=settings.TIME_ZONE,
    )


def place_node(place):
    address = node("PostalAddress", addressLocality=place.town, addressCountry=place.country)
    return node(
        "Place",
        name=place.host or place.town or place.country,
        address=address if place.town or place.country else None,
    )


def data_node(licence):
    """Return the open data: the files with all public projects, under the address `licence`."""
    files = [("projects:csv", "text/csv"), ("projects:json", "application/json")]
    return node(
        "Dataset",
        f"{absolute(reverse('projects:open_data'))}#duomenys",
        name=_("Open data"),
        description=_(
            "All public projects of the Association and their funding as CSV and JSON, free to use."
        ),
        url=absolute(reverse("projects:open_data")),
        license=licence,
        isAccessibleForFree=True,
        creator={"@id": organization_id()},
        distribution=[
            node("DataDownload", contentUrl=absolute(reverse(name)), encodingFormat=form)
            for name, form in files
        ],
    )


def moment(day, time):
    """Return the ISO 8601 form of `day`, or of `time` in Vilnius on it where that is known."""
    if time is None:
        return iso(day)
    return iso(datetime.combine(day, time, timezone.get_default_timezone()))


def iso(moment):
    return moment.isoformat() if moment else None
