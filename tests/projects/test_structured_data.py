from contextlib import closing
from datetime import date, time

import pytest

from association.models import Library
from projects.models import Funder, Funding, Project
from projects.structured_data import project_node
from tests import factories
from tests.structured_data import graph_of, things
from tests.tasks import run_tasks

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


def identifier(record):
    kinds = {Project: "projektai", Funder: "finansuotojai", Library: "bibliotekos"}
    return f"{SITE}/{kinds[type(record)]}/{record.pk}/"


def test_project_says_what_is_known_of_it():
    project = factories.project(
        title="Knygų mugė",
        short_title="Mugė",
        summary="Apie mugę.",
        starts_on="2014-03-01",
        ends_on="2014-12-31",
    )
    project.partners.create(name="Kultūros centras", position=1)
    library = factories.library(name="Zarasų biblioteka")
    project.partners.create(library=library, position=2)
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
        "member": [
            {"@type": "Organization", "name": "Kultūros centras"},
            {
                "@type": "Library",
                "@id": identifier(library),
                "name": "Zarasų biblioteka",
                "mainEntityOfPage": SITE + library.get_absolute_url(),
            },
        ],
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
            "funder": {
                "@type": "Organization",
                "@id": identifier(funder),
                "name": "Kultūros taryba",
                "url": "https://taryba.example/",
                "mainEntityOfPage": SITE + funder.get_absolute_url(),
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
        "@id": f"{SITE}/projektai/{made.project_id}/#{made.days.get().uid}",
        "name": "Mugė",
        "description": "Knygų mugė.",
        "url": SITE + made.get_absolute_url(),
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


def test_each_day_of_an_activity_is_an_event():
    made = activity()
    made.days.create(starts_on=date(2014, 5, 20))
    events = node(made.project)["event"]
    assert [each["startDate"] for each in events] == ["2014-04-10", "2014-05-20"]
    assert len({each["@id"] for each in events}) == 2


def test_event_of_days_in_a_row_tells_the_times_of_each():
    found = event(activity(ends_on=date(2014, 4, 12), starts_at=time(10), ends_at=time(16)))
    assert (found["startDate"], found["endDate"]) == (
        "2014-04-10T10:00:00+03:00",
        "2014-04-12T16:00:00+03:00",
    )
    assert found["eventSchedule"] == {
        "@type": "Schedule",
        "startDate": "2014-04-10",
        "endDate": "2014-04-12",
        "startTime": "10:00:00",
        "endTime": "16:00:00",
        "repeatFrequency": "P1D",
        "scheduleTimezone": "Europe/Vilnius",
    }


def test_funder_page_tells_of_the_funder_and_its_grants(visitor):
    funder = factories.funder(name="Kultūros taryba", logo=factories.picture())
    project = factories.finished_project(title="Mugė")
    factories.funding(project, funder, awarded_amount=100, awarded_currency="EUR")
    run_tasks()
    found = things(visitor.get(funder.get_absolute_url()))
    assert found["Organization"]["@id"] == identifier(funder)
    logo = found["Organization"]["logo"]
    with closing(visitor.get(logo.removeprefix(SITE))) as picture:
        assert picture["Content-Type"] == "image/png"
    [grant] = found["Project"]["funding"]
    assert (grant["funder"]["@id"], grant["amount"]["value"]) == (identifier(funder), 100)


def test_list_of_funders_names_each(visitor):
    funder = factories.funder()
    factories.funding(factories.project(), funder)
    [item] = things(visitor.get("/finansuotojai/"))["ItemList"]["itemListElement"]
    assert (item["position"], item["item"]["@id"]) == (1, identifier(funder))


def test_first_page_and_archive_tell_of_projects_and_their_grants(visitor):
    for project in (factories.project(), factories.finished_project()):
        factories.funding(project, factories.funder(), awarded_amount=1, awarded_currency="EUR")
        address = "/projektai/igyvendinti/" if project.ends_on else "/"
        [item] = things(visitor.get(address))["ItemList"]["itemListElement"]
        assert item["item"]["@id"] == identifier(project)
        assert item["item"]["funding"][0]["amount"]["value"] == 1


def test_second_page_of_the_archive_goes_on_numbering(visitor):
    for _ in range(21):
        factories.finished_project()
    found = things(visitor.get("/projektai/igyvendinti/?puslapis=2"))["ItemList"]
    assert found["numberOfItems"] == 21
    assert [each["position"] for each in found["itemListElement"]] == [21]


def test_calendar_tells_of_the_events_that_it_shows(visitor):
    made = activity()
    made.days.create(starts_on=date(2099, 5, 20))
    events = [each for each in graph_of(visitor.get("/kalendorius/")) if each["@type"] == "Event"]
    assert [each["startDate"] for each in events] == ["2099-05-20", "2014-04-10"]
    assert events[1] == event_of_first_day(made)


def event_of_first_day(activity):
    return node(activity.project)["event"][0]


def test_page_of_open_data_tells_of_the_files_and_their_licence(visitor):
    found = things(visitor.get("/duomenys/"))["Dataset"]
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [each["contentUrl"] for each in found["distribution"]] == [
        f"{SITE}/duomenys/projektai.csv",
        f"{SITE}/duomenys/projektai.json",
    ]


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
    way = things(response)["BreadcrumbList"]["itemListElement"]
    assert [step["item"]["name"] for step in way] == names
    shown = response.content.decode().partition('class="breadcrumbs-list">')[2].partition("</ol>")
    assert [f'">{name}</a>' in shown[0] for name in names[:-1]] == [True] * (len(names) - 1)


def test_project_that_is_renamed_keeps_its_identifier():
    project = factories.project(title="Mugė")
    before = node(project)["@id"]
    project.title = "Knygų mugė"
    project.save()
    assert node(project)["@id"] == before
