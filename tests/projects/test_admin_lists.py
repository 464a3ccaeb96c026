"""Lists of projects and funders in the admin."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from projects.admin import lists
from projects.indexing import collect_words
from projects.models import Project
from tests import factories
from tests.reading import text_of

pytestmark = pytest.mark.django_db

PROJECTS, FUNDERS = "/admin/projects/project/", "/admin/projects/funder/"


def listed(client, address, **asked):
    """Return what the list at `address` lists, in its order."""
    return [str(each) for each in client.get(address, asked).context["cl"].result_list]


@pytest.fixture
def fair():
    """A project that has words of all kinds, beside one that has none of them."""
    fair = factories.project(
        title="Konferencijų mugė „Pokyčiai“", ends_on="2013-12-31", starts_on="2013-01-01"
    )
    factories.funding(fair, factories.funder(name="Lietuvos kultūros taryba"))
    fair.partners.create(library=factories.library(name="Šiaulių apskrities biblioteka"))
    fair.partners.create(name="Kėdainių muziejus")
    activity = fair.activities.create(text="Seminaras skaitytojams.")
    activity.places.create(town="Žagarė")
    factories.project(title="Kitas", ends_on="2012-12-31")
    collect_words(Project.objects.all())
    return fair


@pytest.mark.parametrize(
    "term",
    [
        *("muge", "MUGĖ", "mugės", "„Pokyčiai“", '"pokyciai"', "konferenc", "Pok", "2013"),
        *("kulturos taryba", "siauliai", "ŠIAULIŲ", "kedainiu", "zagareje", "seminar"),
        *("muge siauliai taryba", "Konferencijų mugė „Pokyčiai“", "skaityt."),
    ],
)
def test_project_is_found_by_what_one_remembers_of_it(editor, fair, term):
    assert listed(editor, PROJECTS, q=term) == [str(fair)]


@pytest.mark.parametrize("term", ["muge alytus", "nieko", "uge"])
def test_project_is_found_by_all_the_words_and_from_their_beginning(editor, fair, term):
    assert listed(editor, PROJECTS, q=term) == []


def test_search_of_no_words_lists_all_projects(editor, fair):
    assert len(listed(editor, PROJECTS, q="„“ –")) == 2


def test_search_that_finds_too_many_says_so_and_lists_some(editor, monkeypatch):
    monkeypatch.setattr(lists, "MOST_FOUND", 2)
    for number in range(3):
        factories.project(title=f"Mugė {number}")
    collect_words(Project.objects.all())
    page = editor.get(PROJECTS, {"q": "muge"})
    assert len(page.context["cl"].result_list) == 2
    assert "Rasta daugiau kaip" in text_of(page)
    assert "Rasta daugiau kaip" not in text_of(editor.get(PROJECTS, {"q": "muge 1"}))


def test_projects_at_hand_come_before_finished_ones_the_latest_first(editor):
    for year in (2012, 2014, 2013):
        factories.project(title=f"{year}", ends_on=f"{year}-12-31")
    factories.project(title="Be pabaigos")
    assert listed(editor, PROJECTS) == ["Be pabaigos", "2014", "2013", "2012"]


def test_projects_are_in_lithuanian_order_by_title(editor):
    names = ["Cikada", "Čekis", "Ylakiai", "Įlanka", "Sala", "Šaka", "Zuikis", "Žuvis"]
    for name in reversed(names):
        factories.project(title=name)
    assert listed(editor, PROJECTS, o="1") == names
    assert listed(editor, PROJECTS, o="-1") == names[::-1]


def test_list_of_projects_tells_who_pays_how_much_and_who_sees_it(editor):
    project = factories.full_project()
    funder = factories.funder(name="Ministerija")
    factories.funding(project, funder, state="asked")
    factories.draft()
    told = text_of(editor.get(PROJECTS))
    assert "80 tūkst. Lt" in told.replace("\u00a0", " ")
    assert "Ministerija: pateikta paraiška" in told
    assert re.search(r"vykdomas projektas nuo \d{4}-\d\d-\d\d", told)
    assert "juodraštis" in told


def test_projects_are_narrowed_by_who_sees_them_their_state_year_and_funder(editor):
    funder = factories.funder(name="Taryba")
    current, draft = factories.project(title="Vyksta"), factories.draft(title="Rengiamas")
    finished = factories.project(title="Baigtas", ends_on="2013-12-31")
    factories.planned_project(title="Planuojamas")
    later = timezone.now() + timedelta(days=1)
    factories.draft(title="Vėliau", published_at=later, ends_on="2014-12-31")
    factories.funding(finished, funder)
    factories.funding(draft, funder, state="refused")
    for asked, wanted in (
        ({"public": "no"}, {"Rengiamas"}),
        ({"public": "later"}, {"Vėliau"}),
        ({"public": "yes"}, {"Vyksta", "Baigtas", "Planuojamas"}),
        ({"state": "current"}, {"Vyksta", "Rengiamas"}),
        ({"state": "planned"}, {"Planuojamas"}),
        ({"state": "finished"}, {"Baigtas", "Vėliau"}),
        ({"year": "2013"}, {"Baigtas"}),
        ({"funder": funder.pk}, {"Baigtas", "Rengiamas"}),
        ({"funder": funder.pk, "public": "yes"}, {"Baigtas"}),
        ({"funder": 987654}, {"Vyksta", "Rengiamas", "Baigtas", "Planuojamas", "Vėliau"}),
    ):
        assert set(listed(editor, PROJECTS, **asked)) == wanted, asked
    assert current.pk


def test_pages_of_a_list_have_each_project_once_and_in_order(editor):
    for number in range(120):
        factories.project(title=f"{number:03}", ends_on="2013-12-31", position=number)
    pages = [listed(editor, PROJECTS, p=number) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sum(pages, []) == [f"{number:03}" for number in range(120)]


def test_activity_that_goes_on_does_not_wait_for_words(editor):
    today = timezone.localdate()
    for title, days in (
        ("Praėjo", [today - timedelta(days=9)]),
        ("Dar bus", [today - timedelta(days=9), today + timedelta(days=9)]),
        ("Be dienų", []),
    ):
        activity = factories.project(title=title).activities.create(text="Veikla.")
        for day in days:
            activity.days.create(starts_on=day)
    assert listed(editor, PROJECTS, waits="activities") == ["Praėjo"]


def test_funder_leads_to_its_projects(editor):
    project, funder = factories.project(title="Mugė"), factories.funder(name="Taryba")
    factories.funding(project, funder)
    factories.funding(project, funder, state="asked")
    factories.funder(name="Niekam")
    page = editor.get(FUNDERS).content.decode()
    address = f"{PROJECTS}?funder={funder.pk}"
    assert f'<a href="{address}">1 projektas</a>' in page
    assert listed(editor, urlsplit(address).path, funder=funder.pk) == ["Mugė"]
    assert listed(editor, FUNDERS, projects="yes") == ["Taryba"]
    assert listed(editor, FUNDERS, projects="no") == ["Niekam"]
    assert listed(editor, FUNDERS, logo="no") == ["Niekam", "Taryba"]
    assert listed(editor, FUNDERS, logo="yes") == []
    assert listed(editor, FUNDERS, o="3") == ["Niekam", "Taryba"]


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_funders_asks_the_database_the_same_whatever_its_length(
    editor, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        factories.funding(factories.project(), factories.funder())
    editor.get(FUNDERS)
    with django_assert_num_queries(9):
        editor.get(FUNDERS)
