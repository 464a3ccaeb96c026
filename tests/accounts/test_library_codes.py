"""A code to the library's official address, where nobody is left to invite."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import library_codes, representations
from accounts.models import Invitation
from accounts.refusals import NotPossible
from tests import factories
from tests.logins import log_in
from tests.reading import text_of

pytestmark = pytest.mark.django_db

ASK, USE = "/prisijungti/biblioteka/", "/prisijungti/biblioteka/kodas/"
OFFICIAL, OWN = "biblioteka@zarasai.example", "nauja@biblioteka.example"


@pytest.fixture
def library():
    factories.details(email="info@asociacija.example")
    return factories.member_library(name="Zarasų viešoji biblioteka", email=OFFICIAL)


def ask(client, library):
    """Ask for a code; return the one in the letter."""
    assert client.post(ASK, {"library": library.pk}).url == USE
    letter = mail.outbox[-1]
    assert letter.to == [OFFICIAL]
    return re.search(r"^\d{6}$", letter.body, re.MULTILINE)[0]


def use(client, code, email=OWN):
    return client.post(USE, {"code": code, "email": email})


def request_of(session):
    """A request of a process that has read `session` when others have not written it yet."""
    request = RequestFactory().post(USE)
    request.session, request.user = dict(session), AnonymousUser()
    return request


def other_than(code):
    return f"{(int(code) + 1) % 10**6:06}"


def test_code_leads_to_an_invitation_and_that_to_the_library(visitor, library):
    code = ask(visitor, library)
    answer = use(visitor, f"{code[:3]} {code[3:]}")
    assert f"Laiškas siunčiamas adresu: {OWN}" in text_of(answer)
    to_person, *told = mail.outbox[-3:]
    assert to_person.to == [OWN]
    assert [letter.to for letter in told] == [[OFFICIAL], ["info@asociacija.example"]]
    assert all(OWN not in letter.body for letter in told)
    made = Invitation.objects.get()
    assert (made.is_director, made.is_by_library, made.invited_by) == (True, True, None)
    path = re.search(r"/kvietimas/[\w-]+/", to_person.body)[0]
    page = visitor.post(path, {"name": "Nauja Naujė"}, follow=True)
    user = page.wsgi_request.user
    assert user.directs(library)
    entry = LogEntry.objects.get(object_id=library.pk)
    assert entry.user == user
    assert "kodu" in entry.change_message


def test_staff_see_that_a_library_had_itself_invited(superuser, visitor, library):
    use(visitor, ask(visitor, library))
    assert "biblioteka, kodu" in superuser.get("/admin/accounts/invitation/").text


def test_letter_with_the_code_says_for_how_long_and_is_not_sent_later(visitor, library):
    ask(visitor, library)
    assert "10 minučių" in " ".join(mail.outbox[-1].body.split())
    assert "Expires" in mail.outbox[-1].extra_headers


def test_code_is_not_kept_as_it_is(visitor, library):
    code = ask(visitor, library)
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert kept
    assert all(code not in each for each in kept)


def test_three_wrong_guesses_end_the_code(visitor, library):
    code = ask(visitor, library)
    for said in ("Kodas neteisingas.", "Kodas neteisingas.", "per daug kartų"):
        answer = use(visitor, other_than(code))
        assert said in text_of(answer)
        assert f'value="{OWN}"' in answer.text
    assert "per daug kartų. Gaukite naują kodą." in text_of(use(visitor, code))
    assert not Invitation.objects.exists()
    assert use(visitor, ask(visitor, library)).status_code == 200  # at once
    assert Invitation.objects.exists()


def test_guesses_at_once_have_no_more_than_three_together(visitor, library):
    code = ask(visitor, library)
    as_it_was = dict(visitor.session)
    refused = []
    for guess in [other_than(code)] * 5 + [code]:
        with pytest.raises(NotPossible) as refusal:
            library_codes.use(request_of(as_it_was), guess, OWN)
        refused.append(refusal.value.args[0])
    assert refused == [library_codes.WRONG] * 2 + [library_codes.SPENT] * 4


def test_code_that_is_right_invites_once_though_sent_twice_at_once(visitor, library):
    code = ask(visitor, library)
    as_it_was = dict(visitor.session)
    use(visitor, code)
    with pytest.raises(NotPossible):
        library_codes.use(request_of(as_it_was), code, "kita@biblioteka.example")
    assert Invitation.objects.get().email == OWN


def test_guesses_at_codes_of_a_library_are_limited(visitor, library, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "library_code_guess": "2/15m/key"
    }
    code = ask(visitor, library)
    for _guess in range(2):
        use(visitor, other_than(code))
    answer = use(visitor, code)
    assert answer.status_code == 429
    assert 840 < int(answer["Retry-After"]) <= 900
    assert f'value="{OWN}"' in answer.text


@pytest.mark.parametrize("typed", ["{}-{}", " {} {}. ", "{}\u00a0{}"])
def test_code_is_read_however_it_is_written(visitor, library, typed):
    code = ask(visitor, library)
    use(visitor, typed.format(code[:3], code[3:]))
    assert Invitation.objects.exists()


def test_guesses_of_other_sessions_do_not_end_the_code(visitor, library):
    code = ask(visitor, library)
    assert use(Client(), code).url == ASK
    assert use(visitor, code).status_code == 200


def test_code_runs_out(visitor, library, monkeypatch):
    code = ask(visitor, library)
    later = time.time() + 10 * 60 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    answer = use(visitor, code)
    assert "Kodas nebegalioja" in text_of(answer)
    assert f'value="{OWN}"' in answer.text
    assert f'value="{library.pk}" selected' in visitor.get(ASK).text
    assert not Invitation.objects.exists()


def test_code_works_once(visitor, library):
    code = ask(visitor, library)
    use(visitor, code)
    answer = visitor.post(USE, {"code": code, "email": OWN}, follow=True)
    assert answer.redirect_chain == [(ASK, 302)]
    assert "Kodas nebegalioja" in text_of(answer)


def test_codes_are_not_sent_without_end(visitor, library):
    for _time in range(5):
        ask(visitor, library)
    answer = Client().post(ASK, {"library": library.pk})
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert "Bandykite po" in text_of(answer)
    assert "selected" in answer.text
    assert len(mail.outbox) == 5


def test_library_that_has_a_director_sends_no_code(visitor, library):
    factories.representative(library=library, is_director=True)
    answer = visitor.post(ASK, {"library": library.pk})
    assert "jau atstovauja vadovas" in text_of(answer)
    assert mail.outbox == []


def test_library_whose_director_is_gone_sends_one(visitor, library):
    representations.end(factories.representative(library=library, is_director=True))
    factories.representative(library=library)  # who cannot invite
    ask(visitor, library)


def test_director_whose_account_is_switched_off_does_not_close_the_way(visitor, library):
    user = factories.user(is_active=False)
    factories.representative(user=user, library=library, is_director=True)
    ask(visitor, library)


def test_library_that_got_a_director_meanwhile_is_told(visitor, library):
    code = ask(visitor, library)
    factories.representative(library=library, is_director=True)
    assert "jau atstovauja vadovas" in text_of(use(visitor, code))
    assert not Invitation.objects.exists()


def test_library_without_an_address_says_whom_to_write_to(visitor, library):
    other = factories.member_library()
    answer = visitor.post(ASK, {"library": other.pk})
    assert "Parašykite Asociacijai." in text_of(answer)


@pytest.mark.parametrize("chosen", ["", "0", "niekas", "9" * 30])
def test_library_has_to_be_chosen(visitor, library, chosen):
    answer = visitor.post(ASK, {"library": chosen})
    assert "Pasirinkite biblioteką iš sąrašo." in text_of(answer)


def test_library_that_is_no_member_is_not_offered(visitor, library):
    other = factories.library(email="kita@b.example")
    assert f'value="{other.pk}"' not in visitor.get(ASK).text
    assert "iš sąrašo" in text_of(visitor.post(ASK, {"library": other.pk}))


@pytest.mark.parametrize("email", ["", "be eta"])
def test_address_that_is_none_is_told_and_costs_no_guess(visitor, library, email):
    code = ask(visitor, library)
    for _time in range(4):
        answer = use(visitor, code, email)
        assert "adres" in text_of(answer)
        assert f'value="{code}"' in answer.text
    assert use(visitor, code).status_code == 200


def test_person_who_is_invited_already_gets_the_letter_again(visitor, library):
    factories.invitation(library=library, email=OWN, is_director=True)
    use(visitor, ask(visitor, library), OWN.upper())
    assert Invitation.objects.count() == 1
    assert mail.outbox[-3].to == [OWN]


@pytest.mark.parametrize(
    "invited",
    [
        {"is_director": False},
        {"is_director": True, "starts_on": timezone.localdate() + timedelta(days=30)},
    ],
)
def test_whoever_was_invited_otherwise_is_invited_to_direct_it_from_today(
    visitor, library, invited
):
    long_ago = timezone.now() - timedelta(days=3)
    factories.invitation(library=library, email=OWN, sent_at=long_ago, **invited)
    use(visitor, ask(visitor, library))
    made = Invitation.objects.get()
    assert (made.is_director, made.starts_on, made.is_by_library) == (True, None, True)


def test_colleague_who_acts_already_is_invited_to_direct_it(library):
    user = factories.user(email=OWN)
    factories.representative(user=user, library=library)
    client = Client()
    use(client, ask(client, library))
    path = re.search(r"/kvietimas/[\w-]+/", mail.outbox[-3].body)[0]
    log_in(client, user).post(path, {"name": "Ona Onaitė"})
    assert user.directs(library)


def test_answer_is_the_same_whoever_has_the_address(library):
    factories.user(email="turi@biblioteka.example")
    colleague = factories.user(email="dirba@biblioteka.example")
    factories.representative(user=colleague, library=library)
    factories.user(email="buvo@biblioteka.example", is_active=False)
    answers = set()
    for name in ("turi", "dirba", "buvo", "nauja"):
        client = Client()
        email = f"{name}@biblioteka.example"
        answer = use(client, ask(client, library), email)
        answers.add((answer.status_code, text_of(answer).replace(email, "")))
        assert len(mail.outbox) == 4
        mail.outbox.clear()
    assert len(answers) == 1


def test_history_of_the_library_says_that_the_code_was_the_way(visitor, library, superuser):
    use(visitor, ask(visitor, library))
    path = re.search(r"/kvietimas/[\w-]+/", mail.outbox[-3].body)[0]
    visitor.post(path, {"name": "Nauja Naujė"})
    told = text_of(superuser.get(f"/admin/association/library/{library.pk}/history/"))
    assert "Nauja Naujė" in told
    assert "kodu, išsiųstu oficialiu bibliotekos adresu" in told


@pytest.mark.django_db(transaction=True)
def test_wrong_guesses_are_counted_in_the_database_too(visitor, library, settings):
    settings.CACHES = {
        "default": {"BACKEND": "association.cache.DatabaseCache", "LOCATION": "cache"}
    }
    code = ask(visitor, library)
    for _guess in range(3):
        use(visitor, other_than(code))
    assert "per daug kartų" in text_of(use(visitor, code))


def test_login_leads_to_it(visitor, library):
    assert f'href="{ASK}"' in visitor.get("/prisijungti/").text
