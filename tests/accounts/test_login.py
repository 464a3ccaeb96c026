import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts.adapter import AccountAdapter
from accounts.models import User
from tests import factories, logins
from tests.reading import text_of

pytestmark = pytest.mark.django_db

LOGIN = "/prisijungti/"
NO_CODE = "Kodas nebegalioja arba jo dar neprašėte. Gaukite naują kodą."


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
    refusal = "El. pašto adresas arba slaptažodis neteisingas. Slaptažodį įveskite iš naujo."
    page = text_of(response)
    assert response.status_code == 200
    assert "Klaida:" in page
    assert page.lower().count(refusal.lower()) == 2  # on top, and at its field
    assert re.search(r'name="password"[^>]*aria-invalid="true"', response.text)
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


@pytest.mark.parametrize("address", ["https://piktas.example/", "//piktas.example", "javascript:x"])
def test_login_by_code_never_leads_off_the_site(visitor, address):
    factories.user(email="ona@biblioteka.example")
    assert (
        "piktas" not in visitor.get("/prisijungti/", {"next": address}).text.split("formaction")[1]
    )
    assert ask_for_code(visitor, "ona@biblioteka.example", next=address).url == (
        "/prisijungti/kodas/ivesti/"
    )
    response = visitor.post(
        "/prisijungti/kodas/ivesti/", {"code": code_of(mail.outbox[0]), "next": address}
    )
    assert response.url == "/"


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


def test_session_that_nobody_can_have_is_a_strangers(visitor):
    for key in ["abcdefgh\\000ij", "a" * 5000, "\xff" * 40, "';--" * 4]:
        visitor.cookies.clear()
        answer = visitor.get("/paskyra/", headers={"cookie": f'sessionid="{key}"'})
        assert (answer.status_code, answer.url) == (302, "/prisijungti/?next=/paskyra/")


def test_logout_forgets_from_where_one_was_logged_in(visitor):
    factories.user(email="ona@biblioteka.example")
    log_in(visitor, "ona@biblioteka.example")
    assert UserSession.objects.count() == 1
    visitor.post("/atsijungti/")
    assert not UserSession.objects.exists()


def test_nobody_signs_up_uninvited(visitor):
    page = visitor.post(
        "/registracija/", {"email": "as@biblioteka.example", "password1": factories.PASSWORD}
    )
    assert page.status_code == 200
    assert User.objects.count() == 0


# A code from a letter.


def ask_for_code(client, email, **more):
    """Ask for a code to log in with; return the answer."""
    return client.post("/prisijungti/kodas/", {"email": email} | more)


def enter_code(client, code, query=""):
    return client.post(f"/prisijungti/kodas/ivesti/{query}", {"code": code}, follow=True)


def test_login_by_code_from_a_letter(visitor):
    user = factories.user(email="ona@biblioteka.example", password=None)
    response = ask_for_code(visitor, "Ona@biblioteka.example", next="/asociacija/")
    assert response.url == "/prisijungti/kodas/ivesti/?next=%2Fasociacija%2F"
    (letter,) = mail.outbox
    assert set(re.findall(r"https?://\S+", letter.body)) == {"http://localhost:8000"}  # no link
    response = enter_code(visitor, code_of(letter), "?next=/asociacija/")
    assert response.redirect_chain == [("/asociacija/", 302)]
    assert visitor.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("typed", ["204 816", " 204816", "204-816"])
def test_code_is_read_as_people_type_it(visitor, monkeypatch, typed):
    monkeypatch.setattr(AccountAdapter, "generate_login_code", lambda self: "204816")
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, "ona@biblioteka.example")
    enter_code(visitor, typed)
    assert "_auth_user_id" in visitor.session


def test_account_made_with_capitals_in_its_address_is_known_without_them(visitor):
    factories.user(email="Ona.Onaite@biblioteka.example")
    ask_for_code(visitor, "ona.onaite@biblioteka.example")
    enter_code(visitor, code_of(mail.outbox[0]))
    assert "_auth_user_id" in visitor.session


def test_login_page_sends_a_code_to_the_address_typed_there(visitor):
    factories.user(email="ona@biblioteka.example")
    page = visitor.get("/prisijungti/?next=/asociacija/").text
    assert 'formaction="/prisijungti/kodas/?next=%2Fasociacija%2F"' in page
    typed = {"login": "ona@biblioteka.example", "password": "", "remember": "on"}
    response = visitor.post("/prisijungti/kodas/", typed)
    assert response.url == "/prisijungti/kodas/ivesti/"
    assert [letter.to for letter in mail.outbox] == [["ona@biblioteka.example"]]


@pytest.mark.parametrize("ticked", [True, False])
def test_login_by_code_lasts_only_until_the_browser_is_closed_unless_asked(visitor, ticked):
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, "ona@biblioteka.example", **({"remember": "on"} if ticked else {}))
    enter_code(visitor, code_of(mail.outbox[0]))
    assert "_auth_user_id" in visitor.session
    assert visitor.session.get_expire_at_browser_close() is not ticked


@pytest.mark.parametrize("email", ["nera@biblioteka.example", "isjungta@biblioteka.example"])
def test_code_asked_for_by_a_stranger_shows_the_same_and_lets_nobody_in(visitor, email):
    factories.user(email="ona@biblioteka.example")
    factories.user(email="isjungta@biblioteka.example", is_active=False)
    pages = []
    for address in ("ona@biblioteka.example", email):
        response = Client().post("/prisijungti/kodas/", {"email": address}, follow=True)
        pages.append((response.redirect_chain, text_of(response).replace(address, "")))
    assert pages[0] == pages[1]
    assert not re.search(r"^\d{6}$", mail.outbox[1].body, re.MULTILINE)
    ask_for_code(visitor, email)
    for code in ("", "000000"):
        enter_code(visitor, code)
    assert "_auth_user_id" not in visitor.session


def test_code_is_sent_again_and_the_first_one_works_no_more(visitor):
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, "ona@biblioteka.example")
    response = visitor.post("/prisijungti/kodas/ivesti/", {"action": "resend"}, follow=True)
    assert "Laiškas išsiųstas." in text_of(response)
    first, second = (code_of(letter) for letter in mail.outbox)
    if first != second:
        assert "Kodas neteisingas." in text_of(enter_code(visitor, first))
    enter_code(visitor, second)
    assert "_auth_user_id" in visitor.session


@pytest.mark.parametrize("email", ["ona@biblioteka.example", "nera@biblioteka.example"])
def test_login_code_wrong_too_many_times_leads_to_a_new_one(visitor, email):
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, email)
    for _ in range(3):
        response = enter_code(visitor, "ne tas")
    assert told_at_the_end(response) == (
        "/prisijungti/kodas/",
        ["Kodas įvestas neteisingai per daug kartų. Gaukite naują kodą."],
    )


def test_login_code_that_has_expired_leads_to_a_new_one(visitor, settings):
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, "ona@biblioteka.example")
    visitor.get("/prisijungti/kodas/ivesti/")
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    response = enter_code(visitor, code_of(mail.outbox[0]))
    assert told_at_the_end(response) == ("/prisijungti/kodas/", [NO_CODE])


def test_login_code_entered_twice_leads_where_one_is_logged_in(visitor):
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, "ona@biblioteka.example")
    code = code_of(mail.outbox[0])
    enter_code(visitor, code)
    assert enter_code(visitor, code).redirect_chain == [("/", 302)]


def test_login_half_done_is_given_up_for_another_way(visitor):
    factories.user(email="ona@biblioteka.example")
    ask_for_code(visitor, "ona@biblioteka.example")
    assert visitor.get("/prisijungti/").url == "/prisijungti/kodas/ivesti/"
    visitor.post("/atsijungti/", {"next": "/prisijungti/"})
    assert log_in(visitor, "ona@biblioteka.example").url == "/"


# Passkeys: what a browser signs is tried in tests/browser.


def test_login_page_offers_passkeys_in_the_field_of_the_address(visitor):
    page = visitor.get("/prisijungti/").text
    field = re.search('<input[^>]*name="login"[^>]*>', page)[0]
    assert 'autocomplete="username webauthn"' in field


@pytest.mark.parametrize(
    "credential", ["", "ne JSON", "{}", "[]", "7", '{"id": "AAAA", "response": {}}']
)
def test_passkey_that_no_browser_has_signed_is_refused(visitor, credential):
    visitor.get("/prisijungti/prieigos-raktas/", headers={"accept": "application/json"})
    response = visitor.post(
        "/prisijungti/prieigos-raktas/",
        {"credential": credential, "next": "/asociacija/"},
        follow=True,
    )
    assert response.redirect_chain == [("/prisijungti/?next=%2Fasociacija%2F", 302)]
    assert len(list(response.context["messages"])) == 1
    assert "_auth_user_id" not in visitor.session


# The second step, and the admin behind it.


def test_second_step_refuses_a_wrong_code_and_says_what_to_do_without_the_device(visitor):
    factories.details(email="info@biblioteka.example")
    user = factories.user(email="ona@biblioteka.example")
    logins.set_up_app(user)
    assert log_in(visitor, user.email).url == "/prisijungti/antras-zingsnis/"
    page = visitor.post("/prisijungti/antras-zingsnis/", {"code": "ne tas"})
    assert "Kodas neteisingas." in text_of(page)
    assert "Praradote įrenginį?" in text_of(page)
    assert "Naudoti prieigos raktą" not in text_of(page)  # there is none
    assert "Parašykite info@biblioteka.example" in text_of(page)
    assert "_auth_user_id" not in visitor.session
    response = visitor.post("/prisijungti/antras-zingsnis/", {"code": logins.app_code()})
    assert response.url == "/"
    assert visitor.session["_auth_user_id"] == str(user.pk)


def test_second_step_refuses_what_no_passkey_has_signed(visitor):
    user = factories.user(email="ona@biblioteka.example")
    logins.set_up_app(user)
    log_in(visitor, user.email)
    page = visitor.post("/prisijungti/antras-zingsnis/", {"credential": "{}"})
    assert "Prieigos rakto nuskaityti nepavyko." in text_of(page)
    assert "_auth_user_id" not in visitor.session


def test_second_step_follows_a_code_from_a_letter_too(visitor):
    user = factories.user(email="ona@biblioteka.example")
    logins.set_up_app(user)
    ask_for_code(visitor, user.email)
    response = enter_code(visitor, code_of(mail.outbox[0]))
    assert response.redirect_chain == [("/prisijungti/antras-zingsnis/", 302)]
    assert "_auth_user_id" not in visitor.session


def test_new_password_does_not_lead_past_the_second_step(visitor):
    user = factories.user(email="ona@biblioteka.example")
    logins.set_up_app(user)
    code = code_of(letter_about_password(visitor, user.email))
    visitor.post("/slaptazodis/kodas/", {"code": code})
    new = {"password1": "visai-Naujas-914", "password2": "visai-Naujas-914"}
    visitor.post("/slaptazodis/naujas/", new)
    assert "_auth_user_id" not in visitor.session
    assert log_in(visitor, user.email, "visai-Naujas-914").url == "/prisijungti/antras-zingsnis/"


def test_admin_has_no_login_of_its_own(visitor):
    for address in ("/admin/", "/admin/login/"):
        response = visitor.get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith("/prisijungti/?next=%2Fadmin%2F")
    factories.user(email="ona@biblioteka.example", is_staff=True)
    typed = {"username": "ona@biblioteka.example", "password": factories.PASSWORD}
    visitor.post("/admin/login/", typed)
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("way", ["'", "a b", "projects:list", "account_logout", "\0", "ž" * 300])
@pytest.mark.parametrize("path", ["/admin/login/", "/prisijungti/", "/atsijungti/"])
def test_way_that_is_no_address_leads_to_where_one_goes_without_it(editor, path, way):
    answers = [editor.get(path, {"next": each} if each else {}) for each in (way, "")]
    assert [answer.status_code for answer in answers] == [answers[1].status_code] * 2
    assert answers[0].headers.get("Location") == answers[1].headers.get("Location")
    assert editor.post(path, {"next": way}).status_code == 302


def test_member_cannot_enter_the_admin(member):
    assert member.get("/admin/", follow=True).status_code == 403


def test_staff_without_a_second_factor_are_led_to_set_it_up(visitor):
    factories.user(email="ona@biblioteka.example", is_staff=True, is_superuser=True)
    log_in(visitor, "ona@biblioteka.example")
    for address in ("/admin/", "/admin/projects/project/", "/admin/jsi18n/"):
        response = visitor.get(address, follow=True)
        assert "Administravimui reikia antro žingsnio" in text_of(response)
    page = visitor.get("/paskyra/programele/").text
    key = re.search('<code class="secret">([A-Z2-7]+)</code>', page)[1]
    visitor.post("/paskyra/programele/", {"code": logins.app_code(key)})
    assert visitor.get("/admin/").status_code == 200


def test_session_from_before_the_second_factor_has_to_use_it(visitor):
    user = factories.user(email="ona@biblioteka.example", is_staff=True)
    log_in(visitor, user.email)
    logins.set_up_app(user)
    response = visitor.get("/admin/", follow=True)
    way = "/paskyra/patvirtinti/kodas/?next=%2Fadmin%2F"
    assert response.redirect_chain[-1][0] == way
    assert visitor.post(way, {"code": logins.app_code()}).url == "/admin/"
    assert visitor.get("/admin/").status_code == 200


def test_staff_who_remove_their_second_factor_are_out_of_the_admin(editor):
    assert editor.get("/admin/").status_code == 200
    editor.post("/paskyra/programele/isjungti/")
    response = editor.get("/admin/", follow=True)
    assert "Administravimui reikia antro žingsnio" in text_of(response)


def test_logout_of_the_admin_is_that_of_the_site(editor):
    assert editor.post("/admin/logout/").url == "/"
    assert "_auth_user_id" not in editor.session


@pytest.mark.parametrize("address", ["/admin/logout/", "/atsijungti/"])
def test_logout_of_staff_leaves_nothing_in_the_browser(editor, address):
    assert editor.post(address)["Clear-Site-Data"] == '"storage"'


def test_logout_of_a_member_leaves_the_browser_alone(member):
    assert "Clear-Site-Data" not in member.post("/atsijungti/")


def test_admin_leads_to_the_account_for_a_new_password(editor):
    assert editor.get("/admin/password_change/").url == "/paskyra/slaptazodis/"


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
