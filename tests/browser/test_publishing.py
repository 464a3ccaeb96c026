"""From the text of an application to a page that a visitor reads: a volunteer's whole way."""

import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from association.management.commands.load_demo import SAMPLE
from projects.models import DraftLink, Funding, Project
from projects.publication import address_of
from projects.texts import read_projects
from tests import factories
from tests.words import docx_of

from .conftest import RUN_AXE_AA, barriers, log_in, look_at
from .test_editing import add_row

pytestmark = pytest.mark.both_databases

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REAL = (SAMPLE / "projektai.txt").read_text(encoding="utf-8")
# Real clicks and pastes, whatever page they are on; what a script does is none.
COUNT = """
for (const kind of ["click", "paste", "pointerdown"])
  document.addEventListener(kind, (event) => {
    if (event.isTrusted && (kind !== "click" || event.detail > 0))
      sessionStorage[kind] = Number(sessionStorage[kind] || 0) + 1;
  }, true);
"""


def counted(page, kind):
    return int(page.evaluate(f"sessionStorage.{kind} || 0"))


@pytest.fixture
def volunteer(live_site, open_browser, staff):
    """The start page of the admin, to somebody of the staff who has just logged in."""
    page = open_browser()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(COUNT)
    log_in(page, live_site, staff)
    page.goto(f"{live_site}/admin/")
    page.evaluate("sessionStorage.clear()")
    return page


def paste(page, text):
    """Paste `text` into the field that has the focus, as one does who has copied it."""
    expect(page.get_by_label("Projekto tekstas")).to_be_focused()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def press(page, name):
    """Press the button whose name is `name`, or begins with it and tells of which project."""
    begun = re.compile(rf"^{re.escape(name)}( ?:|$)")
    with page.expect_navigation():
        page.get_by_role("button", name=begun).click()


def press_first(page, name):
    """Press one of several buttons that do the same: above a long form, and below it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def words_seen_by_a_visitor(open_browser, address):
    page = open_browser()
    page.goto(address)
    return " ".join(page.locator("main").inner_text().split())


def test_real_text_is_pasted_corrected_published_and_seen(live_site, open_browser, volunteer):
    page, begun = volunteer, time.monotonic()
    page.get_by_role("link", name="Naujas projektas iš teksto").click()
    paste(page, REAL)
    press(page, "Pažiūrėti, kas suprasta")
    expect(page.get_by_text("2 nauji projektai.")).to_be_visible()
    assert look_at(page, "admin-is-teksto-1280-light", RUN_AXE_AA) == []
    text = page.get_by_label("Projekto tekstas")
    text.fill(text.input_value().replace("Patirties sklaidos mugė.", "Bibliotekų patirties mugė."))
    press(page, "Sukurti 2 juodraščius")
    expect(page.get_by_text("Sukurti 2 juodraščiai.")).to_be_visible()
    assert look_at(page, "admin-skelbimas-1280-light", RUN_AXE_AA) == []
    press(page, "Skelbti dabar")
    expect(page.get_by_text("Paskelbti 2 projektai.")).to_be_visible()
    seconds = time.monotonic() - begun
    assert (counted(page, "paste"), counted(page, "click")) == (1, 4)
    print(f"\npasted: {counted(page, 'click')} clicks, 1 field, {seconds:.1f} s of a machine")
    words = words_seen_by_a_visitor(open_browser, live_site)
    assert "Viešųjų bibliotekų patirties mainų akademija" in words
    assert "Dalinį finansavimą – 17 tūkst. Lt skyrė LR Kultūros ministerija" in words
    assert "Bibliotekų patirties mugė." in words


def test_word_file_of_the_real_text_becomes_the_same_projects(live_site, volunteer):
    page = volunteer
    page.get_by_role("link", name="Naujas projektas iš teksto").click()
    file = {"name": "paraiška.docx", "mimeType": WORD, "buffer": docx_of(REAL)}
    page.get_by_label("„Word“ failas").set_input_files(file)
    press(page, "Pažiūrėti, kas suprasta")
    press(page, "Sukurti 2 juodraščius")
    first, second = Project.objects.all()
    assert [first.goals.count(), second.activities.count()] == [3, 3]
    assert second.activities.last().text == "Patirties sklaidos mugė."


def test_two_lines_that_are_not_understood_are_marked_and_corrected(live_site, volunteer):
    page = volunteer
    spoilt = REAL.replace("skyrė Lietuvos kultūros taryba", "gauta iš tarybos")
    spoilt = spoilt.replace("Į viršų", "Ir dar viena eilutė.")
    page.get_by_role("link", name="Naujas projektas iš teksto").click()
    paste(page, spoilt)
    press(page, "Pažiūrėti, kas suprasta")
    expect(page.get_by_text("2 eilutes reikia peržiūrėti: jos pažymėtos žemiau.")).to_be_visible()
    assert page.locator("tr.wrong").count() == 2
    page.locator("tr.wrong").first.get_by_role("link").click()
    chosen = "text => text.value.slice(text.selectionStart, text.selectionEnd)"
    line = page.get_by_label("Projekto tekstas").evaluate(chosen)
    assert line == "Dalinį finansavimą – 80 tūkst. Lt gauta iš tarybos."
    page.keyboard.insert_text("Dalinį finansavimą – 80 tūkst. Lt skyrė Lietuvos kultūros taryba.")
    press(page, "Peržiūrėti iš naujo")
    expect(page.locator("tr.wrong")).to_have_count(1)
    press(page, "Sukurti 2 juodraščius")
    sums = {str(funding.awarded) for funding in Funding.objects.all()}
    assert sums == {"80 tūkst. Lt", "17 tūkst. Lt"}


def test_known_project_is_updated_by_what_the_page_shows(live_site, volunteer):
    page, project = volunteer, factories.project(title="Mugė")
    project.goals.create(text="Sudaryti sąlygas bibliotekoms skleisti patirtį.")
    page.goto(f"{live_site}/admin/projects/project/is-teksto/")
    paste(
        page,
        "„Mugė“.\nProjekto tikslai:\n1. Sudaryti sąlygas bibliotekoms skleisti gerąją patirtį.\n",
    )
    press(page, "Pažiūrėti, kas suprasta")
    expect(page.locator("ins")).to_have_text("gerąją")
    expect(page.get_by_label("Atnaujinti, kaip parodyta žemiau")).to_be_checked()
    assert look_at(page, "admin-is-teksto-skirtumai", RUN_AXE_AA) == []
    press(page, "Išsaugoti, kaip parodyta")
    assert project.goals.get().text == "Sudaryti sąlygas bibliotekoms skleisti gerąją patirtį."


@pytest.mark.parametrize("scripts", [True, False])
def test_draft_is_shown_to_the_council_by_a_link_that_ends(live_site, open_browser, staff, scripts):
    draft = factories.full_project(title="Rengiama mugė", published_at=None)
    page = open_browser(scripts=scripts)
    log_in(page, live_site, staff)
    page.goto(f"{live_site}{address_of([draft])}")
    press(page, "Sukurti nuorodą")
    path = urlsplit(page.get_by_label("Nuoroda", exact=True).input_value()).path
    stranger = open_browser()
    stranger.goto(live_site + path)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("„Rengiama mugė“")
    assert barriers(stranger) == []
    DraftLink.objects.update(expires_at=timezone.now())
    assert stranger.goto(live_site + path).status == 404
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Nuoroda nebegalioja")
    assert barriers(stranger) == []


def test_project_is_published_when_its_time_comes_and_withdrawn(
    live_site, open_browser, volunteer, monkeypatch
):
    page, draft = volunteer, factories.draft(title="Rengiama mugė")
    page.goto(f"{live_site}{address_of([draft])}")
    day = timezone.localdate() + timedelta(days=1)
    page.get_by_label("Data").fill(day.isoformat())
    page.get_by_label("Laikas").fill("09:00")
    press(page, "Skelbti nurodytu laiku")
    expect(page.get_by_text("Iki tol mato tik svetainės tvarkytojai.")).to_be_visible()
    visitor = open_browser()
    assert visitor.goto(live_site + draft.get_absolute_url()).status == 404
    with monkeypatch.context() as clock:
        later = timezone.now() + timedelta(days=2)
        clock.setattr(timezone, "now", lambda: later)
        assert visitor.goto(live_site + draft.get_absolute_url()).status == 200
    press(page, "Nebeskelbti")
    expect(page.get_by_text("Projektas vėl yra juodraštis.")).to_be_visible()
    press(page, "Skelbti dabar")
    assert visitor.goto(live_site + draft.get_absolute_url()).status == 200
    press(page, "Nebeskelbti")
    assert visitor.goto(live_site + draft.get_absolute_url()).status == 404


def test_guard_stops_and_is_passed_with_a_reason(live_site, open_browser, volunteer):
    page, draft = volunteer, factories.draft(title="Rengiama mugė")
    factories.funding(draft, factories.funder(name="Taryba", requires_logo=True))
    page.reload()
    page.get_by_role("link", name="Rengiama mugė").first.click()
    press(page, "Skelbti dabar")
    expect(
        page.get_by_text("Nepaskelbta: trūksta to, ko reikalauja finansuotojas.")
    ).to_be_visible()
    assert look_at(page, "admin-skelbimas-stabdo", RUN_AXE_AA) == []
    page.get_by_label("Kodėl skelbiama nepaisant trūkumų").fill("Logotipas dar kuriamas.")
    press(page, "Skelbti dabar")
    expect(
        page.get_by_text("Skelbiama nepaisant trūkumų. Priežastis: Logotipas dar kuriamas.")
    ).to_be_visible()
    visitor = open_browser()
    assert visitor.goto(live_site + draft.get_absolute_url()).status == 200


def test_preview_opens_beside_the_form_and_what_is_typed_stays(live_site, volunteer):
    page = volunteer
    page.goto(f"{live_site}/admin/projects/project/add/")
    page.locator("#id_title").fill("Skaitymo mugė")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Peržiūrėti").first.click()
    shown = opened.value
    expect(shown.get_by_role("heading", level=1)).to_have_text("„Skaitymo mugė“")
    expect(shown.get_by_text("Taip puslapį matys lankytojai.")).to_be_visible()
    shown.close()
    expect(page.locator("#id_title")).to_have_value("Skaitymo mugė")
    press_first(page, "Išsaugoti ir skelbti…")
    press(page, "Skelbti dabar")
    assert Project.objects.get().is_published


def test_text_is_brought_in_and_published_without_scripts(live_site, open_browser, staff):
    page = open_browser(scripts=False)
    log_in(page, live_site, staff)
    page.goto(f"{live_site}/admin/")
    page.get_by_role("link", name="Naujas projektas iš teksto").click()
    page.get_by_label("Projekto tekstas").fill(REAL)
    press(page, "Pažiūrėti, kas suprasta")
    press(page, "Sukurti 2 juodraščius")
    press(page, "Skelbti dabar")
    assert Project.objects.published().count() == 2


def test_text_is_brought_in_by_the_keyboard_alone(live_site, volunteer):
    page = volunteer
    page.get_by_role("link", name="Naujas projektas iš teksto").focus()
    page.keyboard.press("Enter")
    paste(page, REAL)
    reach(page, "Pažiūrėti, kas suprasta")
    reach(page, "Sukurti 2 juodraščius")
    reach(page, "Skelbti dabar")
    assert Project.objects.published().count() == 2
    assert counted(page, "pointerdown") == 0


def reach(page, name):
    """Go on with the Tab key until the button `name` has the focus, and press it."""
    focused = "document.activeElement.value || document.activeElement.textContent"
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(focused).strip() == name:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_same_by_hand_takes_a_field_for_each_part(live_site, open_browser, volunteer):
    """Nothing is easier to measure the paste journey by."""
    page, begun, fields = volunteer, time.monotonic(), 0
    for told in read_projects(REAL).projects:
        page.goto(f"{live_site}/admin/")
        page.get_by_role("link", name="Pildyti naujo projekto formą").click()
        page.locator("#id_title").fill(told.title)
        (funding,) = told.fundings
        add_row(page, "fundings")
        with page.expect_popup() as opened:
            page.locator("#add_id_fundings-0-funder").click()
        opened.value.get_by_label("Pavadinimas:", exact=True).fill(funding.funder)
        with opened.value.expect_event("close"):
            opened.value.get_by_role("button", name="Išsaugoti", exact=True).first.click()
        page.locator("#id_fundings-0-programme").fill(funding.programme)
        page.locator("#id_fundings-0-is_partial").click()
        page.locator("#id_fundings-0-awarded_as_written").fill(funding.awarded.as_written)
        for prefix, items in (("goals", told.goals), ("activities", told.activities)):
            for number, item in enumerate(items):
                add_row(page, prefix)
                page.locator(f"#id_{prefix}-{number}-text").fill(item)
        fields += 5 + len(told.goals) + len(told.activities)
        press_first(page, "Išsaugoti ir skelbti…")
        press(page, "Skelbti dabar")
    seconds, clicks = time.monotonic() - begun, counted(page, "click")
    print(f"\nby hand: {clicks} clicks, {fields} fields, {seconds:.1f} s of a machine that types")
    assert clicks > 20
    assert Project.objects.published().count() == 2
    assert {project.goals.count() for project in Project.objects.all()} == {3}
