"""The start page of the admin: what waits for somebody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import name_changes
from association.models import Library
from association.ready_texts import TITLES
from projects.models import Activity, Project
from projects.publication import address_of
from projects.waiting import waiting_for
from tests import factories
from tests.logins import log_in
from tests.reading import text_of

pytestmark = pytest.mark.django_db


PAGES = "Puslapiai, kurių reikalauja teisės aktai, bet kurie dar nepaskelbti"


@pytest.fixture(autouse=True)
def pages(db):
    """The pages that each site has to have, public."""
    return [factories.page(slug=slug, title=title) for slug, title in TITLES.items()]


def told(user):
    """Return what waits for `user`: headings with the pairs of what each line says."""
    return {
        str(group.heading): [(line.text, str(line.note)) for line in group.lines]
        for group in waiting_for(user)
    }


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


def with_results(**fields):
    made = factories.project(**fields)
    made.links.create(title="Leidinys", url="https://biblioteka.example/")
    return made


def test_nothing_waits_on_a_site_where_all_is_told(editor, editor_user):
    with_results(ends_on=days_ago(1))
    assert told(editor_user) == {}
    assert "Niekas nelaukia" in text_of(editor.get("/admin/"))


def test_pages_that_the_law_asks_for_wait_until_they_are_public(editor, editor_user, pages):
    privacy, accessibility = pages
    privacy.withdraw()
    accessibility.delete()
    assert told(editor_user)[PAGES] == [
        ("Privatumo pranešimas", "juodraštis"),
        ("Prieinamumo pareiškimas", "prasideda parengtu tekstu"),
    ]
    for group in waiting_for(editor_user):
        for line in group.lines:
            assert editor.get(line.address).status_code == 200


def test_drafts_wait_to_be_published_timed_ones_with_their_time(editor_user):
    factories.draft(title="Mugė")
    factories.draft(title="Vėliau", published_at=timezone.now() + timedelta(days=3))
    found = dict(told(editor_user)["Juodraščiai, kuriuos reikia paskelbti"])
    assert found["Mugė"] == ""
    assert found["Vėliau"].startswith("Bus viešas nuo ")


def test_timed_project_that_lacks_what_a_funder_has_come_to_require_is_told(editor_user):
    heading = "Bus paskelbta, nors trūksta to, ko reikalauja finansuotojas"
    project = factories.draft(title="Vėliau", published_at=timezone.now() + timedelta(days=3))
    funder = factories.funder()
    factories.funding(project, funder)
    assert heading not in told(editor_user)
    funder.requires_logo = True
    funder.save()
    [(title, note)] = told(editor_user)[heading]
    assert title == "Vėliau"
    assert note.startswith("Bus viešas nuo ")


def test_projects_that_end_soon_or_have_ended_wait_for_results(editor_user):
    heading = "Projektai, kurie baigėsi arba netrukus baigsis, o rezultatų dar nėra"
    factories.project(title="Tebevyksta", ends_on=days_ago(-31))
    factories.project(title="Baigiasi", ends_on=days_ago(-30))
    factories.project(title="Šiandien", ends_on=days_ago(0))
    factories.project(title="Baigėsi", ends_on=days_ago(1))
    factories.draft(title="Juodraštis", ends_on=days_ago(1))
    told_of = factories.project(title="Papasakota", ends_on=days_ago(1))
    told_of.activities.create(text="Mugė.", outcome="Dalyvavo visi.")
    with_results(title="Su nuoroda", ends_on=days_ago(1))
    found = told(editor_user)[heading]
    assert [name for name, _note in found] == ["Baigiasi", "Šiandien", "Baigėsi"]
    assert [note.split()[0] for _name, note in found] == ["baigiasi", "baigiasi", "baigėsi"]


def test_activities_that_are_over_wait_for_what_was_done(editor, editor_user):
    heading = "Pasibaigusios veiklos: parašykite, kas padaryta"
    project = with_results(title="Akademija")
    for number in (1, 2, 3, 4):
        project.activities.create(text=f"Veikla {number}.", position=number)
    first, second, third, fourth = project.activities.all()
    second.days.create(starts_on=days_ago(3), ends_on=days_ago(1))
    first.days.create(starts_on=days_ago(2), ends_on=days_ago(0))
    third.days.create(starts_on=days_ago(5))
    Activity.objects.filter(pk=third.pk).update(was_done=False)
    fourth.days.create(starts_on=days_ago(5))
    Activity.objects.filter(pk=fourth.pk).update(outcome="Parengta.")
    (group,) = waiting_for(editor_user)
    assert group.heading == heading
    (line,) = group.lines
    assert (line.text, line.note.split(",")[0]) == ("Veikla 2.", "Akademija")
    address, _hash, field = line.address.partition("#")
    page = editor.get(address).content.decode()
    assert field == "id_activities-1-was_done"
    assert f'id="{field}"' in page
    assert page.index("Veikla 2.") < page.index(f'id="{field}"')


def test_activity_of_many_days_waits_once_by_the_last_of_them(editor_user):
    project = with_results(title="Akademija")
    for name, days in {"Dviejų": (9, 2, 2), "Vienos": (3,), "Tęsiama": (9, -1)}.items():
        activity = project.activities.create(text=name)
        for ago in days:
            activity.days.create(starts_on=days_ago(ago))
    (found,) = told(editor_user).values()
    assert [name for name, _note in found] == ["Dviejų", "Vienos"]


def test_photos_wait_for_words_by_project(editor_user):
    project = with_results(title="Mugė")
    factories.photo(project)
    factories.photo(project, is_decorative=True)
    for _ in range(2):
        factories.photo(project, alt="")
    heading = "Nuotraukos be alternatyviojo teksto: lankytojai jų nemato"
    assert told(editor_user) == {heading: [("Mugė", "2 nuotraukos")]}


def test_funders_who_pay_wait_for_a_logo(editor_user):
    project = factories.project()
    factories.funding(project, factories.funder(name="Be logotipo"))
    factories.funding(project, factories.funder(name="Su", logo=factories.picture()))
    factories.funder(name="Nieko neskyrė")
    assert told(editor_user) == {"Finansuotojai be logotipo": [("Be logotipo", "")]}


def test_invitations_wait_only_for_those_who_may_invite(editor_user):
    factories.invitation(email="laukia@biblioteka.example")
    assert told(editor_user) == {}
    superuser = factories.user(is_staff=True, is_superuser=True)
    client = Client()
    log_in(client, superuser)
    page = client.get("/admin/")
    assert "laukia@biblioteka.example" in text_of(page)


def test_new_names_of_libraries_wait_for_consent(editor_user):
    acting = factories.representative(is_director=True)
    name_changes.propose(acting.library, "Naujas pavadinimas", None, by=acting.user)
    assert told(editor_user) == {
        "Nauji bibliotekų pavadinimai, laukiantys sutikimo": [
            ("Naujas pavadinimas", str(Library.objects.get()))
        ]
    }


def test_long_groups_are_cut_and_lead_to_the_whole_list(editor, editor_user):
    drafts = [factories.draft(title=f"Juodraštis {number}") for number in range(7)]
    (group,) = waiting_for(editor_user)
    assert (len(group.lines), group.has_more) == (5, True)
    listed = editor.get(group.address).context["cl"].result_list
    assert set(listed) == set(drafts)


@pytest.mark.parametrize("kind", ["drafts", "results", "activities", "photos", "nera"])
def test_each_filter_of_the_list_opens(editor, kind):
    factories.full_project()
    factories.draft()
    assert editor.get(f"/admin/projects/project/?waits={kind}").status_code == 200


def test_each_line_opens(editor, editor_user):
    test_drafts_wait_to_be_published_timed_ones_with_their_time(editor_user)
    factories.full_project(ends_on="2014-12-31").links.all().delete()
    for group in waiting_for(editor_user):
        for address in [group.address, *(line.address for line in group.lines)]:
            assert editor.get(address).status_code == 200


def test_start_page_tells_what_waits_then_the_projects_then_all_the_rest(editor):
    factories.draft(title="Rengiama mugė")
    current = factories.project(title="Vykdoma akademija")
    factories.finished_project(title="Seniai baigta")
    page = editor.get("/admin/")
    seen = text_of(page)
    order = ["Naujas projektas iš teksto", "Kas laukia jūsų", "Rengiama mugė", "Vykdoma akademija"]
    order += ["Viskas, ką galima keisti", "Finansuotojai"]
    places = [seen.index(words) for words in order]
    assert places == sorted(places)
    assert f'href="{address_of([Project.objects.get(title="Rengiama mugė")])}"' in (
        page.content.decode()
    )
    assert "Vykdomas projektas. Viešas nuo" in seen
    assert f"/admin/projects/project/{current.pk}/change/" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_start_page_asks_the_database_the_same_however_much_waits(
    editor, django_assert_num_queries, count
):
    for _ in range(count):
        timed = factories.draft(published_at=timezone.now() + timedelta(days=3))
        factories.funding(timed, factories.funder(requires_logo=True))
        factories.full_project(ends_on="2014-12-31").links.all().delete()
        factories.photo(with_results(), alt="")
        factories.funding(factories.project(), factories.funder())
        acting = factories.representative(is_director=True)
        name_changes.propose(acting.library, f"Pavadinimas {count}", None, by=acting.user)
    editor.get("/admin/")
    with django_assert_num_queries(22):
        editor.get("/admin/")
