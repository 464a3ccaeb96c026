"""What a library's representatives do on the site, each from its beginning to its end.

In a real browser before a running site, with a mail server from which the letters are read.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Representative
from association.models import Document
from tests import factories

from .conftest import log_in, look_at
from .test_login import (
    accept_invitation,
    add_authenticator,
    expect_heading,
    expect_logged_in,
    go,
    invited,  # noqa: F401
    press,
)

with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False])


@pytest.fixture
def director(transactional_db):
    user = factories.user(email="ona@biblioteka.example", name="Ona Onaitė")
    library = factories.member_library(name="Zarasų viešoji biblioteka")
    return factories.representative(user=user, library=library, is_director=True)


def link_in(letter, site):
    text = letter.get_body(("plain",)).get_content()
    return site + re.search(r"/kvietimas/[\w-]+/", text)[0]


def download(page, name):
    with page.expect_download() as started:
        go(page, name)
    return started.value.path().read_bytes()


def test_invited_person_comes_in_with_a_passkey_and_reads_a_document(
    live_site,
    open_browser,
    invited,  # noqa: F811
):
    Document.objects.create(
        title="Posėdžio protokolas",
        audience="members",
        file=factories.upload("protokolas.docx", b"turinys"),
    )
    page = open_browser()
    add_authenticator(page)
    accept_invitation(page, invited(live_site))
    go(page, "Pridėti prieigos raktą")
    press(page, "Pridėti prieigos raktą")
    expect_heading(page, "Mano paskyra")
    press(page, "Atsijungti")
    page.goto(f"{live_site}/prisijungti/?next=/paskyra/")
    press(page, "Prisijungti prieigos raktu")
    expect(page.get_by_role("heading", name="Mano biblioteka")).to_be_visible()
    assert download(page, "Posėdžio protokolas") == b"turinys"


@with_and_without_scripts
def test_director_invites_a_colleague_who_comes_in(
    live_site,
    open_browser,
    mailbox,
    director,
    scripts,
):
    page = open_browser(scripts=scripts)
    log_in(page, live_site, director.user)
    page.goto(f"{live_site}/paskyra/")
    go(page, "Pakviesti bendradarbį")
    page.get_by_label("Bendradarbio el. pašto adresas").fill("jonas@biblioteka.example")
    press(page, "Siųsti kvietimą")
    expect(page.get_by_text("kvietimas išsiųstas, dar neatsakyta")).to_be_visible()
    theirs = open_browser(scripts=scripts)
    theirs.goto(link_in(mailbox.next_to("jonas@biblioteka.example"), live_site))
    theirs.get_by_label("Vardas ir pavardė").fill("Jonas Jonaitis")
    press(theirs, "Priimti kvietimą")
    go(theirs, "Prisijungti kodais")
    expect(theirs.get_by_text("Zarasų viešoji biblioteka").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("Jonas Jonaitis").first).to_be_visible()
    if scripts:  # which axe is
        assert look_at(page, "paskyra-pakvietus") == []


def test_director_hands_over_and_the_successor_directs_from_that_day(
    live_site,
    open_browser,
    mailbox,
    director,
):
    page = open_browser()
    log_in(page, live_site, director.user)
    page.goto(f"{live_site}/paskyra/")
    go(page, "Perduoti pareigas naujam vadovui")
    tomorrow = timezone.localdate() + timedelta(days=1)
    page.get_by_label("Naujo vadovo el. pašto adresas").fill("nauja@biblioteka.example")
    page.get_by_label("Vadovaus bibliotekai nuo").fill(tomorrow.isoformat())
    press(page, "Perduoti pareigas")
    theirs = open_browser()
    theirs.goto(link_in(mailbox.next_to("nauja@biblioteka.example"), live_site))
    theirs.get_by_label("Vardas ir pavardė").fill("Nauja Naujė")
    press(theirs, "Priimti kvietimą")
    go(theirs, "Prisijungti kodais")
    expect(theirs.get_by_text("Jai atstovausite nuo:")).to_be_visible()
    expect(page.get_by_role("link", name="Keisti bibliotekos duomenis")).to_be_visible()
    a_day_passes()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Prisijungti")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_role("link", name="Keisti bibliotekos duomenis")).to_be_visible()


def a_day_passes():
    """Make all days of representations one day earlier, which is the same to the site."""
    for each in Representative.objects.all():
        each.starts_on -= timedelta(days=1)
        each.ends_on = each.ends_on and each.ends_on - timedelta(days=1)
        each.save()


def test_representation_ended_while_logged_in_is_out_at_the_next_click(
    live_site, open_browser, director
):
    colleague = factories.representative(
        user=factories.user(name="Jonas Jonaitis"), library=director.library
    )
    theirs, page = open_browser(), open_browser()
    log_in(theirs, live_site, colleague.user)
    theirs.goto(f"{live_site}/paskyra/")
    log_in(page, live_site, director.user)
    page.goto(f"{live_site}/paskyra/")
    page.get_by_role("link", name=re.compile("^Baigti.*Jonas Jonaitis$")).click()
    press(page, "Baigti dabar")
    expect(page.get_by_text("Atstovavimas baigtas.")).to_be_visible()
    go(theirs, "Keisti profilį")
    expect(theirs.get_by_text("Nebeatstovaujate nė vienai bibliotekai narei")).to_be_visible()
    expect(theirs.get_by_role("link", name="PRISIJUNGTI").last).to_be_visible()


@with_and_without_scripts
def test_director_changes_the_library_and_the_public_sees_it(
    live_site, open_browser, director, scripts
):
    page = open_browser(scripts=scripts)
    log_in(page, live_site, director.user)
    page.goto(f"{live_site}/paskyra/")
    go(page, "Keisti bibliotekos duomenis")
    page.get_by_label("Adresas").fill("Bibliotekos g. 1, Zarasai")
    press(page, "Išsaugoti")
    go(page, "Bibliotekos puslapis")
    expect(page.get_by_text("Bibliotekos g. 1, Zarasai")).to_be_visible()
    expect_logged_in(page)


@with_and_without_scripts
def test_library_that_nobody_directs_lets_a_new_director_in(
    live_site,
    open_browser,
    mailbox,
    transactional_db,
    scripts,
):
    factories.member_library(name="Zarasų viešoji biblioteka", email="biblioteka@zarasai.example")
    page = open_browser(scripts=scripts)
    page.goto(f"{live_site}/prisijungti/")
    go(page, "gaukite kodą bibliotekos adresu")
    page.get_by_label("Biblioteka").select_option("Zarasų viešoji biblioteka")
    press(page, "Gauti kodą")
    page.get_by_label("Kodas iš laiško").fill(mailbox.code_to("biblioteka@zarasai.example"))
    page.get_by_label("Jūsų el. pašto adresas").fill("nauja@biblioteka.example")
    if scripts:
        assert look_at(page, "bibliotekos-kodas-ivesti") == []
    press(page, "Tęsti")
    expect_heading(page, "Kvietimas išsiųstas")
    if scripts:
        assert look_at(page, "bibliotekos-kodas-priimtas") == []
    page.goto(link_in(mailbox.next_to("nauja@biblioteka.example"), live_site))
    page.get_by_label("Vardas ir pavardė").fill("Nauja Naujė")
    press(page, "Priimti kvietimą")
    go(page, "Prisijungti kodais")
    expect(page.get_by_role("link", name="Keisti bibliotekos duomenis")).to_be_visible()
