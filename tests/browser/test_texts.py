"""The editor of texts in the admin: written, pasted from Word, and read by a visitor."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from association.models import Page
from tests import factories

from .conftest import RUN_AXE_AA, log_in, look_at
from .test_editing import add_row
from .test_two_at_once import leave, questions_on_leaving, save, wait_until_kept

ADD_PAGE = "/admin/association/page/add/"
PASTED = Path(__file__).parent / "pasted"
NOTATION = settings.BASE_DIR / "tests/association/notation.json"
# What another program has put into the clipboard.
COPY = """
(html) => window.addEventListener("copy", (event) => {
    event.clipboardData.setData("text/html", html);
    event.preventDefault();
    event.stopImmediatePropagation();
}, { capture: true, once: true })
"""
# [HTML, text] for each text, as the editor reads and writes it.
READ_ALL = """
(texts) => {
    const schema = notation.schemaWith(true);
    const writer = prosemirror.DOMSerializer.fromSchema(schema);
    return texts.map((text) => {
        const doc = notation.read(schema, text);
        const shown = document.createElement("div");
        shown.append(writer.serializeFragment(doc.content));
        return [shown.innerHTML, notation.write(doc)];
    });
}
"""


# Of a text that is both, the editor has the strong element without, the site within.
OUTER = ("<em><strong>abu</strong></em>", "<strong><em>abu</em></strong>")


def editor(page, label="Tekstas:"):
    return page.get_by_role("textbox", name=label, exact=True)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def paste(page, html):
    page.evaluate(COPY, html)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")


def as_site(html):
    """Return `html` of the editor as the site writes it."""
    html = re.sub(' title="[^"]*"', "", html.replace("<p></p>", ""))
    html = re.sub("<li><p>(.*?)</p>", r"<li>\1", html)
    return re.sub("<(ul|ol)>", r'<\1 class="items">', html)


@pytest.fixture
def record(site):
    return Page.objects.create(
        title="Mugė",
        slug="muge",
        published_at="2020-01-01T00:00Z",
        text="Sritys:\r\n– viena;\r\n– kita.",
    )


@pytest.fixture
def form_address(site, record):
    return f"{site}/admin/association/page/{record.pk}/change/"


@pytest.mark.both_databases
def test_text_pasted_from_word_is_read_by_a_visitor(
    site, open_browser, staff, record, form_address
):
    page = open_browser()
    log_in(page, site, staff)
    page.goto(form_address)
    editor(page).click()
    for html in sorted(PASTED.glob("*.html")):  # Word's is the last, and stays
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        paste(page, html.read_text(encoding="utf-8"))
        written = html.with_suffix(".txt").read_text(encoding="utf-8").strip()
        if html.stem == "word_online":
            online = written
        assert page.locator("#id_text").input_value() == written, html.name
    assert page.locator(".editor-text [style], .editor-text [class]").count() == 0
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    save(page)
    page.wait_for_url("**/admin/association/page/")
    record.refresh_from_db()
    assert record.text.replace("\r\n", "\n") == online
    visitor = open_browser()
    visitor.goto(site + record.get_absolute_url())
    expect(visitor.get_by_role("heading", level=2, name="Programa")).to_be_visible()
    expect(visitor.locator("main ul ul li")).to_have_text("vaikams")
    expect(visitor.locator("main ol li")).to_have_text(["Pirmas", "Antras"])
    expect(visitor.locator("main ul strong")).to_have_text("skaitymai")


@pytest.mark.both_databases
def test_text_is_written_by_keyboard_alone(site, open_browser, staff, record, form_address):
    page = open_browser()
    log_in(page, site, staff)
    page.goto(form_address)
    assert questions_on_leaving(page, lambda: leave(page)) == []
    page.wait_for_url("**/admin/")
    page.goto(form_address)
    save(page)
    page.wait_for_url("**/admin/association/page/")
    record.refresh_from_db()
    assert record.text == "Sritys:\r\n– viena;\r\n– kita."  # unchanged is as it was
    page.goto(form_address)
    page.locator("label[for=id_text]").click()
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Kas")
    press_in_toolbar(page, "Antraštė")
    expect(button(page, "Antraštė")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    page.keyboard.type("Apie ")
    press_in_toolbar(page, "Paryškinti")
    page.keyboard.type("mugę")
    page.keyboard.press("Control+b")
    page.keyboard.type(" skaitykite čia")
    move(page, "Control+Shift+ArrowLeft")
    press_in_toolbar(page, "Nuoroda")
    address = page.get_by_label("Nuorodos adresas")
    expect(address).to_be_focused()
    address.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Įrašykite visą adresą")
    address.fill("www.biblioteka.example")
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    move(page, "End")
    page.keyboard.press("Enter")
    page.keyboard.type("- viena")
    page.keyboard.press("Enter")
    page.keyboard.type("kita")
    press_in_toolbar(page, "Numeruotas sąrašas")
    page.keyboard.press("Control+z")
    press_in_toolbar(page, "Grąžinti")
    link = "[čia](https://www.biblioteka.example)"
    written = f"## Kas\n\nApie **mugę** skaitykite {link}\n\n1. viena\n2. kita"
    assert page.locator("#id_text").input_value() == written
    page.keyboard.press("Tab")
    expect(editor(page)).not_to_be_focused()
    assert questions_on_leaving(page, lambda: leave(page)) == ["beforeunload"]
    while page.locator("#id_text").input_value() != record.text.replace("\r\n", "\n"):
        button(page, "Atšaukti").click()
    assert questions_on_leaving(page, lambda: leave(page)) == []


def move(page, key):
    """Move the cursor by `key`: a browser tells a little later where it is."""
    page.keyboard.press(key)
    page.wait_for_timeout(100)


def press_in_toolbar(page, name):
    """Go from the text to the button of that name by keys alone, and press it."""
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Home")
    while page.evaluate("document.activeElement.textContent") != name:
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


@pytest.mark.both_databases
def test_rows_and_drafts_have_editors_too(site, open_browser, staff):
    project = factories.project(title="Skaitymo mugė")
    address = f"{site}/admin/projects/project/{project.pk}/change/"
    page = open_browser()
    log_in(page, site, staff)
    page.goto(address)
    add_row(page, "activities")
    page.locator("#id_activities-0-text").fill("Mugė.")
    page.locator("#activities-0 summary", has_text="Rezultatai").click()
    outcome = page.locator("#activities-0 .editor-text")
    expect(page.locator("#activities-0").get_by_role("button", name="Antraštė")).to_have_count(0)
    outcome.fill("Išleistas leidinys.")
    text = page.locator(".field-text .editor-text").first
    text.click()
    page.keyboard.type("## Kas")
    page.keyboard.press("Enter")
    page.keyboard.type("Tekstas")
    wait_until_kept(page, "Tekstas")
    page.close(run_before_unload=False)
    page = page.context.new_page()
    page.goto(address)
    button(page, "Atkurti").click()
    heading = page.locator(".field-text .editor-text").first.get_by_role("heading", name="Kas")
    expect(heading).to_be_visible()
    expect(page.locator("#activities-0 .editor-text")).to_have_text("Išleistas leidinys.")
    save(page)
    page.wait_for_url("**/admin/projects/project/")
    project.refresh_from_db()
    assert project.text.replace("\r", "") == "## Kas\n\nTekstas"
    assert project.activities.get().outcome_html == "<p>Išleistas leidinys.</p>"


@pytest.mark.both_databases
def test_text_without_scripts_is_written_in_marks(site, open_browser, staff, record, form_address):
    page = open_browser(scripts=False)
    log_in(page, site, staff)
    page.goto(form_address)
    expect(page.get_by_text("Tuščia eilutė pradeda naują pastraipą.")).to_be_visible()
    page.get_by_label("Tekstas:", exact=True).fill("## Kas\n\n- viena\n- **kita**")
    save(page)
    page.wait_for_url("**/admin/association/page/")
    page.goto(site + record.get_absolute_url())
    expect(page.get_by_role("heading", level=2, name="Kas")).to_be_visible()
    expect(page.locator("main li strong")).to_have_text("kita")


def test_editor_is_for_everybody(site, open_browser, staff, record, form_address):
    record.text = "## Kas\n\n- **viena** [čia](/kalendorius/)\n- kita\n\n### Kur\n\nČia."
    record.save()
    page = open_browser()
    log_in(page, site, staff)
    for colours in ("light", "dark"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=colours)
            page.goto(form_address)
            button(page, "Nuoroda").click()
            page.get_by_label("Nuorodos adresas").press("Enter")
            expect(page.get_by_role("alert")).to_be_visible()
            assert look_at(page, f"admin-tekstas-{width}-{colours}", RUN_AXE_AA) == []
            fits = "document.documentElement.scrollWidth <= window.innerWidth"
            assert page.evaluate(fits)
    told = page.get_by_role("toolbar").inner_text().split("\n")
    assert [each for each in told if each] == [
        *("Antraštė", "Smulkesnė antraštė", "Sąrašas", "Numeruotas sąrašas", "Paryškinti"),
        *("Pabrėžti", "Nuoroda", "Atšaukti", "Grąžinti"),
    ]
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        page.goto(site + record.get_absolute_url())
        assert look_at(page, f"tekstas-{colours}") == []


def test_editor_reads_and_writes_the_marks_as_the_site_does(site, open_browser, staff):
    cases = json.loads(NOTATION.read_text(encoding="utf-8"))
    page = open_browser()
    log_in(page, site, staff)
    page.goto(site + ADD_PAGE)
    found = page.evaluate(READ_ALL, [typed for typed, *_ in cases])
    for (typed, shown, written), (html, text) in zip(cases, found, strict=True):
        assert as_site(html) == shown.replace("\n", "").replace(*OUTER), typed
        assert text == written


def test_editor_of_others_is_made_of_the_packages_that_are_listed(tmp_path):
    script = settings.BASE_DIR / "scripts/editor_bundle.mjs"
    subprocess.run(["node", script, tmp_path], check=True)
    for made in tmp_path.iterdir():
        kept = settings.BASE_DIR / "static/js/vendor" / made.name
        assert made.read_bytes() == kept.read_bytes(), "Run node scripts/editor_bundle.mjs"
