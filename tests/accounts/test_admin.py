"""What staff see of persons in the admin, and what is hidden from those who edit content alone."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from accounts import name_changes, representations
from accounts.models import NameChange, Representative
from tests import factories
from tests.forms import form_data

pytestmark = pytest.mark.django_db

LIBRARIES = "/admin/association/library/"
REPRESENTATIVES = "/admin/accounts/representative/"
DAY = timedelta(days=1)


def page_of(library):
    return f"{LIBRARIES}{library.pk}/change/"


def words(response):
    return " ".join(response.text.split())


def found(client, address, **query):
    return set(client.get(address, query).context["cl"].queryset)


def test_library_is_shown_with_those_who_act_for_it(superuser):
    made = factories.representative(user=factories.user(name="Ona Onaitė"))
    assert "Ona Onaitė" in superuser.get(page_of(made.library)).text


def test_editor_of_content_does_not_see_who_acts_for_a_library(editor):
    made = factories.representative(user=factories.user(name="Ona Onaitė"))
    asked = factories.invitation(library=made.library)
    for address in (page_of(made.library), LIBRARIES, f"{LIBRARIES}?people=come"):
        text = editor.get(address, follow=True).text
        assert "Ona Onaitė" not in text
        assert asked.email not in text
    assert editor.get(REPRESENTATIVES).status_code == 403


def test_history_of_a_library_names_nobody(superuser, editor, editor_user):
    made = factories.representative(user=factories.user(name="Ona Onaitė"))
    address = page_of(made.library)
    data = form_data(superuser.get(address).text, "library_form")
    data["representatives-0-ends_on"] = str(timezone.localdate())
    assert superuser.post(address, data).status_code == 302
    history = editor.get(f"{LIBRARIES}{made.library.pk}/history/").text
    assert "atstovas" in history
    assert "Ona" not in history


@pytest.mark.parametrize(
    "query",
    ["invitations__email__startswith=o", "representatives__user__email=ona@biblioteka.example"],
)
def test_editor_of_content_finds_no_address_out_by_narrowing_the_list(editor, query):
    factories.invitation()
    assert editor.get(f"{LIBRARIES}?{query}").status_code == 400


def people():
    """One library of each kind, by what the filter calls it."""
    come = factories.user(last_login=timezone.now())
    return {
        "nobody": factories.member_library(),
        "waits": factories.invitation().library,
        "not_come": factories.representative().library,
        "come": factories.representative(user=come).library,
    }


def test_staff_find_libraries_by_who_acts_for_them(superuser):
    made = people()
    factories.library()  # no member: nobody is expected to act for it
    made["nobody_member"] = made["nobody"]
    for kind in ("waits", "not_come", "come"):
        assert found(superuser, LIBRARIES, people=kind) == {made[kind]}
    assert found(superuser, LIBRARIES, people="nobody", member="1") == {made["nobody"]}


def test_member_libraries_are_told_from_others(superuser, editor):
    member, other = factories.member_library(), factories.library()
    for client in (superuser, editor):
        assert found(client, LIBRARIES, member="1") == {member}
        assert found(client, LIBRARIES, member="0") == {other}
        assert "ne narė" in client.get(LIBRARIES).text


def cells(client, library, column):
    """Return the text that the list shows of `library` in `column`."""
    page = client.get(LIBRARIES)
    return str(getattr(page.context["cl"].model_admin, column)(page.context["cl"].result_list[0]))


def test_list_names_who_acts_the_director_first(superuser):
    library = factories.member_library()
    factories.representative(library=library, user=factories.user(name="Adomas"))
    ona = factories.user(name="Ona")
    factories.representative(library=library, user=ona, is_director=True)
    left = factories.user(name="Jonas")
    yesterday = timezone.localdate() - DAY
    factories.representative(
        library=library, user=left, starts_on=yesterday - DAY, ends_on=yesterday
    )
    assert cells(superuser, library, "people") == "Ona – vadovas (-ė), Adomas"


def test_list_says_who_has_not_come_in_and_who_waits(superuser):
    library = factories.member_library()
    factories.representative(
        library=library, user=factories.user(name="Ona", last_login=timezone.now())
    )
    factories.representative(library=library, user=factories.user(name="Jonas"))
    factories.invitation("a", library=library, email="a@biblioteka.example")
    long_ago = timezone.now() - timedelta(days=20)
    factories.invitation("b", library=library, email="b@biblioteka.example", sent_at=long_ago)
    assert cells(superuser, library, "state").split("<br>") == [
        "jau prisijungė",
        "dar neprisijungė: Jonas",
        "laukia atsakymo: a@biblioteka.example",
        "kvietimas nebegalioja: b@biblioteka.example",
    ]


def test_list_says_that_nobody_acts_and_nobody_is_invited(superuser):
    library = factories.member_library()
    assert cells(superuser, library, "state") == "niekas neatstovauja, niekas nepakviestas"
    library.memberships.all().delete()
    assert cells(superuser, library, "state") == ""


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_libraries_asks_the_database_the_same_for_any_number(
    superuser, django_assert_num_queries, item_count
):
    for number in range(item_count):
        made = factories.representative()
        factories.invitation(str(number), library=made.library)
    with django_assert_num_queries(9):
        superuser.get(LIBRARIES)


def test_editor_keeps_the_contacts_of_a_library(editor):
    library = factories.member_library()
    data = form_data(editor.get(page_of(library)).text, "library_form")
    data |= {
        "address": "Bibliotekos g. 1",
        "email": "info@zarasai.example",
        "phone": "+370 5 200 0000",
    }
    assert editor.post(page_of(library), data).status_code == 302
    library.refresh_from_db()
    assert (library.address, library.email, library.phone) == (
        "Bibliotekos g. 1",
        "info@zarasai.example",
        "+370 5 200 0000",
    )


def test_page_of_a_library_leads_to_its_new_name_that_waits(editor):
    made = factories.representative()
    assert "namechange" not in editor.get(page_of(made.library)).text.partition('id="main"')[0]
    change = name_changes.propose(made.library, "Naujas vardas", None, by=made.user)
    link = f'<a href="/admin/accounts/namechange/{change.pk}/change/">Naujas vardas</a>'
    assert link in editor.get(page_of(made.library)).text
    NameChange.objects.update(state="refused", decided_at=timezone.now())
    assert link not in editor.get(page_of(made.library)).text


@pytest.mark.parametrize(("has_come", "shown"), [(1, False), (0, True)])
def test_representatives_who_have_not_come_in_yet_are_found(superuser, has_come, shown):
    made = factories.representative()
    if has_come:
        made.user.last_login = made.user.date_joined
        made.user.save()
    assert (made in found(superuser, REPRESENTATIVES, come="no")) is shown


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_representatives_asks_the_database_the_same_for_any_number(
    superuser, django_assert_num_queries, item_count
):
    for _number in range(item_count):
        factories.representative()
    with django_assert_num_queries(7):
        page = superuser.get(REPRESENTATIVES)
    assert page.context["cl"].result_count == Representative.objects.count()


def end_now(client, *chosen):
    data = {"action": "end", "_selected_action": [each.pk for each in chosen]}
    return client.post(REPRESENTATIVES, data, follow=True)


def test_staff_end_representations_at_once_and_it_is_on_record(superuser):
    acting = factories.representative()
    over = factories.representative()
    representations.end(over)
    answer = end_now(superuser, acting, over)
    assert "Baigtas 1 atstovavimas." in words(answer)
    assert f"Šis asmuo bibliotekai nebeatstovauja. {over}" in words(answer)
    assert not acting.user.is_member
    acting.refresh_from_db()
    assert acting.ended_at
    told = LogEntry.objects.values_list("object_id", "change_message")
    assert list(told) == [(str(acting.pk), "Baigta iškart.")]


def test_representation_that_has_not_begun_does_not_begin(superuser):
    later = factories.representative(starts_on=timezone.localdate() + DAY)
    end_now(superuser, later)
    assert not Representative.objects.exists()
    assert LogEntry.objects.get().is_deletion()


def test_representation_that_was_ended_at_once_stays_so(superuser):
    made = factories.representative()
    representations.end(made)
    address = f"{REPRESENTATIVES}{made.pk}/change/"
    page = superuser.get(address).text
    data = form_data(page, "representative_form")
    answer = superuser.post(address, data | {"ends_on": ""})
    assert "Baigta iškart." in words(answer)
    in_library = form_data(superuser.get(page_of(made.library)).text, "library_form")
    answer = superuser.post(page_of(made.library), in_library | {"representatives-0-ends_on": ""})
    assert "Baigta iškart." in words(answer)
    assert superuser.post(page_of(made.library), in_library).status_code == 302


def test_person_entered_twice_for_a_library_is_told(superuser):
    library, user = factories.member_library(), factories.user()
    data = form_data(superuser.get(page_of(library)).text, "library_form")
    data["representatives-TOTAL_FORMS"] = 2
    for number in (0, 1):
        data |= {
            f"representatives-{number}-user": user.pk,
            f"representatives-{number}-library": library.pk,
            f"representatives-{number}-starts_on": str(timezone.localdate()),
        }
    answer = superuser.post(page_of(library), data)
    assert answer.status_code == 200
    assert "jau atstovauja" in words(answer)
    assert not Representative.objects.exists()


def test_library_is_made_together_with_who_acts_for_it(superuser):
    add = "/admin/association/library/add/"
    data = form_data(superuser.get(add).text, "library_form")
    data |= {
        "name": "Zarasų biblioteka",
        "municipality": "Zarasų rajonas",
        "county": "utena",
        "representatives-TOTAL_FORMS": 1,
        "representatives-0-user": factories.user().pk,
        "representatives-0-starts_on": str(timezone.localdate()),
    }
    assert superuser.post(add, data).status_code == 302
    assert Representative.objects.get().library.name == "Zarasų biblioteka"
