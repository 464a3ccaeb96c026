"""What everybody sees: the real text, at each width, in both colour schemes, by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from association.management.commands.load_demo import SAMPLE
from association.models import Library
from projects.models import Project
from tests import factories
from tests.tasks import run_tasks

from .conftest import SCREENSHOTS, log_in

ADDRESSES = {
    "pradzia": "/",
    "igyvendinti": "/projektai/igyvendinti/",
    "kalendorius": "/kalendorius/",
    "igyvendinti-nerasta": "/projektai/igyvendinti/?metai=1812",
    "finansuotojai": "/finansuotojai/",
    "paieska": "/paieska/",
    "rasta": "/paieska/?q=biblioteka",
    "nieko-nerasta": "/paieska/?q=nieko+tokio",
    "bibliotekos": "/bibliotekos/",
    "asociacija": "/asociacija/",
    "privatumas": "/privatumas/",
    "duomenys": "/duomenys/",
    "prisijungti": "/prisijungti/",
    "slaptazodis": "/slaptazodis/",
    "slaptazodis-be-kodo": "/slaptazodis/kodas/",
    "nerasta": "/nera-tokio/",
}


def full_project():
    """A project in which each part of the page has something to show."""
    made = factories.full_project(
        title="Tarptautinė konferencija „Pokyčių evoliucija bibliotekose“",
        short_title="Pokyčių evoliucija",
        summary="Konferencija bibliotekininkams.",
        text="Pirmoji pastraipa.\n\nAntroji pastraipa.",
        starts_on="2014-03-01",
        ends_on="2099-12-31",
        contact_person="Projekto vadovė",
        contact_email="projektai@biblioteka.example",
        cover="madder",
    )
    made.fundings.update(programme="Bibliotekų plėtros programa")
    activity = made.activities.first()
    activity.goals.add(made.goals.first())
    activity.was_done, activity.participants, activity.outcome = True, 58, "Parengtas leidinys."
    activity.kind = "conference"
    activity.save()
    factories.photo(made, alt="Pilna salė klausytojų", caption="Konferencijos atidarymas")
    made.documents.create(title="Programa", file=factories.upload())
    made.documents.create(title="Sąmata", audience="members", file=factories.upload())
    return made


def full_funder():
    """A funder whose page has something to show in each of its parts."""
    made = factories.funder(
        name="Lietuvos kultūros rėmimo fondas",
        kind="foundation",
        publicity_statement="Projektą finansuoja fondas.",
        website="https://fondas.example",
        logo=factories.picture(),
    )
    for year, amount, currency in ((2013, 80000, "LTL"), (2014, None, ""), (2019, 14900, "EUR")):
        project = factories.project(starts_on=f"{year}-01-01", ends_on=f"{year}-12-31")
        factories.funding(project, made, awarded_amount=amount, awarded_currency=currency)
    factories.funding(factories.planned_project(), made)
    factories.funding(factories.project(), made)
    return made


def all_addresses():
    addresses = ADDRESSES | {
        "biblioteka": Library.objects.get(name_since="2022-12-29").get_absolute_url(),
        "finansuotojas": full_funder().get_absolute_url(),
        "projektas": Project.objects.first().get_absolute_url(),
        "projektas-su-viskuo": full_project().get_absolute_url(),
    }
    run_tasks()
    waiting = factories.project(title="Nuotraukos dar ruošiamos")
    factories.photo(waiting, caption="Atidarymas")
    return addresses | {"projektas-be-vaizdu": waiting.get_absolute_url()}


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


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_each_page_has_no_barrier_that_axe_finds(site, open_browser, width, colours):
    page = open_browser(width, colours)
    SCREENSHOTS.mkdir(exist_ok=True)
    found = {}
    for name, address in all_addresses().items():
        page.goto(site + address)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{colours}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        if violations:
            found[name] = [(each["id"], each["nodes"][0]["html"]) for each in violations]
    assert found == {}


@pytest.mark.parametrize("width", [320, 640, 1600])
def test_no_page_scrolls_sideways(site, open_browser, width):
    page = open_browser(width)
    for address in all_addresses().values():
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_first_visit_is_small_and_asks_nobody_else(site, open_browser):
    page = open_browser()
    sent = []
    page.on("response", lambda response: sent.append((response.url, len(response.body()))))
    page.goto(site, wait_until="networkidle")
    assert {url.startswith(site) for url, _size in sent} == {True}
    assert len(sent) <= 12
    assert sum(size for _url, size in sent) < 120_000  # bytes, before compression


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
