import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/projektai/igyvendinti/"


@pytest.fixture
def council():
    return factories.funder(name="Lietuvos kultūros taryba")


@pytest.fixture
def fund():
    return factories.funder(name="Kultūros rėmimo fondas")


def finished(title, year, *funders, **fields):
    project = factories.finished_project(title=title, ends_on=date(year, 12, 31), **fields)
    for funder in funders:
        factories.funding(project, funder)
    return project


def titles(client, query=""):
    return [project.title for project in client.get(ADDRESS + query).context["project_list"]]


def words(response):
    text = re.sub("<[^>]*>", " ", response.content.decode())
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def choices(client, name):
    form = client.get(ADDRESS).context["form"]
    return [str(label) for _value, label in form.fields[name].choices]


def test_archive_is_narrowed_by_the_year_of_the_end(visitor):
    finished("Ilgas", 2014, starts_on=date(2013, 1, 1))
    finished("Kitas", 2013)
    assert titles(visitor, "?metai=2014") == ["Ilgas"]


def test_archive_is_narrowed_by_funder(visitor, council, fund):
    finished("Tarybos", 2014, council)
    finished("Abiejų", 2013, fund, council)
    finished("Fondo", 2012, fund)
    assert titles(visitor, f"?finansuotojas={council.pk}") == ["Tarybos", "Abiejų"]


def test_archive_is_narrowed_by_both(visitor, council, fund):
    finished("Tarybos", 2014, council)
    finished("Senesnis", 2013, council)
    finished("Fondo", 2014, fund)
    assert titles(visitor, f"?metai=2014&finansuotojas={council.pk}") == ["Tarybos"]


def test_archive_has_a_project_once_though_its_funder_paid_twice(visitor, council):
    finished("Mugė", 2014, council, council)
    assert titles(visitor, f"?finansuotojas={council.pk}") == ["Mugė"]


def test_archive_does_not_take_who_was_only_asked_for_a_funder(visitor, council):
    factories.funding(finished("Mugė", 2014), council, state="refused")
    assert choices(visitor, "funder") == ["Visi finansuotojai"]


def test_archive_offers_only_what_its_visitor_may_see(visitor, editor, council, fund):
    finished("Viešas", 2014, council)
    finished("Juodraštis", 2013, fund, published_at=None)
    factories.funding(factories.project(), fund)
    assert choices(visitor, "year") == ["Visi metai", "2014"]
    assert choices(Client(), "funder") == ["Visi finansuotojai", council.name]
    assert choices(editor, "year") == ["Visi metai", "2014", "2013"]
    assert choices(editor, "funder") == ["Visi finansuotojai", fund.name, council.name]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(1, "Rastas 1 projektas."), (2, "Rasti 2 projektai."), (10, "Rasta 10 projektų.")]
    + [(21, "Rastas 21 projektas.")],
)
def test_archive_says_how_many_were_found(visitor, count, sentence):
    for number in range(count):
        finished(f"Projektas {number}", 2014)
    assert sentence in words(visitor.get(ADDRESS))


def test_archive_tells_what_was_chosen(visitor, council):
    finished("Mugė", 2010, council)
    page = words(visitor.get(f"{ADDRESS}?metai=2010&finansuotojas={council.pk}"))
    assert "Rastas 1 projektas. Pasirinkote: 2010 m., Lietuvos kultūros taryba" in page


def test_archive_without_such_projects_tells_the_way_out(visitor, council, fund):
    finished("Tarybos", 2010, council)
    finished("Fondo", 2011, fund)
    response = visitor.get(f"{ADDRESS}?metai=2010&finansuotojas={fund.pk}")
    page = response.content.decode()
    assert "Tokių projektų neradome Pasirinkote: 2010 m., Kultūros rėmimo fondas" in words(response)
    assert 'href="?metai=2010"' in page
    assert 'href="/projektai/igyvendinti/">Rodyti visus įgyvendintus projektus' in page


@pytest.mark.parametrize("year", ["1812", "abc", "2014-01-01", "9" * 5000, "%00", "-1"])
def test_archive_refuses_a_year_it_does_not_have_and_keeps_the_rest(visitor, council, fund, year):
    finished("Tarybos", 2014, council)
    finished("Fondo", 2014, fund)
    query = f"?metai={year}&finansuotojas={council.pk}"
    assert titles(visitor, query) == ["Tarybos"]
    assert "Tokiais metais baigtų projektų nėra." in words(visitor.get(ADDRESS + query))


@pytest.mark.parametrize("funder", ["0", "abc", str(10**30), "9" * 5000, "-1"])
def test_archive_refuses_a_funder_it_does_not_have_and_keeps_the_rest(visitor, council, funder):
    finished("Mugė", 2014, council)
    finished("Senas", 2013, council)
    query = f"?metai=2013&finansuotojas={funder}"
    assert titles(visitor, query) == ["Senas"]
    assert "Tokio finansuotojo sąraše nėra." in words(visitor.get(ADDRESS + query))


def test_archive_shows_twenty_a_page_and_keeps_the_filter(visitor):
    for number in range(41):
        finished(f"Projektas {number}", 2014)
    response = visitor.get(f"{ADDRESS}?metai=2014&puslapis=2")
    links = re.findall(r'href="([^"]*)" rel="(prev|next)"', unescape(response.content.decode()))
    assert len(response.context["project_list"]) == 20
    assert links == [("?metai=2014&puslapis=1", "prev"), ("?metai=2014&puslapis=3", "next")]
    assert "2 puslapis iš 3" in words(response)


@pytest.mark.parametrize(
    ("number", "shown"), [("abc", 1), ("", 1), ("9" * 5000, 1), ("99", 2), ("0", 2), ("-1", 2)]
)
def test_archive_page_that_is_not_there_leads_to_one_that_is(visitor, number, shown):
    for each in range(21):
        finished(f"Projektas {each}", 2014)
    assert visitor.get(f"{ADDRESS}?puslapis={number}").context["page_obj"].number == shown


def test_archive_has_each_project_once_whichever_end_its_page_is_nearer_to(visitor):
    for number in range(65):
        finished(f"Projektas {number}", 2000 + number // 20)
    shown = []
    for number in range(1, 5):
        response = visitor.get(f"{ADDRESS}?puslapis={number}")
        shown += [project.title for project in response.context["project_list"]]
    expected = Project.objects.order_by("-ends_on", "position", "pk")
    assert shown == [project.title for project in expected]


@pytest.mark.parametrize("item_count", [1, 3])
def test_archive_filtered_asks_the_database_the_same_whatever_its_length(
    visitor, django_assert_num_queries, council, fund, item_count
):
    for number in range(item_count):
        finished(f"Projektas {number}", 2014 - number, council, fund)
        finished(f"Kitas projektas {number}", 2014, council)
    visitor.get(ADDRESS)
    with django_assert_num_queries(4):
        visitor.get(f"{ADDRESS}?metai=2014&finansuotojas={council.pk}")


def test_archive_is_empty_without_a_form_as_long_as_nothing_is_finished(visitor):
    page = visitor.get(ADDRESS)
    assert "Įgyvendintų projektų dar nėra." in words(page)
    assert "<form" not in page.content.decode()


def test_project_of_an_unknown_year_is_on_the_first_page(visitor):
    """Without dates a project is current, so that none is lost between the two lists."""
    project = factories.project()
    assert visitor.get("/").context["current"] == [project]


def test_archive_keeps_the_rest_of_a_filter_with_a_null_character(visitor):
    finished("Mugė", 2014)
    finished("Senas", 2013)
    assert titles(visitor, "?metai=2013&finansuotojas=%00") == ["Senas"]


def test_archive_filtered_is_known_under_its_own_address_and_title(visitor):
    for _ in range(21):
        factories.finished_project(ends_on=date(2011, 12, 31))
    page = visitor.get("/projektai/igyvendinti/?metai=2011&puslapis=2&kita=1").content.decode()
    address = "http://localhost:8000/projektai/igyvendinti/?metai=2011&amp;puslapis=2"
    assert f'<link rel="canonical" href="{address}">' in page
    assert "<title>Įgyvendinti projektai: 2011\u00a0m., 2 puslapis iš 2" in page
