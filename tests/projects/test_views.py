from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db


def titles(response, name):
    return [project.title for project in response.context[name]]


def test_first_page_sorts_projects_by_their_dates(visitor):
    factories.finished_project(title="Buvęs")
    factories.planned_project(title="Būsimas")
    factories.project(title="Esamas")
    response = visitor.get("/")
    shown = [titles(response, name) for name in ("current", "planned", "finished")]
    assert shown == [["Esamas"], ["Būsimas"], ["Buvęs"]]


def test_first_page_keeps_the_order_of_staff(visitor):
    factories.project(title="Antras", position=2)
    factories.project(title="Pirmas", position=1)
    assert titles(visitor.get("/"), "current") == ["Pirmas", "Antras"]


@pytest.mark.parametrize(
    ("projects", "heading"),
    [
        (0, "Šiuo metu vykdomų projektų nėra"),
        (1, "Šiuo metu Asociacija įgyvendina šį projektą:"),
        (2, "Šiuo metu Asociacija įgyvendina šiuos projektus:"),
    ],
)
def test_first_page_says_how_it_stands_with_projects(visitor, projects, heading):
    for _ in range(projects):
        factories.project()
    assert f">{heading}</h1>" in visitor.get("/").content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("address", ["/", "/projektai/igyvendinti/"])
def test_lists_ask_the_database_the_same_whatever_their_length(
    visitor, django_assert_num_queries, item_count, address
):
    for _ in range(item_count):
        factories.full_project()
        factories.full_project(starts_on=date(2099, 1, 1))
        factories.full_project(ends_on=date(2013, 12, 31))
    visitor.get("/")
    with django_assert_num_queries({"/": 6, "/projektai/igyvendinti/": 6}[address]):
        visitor.get(address)


@pytest.mark.parametrize("item_count", [1, 3])
def test_project_page_asks_the_database_the_same_whatever_belongs_to_it(
    visitor, django_assert_num_queries, item_count
):
    project = factories.full_project()
    for _ in range(item_count):
        activity = project.activities.create(text="Dar viena veikla.")
        activity.days.create(starts_on="2014-05-01")
        activity.places.create(town="Nica")
        activity.partners.add(project.partners.create(library=factories.library()))
        activity.goals.add(project.goals.create(text="Dar vienas tikslas."))
        factories.photo(project)
        project.documents.create(title="Ataskaita", file=factories.upload())
    with django_assert_num_queries(13):
        assert visitor.get(project.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("address", ["/projektai/{pk}/", "/projektai/{pk}-senas/"])
def test_project_old_address_leads_to_the_new_one(visitor, address):
    project = factories.project(title="Mugė")
    response = visitor.get(address.format(pk=project.pk))
    assert (response.status_code, response.url) == (301, f"/projektai/{project.pk}-muge/")


def test_project_address_keeps_its_query(visitor):
    project = factories.project(title="Mugė")
    response = visitor.get(f"/projektai/{project.pk}-senas/?nuo=laiskas")
    assert response.url == f"/projektai/{project.pk}-muge/?nuo=laiskas"


def test_project_draft_is_not_found_by_a_stranger(visitor, member, editor):
    address = factories.draft().get_absolute_url()
    statuses = [client.get(address).status_code for client in (visitor, member, editor)]
    assert statuses == [404, 404, 200]


def test_project_draft_is_marked_for_staff(editor):
    draft = factories.draft()
    mark = "Juodraštis"
    assert mark in editor.get(draft.get_absolute_url()).content.decode()
    draft.publish()
    assert mark not in editor.get(draft.get_absolute_url()).content.decode()


def test_project_scheduled_appears_by_itself(visitor, monkeypatch):
    moment = timezone.now()
    project = factories.project(published_at=moment + timedelta(hours=1))
    assert titles(visitor.get("/"), "current") == []
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(hours=2))
    assert titles(visitor.get("/"), "current") == [project.title]


@pytest.mark.parametrize("number", [0, 99999, 10**30])
def test_project_that_is_not_there_is_not_found(visitor, number):
    assert visitor.get(f"/projektai/{number}-muge/").status_code == 404


def test_project_page_shows_funding_as_written_and_in_euro(visitor):
    project = factories.full_project()
    page = unescape(visitor.get(project.get_absolute_url()).content.decode())
    page = page.replace("\u00a0", " ")
    assert "80 tūkst. Lt" in page
    assert "23 169,60 Eur" in page


def test_project_page_hides_documents_for_members_from_a_stranger(visitor, member):
    project = factories.project()
    project.documents.create(title="Sąmata", audience="members", file=factories.upload())
    address = project.get_absolute_url()
    seen = ["Sąmata" in client.get(address).content.decode() for client in (visitor, member)]
    assert seen == [False, True]


def test_project_page_of_what_staff_typed_is_escaped(visitor):
    project = factories.project(title="<b>Mugė</b>", text="<script>alert(1)</script>")
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;Mugė" in page


def test_archive_files_each_finished_project_under_its_year(visitor):
    factories.finished_project(title="Vėlesnis", ends_on=date(2019, 12, 31))
    factories.finished_project(title="Ankstesnis", ends_on=date(2017, 12, 31))
    factories.project(title="Esamas")
    response = visitor.get("/projektai/igyvendinti/")
    years = [(project.year, project.title) for project in response.context["project_list"]]
    assert years == [(2019, "Vėlesnis"), (2017, "Ankstesnis")]


def test_first_page_shelf_is_short_and_the_archive_has_all(visitor):
    for _ in range(9):
        factories.finished_project()
    assert len(visitor.get("/").context["finished"]) == 7
    assert len(visitor.get("/projektai/igyvendinti/").context["project_list"]) == 9
    assert Project.objects.count() == 9
