"""Staff decide on the new name of a library: what they see, and what becomes of it."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.utils import timezone

from accounts import name_changes
from accounts.models import NameChange
from tests import factories
from tests.forms import form_data

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/namechange/"
NEW = "Zarasų kultūros centro biblioteka"


@pytest.fixture
def change():
    library = factories.member_library(name="Zarasų viešoji biblioteka")
    director = factories.representative(
        library=library, is_director=True, user=factories.user(name="Ona Onaitė")
    )
    made = name_changes.propose(library, NEW, date(2026, 3, 1), by=director.user)
    mail.outbox.clear()
    return made


def page_of(change):
    return f"{LIST}{change.pk}/change/"


def words(response):
    return " ".join(response.text.replace("\xa0", " ").split())


def decide(client, change, button, answer="", seen=None):
    given = form_data(client.get(page_of(change)).text)
    data = {"answer": answer, "seen": seen or given["seen"][0], button: "1"}
    return client.post(page_of(change), data, follow=True)


def state_of(change):
    return NameChange.objects.get(pk=change.pk).state


def test_editor_sees_the_present_and_the_new_name_and_who_told_it(editor, change):
    page = words(editor.get(page_of(change)))
    for said in ("Zarasų viešoji biblioteka", NEW, "2026 m. kovo 1 d.", "Ona Onaitė"):
        assert said in page


def test_newest_that_waits_comes_first(editor, change):
    for number, state in enumerate(["refused", "waiting"]):
        library = factories.member_library()
        made = name_changes.propose(library, f"Vardas {number}", None, by=factories.user())
        if state == "refused":
            name_changes.refuse(made, by=None, answer="Ne.")
    shown = editor.get(LIST).context["cl"].result_list
    assert [each.name for each in shown] == ["Vardas 1", NEW, "Vardas 0"]


def test_editor_agrees(editor, editor_user, change):
    answer = decide(editor, change, "_accept", "Sveikiname.")
    assert f"Naujas pavadinimas paskelbtas: {NEW}" in words(answer)
    change.library.refresh_from_db()
    assert change.library.name == NEW
    decided = NameChange.objects.get()
    assert (decided.state, decided.decided_by) == ("accepted", editor_user)
    assert "Sveikiname." in mail.outbox[0].body
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (editor_user, "Naujas pavadinimas patvirtintas.")
    page = words(editor.get(page_of(change)))
    assert "Sveikiname." in page
    assert "_accept" not in page


def test_editor_refuses_with_an_answer(editor, change):
    decide(editor, change, "_refuse", "Trūksta įsakymo.")
    assert state_of(change) == "refused"
    assert "Trūksta įsakymo." in mail.outbox[0].body
    assert LogEntry.objects.get().change_message == "Naujas pavadinimas nepatvirtintas."


def test_refusal_needs_an_answer(editor, change):
    answer = decide(editor, change, "_refuse", "  ")
    assert "Parašykite bibliotekai, kodėl" in words(answer)
    assert state_of(change) == "waiting"
    assert mail.outbox == []


def test_name_that_was_taken_meanwhile_is_told_and_the_answer_kept(editor, change):
    factories.library(name=NEW)
    answer = decide(editor, change, "_accept", "Sveikiname.")
    assert "Biblioteka tokiu pavadinimu jau yra." in words(answer)
    assert form_data(answer.text)["answer"] == ["Sveikiname."]
    assert state_of(change) == "waiting"
    assert decide(editor, change, "_refuse", "Toks jau yra.").redirect_chain


def test_what_somebody_else_has_decided_is_told_and_the_answer_kept(editor, change):
    seen = form_data(editor.get(page_of(change)).text)["seen"][0]
    name_changes.refuse(change, by=None, answer="Ne.")
    data = {"answer": "Sveikiname.", "seen": seen, "_accept": "1"}
    answer = editor.post(page_of(change), data)
    assert "Dėl šio keitimo jau nuspręsta." in words(answer)
    assert form_data(answer.text)["answer"] == ["Sveikiname."]
    assert state_of(change) == "refused"


def test_name_that_took_the_place_of_the_one_looked_at_is_not_agreed_to_unseen(editor, change):
    seen = form_data(editor.get(page_of(change)).text)["seen"][0]
    name_changes.propose(change.library, "Kitas vardas", None, by=change.proposed_by)
    answer = decide(editor, change, "_accept", seen=seen)
    assert "ką tik pasiūlė kitą pavadinimą" in words(answer)
    assert "Kitas vardas" in words(answer)
    assert state_of(change) == "waiting"
    decide(editor, change, "_accept", seen=form_data(answer.text)["seen"][0])
    change.library.refresh_from_db()
    assert change.library.name == "Kitas vardas"


def test_name_that_was_taken_back_leads_to_the_list(editor, change):
    name_changes.take_back(change.library)
    for answer in (
        editor.get(page_of(change), follow=True),
        editor.post(page_of(change), {"_accept": "1"}, follow=True),
    ):
        assert answer.status_code == 200


def test_name_change_is_neither_added_nor_deleted_by_hand(superuser, change):
    assert superuser.get(f"{LIST}add/").status_code == 403
    assert superuser.post(f"{LIST}{change.pk}/delete/", {"post": "yes"}).status_code == 403


def test_post_without_a_button_decides_nothing_unseen(editor, change):
    editor.post(page_of(change), {"answer": "x"})
    assert state_of(change) == "waiting"


def test_those_who_may_not_change_libraries_see_no_names(superuser, editor_user, editor, change):
    editor_user.user_permissions.filter(codename="change_library").delete()
    editor_user.user_permissions.clear()
    for answer in (
        editor.get(LIST),
        editor.get(page_of(change)),
        editor.post(page_of(change), {"_accept": "1"}),
    ):
        assert answer.status_code == 403
    assert state_of(change) == "waiting"


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_asks_the_database_the_same_for_any_number(
    editor, django_assert_num_queries, item_count
):
    for number in range(item_count):
        made = factories.representative()
        name_changes.propose(made.library, f"Vardas {number}", None, by=made.user)
    NameChange.objects.update(proposed_at=timezone.now())
    with django_assert_num_queries(9):
        editor.get(LIST)


def test_project_is_found_by_the_new_name_of_its_library(editor, visitor, change):
    project = factories.project(title="Mugė")
    project.partners.create(library=change.library)
    decide(editor, change, "_accept")
    found = visitor.get("/paieska/", {"q": "Zarasų kultūros centro mugė"}).text
    assert project.get_absolute_url() in found
