"""The pages that a site has to have: from the admin's first page to what a visitor reads."""

import pytest
from playwright.sync_api import expect

from association.models import Details, Page

from .conftest import RUN_AXE_AA, log_in, look_at


@pytest.mark.both_databases
def test_ready_text_is_read_through_completed_and_published(site, open_browser, staff):
    Page.objects.filter(slug="privatumas").delete()
    Details.objects.update(email="info@biblioteka.example")
    page = open_browser(1280)
    log_in(page, site, staff)
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Privatumo pranešimas").click()
    editor = page.locator(".ProseMirror")
    expect(editor).to_contain_text("Buveinė: {buveinė}.")
    assert look_at(page, "parengtas-tekstas", RUN_AXE_AA) == []
    editor.get_by_text("Visi kontaktai").click()
    page.keyboard.press("End")
    page.keyboard.type(" Faksas {faksas}.")
    save = page.get_by_role("button", name="Išsaugoti", exact=True)
    save.click()
    expect(page.locator(".errorlist")).to_contain_text("„{faksas}“ nežinoma.")
    expect(editor).to_contain_text("Faksas {faksas}.")
    editor.get_by_text("Visi kontaktai").click()
    page.keyboard.press("End")
    for _letter in " Faksas {faksas}.":
        page.keyboard.press("Backspace")
    page.locator("[name=published_at_0]").fill("2026-01-01")
    page.locator("[name=published_at_1]").fill("10:00")
    save.click()
    page.locator(".messagelist .success").wait_for()
    page.goto(f"{site}/privatumas/")
    expect(page.locator("main")).to_contain_text("El. paštas: info@biblioteka.example")
    expect(page.locator("main")).not_to_contain_text("{")
    for width, colours in ((390, "dark"), (1280, "light")):
        page = open_browser(width, colours)
        for name in ("privatumas", "prieinamumas"):
            page.goto(f"{site}/{name}/")
            assert look_at(page, f"{name}-{width}-{colours}") == []
