from datetime import date, time

import pytest

from projects.models import Funding, Project
from projects.structured_data import project_node
from tests import factories
from tests.structured_data import blocks, unknown_words

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def node(project):
    return project_node(Project.objects.get(pk=project.pk))


def activity(**day):
    made = factories.project().activities.create(text="Knygų mugė.", short_title="Mugė")
    made.days.create(**{"starts_on": date(2014, 4, 10)} | day)
    return made


def event(activity):
    (found,) = node(activity.project)["event"]
    return found


def test_project_page_tells_project_funding_event_and_way_in_words_of_the_vocabulary(visitor):
    factories.details(name="Asociacija")
    project = factories.full_project(ends_on="2013-12-31", summary="Apie.", short_title="Mugė")
    project.activities.update(was_done=False)
    found = blocks(visitor.get(project.get_absolute_url()))
    assert sorted(found) == ["BreadcrumbList", "NGO", "Project"]
    assert [unknown_words(block) for block in found.values()] == [set(), set(), set()]
    assert found["Project"]["parentOrganization"] == {"@id": found["NGO"]["@id"]}


def test_project_says_what_is_known_of_it():
    project = factories.project(
        title="Knygų mugė",
        short_title="Mugė",
        summary="Apie mugę.",
        starts_on="2014-03-01",
        ends_on="2014-12-31",
    )
    project.partners.create(name="Kultūros centras")
    assert node(project) == {
        "@type": "Project",
        "@id": f"{SITE}/projektai/{project.pk}/",
        "name": "Knygų mugė",
        "alternateName": "Mugė",
        "description": "Apie mugę.",
        "url": f"{SITE}/projektai/{project.pk}-muge/",
        "foundingDate": "2014-03-01",
        "dissolutionDate": "2014-12-31",
        "parentOrganization": {"@id": f"{SITE}/#asociacija"},
        "member": [{"@type": "Organization", "name": "Kultūros centras"}],
    }


def test_grant_names_its_funder_and_its_sum_in_the_currency_awarded():
    project = factories.project()
    funder = factories.funder(name="Kultūros taryba", website="https://taryba.example/")
    funding = Funding.objects.create(
        project=project,
        funder=funder,
        programme="Skaitymas",
        awarded_amount="80000.50",
        awarded_currency="LTL",
        awarded_as_written="80 tūkst. Lt",
    )
    assert node(project)["funding"] == [
        {
            "@type": "MonetaryGrant",
            "@id": f"{SITE}/projektai/{project.pk}/#finansavimas-{funding.pk}",
            "name": "Skaitymas",
            "description": funding.sentence,
            "funder": {
                "@type": "Organization",
                "name": "Kultūros taryba",
                "url": "https://taryba.example/",
            },
            "amount": {"@type": "MonetaryAmount", "value": 80000.5, "currency": "LTL"},
            "fundedItem": {"@id": f"{SITE}/projektai/{project.pk}/"},
        }
    ]


def test_grant_of_an_unknown_sum_has_no_amount():
    project = factories.project()
    Funding.objects.create(project=project, funder=factories.funder())
    (grant,) = node(project)["funding"]
    assert "amount" not in grant


def test_funding_that_was_not_awarded_is_no_grant():
    project = factories.project()
    Funding.objects.create(project=project, funder=factories.funder(), state="asked")
    assert "funding" not in node(project)


def test_event_has_its_days_and_places():
    made = activity(ends_on=date(2014, 4, 12))
    made.places.create(host="Biblioteka", town="Nica", country="Prancūzija")
    assert event(made) == {
        "@type": "Event",
        "@id": f"{SITE}/projektai/{made.project_id}/#veikla-{made.pk}",
        "name": "Mugė",
        "description": "Knygų mugė.",
        "startDate": "2014-04-10",
        "endDate": "2014-04-12",
        "organizer": {"@id": f"{SITE}/#asociacija"},
        "location": [
            {
                "@type": "Place",
                "name": "Biblioteka",
                "address": {
                    "@type": "PostalAddress",
                    "addressLocality": "Nica",
                    "addressCountry": "Prancūzija",
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("day", "offset"), [(date(2014, 4, 10), "+03:00"), (date(2014, 12, 1), "+02:00")]
)
def test_event_times_are_those_of_vilnius(day, offset):
    found = event(activity(starts_on=day, starts_at=time(10), ends_at=time(12, 30)))
    assert (found["startDate"], found["endDate"]) == (
        f"{day}T10:00:00{offset}",
        f"{day}T12:30:00{offset}",
    )


def test_event_of_several_days_has_each_within_it():
    made = activity()
    made.days.create(starts_on=date(2014, 5, 20))
    found = event(made)
    assert (found["startDate"], found["endDate"]) == ("2014-04-10", "2014-05-20")
    assert [each["startDate"] for each in found["subEvent"]] == ["2014-04-10", "2014-05-20"]


@pytest.mark.parametrize(
    ("was_done", "status"),
    [(False, "https://schema.org/EventCancelled"), (True, None), (None, None)],
)
def test_event_that_did_not_take_place_is_said_to_be_cancelled(was_done, status):
    made = activity()
    made.was_done = was_done
    made.save()
    assert event(made).get("eventStatus") == status


def test_activity_without_days_is_no_event():
    project = factories.project()
    project.activities.create(text="Knygų mugė.")
    assert "event" not in node(project)


def test_place_known_only_by_its_host_has_no_address():
    made = activity()
    made.places.create(host="Biblioteka")
    assert event(made)["location"] == [{"@type": "Place", "name": "Biblioteka"}]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, ["Projektai", "Mugė"]),
        ({"ends_on": "2013-12-31"}, ["Projektai", "Įgyvendinti projektai", "Mugė"]),
    ],
)
def test_way_to_a_project_is_told_as_it_is_shown(visitor, fields, names):
    project = factories.project(title="Mugė", **fields)
    response = visitor.get(project.get_absolute_url())
    way = blocks(response)["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in way] == names
    shown = response.content.decode().partition('class="breadcrumbs-list">')[2].partition("</ol>")
    assert [f'">{name}</a>' in shown[0] for name in names[:-1]] == [True] * (len(names) - 1)


def test_project_that_is_renamed_keeps_its_identifier():
    project = factories.project(title="Mugė")
    before = node(project)["@id"]
    project.title = "Knygų mugė"
    project.save()
    assert node(project)["@id"] == before
