"""From the text of an application to a page that a visitor reads: a volunteer's whole way."""

import time

import pytest
from playwright.sync_api import expect

from association.management.commands.load_demo import SAMPLE

from .conftest import RUN_AXE_AA, log_in, look_at

REAL = (SAMPLE / "projektai.txt").read_text(encoding="utf-8")
# Real clicks and pastes, whatever page they are on; what a script does is none.
COUNT = """
for (const kind of ["click", "paste", "change"])
  document.addEventListener(kind, (event) => {
    if (event.isTrusted)
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
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def words_seen_by_a_visitor(open_browser, address):
    page = open_browser()
    page.goto(address)
    return " ".join(page.locator("main").inner_text().split())


def test_real_text_is_pasted_corrected_published_and_seen(live_site, open_browser, volunteer):
    page, begun = volunteer, time.monotonic()
    page.get_by_role("link", name="Naujas projektas iš teksto").click()
    expect(page.get_by_label("Projekto tekstas")).to_be_focused()
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
    print(f"paste journey: {counted(page, 'click')} clicks, {seconds:.1f} s of machine time")
    words = words_seen_by_a_visitor(open_browser, live_site)
    assert "Viešųjų bibliotekų patirties mainų akademija" in words
    assert "Dalinį finansavimą – 17 tūkst. Lt skyrė LR Kultūros ministerija" in words
    assert "Bibliotekų patirties mugė." in words
