"""Ways in, and what one does with an account, each from its beginning to its end.

In a real browser before a running site, with a mail server from which the letters are read;
without scripts too, except for passkeys.
"""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from accounts import invitations
from accounts.models import Invitation
from tests import factories
from tests.logins import app_code, set_up_app

from .conftest import enter_password, log_in, look_at

NEW_PASSWORD = "visai-Naujas-914"
REFUSED_TITLE = re.compile("^Klaida: ")

with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False])

# Each width and each scheme of colours once: the layouts do not depend on the colours.
in_both_colours = pytest.mark.parametrize(("width", "colours"), [(390, "dark"), (1280, "light")])


@pytest.fixture
def member(transactional_db):
    return factories.user(email="ona@biblioteka.example")


def add_authenticator(page, *, offers=False):
    """Give the browser of `page` a device with passkeys, whose owner agrees to everything.

    Where it `offers` them in the field of the address by itself, it logs in by itself.
    """
    if not offers:
        page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = undefined")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def press(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def go(page, name):
    page.locator("main").get_by_role("link", name=name, exact=True).click()


def expect_logged_in(page):
    expect(page.get_by_role("button", name="Atsijungti").first).to_be_visible()


def expect_heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@with_and_without_scripts
def test_login_by_code(live_site, open_browser, mailbox, member, scripts):
    page = open_browser(scripts=scripts)
    page.goto(f"{live_site}/prisijungti/?next=/asociacija/")
    page.get_by_label("El. pašto adresas").fill(member.email)
    press(page, "Gauti kodą el. paštu")
    page.get_by_label("Kodas iš laiško").fill(mailbox.code_to(member.email))
    press(page, "Patvirtinti")
    page.wait_for_url("**/asociacija/")
    expect_logged_in(page)


@pytest.fixture
def invited(transactional_db, mailbox):
    """Send an invitation; return the address of its page, as the letter has it."""
    made = Invitation(email="ona@biblioteka.example", library=factories.member_library())
    invitations.invite(made, by=None)
    letter = mailbox.next_to(made.email).get_body(("plain",)).get_content()
    return lambda site: site + re.search(r"/kvietimas/[\w-]+/", letter)[0]


def accept_invitation(page, address):
    page.goto(address)
    page.get_by_label("Vardas ir pavardė").fill("Ona Onaitė")
    press(page, "Priimti kvietimą")
    expect_heading(page, "Kaip prisijungsite?")


def test_invited_person_gets_an_account_with_a_passkey(live_site, open_browser, invited):
    page = open_browser()
    add_authenticator(page)
    accept_invitation(page, invited(live_site))
    go(page, "Pridėti prieigos raktą")
    press(page, "Pridėti prieigos raktą")
    expect_heading(page, "Mano paskyra")
    press(page, "Atsijungti")
    page.goto(f"{live_site}/prisijungti/?next=/paskyra/")
    press(page, "Prisijungti prieigos raktu")
    expect(page.get_by_text("Ona Onaitė", exact=True)).to_be_visible()


def test_invited_person_without_scripts_gets_an_account_with_a_password(
    live_site, open_browser, invited
):
    page = open_browser(scripts=False)
    accept_invitation(page, invited(live_site))
    go(page, "Susikurti slaptažodį")
    for label in ("Slaptažodis", "Slaptažodis (dar kartą)"):
        page.get_by_label(label, exact=True).fill(NEW_PASSWORD)
    press(page, "Susikurti slaptažodį")
    expect_heading(page, "Mano paskyra")


@with_and_without_scripts
def test_login_by_password(live_site, open_browser, member, scripts):
    page = open_browser(scripts=scripts)
    enter_password(page, live_site, member, "ne tas")
    expect(page).to_have_title(REFUSED_TITLE)
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Slaptažodis", exact=True).fill(factories.PASSWORD)
    press(page, "Prisijungti")
    expect_logged_in(page)


def add_passkey(page, site):
    page.goto(f"{site}/paskyra/")
    go(page, "Pridėti prieigos raktą")
    press(page, "Pridėti prieigos raktą")


def test_login_by_passkey(live_site, open_browser, mailbox, member):
    page = open_browser()
    add_authenticator(page)
    log_in(page, live_site, member)
    add_passkey(page, live_site)
    expect_heading(page, "Mano paskyra")
    expect(page.get_by_text("„Chrome“, „Linux“").first).to_be_visible()
    mailbox.next_to(member.email)
    press(page, "Atsijungti")
    page.goto(f"{live_site}/prisijungti/?next=/asociacija/")
    press(page, "Prisijungti prieigos raktu")
    page.wait_for_url("**/asociacija/")
    expect_logged_in(page)


def test_login_by_passkey_that_the_browser_offers_in_the_field(live_site, open_browser, member):
    page = open_browser()
    add_authenticator(page, offers=True)
    log_in(page, live_site, member)
    add_passkey(page, live_site)
    expect_heading(page, "Mano paskyra")
    press(page, "Atsijungti")
    page.goto(f"{live_site}/prisijungti/?next=/asociacija/")
    page.wait_for_url("**/asociacija/")
    expect_logged_in(page)


def test_passkey_that_is_not_there_is_told_and_another_way_is_open(live_site, open_browser, member):
    page = open_browser()
    add_authenticator(page)
    page.goto(f"{live_site}/prisijungti/")
    press(page, "Prisijungti prieigos raktu")
    expect(page.get_by_text("Prieigos rakto nuskaityti nepavyko.")).to_be_focused()
    assert look_at(page, "prisijungti-be-rakto") == []
    page.get_by_label("El. pašto adresas").fill(member.email)
    page.get_by_label("Slaptažodis", exact=True).fill(factories.PASSWORD)
    press(page, "Prisijungti")
    expect_logged_in(page)


def test_passkeys_are_not_offered_without_scripts(live_site, open_browser, member):
    page = open_browser(scripts=False)
    page.goto(f"{live_site}/prisijungti/")
    expect(page.get_by_role("button", name="Prisijungti prieigos raktu")).to_be_hidden()
    log_in(page, live_site, member)
    page.goto(f"{live_site}/paskyra/prieigos-raktas/")
    expect(page.locator("[data-passkey]")).to_be_hidden()
    expect(page.get_by_text("Prieigos raktai čia neveikia")).to_be_visible()


@with_and_without_scripts
def test_lost_password(live_site, open_browser, mailbox, member, scripts):
    page = open_browser(scripts=scripts)
    page.goto(f"{live_site}/prisijungti/")
    go(page, "Pamiršau slaptažodį")
    page.get_by_label("El. pašto adresas").fill(member.email)
    press(page, "Gauti kodą")
    page.get_by_label("Kodas iš laiško").fill(mailbox.code_to(member.email))
    press(page, "Patvirtinti")
    page.get_by_label("Naujas slaptažodis", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Naujas slaptažodis (dar kartą)").fill(NEW_PASSWORD)
    press(page, "Pakeisti slaptažodį")
    expect_heading(page, "Slaptažodis pakeistas")
    mailbox.next_to(member.email)
    enter_password(page, live_site, member, NEW_PASSWORD)
    expect_logged_in(page)


@with_and_without_scripts
def test_lost_device(live_site, open_browser, mailbox, member, scripts):
    codes = set_up_app(member)
    page = open_browser(scripts=scripts)
    enter_password(page, live_site, member)
    expect_heading(page, "Antras žingsnis")
    expect(page.get_by_role("heading", name="Praradote įrenginį?")).to_be_visible()
    page.get_by_label("Programėlės arba atkūrimo kodas").fill(codes[3])
    press(page, "Prisijungti")
    expect_logged_in(page)
    page.get_by_role("link", name="Mano paskyra").first.click()
    go(page, "Išjungti programėlę")
    press(page, "Išjungti programėlę")
    expect_heading(page, "Mano paskyra")
    mailbox.next_to(member.email)
    assert not Authenticator.objects.exists()


@with_and_without_scripts
def test_staff_without_a_second_factor_are_led_to_set_an_app_up(
    live_site, open_browser, mailbox, scripts
):
    editor = factories.user(email="redaktore@biblioteka.example", is_staff=True)
    page = open_browser(scripts=scripts)
    enter_password(page, live_site, editor)
    page.get_by_role("link", name="Administravimas").first.click()
    expect_heading(page, "Administravimui reikia antro žingsnio")
    go(page, "Įjungti programėlę")
    picture = page.get_by_role("img", name="QR kodas tapatumo nustatymo programėlei")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    key = page.locator("code.secret").inner_text()
    page.get_by_label("Programėlės rodomas kodas").fill(app_code(key))
    press(page, "Patvirtinti")
    expect_heading(page, "Atkūrimo kodai")
    go(page, "Išsisaugojau, eiti į administravimą")
    page.wait_for_url("**/admin/")
    expect(page.locator("#user-tools")).to_be_visible()
    mailbox.next_to(editor.email)


def test_staff_without_a_second_factor_are_led_to_add_a_passkey(live_site, open_browser):
    editor = factories.user(email="redaktore@biblioteka.example", is_staff=True)
    page = open_browser()
    add_authenticator(page)
    enter_password(page, live_site, editor)
    page.goto(f"{live_site}/admin/")
    go(page, "Pridėti prieigos raktą")
    press(page, "Pridėti prieigos raktą")
    expect_heading(page, "Atkūrimo kodai")
    page.goto(f"{live_site}/admin/")
    expect(page.locator("#user-tools")).to_be_visible()


def test_passkey_as_the_second_step_and_to_confirm_who_it_is(live_site, open_browser):
    editor = factories.user(email="redaktore@biblioteka.example", is_staff=True)
    page = open_browser()
    add_authenticator(page)
    enter_password(page, live_site, editor)
    add_passkey(page, live_site)
    expect_heading(page, "Atkūrimo kodai")
    page.get_by_role("button", name="Atsijungti").first.click()
    enter_password(page, live_site, editor)
    expect_heading(page, "Antras žingsnis")
    assert look_at(page, "antras-zingsnis-raktu") == []
    press(page, "Naudoti prieigos raktą")
    expect_logged_in(page)
    page.goto(f"{live_site}/paskyra/patvirtinti/prieigos-raktas/?next=/paskyra/el-pastas/")
    press(page, "Patvirtinti prieigos raktu")
    page.wait_for_url("**/paskyra/el-pastas/")


@with_and_without_scripts
def test_address_is_changed(live_site, open_browser, mailbox, member, scripts):
    page = open_browser(scripts=scripts)
    log_in(page, live_site, member)
    page.get_by_role("link", name="Mano paskyra").first.click()
    go(page, "Pakeisti el. pašto adresą")
    page.get_by_label("Naujas el. pašto adresas").fill("nauja@biblioteka.example")
    press(page, "Gauti kodą")
    page.get_by_label("Kodas iš laiško").fill(mailbox.code_to("nauja@biblioteka.example"))
    press(page, "Patvirtinti")
    expect_heading(page, "Mano paskyra")
    expect(page.locator("main").get_by_text("nauja@biblioteka.example").last).to_be_visible()
    told = mailbox.next_to("ona@biblioteka.example").get_body(("plain",)).get_content()
    assert "nauja@biblioteka.example" in told


@with_and_without_scripts
def test_sessions_are_ended(live_site, open_browser, member, scripts):
    here, there, elsewhere = (open_browser(scripts=scripts) for _ in range(3))
    for page in (there, elsewhere, here):
        log_in(page, live_site, member)
    here.goto(f"{live_site}/paskyra/")
    assert here.get_by_role("button", name="Atjungti").count() == 2
    here.get_by_role("button", name="Atjungti").first.click()
    expect(here.get_by_text("Įrenginys atjungtas.")).to_be_visible()
    press(here, "Atsijungti visur kitur")
    expect(here.get_by_text("Atsijungėte visur kitur.")).to_be_visible()
    for page in (there, elsewhere):
        page.goto(f"{live_site}/paskyra/")
        expect_heading(page, "Prisijungti")
    here.goto(f"{live_site}/paskyra/")
    expect_heading(here, "Mano paskyra")


PAGES_OF_AN_ACCOUNT = {
    "paskyra": "/paskyra/",
    "el-pastas": "/paskyra/el-pastas/",
    "slaptazodis-keisti": "/paskyra/slaptazodis/",
    "raktas-naujas": "/paskyra/prieigos-raktas/",
    "raktas": "/paskyra/prieigos-raktas/{passkey}/",
    "raktas-pasalinti": "/paskyra/prieigos-raktas/{passkey}/pasalinti/",
    "programele-isjungti": "/paskyra/programele/isjungti/",
    "atkurimo-kodai": "/paskyra/atkurimo-kodai/",
    "atkurimo-kodai-nauji": "/paskyra/atkurimo-kodai/nauji/",
    "antras-zingsnis": "/paskyra/antras-zingsnis/",
    "patvirtinti-kodu": "/paskyra/patvirtinti/kodas/",
    "patvirtinti-is-naujo": "/paskyra/patvirtinti/is-naujo/",
    "patvirtinti-raktu": "/paskyra/patvirtinti/prieigos-raktas/",
    "atsijungti": "/atsijungti/",
}
# Where a form is refused: what is typed before it is sent.
REFUSED = {
    "el-pastas": {"email": "ne adresas"},
    "slaptazodis-keisti": {"oldpassword": "ne tas", "password1": "1"},
    "patvirtinti-kodu": {"code": "ne tas"},
    "raktas": {"name": ""},
}


@in_both_colours
def test_each_page_of_an_account_has_no_barrier_that_axe_finds(
    live_site, open_browser, member, width, colours
):
    page = open_browser(width, colours)
    add_authenticator(page)
    log_in(page, live_site, member)
    add_passkey(page, live_site)
    expect_heading(page, "Mano paskyra")
    page.goto(f"{live_site}/paskyra/patvirtinti/")
    found = {"patvirtinti": look_at(page, f"patvirtinti-{width}-{colours}")}
    page.get_by_label("Slaptažodis").fill("ne tas")
    press(page, "Patvirtinti")
    expect(page).to_have_title(REFUSED_TITLE)
    found["patvirtinti-klaida"] = look_at(page, f"patvirtinti-klaida-{width}-{colours}")
    page.goto(f"{live_site}/paskyra/programele/")
    found["programele"] = look_at(page, f"programele-{width}-{colours}")
    page.get_by_label("Programėlės rodomas kodas").fill("ne tas")
    press(page, "Patvirtinti")
    found["programele-klaida"] = look_at(page, f"programele-klaida-{width}-{colours}")
    key = page.locator("code.secret").inner_text()
    page.get_by_label("Programėlės rodomas kodas").fill(app_code(key))
    press(page, "Patvirtinti")
    expect_heading(page, "Atkūrimo kodai")
    passkey = Authenticator.objects.get(type="webauthn").pk
    for name, address in PAGES_OF_AN_ACCOUNT.items():
        page.goto(live_site + address.format(passkey=passkey))
        found[name] = look_at(page, f"{name}-{width}-{colours}")
        if width == 390:
            page.set_viewport_size({"width": 320, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
            page.set_viewport_size({"width": width, "height": 900})
        if name in REFUSED:
            for field, typed in REFUSED[name].items():
                page.locator(f"main [name={field}]").fill(typed)
            page.locator("main form [type=submit]").first.click()
            expect(page).to_have_title(REFUSED_TITLE)
            found[f"{name}-klaida"] = look_at(page, f"{name}-klaida-{width}-{colours}")
    assert {name: violations for name, violations in found.items() if violations} == {}


@in_both_colours
def test_each_step_of_a_login_has_no_barrier_that_axe_finds(
    live_site, open_browser, mailbox, member, width, colours
):
    set_up_app(member)
    page = open_browser(width, colours)
    found = {}

    def look(name):
        found[name] = look_at(page, f"{name}-{width}-{colours}")

    enter_password(page, live_site, member, "ne tas")
    look("prisijungti-klaida")
    press(page, "Gauti kodą el. paštu")
    look("kodas-ivesti")
    page.get_by_label("Kodas iš laiško").fill("ne tas")
    press(page, "Patvirtinti")
    look("kodas-ivesti-klaida")
    page.get_by_label("Kodas iš laiško").fill(mailbox.code_to(member.email))
    press(page, "Patvirtinti")
    look("antras-zingsnis-prisijungiant")
    page.get_by_label("Programėlės arba atkūrimo kodas").fill("ne tas")
    press(page, "Prisijungti")
    look("antras-zingsnis-prisijungiant-klaida")
    press(page, "Prisijungti kitu būdu")
    go(page, "Pamiršau slaptažodį")
    page.get_by_label("El. pašto adresas").fill(member.email)
    press(page, "Gauti kodą")
    look("slaptazodis-kodas")
    page.get_by_label("Kodas iš laiško").fill(mailbox.code_to(member.email))
    press(page, "Patvirtinti")
    look("slaptazodis-naujas")
    press(page, "Pakeisti slaptažodį")
    look("slaptazodis-naujas-klaida")
    assert {name: violations for name, violations in found.items() if violations} == {}
