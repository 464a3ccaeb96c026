"""„Mano paskyra“: my library, who acts for it, documents for members, my profile."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, NameChange
from association.models import Document
from tests import factories
from tests.forms import form_data
from tests.logins import log_in
from tests.reading import text_of

pytestmark = pytest.mark.django_db

PAGE = "/paskyra/"
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def director():
    library = factories.member_library(
        name="Zarasų viešoji biblioteka", email="biblioteka@zarasai.example"
    )
    user = factories.user(name="Ona Onaitė", email="ona@biblioteka.example")
    return factories.representative(
        user=user, library=library, is_director=True, starts_on=TODAY - 100 * DAY
    )


@pytest.fixture
def colleague(director):
    user = factories.user(name="Jonas Jonaitis", email="jonas@biblioteka.example")
    return factories.representative(user=user, library=director.library)


def client_of(representative):
    return log_in(Client(), representative.user)


def of_library(representative, rest=""):
    return f"/paskyra/biblioteka/{representative.library_id}/{rest}"


def history_of(library):
    entries = LogEntry.objects.filter(object_id=library.pk, content_type__model="library")
    return [entry.get_change_message() for entry in entries.order_by("pk")]


def edit(client, representative, **values):
    address = of_library(representative)
    data = form_data(client.get(address).text.partition("<main")[2])
    return client.post(address, data | values, follow=True)


def test_member_sees_the_library_and_who_acts_for_it(director, colleague):
    page = text_of(client_of(colleague).get(PAGE))
    assert "Zarasų viešoji biblioteka" in page
    assert "Ona Onaitė vadovauja bibliotekai" in page
    assert "Jonas Jonaitis – jūs" in page
    assert "Bibliotekos duomenis keičia jos vadovas." in page
    assert "Pakviesti bendradarbį" not in page


def test_account_without_a_library_says_so_and_whom_to_ask():
    factories.details(email="info@asociacija.example")
    page = text_of(log_in(Client(), factories.user()).get(PAGE))
    assert "Šiuo metu neatstovaujate nė vienai bibliotekai narei" in page
    assert "info@asociacija.example" in page
    assert "Dokumentai nariams" not in page


def test_account_of_a_successor_says_from_when():
    made = factories.representative(starts_on=TODAY + 40 * DAY)
    page = text_of(client_of(made).get(PAGE))
    assert "Jai atstovausite nuo:" in page


@pytest.mark.parametrize("count", [1, 3])
def test_account_asks_the_database_the_same_for_any_number(
    director, django_assert_num_queries, count
):
    for number in range(count):
        if number:
            library = factories.member_library()
            factories.representative(user=director.user, library=library, is_director=True)
        factories.representative(library=director.library)
        factories.invitation(str(number), library=director.library)
        Document.objects.create(title="P", audience="members", file=factories.upload())
        project = factories.project()
        project.documents.create(title="S", audience="members", file=factories.upload())
    client = client_of(director)
    client.get(PAGE)
    with django_assert_num_queries(9):
        client.get(PAGE)


def test_documents_for_members_are_listed_and_nothing_else(director):
    for audience in ("members", "public"):
        title = f"Protokolas ({audience})"
        Document.objects.create(title=title, audience=audience, file=factories.upload())
        for project in (
            factories.project(title="Konferencija"),
            factories.draft(title="Juodraštis"),
        ):
            title = f"Sąmata ({audience}, {project})"
            project.documents.create(title=title, audience=audience, file=factories.upload())
    page = client_of(director).get(PAGE)
    assert re.findall(r">((?:Protokolas|Sąmata)[^<]*)<", page.text) == [
        "Protokolas (members)",
        "Sąmata (members, Konferencija)",
    ]
    for path in re.findall(r'href="(/failai/[^"]*)"', page.text):
        answer = client_of(director).get(path)
        assert answer.getvalue()  # to its end, which closes the file


def test_what_is_for_members_is_seen_as_soon_as_it_changes(director):
    client = client_of(director)
    assert "Dokumentų nariams dar nėra." in text_of(client.get(PAGE))
    Document.objects.create(title="Protokolas", audience="members", file=factories.upload())
    assert "Protokolas" in text_of(client.get(PAGE))
    project = factories.project(title="Konferencija")
    project.documents.create(title="Sąmata", audience="members", file=factories.upload())
    assert "Sąmata" in text_of(client.get(PAGE))
    project.withdraw()
    assert "Sąmata" not in text_of(client.get(PAGE))
    Document.objects.all().delete()
    factories.details(name="Kita asociacija")
    page = text_of(client.get(PAGE))
    assert "Dokumentų nariams dar nėra." in page
    assert "Kita asociacija" in page


def test_documents_of_drafts_that_staff_saw_are_not_shown_to_members(director, editor):
    draft = factories.draft(title="Juodraštis")
    draft.documents.create(title="Sąmata", audience="members", file=factories.upload())
    assert "Sąmata" in text_of(editor.get(PAGE))
    assert "Sąmata" not in text_of(client_of(director).get(PAGE))


def test_profile_is_changed(director):
    client = client_of(director)
    data = {"name": "Ona Petraitė", "position": "direktorė", "phone": "+370 600 00000"}
    page = text_of(client.post("/paskyra/profilis/", data, follow=True))
    assert "Išsaugota." in page
    assert "Ona Petraitė" in page
    assert "direktorė" in page


def test_profile_keeps_what_was_typed_where_the_name_is_missing(director):
    page = client_of(director).post("/paskyra/profilis/", {"name": "", "position": "direktorė"})
    assert 'value="direktorė"' in page.text
    assert "Įveskite" in text_of(page)


def test_director_changes_what_the_public_sees(director, visitor):
    client = client_of(director)
    page = edit(client, director, phone="8 385 00000", address="Bibliotekos g. 1, Zarasai")
    assert "Išsaugota." in text_of(page)
    public = visitor.get(director.library.get_absolute_url(), follow=True).text
    assert "8 385 00000" in public
    assert "Bibliotekos g." in public
    assert history_of(director.library) == ["Pakeista: adresas ir telefonas."]
    assert mail.outbox == []


def test_old_official_address_is_told_of_a_new_one(director):
    edit(client_of(director), director, email="nauja@zarasai.example")
    (letter,) = mail.outbox
    assert letter.to == ["biblioteka@zarasai.example"]
    assert "Naujas adresas: nauja@zarasai.example" in letter.body


def test_save_on_top_of_another_save_is_told_and_loses_nothing(director):
    client, address = client_of(director), of_library(director)
    mine = form_data(client.get(address).text.partition("<main")[2])
    edit(client_of(director), director, phone="8 385 11111")
    answer = client.post(address, mine | {"phone": "8 385 22222"})
    assert "pakeitė kitas žmogus" in text_of(answer)
    assert "8 385 11111" in text_of(answer)
    assert 'value="8 385 22222"' in answer.text
    again = form_data(answer.text.partition("<main")[2])
    client.post(address, again)
    director.library.refresh_from_db()
    assert director.library.phone == "8 385 22222"


def test_bad_data_are_told_and_kept(director):
    page = edit(client_of(director), director, email="ne adresas", phone="8 385 00000")
    assert 'value="ne adresas"' in page.text
    assert 'value="8 385 00000"' in page.text
    director.library.refresh_from_db()
    assert director.library.phone == ""


def test_new_name_waits_and_can_be_taken_back(director, colleague):
    client = client_of(director)
    data = {"name": "Zarasų kultūros biblioteka", "name_since": TODAY}
    page = text_of(client.post(of_library(director, "pavadinimas/"), data, follow=True))
    assert "Asociacijos patvirtinimo laukia naujas pavadinimas: Zarasų kultūros" in page
    assert "patvirtinimo laukia" in text_of(client_of(colleague).get(PAGE))
    client.post(of_library(director, "pavadinimas/atsaukti/"))
    assert not NameChange.objects.exists()
    assert history_of(director.library) == [
        "Pasiūlytas naujas pavadinimas.",
        "Naujas pavadinimas atsiimtas.",
    ]


@pytest.mark.parametrize(
    ("name", "since", "said"),
    [
        ("", TODAY, "Įveskite naują pavadinimą."),
        ("Zarasų viešoji biblioteka", TODAY, "jau taip vadinasi"),
        ("Nauja", TODAY + DAY, "Ši diena dar neatėjo."),
        ("Nauja", "", "Įveskite dieną"),
        ("Nauja", "vakar", "datą"),
    ],
)
def test_name_that_cannot_be_is_told(director, name, since, said):
    data = {"name": name, "name_since": since}
    page = client_of(director).post(of_library(director, "pavadinimas/"), data)
    assert said in text_of(page)
    assert f'value="{name}"' in page.text or not name
    assert not NameChange.objects.exists()


def test_director_invites_a_colleague(director):
    client = client_of(director)
    data = {"email": "nauja@biblioteka.example"}
    page = text_of(client.post(of_library(director, "pakviesti/"), data, follow=True))
    (letter,) = mail.outbox
    assert letter.to == ["nauja@biblioteka.example"]
    assert "Pakvietė: Ona Onaitė" in letter.body
    assert "nauja@biblioteka.example kvietimas išsiųstas, dar neatsakyta" in page
    made = Invitation.objects.get()
    assert (made.invited_by, made.is_director) == (director.user, False)
    assert history_of(director.library) == ["Pakviestas žmogus."]


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Įveskite el. pašto adresą."),
        ("be eta", "el. pašto adresą"),
        ("jonas@biblioteka.example", "jau atstovauja"),
        ("laukia@biblioteka.example", "jau pakviestas"),
    ],
)
def test_colleague_who_cannot_be_invited_is_told(director, colleague, email, said):
    factories.invitation(library=director.library, email="laukia@biblioteka.example")
    page = client_of(director).post(of_library(director, "pakviesti/"), {"email": email})
    assert said in text_of(page)
    assert f'value="{email}"' in page.text or not email
    assert mail.outbox == []


def test_director_does_not_write_to_everybody(director):
    for number in range(20):
        factories.invitation(str(number), library=director.library)
    data = {"email": "dar@biblioteka.example"}
    page = client_of(director).post(of_library(director, "pakviesti/"), data)
    assert "Į per daug kvietimų dar neatsakyta." in text_of(page)
    assert mail.outbox == []


def test_invitation_is_sent_again_after_a_while_and_withdrawn(director):
    made = factories.invitation(library=director.library)
    client = client_of(director)
    again, withdraw = (f"/paskyra/kvietimai/{made.pk}/{x}/" for x in ("is-naujo", "atsaukti"))
    assert "ką tik išsiųstas" in text_of(client.post(again, follow=True))
    Invitation.objects.update(sent_at=timezone.now() - timedelta(minutes=11))
    assert "išsiųstas iš naujo" in text_of(client.post(again, follow=True))
    assert [letter.to for letter in mail.outbox] == [[made.email]]
    assert "Kvietimas atšauktas." in text_of(client.post(withdraw, follow=True))
    assert client.post(withdraw).status_code == 404
    assert history_of(director.library) == ["Kvietimas išsiųstas iš naujo.", "Kvietimas atšauktas."]


def hand_over(director, email, day):
    data = {"email": email, "starts_on": day}
    return client_of(director).post(of_library(director, "perduoti/"), data, follow=True)


def test_director_hands_over_to_a_colleague_and_may_stay(director, colleague):
    page = text_of(hand_over(director, "jonas@biblioteka.example", TODAY + 30 * DAY))
    assert "pradės vadovauti jūsų bendradarbis" in page
    assert f"iki {TODAY + 29 * DAY}" in page
    assert f"Jonas Jonaitis vadovaus bibliotekai nuo {TODAY + 30 * DAY}" in page
    assert "Skirti kitą įpėdinį" in page
    stays = client_of(director).post(of_library(director, "perduoti/atsaukti/"), follow=True)
    assert "Bibliotekai vadovaujate toliau" in text_of(stays)
    director.refresh_from_db()
    assert director.ends_on is None


@pytest.mark.parametrize(
    ("email", "day", "said"),
    [
        ("nauja@b.example", TODAY, "vėlesnę dieną"),
        ("nauja@b.example", TODAY + 400 * DAY, "daugiau nei metai"),
        ("nauja@b.example", "", "Įveskite dieną"),
        ("", TODAY + DAY, "Įveskite el. pašto adresą."),
        ("Ona@biblioteka.example", TODAY + DAY, "kito žmogaus"),
    ],
)
def test_successor_who_cannot_be_is_told(director, email, day, said):
    page = hand_over(director, email, day)
    assert said in text_of(page)
    director.refresh_from_db()
    assert director.ends_on is None


def test_refused_successor_leaves_everything_as_it_was(director):
    factories.invitation(library=director.library, email="laukia@b.example")
    assert "jau pakviestas" in text_of(hand_over(director, "laukia@b.example", TODAY + DAY))
    director.refresh_from_db()
    assert director.ends_on is None


def test_director_ends_the_representation_of_a_colleague(director, colleague):
    theirs = client_of(colleague)
    assert theirs.get(PAGE).status_code == 200
    address = f"/paskyra/atstovai/{colleague.pk}/"
    client = client_of(director)
    assert "Jonas Jonaitis" in client.get(address).text
    assert "Atstovavimas baigtas." in text_of(client.post(address, follow=True))
    assert theirs.get(PAGE).status_code == 302
    assert client.post(address).status_code == 404
    assert history_of(director.library) == ["Atstovavimas baigtas."]


def test_last_one_who_leaves_is_told_to_hand_over(director):
    address = f"/paskyra/atstovai/{director.pk}/"
    client = client_of(director)
    assert "nebeliks kam atstovauti" in text_of(client.get(address))
    page = client.post(address, follow=True)
    assert not page.wsgi_request.user.is_authenticated


def test_library_of_others_and_representatives_without_rights_get_nothing(director, colleague):
    other = factories.representative(is_director=True)
    change = NameChange.objects.create(library=director.library, name="Nauja")
    waits = factories.invitation(library=director.library)
    pages = ["", "pavadinimas/", "pakviesti/", "perduoti/"]
    posts = [
        *(of_library(director, rest) for rest in [*pages, "pavadinimas/atsaukti/"]),
        of_library(director, "perduoti/atsaukti/"),
        f"/paskyra/kvietimai/{waits.pk}/is-naujo/",
        f"/paskyra/kvietimai/{waits.pk}/atsaukti/",
        f"/paskyra/atstovai/{director.pk}/",
    ]
    for who in (other, colleague):
        client = client_of(who)
        answers = [client.get(of_library(director, rest)).status_code for rest in pages]
        answers += [client.post(address, {"email": "x@b.example"}).status_code for address in posts]
        assert set(answers) == {404}
    assert NameChange.objects.get() == change
    assert mail.outbox == []
