"""Many are invited from a table: what is shown before, what happens, and what is left."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitation_lists, invitations
from accounts.invitation_lists import Fate
from accounts.invitation_tables import read
from accounts.models import Invitation
from tests import factories
from tests.forms import form_data
from tests.logins import log_in

pytestmark = pytest.mark.django_db

PAGE = "/admin/accounts/invitation/csv/"
TABLE = "/admin/accounts/invitation/csv/lentele/"
HEADINGS = "Biblioteka;El. paštas;Vadovas"


def text(*rows):
    return "\n".join([HEADINGS, *rows])


def judged(*rows):
    return invitation_lists.judge(read(text(*rows)))


def told(*rows):
    return [" ".join(each.told) for each in judged(*rows)]


@pytest.fixture
def library():
    return factories.member_library(name="Zarasų viešoji biblioteka")


def test_preview_says_of_each_row_what_will_happen(library):
    acting = factories.representative(library=library)
    asked = factories.invitation(library=library)
    factories.invitation(
        "k2", email="sena@biblioteka.example", library=library, sent_at="2026-01-05T12:00Z"
    )
    factories.library(name="Rygos biblioteka")
    name = "zarasu VIESOJI biblioteka"
    today = timezone.localdate().isoformat()
    assert told(
        f"{name};ona@biblioteka.example",
        f"{name};{acting.user.email.upper()}",
        f"{name};{asked.email}",
        f"{name};sena@biblioteka.example",
        f"{name};ona(eta)biblioteka.example",
        "Zarsų biblioteka;jonas@biblioteka.example",
        "Rygos biblioteka;rita@biblioteka.example",
        f"{name};ONA@biblioteka.example",
        f"{name};",
        f"{name};ieva@biblioteka.example;gal",
        ";ieva@biblioteka.example",
    ) == [
        "kvietimas bus išsiųstas",
        "jau atstovauja bibliotekai",
        f"kvietimas jau išsiųstas ({today})",
        "kvietimas, išsiųstas 2026-01-05, nebegalioja: siųskite jį iš naujo",
        "netinkamas el. pašto adresas",
        "tokios bibliotekos nėra Gal turėjote galvoje: Zarasų viešoji biblioteka?",
        "biblioteka nėra Asociacijos narė",
        "toks pat adresas jau yra 2 eilutėje",
        "adreso nėra – eilutė praleidžiama",
        "stulpelyje „Vadovas“ rašykite „taip“ arba „ne“",
        "neįrašyta biblioteka",
    ]


def test_library_is_found_by_its_former_name_unless_several_bore_it(library):
    library.former_names.create(name="Zarasų rajono biblioteka")
    assert judged("Zarasų rajono biblioteka;ona@biblioteka.example")[0].library == library
    factories.member_library().former_names.create(name="Zarasų rajono biblioteka")
    (found,) = judged("Zarasų rajono biblioteka;ona@biblioteka.example")
    assert found.is_wrong
    assert "dabartinį" in found.told[0]


def test_first_one_invited_for_a_library_without_a_director_is_its_director(library):
    rows = [f"{library};{name}@biblioteka.example" for name in ("ona", "jonas")]
    assert [each.is_director for each in judged(*rows)] == [True, False]
    assert [each.is_director for each in judged(f"{rows[0]};ne", f"{rows[1]};")] == [False, True]
    assert [each.is_director for each in judged(f"{rows[0]};", f"{rows[1]};taip")] == [True, True]
    factories.representative(library=library, is_director=True)
    assert [each.is_director for each in judged(*rows)] == [False, False]


def test_library_that_awaits_its_director_gets_no_other(library):
    factories.invitation(library=library, is_director=True)
    assert not judged(f"{library};ona@biblioteka.example")[0].is_director


def test_invitations_are_sent_and_bad_rows_are_left(library):
    staff = factories.user(is_staff=True)
    table = read(text(f"{library};ona@biblioteka.example", "Nėra;jonas@biblioteka.example"))
    good, bad = invitation_lists.invite(table, by=staff)
    assert [letter.to for letter in mail.outbox] == [["ona@biblioteka.example"]]
    made = Invitation.objects.get()
    assert (good.invitation, bad.invitation) == (made, None)
    assert (made.invited_by, made.is_director) == (staff, True)
    assert (good.fate, bad.fate) == (Fate.INVITED, Fate.WRONG)


def test_row_that_fails_at_the_last_moment_leaves_the_others(library, monkeypatch):
    original = invitations.invite

    def invite(invitation, by):
        if invitation.email.startswith("ona"):  # somebody else was faster
            factories.invitation(library=library, email=invitation.email)
        original(invitation, by)

    monkeypatch.setattr(invitations, "invite", invite)
    table = read(text(*(f"{library};{name}@biblioteka.example" for name in ("ona", "jonas"))))
    fates = [each.fate for each in invitation_lists.invite(table, by=None)]
    assert fates == [Fate.WRONG, Fate.INVITED]
    assert [letter.to for letter in mail.outbox] == [["jonas@biblioteka.example"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_preview_asks_the_database_the_same_for_any_number(django_assert_num_queries, item_count):
    rows = []
    for number in range(item_count):
        made = factories.member_library()
        made.former_names.create(name=f"Sena {number}")
        factories.representative(library=made)
        factories.invitation(str(number), library=made)
        rows.append(f"{made};a{number}@biblioteka.example")
    with django_assert_num_queries(4):
        assert all(each.is_invited for each in judged(*rows))


def send(client, given, button="_preview", **more):
    seen = form_data(client.get(PAGE).text).get("seen") if "seen" not in more else None
    return client.post(PAGE, {"text": given, "seen": seen or "", button: "1"} | more)


def seen_in(response):
    return form_data(response.text)["seen"][0]


def words(response):
    return " ".join(response.text.split())


def preview_and_invite(client, given):
    seen = seen_in(send(client, given))
    return send(client, given, "_invite", seen=seen)


def test_staff_see_the_sums_before_anything_is_sent(superuser, library):
    given = text(f"{library};ona@biblioteka.example", f"{library};", "Nėra;a@b.example")
    page = words(send(superuser, given))
    assert "Bus išsiųstas 1 laiškas. 1 eilutė praleidžiama. 1 eilutė turi klaidų." in page
    assert mail.outbox == []
    assert not Invitation.objects.exists()


def test_staff_invite_and_it_is_on_record(superuser, library):
    answer = preview_and_invite(superuser, text(f"{library};ona@biblioteka.example"))
    assert answer.url == "/admin/accounts/invitation/"
    assert "Išsiųstas 1 laiškas." in superuser.get(answer.url).text
    made = Invitation.objects.get()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.change_message) == (str(made.pk), "Pakviesta iš lentelės.")
    assert entry.is_addition()


def test_rows_with_errors_stay_to_be_corrected(superuser, library):
    bad = "Nėra tokios;jonas@biblioteka.example;"
    given = text(f"{library};ona@biblioteka.example;", bad)
    answer = preview_and_invite(superuser, given)
    assert form_data(answer.text)["text"][0].split("\n") == [HEADINGS, bad, ""]
    assert "1 eilutė turi klaidų." in words(answer)
    assert seen_in(answer) == ""


def test_pressing_twice_invites_once(superuser, library):
    given = text(f"{library};ona@biblioteka.example")
    preview_and_invite(superuser, given)
    preview_and_invite(superuser, given)
    assert len(mail.outbox) == 1


def test_text_changed_after_the_preview_is_shown_before_it_is_sent(superuser, library):
    seen = seen_in(send(superuser, text(f"{library};ona@biblioteka.example")))
    changed = text(f"{library};jonas@biblioteka.example")
    answer = send(superuser, changed, "_invite", seen=seen)
    assert "Lentelė pasikeitė" in words(answer)
    assert mail.outbox == []
    assert send(superuser, changed, "_invite", seen=seen_in(answer)).status_code == 302
    assert mail.outbox[0].to == ["jonas@biblioteka.example"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1257"])
def test_file_of_a_spreadsheet_is_read_and_its_text_offered(superuser, library, encoding):
    content = text(f"{library};ona@biblioteka.example").replace("\n", "\r\n").encode(encoding)
    file = factories.upload("kvietimai.csv", content)
    answer = send(superuser, "", file=file)
    assert "Bus išsiųstas 1 laiškas." in words(answer)
    assert f"{library};ona@biblioteka.example" in form_data(answer.text)["text"][0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04", "Tai ne CSV failas"),
        (b"", "Pasirinkite failą arba įklijuokite"),
        (b"x" * (1024 * 1024 + 1), "didesnė nei 1 MB"),
    ],
)
def test_file_that_is_refused_is_told_and_what_was_pasted_stays(superuser, content, said):
    file = factories.upload("kvietimai.xlsx", content)
    answer = send(superuser, "įklijuota" if content else "", file=file)
    assert answer.status_code == 200
    assert said in words(answer)
    if content:
        assert form_data(answer.text)["text"] == ["įklijuota"]


def test_text_that_is_refused_stays(superuser):
    answer = send(superuser, "Zarasai, ona")
    assert "Pirmoje eilutėje" in words(answer)
    assert form_data(answer.text)["text"] == ["Zarasai, ona"]


def test_null_characters_are_refused(superuser):
    assert send(superuser, "Biblioteka;El. paštas\n\0;").status_code == 200


def test_table_to_fill_in_has_the_libraries_that_lack_somebody(superuser, library):
    factories.representative(is_director=True)
    factories.invitation()
    factories.library(name="Rygos biblioteka")
    answer = superuser.get(TABLE)
    assert answer["Content-Disposition"] == 'attachment; filename="kvietimai.csv"'
    assert answer.content.decode() == f"\ufeff{HEADINGS}\r\n{library};;\r\n"
    assert "1 biblioteka" in words(superuser.get(PAGE))
    assert [each.fate for each in invitation_lists.judge(read(answer.content.decode()))] == [
        Fate.SKIPPED
    ]


def test_list_of_invitations_leads_to_the_table(superuser):
    assert f'href="{PAGE}"' in superuser.get("/admin/accounts/invitation/").text


@pytest.mark.parametrize("path", [PAGE, TABLE, "/admin/accounts/invitation/siusti-is-naujo/"])
def test_editor_of_content_and_members_get_nowhere_near(editor, member, path):
    for client, statuses in ((editor, [403]), (member, [302, 403]), (Client(), [302])):
        assert client.get(path).status_code in statuses
        assert client.post(path, {"text": "x"}).status_code in [*statuses, 405]


def ago(days):
    return timezone.now() - timedelta(days=days, minutes=1)


AGAIN = "/admin/accounts/invitation/siusti-is-naujo/"


def test_those_who_did_not_answer_get_another_letter(superuser):
    waits = factories.invitation("a", sent_at=ago(3))
    run_out = factories.invitation("b", sent_at=ago(20))
    factories.invitation("c")  # a moment ago
    factories.invitation("d", sent_at=ago(9), accepted_at=timezone.now())
    factories.invitation("e", sent_at=ago(9), withdrawn_at=timezone.now())
    factories.invitation("f", sent_at=ago(9), library=factories.library())
    page = words(superuser.get(AGAIN))
    assert "Iš viso: 2, iš jų nebegalioja: 1." in page
    assert "Išsiųsti 2 laiškus" in page
    assert mail.outbox == []
    answer = superuser.post(AGAIN, follow=True)
    assert "Išsiųsti 2 laiškai." in words(answer)
    assert {letter.to[0] for letter in mail.outbox} == {waits.email, run_out.email}
    assert {entry.object_id for entry in LogEntry.objects.all()} == {
        str(waits.pk),
        str(run_out.pk),
    }
    assert "Priminti nėra kam" in words(superuser.get(AGAIN))


@pytest.mark.parametrize("item_count", [1, 3])
def test_reminder_asks_the_database_the_same_for_any_number(
    superuser, django_assert_num_queries, item_count
):
    for number in range(item_count):
        factories.invitation(str(number), sent_at=ago(5))
    with django_assert_num_queries(5):
        superuser.get(AGAIN)


def test_list_is_narrowed_to_those_who_did_not_answer(superuser):
    waits = factories.invitation("a")
    run_out = factories.invitation("b", sent_at=ago(20))
    factories.invitation("c", accepted_at=timezone.now())
    found = superuser.get("/admin/accounts/invitation/", {"state": "unanswered"})
    assert set(found.context["cl"].queryset) == {waits, run_out}


def test_person_who_logs_in_is_no_staff_yet(library):
    client = log_in(Client(), factories.user(email="x@biblioteka.example", is_staff=True))
    assert client.get(PAGE).status_code == 403
