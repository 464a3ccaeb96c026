"""What was deleted or written over comes back, in a real browser."""

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests import factories
from tests.tasks import run_tasks

from .conftest import RUN_AXE_AA, log_in, look_at
from .test_admin_pages import STAND_STILL

pytestmark = pytest.mark.both_databases

PROJECT = "/admin/projects/project"


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


@pytest.mark.parametrize("scripts", [True, False])
def test_project_gets_its_goals_back_after_they_were_deleted(
    live_site, open_browser, staff, scripts
):
    project = factories.full_project(title="Skaitymo mugė")
    page = open_browser(scripts=scripts)
    log_in(page, live_site, staff)
    page.goto(f"{live_site}{PROJECT}/{project.pk}/change/")
    for number in range(2):
        page.locator(f"#id_goals-{number}-DELETE").check()
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
    page.goto(f"{live_site}{PROJECT}/{project.pk}/history/")
    page.get_by_role("link", name="Kas pakeista ir kaip grįžti į ankstesnę būseną").click()
    expect(page.locator("del")).to_have_text(["Tikslas 1.", "Tikslas 2."])
    press(page, "Atkurti šią būseną")
    expect(page.get_by_text("„Skaitymo mugė“ atkurta, kaip buvo tada.")).to_be_visible()
    visitor = open_browser()
    visitor.goto(live_site + project.get_absolute_url())
    expect(visitor.locator("#tikslai + ol li")).to_have_count(2)


def test_deleted_project_comes_back_whole(live_site, open_browser, staff):
    project = factories.full_project(title="Skaitymo mugė")
    factories.photo(project)
    run_tasks()
    page = open_browser()
    log_in(page, live_site, staff)
    page.goto(f"{live_site}{PROJECT}/{project.pk}/delete/")
    press(page, "Taip, tikrai")
    visitor = open_browser()
    assert visitor.goto(live_site + project.get_absolute_url()).status == 404
    page.goto(f"{live_site}{PROJECT}/")
    page.get_by_role("link", name="Šiukšliadėžė").click()
    press(page, "Sugrąžinti")
    page.wait_for_load_state("networkidle")  # SQLite has one writer at a time
    run_tasks()
    assert visitor.goto(live_site + project.get_absolute_url()).status == 200
    image = visitor.locator(".photos img")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("each => each.naturalWidth") > 0
    assert Project.objects.get().goals.count() == 2


def test_pages_of_states_and_of_the_bin_have_no_barrier(live_site, open_browser, staff):
    project, deleted = factories.full_project(), factories.full_project(title="Ištrinta")
    page = open_browser()
    log_in(page, live_site, staff)
    page.goto(f"{live_site}{PROJECT}/{project.pk}/change/")
    page.locator("#id_title").fill("Visai kitas pavadinimas")
    page.locator("#id_goals-0-DELETE").check()
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
    page.goto(f"{live_site}{PROJECT}/{deleted.pk}/delete/")
    press(page, "Taip, tikrai")
    found = {}
    pages = {"busenos": f"{project.pk}/busenos/", "siuksliadeze": "siuksliadeze/"}
    for name, path in (pages | {"istorija": f"{project.pk}/history/"}).items():
        page.goto(f"{live_site}{PROJECT}/{path}")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for colours in ("light", "dark"):
                page.emulate_media(color_scheme=colours)
                page.evaluate(STAND_STILL)
                found[name, width, colours] = look_at(
                    page, f"admin-{name}-{width}-{colours}", RUN_AXE_AA
                )
    assert {where: barriers for where, barriers in found.items() if barriers} == {}
