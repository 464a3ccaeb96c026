"""A member takes their data away, and erases them, in a real browser before a running site."""

import json

import pytest
from playwright.sync_api import expect

from accounts import history, invitations
from accounts.models import Invitation, User
from tests import factories, whole_site

from .conftest import SCREENSHOTS, barriers, log_in
from .test_login import expect_heading, go, press

NAME, EMAIL = "Ona Onaitė-Žąsienė", "ona.zasiene@biblioteka.example"

with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False])


@pytest.fixture
def director(transactional_db):
    factories.details(email="info@asociacija.example")
    user = factories.user(email=EMAIL, name=NAME, phone="+370 612 34567")
    library = factories.member_library(name="Zarasų viešoji biblioteka")
    made = factories.representative(user=user, library=library, is_director=True)
    invitation = Invitation(email="kolege@biblioteka.example", library=library)
    invitations.invite(invitation, by=user)
    history.note(factories.user(is_staff=True), user, f"Pakeista: {NAME}")
    return made


@pytest.fixture
def straight(settings, mailbox):
    """Letters that do not wait go to the mail server of the test, too."""
    settings.MAILERS = settings.MAILERS | {"server": settings.MAILERS["default"]}
    return mailbox


@with_and_without_scripts
def test_member_takes_the_data_away_and_erases_them(
    live_site, open_browser, straight, director, scripts
):
    straight.next_to("kolege@biblioteka.example")
    page = open_browser(scripts=scripts)
    log_in(page, live_site, director.user)
    page.goto(f"{live_site}/paskyra/")
    go(page, "Atsisiųsti arba ištrinti savo duomenis")
    with page.expect_download() as started:
        go(page, "Atsisiųsti savo duomenis")
    assert started.value.suggested_filename == "mano-duomenys.json"
    taken = json.loads(started.value.path().read_text(encoding="utf-8"))
    assert taken["Paskyra"]["vardas ir pavardė"] == NAME
    assert taken["Atstovavimas"][0]["biblioteka"] == "Zarasų viešoji biblioteka"

    go(page, "Ištrinti savo duomenis")
    expect(page.get_by_text("jūsų bibliotekai nebeatstovaus niekas")).to_be_visible()
    press(page, "Ištrinti savo duomenis")
    expect(page.get_by_text("Kol kas niekas neištrinta.").first).to_be_visible()
    assert User.objects.filter(email=EMAIL).exists()
    page.get_by_label("Suprantu, kad ištrintų duomenų").check()
    press(page, "Ištrinti savo duomenis")
    expect_heading(page, "Jūsų duomenys ištrinti")
    expect(page.get_by_role("button", name="Atsijungti")).to_have_count(0)
    letter = straight.next_to(EMAIL)
    assert letter["Subject"] == "Jūsų paskyra Asociacijos svetainėje ištrinta"
    assert whole_site.places_of(NAME, EMAIL, "+370 612 34567") == set()

    page.goto(f"{live_site}/paskyra/")
    expect_heading(page, "Prisijungti")
    page.get_by_label("El. pašto adresas").fill(EMAIL)
    press(page, "Gauti kodą el. paštu")
    expect_heading(page, "Įveskite kodą")
    told = straight.next_to(EMAIL).get_body(("plain",)).get_content()
    assert "tačiau paskyros" in told  # the answer to any unknown address


@with_and_without_scripts
def test_old_login_is_confirmed_on_the_way_to_the_file(
    live_site, open_browser, director, settings, scripts
):
    page = open_browser(scripts=scripts)
    log_in(page, live_site, director.user)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.goto(f"{live_site}/paskyra/duomenys/")
    go(page, "Atsisiųsti savo duomenis")
    expect(page.get_by_text("Tada galėsite atsisiųsti savo duomenis.")).to_be_visible()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    page.get_by_label("Slaptažodis").fill(factories.PASSWORD)
    press(page, "Patvirtinti")
    expect_heading(page, "Mano duomenys")
    with page.expect_download() as started:
        go(page, "Atsisiųsti savo duomenis")
    assert NAME in started.value.path().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("width", "colours"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
)
def test_pages_have_no_barrier_that_axe_finds(live_site, open_browser, director, width, colours):
    page = open_browser(width, colours)
    log_in(page, live_site, director.user)
    found = {}

    def look(name):
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{colours}.png", full_page=True)
        found[name] = barriers(page)

    page.goto(f"{live_site}/paskyra/duomenys/")
    look("mano-duomenys")
    page.goto(f"{live_site}/paskyra/duomenys/istrinti/")
    look("istrinti")
    press(page, "Ištrinti savo duomenis")
    expect(page.locator(".error-summary")).to_be_focused()
    look("istrinti-klaida")
    page.get_by_role("button", name="Atsijungti").first.click()
    page.goto(f"{live_site}/paskyra/istrinta/")
    look("istrinta")
    assert {name: each for name, each in found.items() if each} == {}
