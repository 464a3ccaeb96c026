"""What everybody sees: the real text, at each width, in both colour schemes, by keyboard."""

import gzip

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from association.management.commands.load_demo import SAMPLE
from projects.models import Project
from tests import factories

from .conftest import SCREENSHOTS, log_in, look_at
from .pages import full_project, open_each


def test_first_page_holds_the_real_text_in_its_order(site, open_browser):
    page = open_browser()
    page.goto(site)
    words = " ".join(page.locator("body").inner_text().split())
    at = 0
    for line in (SAMPLE / "projektai.txt").read_text(encoding="utf-8").splitlines():
        wanted = " ".join(line.split()).lstrip("0123456789 .").rstrip(".:")
        at = words.index(wanted, at) + len(wanted)


def test_first_page_numbers_what_the_real_text_numbers(site, open_browser):
    page = open_browser()
    page.goto(site)
    shown = page.eval_on_selector_all(
        "main ol > li", "items => items.map(item => getComputedStyle(item, '::before').content)"
    )
    assert len(shown) == 12
    assert page.locator("main ol").count() == 4


@pytest.mark.urls("tests.browser.pages")
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_each_page_has_no_barrier_that_axe_finds(site, open_browser, width, colours):
    page = open_browser(width, colours)
    found = {}
    for name in open_each(page, site):
        found[name] = look_at(page, f"{name}-{width}-{colours}")
    assert {name: each for name, each in found.items() if each} == {}


# What a page has that does not fit: text beyond the edges of the screen, or of what clips it.
# A table may be moved within its frame.
CUT = """
() => {
    const width = document.documentElement.clientWidth;
    const faults = document.documentElement.scrollWidth > width ? ["scrolls sideways"] : [];
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest("[aria-hidden], .skip-link, .table-frame, input, select")) continue;
        const { fontSize, overflowX } = getComputedStyle(element);
        if (element.clientWidth < 2) continue; // for those who listen
        const spare = 0.4 * parseFloat(fontSize); // lines of a heading are set closer
        if (overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1
            || element.clientHeight && element.scrollHeight > element.clientHeight + spare)
            faults.push(`overflows: ${element.outerHTML.slice(0, 200)}`);
        const range = document.createRange();
        for (const node of element.childNodes) {
            if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
            range.selectNodeContents(node);
            const { left, right } = range.getBoundingClientRect();
            if (left < 0 || right > width + 1) faults.push(`beyond the edge: ${node.data}`);
        }
    }
    return faults;
}
"""
# https://www.w3.org/TR/WCAG22/#text-spacing
SPACED = """
* { line-height: 1.5; letter-spacing: 0.12em; word-spacing: 0.16em; }
p { margin-block-end: 2em; }
"""
STYLE = """
(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
}
"""


@pytest.mark.urls("tests.browser.pages")
@pytest.mark.parametrize("width", [320, 390, 640, 1280, 1600])
def test_each_page_fits_whatever_the_size_and_spacing_of_its_text(site, open_browser, width):
    page = open_browser(width)
    found = {}
    for name in open_each(page, site):
        for style in ("", SPACED, "html { font-size: 200%; }"):
            page.evaluate(STYLE, style)
            found[name, style] = page.evaluate(CUT)
    assert {name: each for name, each in found.items() if each} == {}


def test_first_visit_is_small_and_asks_nobody_else(site, open_browser):
    page = open_browser()
    sent = []
    page.on("response", lambda response: sent.append((response.url, response.body())))
    page.goto(site, wait_until="networkidle")
    assert {url.startswith(site) for url, _body in sent} == {True}
    assert len(sent) <= 10
    # A web server in front compresses what it sends; fonts are compressed already.
    assert sum(min(len(gzip.compress(body)), len(body)) for _url, body in sent) <= 60_000  # bytes


def test_keyboard_alone_leads_in_and_around(site, open_browser):
    user = factories.user(email="ona@biblioteka.example")
    page = open_browser()
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Pereiti prie turinio")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("patirties mainų akademija")
    tab_to(page, "Į viršų")
    page.keyboard.press("Enter")
    tab_to(page, "PRISIJUNGTI")
    page.keyboard.press("Enter")
    page.wait_for_url("**/prisijungti/")
    fill_in_login(page, user.email, "ne tas")
    expect(page.locator(":focus")).to_contain_text("El. pašto adresas arba slaptažodis")
    assert page.title().startswith("Klaida: ")
    expect(page.get_by_label("El. pašto adresas")).to_have_value(user.email)
    page.get_by_label("Slaptažodis", exact=True).focus()
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Atsijungti").first).to_be_visible()


def tab_to(page, text):
    for _ in range(60):
        page.keyboard.press("Tab")
        if text in page.locator(":focus").inner_text():
            return
    raise AssertionError(f"the keyboard does not reach {text}")


def fill_in_login(page, email, password):
    page.get_by_label("El. pašto adresas").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_everything_works_without_scripts(site, open_browser):
    user = factories.user(email="ona@biblioteka.example")
    page = open_browser(scripts=False)
    log_in(page, site, user)
    page.get_by_role("link", name="Projekto puslapis").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.get_by_role("button", name="Atsijungti").first.click()
    expect(page.get_by_role("link", name="PRISIJUNGTI").last).to_be_visible()


def test_project_prints_without_what_is_for_the_screen(site, open_browser):
    page = open_browser()
    page.goto(site + full_project().get_absolute_url())
    page.emulate_media(media="print")
    expect(page.locator("header nav").first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    SCREENSHOTS.mkdir(exist_ok=True)
    page.pdf(path=SCREENSHOTS / "projektas.pdf", format="A4")


def test_admin_needs_no_exception_from_the_policy(site, open_browser, staff):
    page = open_browser()
    log_in(page, site, staff)
    for address in (
        "/admin/",
        "/admin/projects/project/",
        reverse("admin:projects_project_change", args=[Project.objects.first().pk]),
        "/admin/association/library/?q=zar",
    ):
        page.goto(site + address)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
