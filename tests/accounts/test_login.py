import re

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/prisijungti/"
NO_CODE = "Kodas nebegalioja arba jo dar neprašėte. Gaukite naują kodą."


def text_of(response):
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def log_in(client, email, password=factories.PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password} | more)


def test_login_lets_in_by_address_and_password(visitor):
    user = factories.user(email="ona@biblioteka.example")
    response = log_in(visitor, "Ona@Biblioteka.example")
    assert (response.status_code, response.url) == (302, "/")
    assert visitor.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("email", "password"),
    [("ona@biblioteka.example", "ne tas"), ("nera@biblioteka.example", factories.PASSWORD)],
)
def test_login_refusal_is_the_same_whether_the_address_is_known(visitor, email, password):
    factories.user(email="ona@biblioteka.example")
    response = log_in(visitor, email, password)
    page = text_of(response)
    assert response.status_code == 200
    assert "Klaida:" in page
    assert email in response.content.decode()
    assert password not in response.content.decode()


def test_login_of_a_disabled_account_is_refused(visitor):
    factories.user(email="ona@biblioteka.example", is_active=False)
    log_in(visitor, "ona@biblioteka.example")
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("ticked", [True, False])
def test_login_lasts_only_until_the_browser_is_closed_unless_asked(visitor, ticked):
    factories.user(email="ona@biblioteka.example")
    log_in(visitor, "ona@biblioteka.example", **({"remember": "on"} if ticked else {}))
    assert visitor.session.get_expire_at_browser_close() is not ticked


@pytest.mark.parametrize("address", ["https://piktas.example/", "//piktas.example", "javascript:x"])
def test_login_never_leads_off_the_site(visitor, address):
    factories.user(email="ona@biblioteka.example")
    assert log_in(visitor, "ona@biblioteka.example", next=address).url == "/"


def test_login_leads_back_to_where_one_came_from(visitor):
    factories.user(email="ona@biblioteka.example")
    response = log_in(visitor, "ona@biblioteka.example", next="/asociacija/")
    assert response.url == "/asociacija/"


def test_login_attempts_are_limited(visitor):
    factories.user(email="ona@biblioteka.example")
    for _ in range(12):
        log_in(visitor, "ona@biblioteka.example", "ne tas")
    assert log_in(visitor, "ona@biblioteka.example").status_code != 302


def test_logout_ends_the_session(member):
    assert member.post("/atsijungti/").url == "/"
    assert "_auth_user_id" not in member.session


def test_nobody_signs_up_uninvited(visitor):
    page = visitor.post(
        "/registracija/", {"email": "as@biblioteka.example", "password1": factories.PASSWORD}
    )
    assert page.status_code == 200
    assert User.objects.count() == 0


def test_admin_has_no_login_of_its_own(visitor):
    response = visitor.get("/admin/", follow=True)
    assert response.redirect_chain[-1] == ("/prisijungti/?next=%2Fadmin%2F", 302)


def test_member_cannot_enter_the_admin(member):
    assert member.get("/admin/").status_code in (302, 403)


def test_forgotten_password_is_made_anew_with_a_code_from_a_letter(visitor):
    factories.details(name="Bibliotekų asociacija")
    factories.user(email="ona@biblioteka.example")
    response = visitor.post("/slaptazodis/", {"email": "ona@biblioteka.example"})
    assert response.url == "/slaptazodis/kodas/"
    (letter,) = mail.outbox
    assert letter.subject == "Vienkartinis kodas naujam slaptažodžiui susikurti"
    code = code_of(letter)
    response = visitor.post("/slaptazodis/kodas/", {"code": code})
    assert response.url == "/slaptazodis/naujas/"
    visitor.post(
        "/slaptazodis/naujas/", {"password1": "visai-Naujas-9", "password2": "visai-Naujas-9"}
    )
    assert log_in(Client(), "ona@biblioteka.example", "visai-Naujas-9").status_code == 302


def test_changed_password_is_told_by_letter(member):
    user = User.objects.get()
    answers = {"oldpassword": factories.PASSWORD, "password1": "visai-Naujas-9"}
    member.post("/paskyra/slaptazodis/", answers | {"password2": "visai-Naujas-9"})
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Slaptažodis pakeistas", [user.email])


def letter_about_password(client, email):
    """Ask for a new password for `email`; return the letter that came."""
    client.post("/slaptazodis/", {"email": email})
    (letter,) = mail.outbox
    return letter


def code_of(letter):
    return re.search(r"^\d{6}$", letter.body, re.MULTILINE)[0]


@pytest.mark.parametrize(
    ("minutes", "validity"),
    [
        (1, "Kodas galioja 1 minutę."),
        (2, "Kodas galioja 2 minutes."),
        (10, "Kodas galioja 10 minučių."),
    ],
)
def test_letter_with_a_code_says_what_it_is_for(visitor, settings, minutes, validity):
    settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = minutes * 60
    factories.details(name="Bibliotekų asociacija")
    factories.user(email="ona@biblioteka.example")
    letter = letter_about_password(visitor, "ona@biblioteka.example")
    assert letter.body.split("\n\n") == [
        "Kažkas, galbūt jūs, Asociacijos svetainėje paprašė naujo slaptažodžio paskyrai, kurios "
        "el. pašto adresas – ona@biblioteka.example. Norėdami susikurti naują slaptažodį, "
        "atvertame svetainės lange įveskite šį kodą:",
        code_of(letter),
        f"{validity} Niekam jo nesakykite.",
        "Jei naujo slaptažodžio neprašėte, nieko daryti nereikia – slaptažodis nepasikeis.",
        "-- \nBibliotekų asociacija\nhttp://localhost:8000",
        "Šį laišką gavote, nes Asociacijos svetainėje įvestas adresas ona@biblioteka.example.",
    ]


@pytest.mark.parametrize("email", ["nera@biblioteka.example", "isjungta@biblioteka.example"])
@pytest.mark.parametrize(
    ("association_email", "whom"),
    [
        ("info@biblioteka.example", "parašykite adresu info@biblioteka.example."),
        ("", "parašykite Asociacijai: http://localhost:8000/asociacija/#kontaktai"),
    ],
)
def test_letter_to_an_address_without_an_account_says_whom_to_write_to(
    visitor, email, association_email, whom
):
    factories.details(name="Bibliotekų asociacija", email=association_email)
    factories.user(email="isjungta@biblioteka.example", is_active=False)
    letter = letter_about_password(visitor, email)
    assert letter.subject == "Šiuo el. pašto adresu prisijungti negalima"
    assert letter.body.split("\n\n") == [
        "Kažkas, galbūt jūs, Asociacijos svetainėje paprašė vienkartinio kodo – prisijungti arba "
        f"naujam slaptažodžiui susikurti. Nurodytas el. pašto adresas – {email}, tačiau paskyros, "
        "prie kurios juo būtų galima prisijungti, nėra.",
        f"Galbūt jūsų paskyros adresas kitas – pabandykite jį. Jei reikia pagalbos, {whom}",
        "Jei tai darėte ne jūs, nieko daryti nereikia.",
        "-- \nBibliotekų asociacija\nhttp://localhost:8000",
        f"Šį laišką gavote, nes Asociacijos svetainėje įvestas adresas {email}.",
    ]


def told_at_the_end(response):
    """Return where `response` led in the end, and the messages there."""
    told = [str(message) for message in response.context["messages"]]
    return response.redirect_chain[-1][0], told


@pytest.mark.parametrize("email", ["ona@biblioteka.example", "nera@biblioteka.example"])
def test_code_wrong_too_many_times_leads_to_a_new_one(visitor, email):
    factories.user(email="ona@biblioteka.example")
    visitor.post("/slaptazodis/", {"email": email})
    for _ in range(2):
        assert visitor.post("/slaptazodis/kodas/", {"code": "ne tas"}).status_code == 200
    response = visitor.post("/slaptazodis/kodas/", {"code": "ne tas"}, follow=True)
    assert told_at_the_end(response) == (
        "/slaptazodis/",
        ["Kodas įvestas neteisingai per daug kartų. Gaukite naują kodą."],
    )


def test_code_is_of_no_use_after_three_wrong_ones(visitor):
    factories.user(email="ona@biblioteka.example")
    code = code_of(letter_about_password(visitor, "ona@biblioteka.example"))
    for _ in range(3):
        visitor.post("/slaptazodis/kodas/", {"code": "ne tas"}, follow=True)
    response = visitor.post("/slaptazodis/kodas/", {"code": code}, follow=True)
    assert told_at_the_end(response) == ("/slaptazodis/", [NO_CODE])


@pytest.mark.parametrize("address", ["/slaptazodis/kodas/", "/slaptazodis/naujas/"])
def test_step_without_a_code_leads_to_a_new_one(visitor, address):
    assert told_at_the_end(visitor.get(address, follow=True)) == ("/slaptazodis/", [NO_CODE])


def test_code_that_has_expired_leads_to_a_new_one(visitor, settings):
    factories.user(email="ona@biblioteka.example")
    code = code_of(letter_about_password(visitor, "ona@biblioteka.example"))
    settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = -1
    response = visitor.post("/slaptazodis/kodas/", {"code": code}, follow=True)
    assert told_at_the_end(response) == ("/slaptazodis/", [NO_CODE])


def test_forgotten_password_tells_a_stranger_nothing(visitor):
    factories.user(email="ona@biblioteka.example")
    pages = []
    for email in ("ona@biblioteka.example", "nera@biblioteka.example"):
        response = Client().post("/slaptazodis/", {"email": email}, follow=True)
        pages.append((response.redirect_chain, text_of(response).replace(email, "")))
    assert pages[0] == pages[1]


def test_login_begins_a_new_session(visitor):
    user = factories.user(email="ona@biblioteka.example")
    visitor.post("/slaptazodis/", {"email": "kitas@biblioteka.example"})
    before = visitor.session.session_key
    log_in(visitor, user.email)
    first = visitor.session.session_key
    visitor.post("/atsijungti/")
    log_in(visitor, user.email)
    keys = {before, first, visitor.session.session_key}
    assert None not in keys
    assert len(keys) == 3
    for ended in (before, first):
        assert not Session.objects.filter(session_key=ended).exists()
