"""Every address that allauth brings: ours to look at and Lithuanian, or switched off."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests import factories
from tests.accounts.test_login import code_of
from tests.logins import log_in, set_up_app
from tests.test_catalogue import ENGLISH, missing, words_of  # noqa: F401
from tests.test_site import outline_of

pytestmark = pytest.mark.django_db

EMAIL = "ona@biblioteka.example"
OURS = ["account", "mfa", "usersessions"]  # apps of allauth that are installed


def visitor():
    return Client()


def on_way_to(address, **typed):
    """Return a function that makes a client which has sent `typed` to `address`."""

    def client():
        factories.user(email=EMAIL)
        made = Client()
        made.post(address, typed)
        return made

    return client


def with_a_reset_code():
    made = on_way_to("/slaptazodis/", email=EMAIL)()
    made.post("/slaptazodis/kodas/", {"code": code_of(mail.outbox[-1])})
    return made


def before_the_second_step():
    set_up_app(factories.user(email=EMAIL))
    made = Client()
    made.post("/prisijungti/", {"login": EMAIL, "password": factories.PASSWORD})
    return made


def member(**fields):
    return log_in(Client(), factories.user(**fields))


def member_without_a_password():
    return member(password=None)


def member_with_all():
    """A member with an app, recovery codes and a passkey."""
    user = factories.user()
    set_up_app(user)
    Authenticator.objects.create(pk=7, user=user, type="webauthn", data={"name": "Telefonas"})
    return log_in(Client(), user)


def on_the_way_to_a_new_address():
    made = member()
    made.post("/paskyra/el-pastas/", {"email": EMAIL, "action_add": "1"})
    return made


# The name of each page of ours, who comes to it, and its heading.
PAGES = {
    "account_login": (visitor, "Prisijungti"),
    "account_logout": (member, "Atsijungti"),
    "account_signup": (visitor, "Kaip gauti paskyrą"),
    "account_inactive": (visitor, "Paskyra išjungta"),
    "account_request_login_code": (visitor, "Kodas el. paštu"),
    "account_confirm_login_code": (
        on_way_to("/prisijungti/kodas/", email=EMAIL),
        "Įveskite kodą",
    ),
    "account_reauthenticate": (member, "Patvirtinkite, kad tai jūs"),
    "account_email": (member, "Pakeisti el. pašto adresą"),
    "account_email_verification_sent": (on_the_way_to_a_new_address, "Įveskite kodą"),
    "account_change_password": (member, "Pakeisti slaptažodį"),
    "account_set_password": (member_without_a_password, "Susikurti slaptažodį"),
    "account_reset_password": (visitor, "Naujas slaptažodis"),
    "account_confirm_password_reset_code": (
        on_way_to("/slaptazodis/", email=EMAIL),
        "Įveskite kodą",
    ),
    "account_complete_password_reset": (with_a_reset_code, "Naujas slaptažodis"),
    "account_password_reset_completed": (visitor, "Slaptažodis pakeistas"),
    "mfa_index": (member_with_all, "Mano paskyra"),
    "mfa_authenticate": (before_the_second_step, "Antras žingsnis"),
    "mfa_reauthenticate": (member_with_all, "Patvirtinkite, kad tai jūs"),
    "mfa_activate_totp": (member, "Įjungti programėlę"),
    "mfa_deactivate_totp": (member_with_all, "Išjungti programėlę"),
    "mfa_view_recovery_codes": (member_with_all, "Atkūrimo kodai"),
    "mfa_generate_recovery_codes": (member_with_all, "Sukurti naujus kodus"),
    "mfa_list_webauthn": (member_with_all, "Mano paskyra"),
    "mfa_add_webauthn": (member, "Pridėti prieigos raktą"),
    "mfa_edit_webauthn": (member_with_all, "Pervadinti prieigos raktą"),
    "mfa_remove_webauthn": (member_with_all, "Pašalinti prieigos raktą"),
}
# What has no page of its own: where it leads, or what it is.
WITHOUT_PAGE = {
    "mfa_login_webauthn": (visitor, "/prisijungti/"),
    "mfa_download_recovery_codes": (member_with_all, "text/plain"),
    "usersessions_list": (member, "/paskyra/"),
}
# Its options are signed by a real browser only: tests/browser looks at it.
IN_BROWSER = {"mfa_reauthenticate_webauthn"}
SWITCHED_OFF = {
    "account_confirm_email",  # by a link
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_reset_password_done",
    "account_verify_phone",  # login by telephone
    "account_change_phone",
    "account_signup_by_passkey",  # nobody signs up uninvited
    "mfa_signup_webauthn",
    "mfa_trust",  # the second step is asked for each time
}


def test_each_address_that_allauth_brings_is_in_a_list_here():
    sources = [
        path.read_text()
        for app in OURS
        for path in Path(allauth.__file__).parent.joinpath(app).rglob("urls.py")
    ]
    brought = {name for source in sources for name in re.findall(r'name="(\w+)"', source)}
    assert brought == PAGES.keys() | WITHOUT_PAGE.keys() | IN_BROWSER | SWITCHED_OFF


def address_of(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=[7])


@pytest.mark.parametrize("name", PAGES)
def test_page_of_allauth_is_ours_to_look_at_and_lithuanian(name, missing):  # noqa: F811
    who, heading = PAGES[name]
    response = who().get(address_of(name))
    outline = outline_of(response)
    assert response.status_code == 200
    assert re.findall("<h1[^>]*>(.*?)</h1>", response.text) == [heading]
    assert '<html lang="lt">' in response.text
    assert 'id="turinys"' in response.text
    assert outline.inline == []
    assert missing == set()
    assert ENGLISH.findall(words_of(response)) == []


@pytest.mark.parametrize("name", WITHOUT_PAGE)
def test_address_of_allauth_without_a_page_leads_on(name):
    who, expected = WITHOUT_PAGE[name]
    response = who().get(address_of(name))
    assert response.get("Location", response["Content-Type"]) == expected


@pytest.mark.parametrize("name", sorted(SWITCHED_OFF))
@pytest.mark.parametrize("arguments", [(), ("a",), ("a", "b")])
def test_address_of_allauth_is_switched_off(name, arguments):
    with pytest.raises(NoReverseMatch):
        reverse(name, args=arguments)


# Where a form of a page is refused: who sends what, and the words at its field.
REFUSALS = {
    "account_login": ({"login": "ne adresas"}, "Įveskite el. pašto adresą"),
    "account_request_login_code": ({"email": "ne adresas"}, "Įveskite el. pašto adresą"),
    "account_confirm_login_code": ({"code": "ne tas"}, "Kodas neteisingas."),
    "account_reauthenticate": ({"password": "ne tas"}, "Slaptažodis neteisingas."),
    "account_email": ({"email": "ne", "action_add": "1"}, "Įveskite el. pašto adresą"),
    "account_email_verification_sent": ({"code": "ne tas"}, "Kodas neteisingas."),
    "account_change_password": ({"oldpassword": "ne tas"}, "Įveskite dabartinį slaptažodį."),
    "account_set_password": ({"password1": "1"}, "Slaptažodį įveskite dar kartą."),
    "account_reset_password": ({"email": ""}, "Įveskite el. pašto adresą."),
    "account_confirm_password_reset_code": ({"code": "ne tas"}, "Kodas neteisingas."),
    "account_complete_password_reset": ({"password1": "1"}, "Slaptažodį įveskite dar kartą."),
    "mfa_authenticate": ({"code": "ne tas"}, "Kodas neteisingas."),
    "mfa_reauthenticate": ({"code": "ne tas"}, "Kodas neteisingas."),
    "mfa_activate_totp": ({"code": "ne tas"}, "Kodas neteisingas."),
    "mfa_add_webauthn": ({"name": "Raktas"}, "Prieigos rakto nuskaityti nepavyko."),
    "mfa_edit_webauthn": ({"name": ""}, "Įveskite pavadinimą."),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_form_says_so_in_the_title_on_top_and_at_the_field(name, missing):  # noqa: F811
    typed, told = REFUSALS[name]
    client = PAGES[name][0]()
    client.get(address_of(name))
    response = client.post(address_of(name), typed)
    assert response.status_code == 200
    assert re.search(r"<title>\s*Klaida: ", response.text)
    summary, rest = response.text.split('class="error-summary-list"')[1].split("</ul>", 1)
    assert told.lower() in summary.lower()  # after the name of its field
    if name != "mfa_add_webauthn":  # where the script asks, no field is to be corrected
        assert told in rest
    assert re.search("<div[^>]*error-summary[^>]*autofocus", response.text)
    assert missing == set()
    assert ENGLISH.findall(words_of(response)) == []
