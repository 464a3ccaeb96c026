"""An editor's work in the admin, in a real browser."""

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests import factories

from .conftest import SCREENSHOTS, log_in

pytestmark = pytest.mark.both_databases

ADD = "/admin/projects/project/add/"


def test_editor_makes_a_project_and_a_visitor_reads_it(site, open_browser, staff):
    factories.funder(name="Kultūros rėmimo fondas")
    page = open_browser()
    log_in(page, site, staff)
    page.goto(site + ADD)
    page.get_by_label("Pavadinimas:", exact=True).first.fill("„Skaitymo mugė“")
    add_row(page, "goals")
    page.locator("#id_goals-0-text").fill("Skatinti skaitymą.")
    add_row(page, "activities")
    page.locator("#id_activities-0-text").fill("Mugė Zarasuose.")
    page.locator("#id_activities-0-places").fill("Zarasai, Lietuva")
    add_row(page, "fundings")
    page.locator("#id_fundings-0-awarded_amount").fill("6 000,50")
    page.locator("#id_fundings-0-awarded_currency").select_option("EUR")
    page.locator("#fundings-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("rėmimo")
    page.locator(".select2-results__option", has_text="Kultūros rėmimo fondas").click()
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "admin-projektas.png", full_page=True)
    page.get_by_role("button", name="Išsaugoti ir skelbti…").last.click()
    page.get_by_role("button", name="Skelbti dabar").click()
    expect(page.get_by_text("Paskelbtas 1 projektas.")).to_be_visible()
    project = Project.objects.get(title="Skaitymo mugė")
    visitor = open_browser()
    visitor.goto(site + project.get_absolute_url())
    words = " ".join(visitor.locator("main").inner_text().split())
    assert "Finansavimą – 6 000,50 Eur skyrė Kultūros rėmimo fondas." in words
    assert "Skatinti skaitymą." in words
    assert "Zarasai, Lietuva" in words


def add_row(page, prefix):
    page.locator(f"#{prefix}-group .add-row a").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_editor_who_errs_is_told_and_keeps_what_was_typed(site, open_browser, staff, scripts):
    page = open_browser(scripts=scripts)
    log_in(page, site, staff)
    project = Project.objects.first()
    page.goto(f"{site}/admin/projects/project/{project.pk}/change/")
    page.locator("#id_goals-0-text").fill("Pakeistas tikslas.")
    page.locator("#id_activities-0-days").fill("rytoj")
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
    expect(page.get_by_text("Eilutės „rytoj“ nepavyko suprasti.")).to_be_visible()
    expect(page.locator("#id_goals-0-text")).to_have_value("Pakeistas tikslas.")


def test_editor_without_scripts_gets_empty_rows_to_fill_in(site, open_browser, staff):
    factories.funder(name="Kultūros rėmimo fondas")
    page = open_browser(scripts=False)
    log_in(page, site, staff)
    page.goto(site + ADD)
    page.get_by_role("link", name="Atverti formą su tuščiomis eilutėmis").click()
    page.locator("#id_title").fill("Skaitymo mugė")
    page.locator("#id_goals-2-text").fill("Skatinti skaitymą.")
    page.locator("#id_activities-0-text").fill("Mugė.")
    page.locator("#id_fundings-0-funder").select_option(label="Kultūros rėmimo fondas")
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
    page.wait_for_url("**/admin/projects/project/")
    project = Project.objects.get(title="Skaitymo mugė")
    assert [str(each) for each in project.goals.all()] == ["Skatinti skaitymą."]
    assert project.fundings.get().funder.name == "Kultūros rėmimo fondas"
    assert project.documents.count() == 0
