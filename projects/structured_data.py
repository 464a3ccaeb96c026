"""A project in the words of https://schema.org: its grants, events and places.

Pure functions from records to dictionaries; they read what with_details() has fetched. What
is not known is left out: a grant without a sum, an activity without days.
"""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from association.structured_data import absolute, node, organization_id


def project_node(project):
    """Return a Project of schema.org, which is a kind of organization there.

    Hence its days are those of a founding and a dissolution, and its activities are events of
    an organization.
    """
    return node(
        "Project",
        project_id(project),
        name=project.title,
        alternateName=project.short_title,
        description=project.summary,
        url=absolute(project.get_absolute_url()),
        foundingDate=iso(project.starts_on),
        dissolutionDate=iso(project.ends_on),
        parentOrganization={"@id": organization_id()},
        member=[node("Organization", name=str(each)) for each in project.partners.all()],
        funding=[grant_node(funding, project) for funding in project.awarded_fundings],
        event=[event_node(each, project) for each in project.activities.all() if each.days.all()],
    )


def project_id(project):
    """The address without the readable part, which stays when the project is renamed."""
    return absolute(reverse("projects:detail_by_number", args=[project.pk]))


def grant_node(funding, project):
    funder = node("Organization", name=funding.funder.name, url=funding.funder.website)
    return node(
        "MonetaryGrant",
        f"{project_id(project)}#finansavimas-{funding.pk}",
        name=funding.programme,
        description=funding.sentence,
        funder=funder,
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


def event_node(activity, project):
    """Return an activity that has days; several days are events within it."""
    days = list(activity.days.all())
    name = activity.short_title or activity.text
    within = [node("Event", name=name, startDate=start(day), endDate=end(day)) for day in days]
    return node(
        "Event",
        f"{project_id(project)}#veikla-{activity.pk}",
        name=name,
        description=activity.text,
        startDate=start(days[0]),
        endDate=max(end(day) for day in days),
        eventStatus="https://schema.org/EventCancelled" if activity.was_done is False else None,
        organizer={"@id": organization_id()},
        location=[place_node(each) for each in activity.places.all()],
        subEvent=[] if len(days) == 1 else within,
    )


def place_node(place):
    address = node("PostalAddress", addressLocality=place.town, addressCountry=place.country)
    return node(
        "Place",
        name=place.host or place.town or place.country,
        address=address if place.town or place.country else None,
    )


def start(day):
    return moment(day.starts_on, day.starts_at)


def end(day):
    return moment(day.last_day, day.ends_at)


def moment(day, time):
    """Return the ISO 8601 form of `day`, or of `time` in Vilnius on it where that is known."""
    if time is None:
        return iso(day)
    return iso(datetime.combine(day, time, timezone.get_default_timezone()))


def iso(day):
    return day.isoformat() if day else None
