"""What everybody sees: the real text, at each width, in both colour schemes, by keyboard."""

import gzip
import time

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfReader

from association.management.commands.load_demo import SAMPLE
from projects.models import Project
from tests import factories
from tests.tasks import run_tasks

from .conftest import SCREENSHOTS, log_in, look_at
from .pages import ADDRESSES, EMPTY, full_project, open_each


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


LOOKS = pytest.mark.parametrize(
    ("width", "colours"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
)


@pytest.mark.urls("tests.browser.pages")
@LOOKS
def test_each_page_has_no_barrier_that_axe_finds(site, open_browser, width, colours):
    page = open_browser(width, colours)
    found = {}
    for name in open_each(page, site):
        found[name] = look_at(page, f"{name}-{width}-{colours}")
    assert {name: each for name, each in found.items() if each} == {}


@LOOKS
def test_page_of_an_empty_site_has_no_barrier_that_axe_finds(
    live_server, open_browser, width, colours
):
    page = open_browser(width, colours)
    found = {}
    for name in EMPTY:
        page.goto(live_server.url + ADDRESSES[name])
        found[name] = look_at(page, f"tuscia-{name}-{width}-{colours}")
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
    Project.objects.first().documents.create(title="Paraiška", file=factories.upload())
    page = open_browser()
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Pereiti prie turinio")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("patirties mainų akademija")
    tab_to(page, "Paraiška")
    page.keyboard.press("Enter")
    page.wait_for_url("**/failai/projektu-dokumentai/*.pdf")
    page.go_back()
    tab_to(page, "Į viršų")
    page.keyboard.press("Enter")
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Pereiti prie turinio")
    tab_to(page, "PRISIJUNGTI")
    page.keyboard.press("Enter")
    page.wait_for_url("**/prisijungti/")
    fill_in_login(page, user.email, "ne tas")
    expect(page.locator(":focus")).to_contain_text("slaptažodis neteisingas")
    assert page.title().startswith("Klaida: ")
    expect(page.get_by_label("El. pašto adresas")).to_have_value(user.email)
    tab_to(page, "slaptažodis neteisingas")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Slaptažodis", exact=True)).to_be_focused()
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


def test_focus_is_seen_wherever_it_is(site, open_browser):
    page = open_browser()
    for address in ("/", "/prisijungti/"):
        page.goto(site + address)
        for _ in range(20):
            page.keyboard.press("Tab")
            drawn = page.evaluate("getComputedStyle(document.activeElement).outline")
            assert "3px" in drawn, page.locator(":focus").inner_text()


# How far what was there already has moved, as Chromium counts it, since the page was asked for.
SHIFT = """
new Promise((resolve) => {
    let shift = 0;
    new PerformanceObserver((entries) => {
        for (const entry of entries.getEntries()) shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => setTimeout(() => resolve(shift), 100));
})
"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("delay", [0, 0.4])
def test_nothing_moves_while_a_page_is_loading(site, open_browser, width, delay):
    page = open_browser(width)
    page.route("**/*.woff2", lambda route: (time.sleep(delay), route.continue_()))  # seconds
    project = full_project().get_absolute_url()
    for address in ("/", project, "/projektai/igyvendinti/", "/prisijungti/"):
        page.goto(site + address, wait_until="networkidle")
        assert page.evaluate(SHIFT) == 0, address


def printed(page, name):
    """Return the pages that `page` prints on A4, as pypdf reads them; a copy stays for the eye."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.pdf(path=SCREENSHOTS / f"{name}.pdf", prefer_css_page_size=True)
    return PdfReader(SCREENSHOTS / f"{name}.pdf").pages


def words_of(pages):
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_project_prints_as_an_annex_to_a_report(site, open_browser):
    project = full_project()
    funder = project.fundings.get().funder
    funder.logo = factories.picture(size=(300, 100))
    funder.publicity_statement = "Projektą finansuoja fondas."
    funder.save()
    run_tasks()
    page = open_browser()
    page.goto(site + project.get_absolute_url())
    pages = printed(page, "projektas-su-viskuo")
    words = words_of(pages)
    document = f"{settings.SITE_URL}{project.documents.first().file.url}"
    in_order = [
        *("„Tarptautinė konferencija „Pokyčių evoliucija bibliotekose“", "Dalinį finansavimą"),
        *("Projektą finansuoja fondas.", "Skirta suma", "Tikslas 1.", "Konferencija", "Veikla 1."),
        *("Dalyvavo 58 žmonės.", "Parengtas leidinys.", "https://biblioteka.example/leidinys"),
        *(document, f"Puslapio adresas: {settings.SITE_URL}{project.get_absolute_url()}."),
    ]
    at = 0
    for wanted in in_order:
        at = words.index(wanted, at) + len(wanted)
    assert words.count(f"1 / {len(pages)}") == 1
    for navigation in ("PRISIJUNGTI", "Paieška", "Į viršų", "Pereiti", "Įsidėti į kalendorių"):
        assert navigation not in words
    assert sum(len(page.images) for page in pages) == 2  # the logo and the photo


def test_real_projects_print_on_two_pages_at_most(site, open_browser):
    page = open_browser()
    for project in Project.objects.filter(goals__isnull=False).distinct():
        page.goto(site + project.get_absolute_url())
        assert len(printed(page, f"projektas-{project.pk}")) <= 2


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
