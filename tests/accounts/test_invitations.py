"""An invitation: the letter, its page, what becomes of it, and who may invite."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, Representative, User
from accounts.refusals import NotPossible
from tests import factories
from tests.logins import log_in

pytestmark = pytest.mark.django_db

EMAIL = "ona@biblioteka.example"
PAGE = "/kvietimas/raktas/"
LIST = "/admin/accounts/invitation/"
ADD = f"{LIST}add/"


def invite(**fields):
    """Invite as staff do; return the Invitation and the path in its letter."""
    values = {"email": EMAIL, "library": fields.get("library") or factories.member_library()}
    made = Invitation(**values | fields)
    invitations.invite(made, by=factories.user(name="Jonas Jonaitis", is_staff=True))
    return made, path_in(mail.outbox[-1])


def path_in(letter):
    return re.search(r"http://localhost:8000(/kvietimas/[\w-]+/)", letter.body)[1]


def words_of(response):
    return " ".join(response.text.split())


def accept(client, path, name="Ona Onaitė", **more):
    return client.post(path, {"name": name}, **more)


def test_letter_says_who_invites_for_which_library_until_when():
    factories.details(name="Bibliotekų asociacija", email="info@biblioteka.example")
    library = factories.member_library(name="Zarasų biblioteka")
    _made, path = invite(library=library)
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.subject == "Kvietimas į Asociacijos svetainę"
    paragraphs = letter.body.strip().split("\n\n")
    until = timezone.localtime() + timedelta(days=14)
    assert paragraphs[:4] == [
        "Kviečiame jus Asociacijos svetainėje atstovauti savo bibliotekai.",
        "Biblioteka: Zarasų biblioteka\nPakvietė: Jonas Jonaitis",
        "Norėdami priimti kvietimą, atverkite šį puslapį ir nurodykite savo vardą ir pavardę:",
        f"http://localhost:8000{path}",
    ]
    assert f"{until.day}" in paragraphs[4]
    assert "Expires" in letter.extra_headers


def test_letter_to_a_director_says_so():
    invite(is_director=True)
    assert "bibliotekai, kuriai vadovaujate" in mail.outbox[0].body


def test_key_of_the_letter_is_not_kept():
    made, path = invite()
    key = path.split("/")[2]
    assert len(key) == 43
    assert key not in str(Invitation.objects.values().get(pk=made.pk))


def test_opening_the_page_any_number_of_times_changes_nothing(visitor):
    _made, path = invite()
    for _time in range(3):
        response = visitor.get(path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
    assert not User.objects.filter(email=EMAIL).exists()
    assert Invitation.objects.waiting().count() == 1


def test_accepting_makes_an_account_that_is_logged_in_and_acts_from_today(visitor):
    made, path = invite(is_director=True)
    response = accept(visitor, path, follow=True)
    assert response.redirect_chain[-1][0] == "/paskyra/prisijungimo-budai/"
    acting = Representative.objects.acting().get()
    assert (acting.user.email, acting.user.name) == (EMAIL, "Ona Onaitė")
    assert (acting.library, acting.is_director) == (made.library, True)
    assert (acting.starts_on, acting.ends_on) == (timezone.localdate(), None)
    assert not acting.user.has_usable_password()
    made.refresh_from_db()
    assert made.state == Invitation.State.ACCEPTED


def test_accepting_is_on_record(visitor):
    made, path = invite()
    accept(visitor, path)
    noted = LogEntry.objects.get(object_id=made.library_id)
    assert (noted.user.email, noted.change_message) == (EMAIL, "Kvietimas priimtas.")


@pytest.mark.parametrize("way", ["prieigos-raktas", "slaptazodis/sukurti"])
def test_whoever_has_accepted_chooses_a_way_to_log_in_at_once(visitor, way):
    _made, path = invite()
    response = accept(visitor, path, follow=True)
    assert f'href="/paskyra/{way}/"' in response.text
    assert visitor.get(f"/paskyra/{way}/").status_code == 200  # without being asked who it is


def test_whoever_has_accepted_logs_in_by_a_code_next_time(visitor):
    _made, path = invite()
    accept(visitor, path)
    client = Client()
    client.post("/prisijungti/kodas/", {"email": EMAIL})
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]
    client.post("/prisijungti/kodas/ivesti/", {"code": code})
    assert "Ona Onaitė" in client.get("/paskyra/").text


@pytest.mark.parametrize("name", ["", "   "])
def test_name_has_to_be_given(visitor, name):
    _made, path = invite()
    response = accept(visitor, path, name=name)
    assert 'aria-invalid="true"' in response.text
    assert not User.objects.filter(email=EMAIL).exists()


def test_used_link_lets_nobody_in_and_leads_to_the_login(visitor):
    _made, path = invite()
    accept(visitor, path)
    for answer in (Client().get(path), Client().post(path, {"name": "Kita"}, follow=True)):
        assert answer.status_code == 410
        assert "Kvietimas jau priimtas." in words_of(answer)
        assert not answer.wsgi_request.user.is_authenticated
    assert Representative.objects.count() == 1
    assert User.objects.get(email=EMAIL).name == "Ona Onaitė"


def test_accepting_twice_at_once_is_harmless():
    made, _path = invite()
    user = invitations.accept(made, "Ona Onaitė", by=None)
    with pytest.raises(NotPossible):
        invitations.accept(made, "Kita", by=user)
    assert Representative.objects.get().user.name == "Ona Onaitė"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"sent_at": timezone.now() - timedelta(days=14, minutes=1)}, "baigėsi"),
        ({"withdrawn_at": timezone.now()}, "Kvietimas atšauktas."),
    ],
)
def test_closed_link_says_why_and_whom_to_ask(visitor, state, said):
    factories.details(email="info@biblioteka.example")
    factories.invitation(**state)
    for response in (visitor.get(PAGE), accept(visitor, PAGE)):
        assert response.status_code == 410
        assert said in words_of(response)
        assert "info@biblioteka.example" in words_of(response)
    assert not User.objects.exists()


def test_link_is_valid_until_the_last_minute_of_the_14_days(visitor):
    factories.invitation(sent_at=timezone.now() - timedelta(days=14) + timedelta(minutes=1))
    assert visitor.get(PAGE).status_code == 200


def test_library_that_is_a_member_no_more_closes_its_invitations(visitor):
    made = factories.invitation()
    made.library.memberships.update(
        starts_on="2010-01-01", ends_on=timezone.localdate() - timedelta(days=1)
    )
    response = accept(visitor, PAGE)
    assert response.status_code == 410
    assert "Ši biblioteka nėra Asociacijos narė." in words_of(response)
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/kvietimas/nera/", f"/kvietimas/{'x' * 43}/"])
def test_unknown_keys_get_one_answer(visitor, path):
    factories.user(email=EMAIL)
    for response in (visitor.get(path), accept(visitor, path)):
        assert response.status_code == 404
        assert "Tokio kvietimo nėra." in words_of(response)


def test_owner_of_an_account_logs_in_first(visitor):
    user = factories.user(email=EMAIL, name="Ona")
    made, path = invite(email="ONA@biblioteka.example")
    for response in (visitor.get(path), accept(visitor, path)):
        assert f'href="/prisijungti/?next={path}"' in response.text
    assert not user.representations.exists()
    log_in(visitor, user)
    assert 'value="Ona"' in visitor.get(path).text
    response = accept(visitor, path, follow=True)
    assert response.redirect_chain == [("/paskyra/", 302)]
    assert "Kvietimas priimtas." in words_of(response)
    assert user.representations.get().library == made.library
    assert User.objects.filter(email__iexact=EMAIL).count() == 1


def test_somebody_else_who_is_logged_in_cannot_accept():
    _made, path = invite()
    other = factories.user(email="petras@biblioteka.example")
    response = accept(log_in(Client(), other), path)
    assert "petras@biblioteka.example" in response.text
    assert f'name="next" value="{path}"' in response.text
    assert not Representative.objects.exists()


def test_account_made_meanwhile_is_not_entered_by_the_letter_alone():
    made, _path = invite()
    user = factories.user(email=EMAIL)
    with pytest.raises(NotPossible):
        invitations.accept(made, "Ona", by=None)
    assert not user.representations.exists()


def test_representation_from_a_day_to_come_begins_today():
    user = factories.user(email=EMAIL)
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = factories.representative(user=user, starts_on=tomorrow)
    made, _path = invite(library=later.library, is_director=True)
    invitations.accept(made, "Ona", by=user)
    acting = user.representations.get()
    assert (acting.starts_on, acting.is_director) == (timezone.localdate(), True)


def test_letter_sent_again_replaces_the_older_one(visitor):
    made, old = invite()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=20))
    invitations.send_again(made)
    new = path_in(mail.outbox[-1])
    assert visitor.get(old).status_code == 404
    assert visitor.get(new).status_code == 200


def test_whom_nobody_needs_to_invite_is_told_apart():
    acting = factories.representative(user=factories.user(email=EMAIL))
    with pytest.raises(ValidationError, match="jau atstovauja"):
        invite(library=acting.library, email="Ona@biblioteka.example")
    other, _path = invite()  # for another library
    with pytest.raises(ValidationError, match="jau pakviestas"):
        invite(library=other.library, email="Ona@biblioteka.example")
    with pytest.raises(ValidationError, match="nėra Asociacijos narė"):
        invite(library=factories.library())
    assert Invitation.objects.get() == other
    assert len(mail.outbox) == 1


def test_person_who_has_left_can_be_invited_again(visitor):
    yesterday = timezone.localdate() - timedelta(days=1)
    user = factories.user(email=EMAIL)
    left = factories.representative(user=user, starts_on="2020-01-01", ends_on=yesterday)
    made, _path = invite(library=left.library)
    invitations.accept(made, "Ona", by=user)
    assert user.representations.count() == 2
    assert user.representations.acting().count() == 1


def test_inviter_may_leave():
    made, path = invite()
    made.invited_by.delete()
    assert accept(Client(), path).status_code == 302


def send(client, action, *chosen):
    data = {"action": action, "_selected_action": [each.pk for each in chosen]}
    return client.post(LIST, data, follow=True)


def test_staff_invite_from_the_page_of_the_library(superuser):
    library = factories.member_library()
    page = superuser.get(f"/admin/association/library/{library.pk}/change/")
    assert f'href="{ADD}?library={library.pk}"' in page.text
    assert f'href="{LIST}?library__id__exact={library.pk}"' in page.text
    superuser.post(ADD, {"email": EMAIL, "library": library.pk})
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    made = Invitation.objects.get()
    assert made.invited_by == User.objects.get(is_superuser=True)
    assert superuser.get(f"{LIST}{made.pk}/change/").status_code == 200
    found = superuser.get(LIST, {"library__id__exact": library.pk}).context["cl"].queryset
    assert list(found) == [made]


def test_staff_are_told_that_the_person_is_invited_already(superuser):
    made = factories.invitation(email=EMAIL)
    answer = superuser.post(ADD, {"email": "Ona@biblioteka.example", "library": made.library_id})
    assert "jau pakviestas" in answer.text
    assert mail.outbox == []


def test_staff_send_again_and_withdraw_and_it_is_on_record(superuser):
    waits, accepted = factories.invitation(), factories.invitation("k2", accepted_at=timezone.now())
    answer = send(superuser, "send_again", waits, accepted)
    assert "Išsiųstas 1 laiškas." in answer.text
    assert f"pakvieskite žmogų iš naujo. {accepted}" in answer.text
    assert [letter.to for letter in mail.outbox] == [[waits.email]]
    answer = send(superuser, "withdraw", waits, accepted)
    assert "Atšauktas 1 kvietimas." in answer.text
    waits.refresh_from_db()
    assert waits.state == Invitation.State.WITHDRAWN
    told = LogEntry.objects.order_by("pk").values_list("object_repr", "change_message")
    assert list(told) == [(str(waits), "Išsiųsta iš naujo."), (str(waits), "Atšaukta.")]


def test_staff_see_who_waits(superuser):
    fields = {
        "waiting": {},
        "run_out": {"sent_at": timezone.now() - timedelta(days=15)},
        "accepted": {"accepted_at": timezone.now()},
        "withdrawn": {"withdrawn_at": timezone.now()},
    }
    made = {state: factories.invitation(state, **more) for state, more in fields.items()}
    for state, invitation in made.items():
        assert invitation.state == state
        found = superuser.get(LIST, {"state": state}).context["cl"].queryset
        assert list(found) == [invitation]


def test_editor_of_content_invites_nobody(editor):
    made = factories.invitation()
    library = f"/admin/association/library/{made.library_id}/change/"
    assert "kvietim" not in editor.get(library).text.lower()
    for path in (LIST, ADD, f"{LIST}{made.pk}/change/"):
        assert editor.get(path).status_code == 403
    assert editor.post(ADD, {"email": EMAIL, "library": made.library_id}).status_code == 403


def test_what_has_been_sent_is_not_changed(superuser):
    made = factories.invitation(email=EMAIL)
    assert superuser.post(f"{LIST}{made.pk}/change/", {"email": "x@y.example"}).status_code == 403
    assert Invitation.objects.get().email == EMAIL


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_invitations_asks_the_database_the_same_for_any_number(
    superuser, django_assert_num_queries, item_count
):
    for number in range(item_count):
        factories.invitation(str(number))
    with django_assert_num_queries(7):
        superuser.get(LIST)
