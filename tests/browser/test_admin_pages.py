"""Every page of the admin that staff use, as axe sees it."""

import re
from itertools import chain

from django.contrib.admin.models import CHANGE, LogEntry

from accounts import name_changes
from association.models import Library, Redirect
from projects.models import Funder
from projects.publication import address_of
from tests import factories
from tests.test_site import admin_addresses

from .conftest import RUN_AXE_AA, log_in, look_at
from .pages import fill_association, full_funder, full_project
from .test_editing import add_row

PROJECT = "/admin/projects/project"
# Colours that change slowly have some that are neither the old nor the new ones.
STAND_STILL = "for (const each of document.getAnimations()) each.finish()"
PARTS = ["fundings", "goals", "activities", "partners", "documents", "links"]


def fill(staff):
    """Give the site a record of each kind; return the project that has each kind of part."""
    fill_association()
    full_funder()
    project = full_project()
    library = Library.objects.first()
    library.former_names.create(name="Senoji biblioteka", ends_on="2009-12-31")
    factories.invitation(library=library)
    acting = factories.representative(library=library, is_director=True)
    name_changes.propose(library, "Naujas pavadinimas", None, by=acting.user)
    Funder.objects.first().aliases.create(name="Rėmėjas")
    Redirect.objects.create(old_path="/senas", target="/asociacija/")
    message = [{"changed": {"fields": ["title"]}}]
    LogEntry.objects.log_actions(staff.pk, [project], CHANGE, message)
    return project


def open_each(page, site, project):
    """Lead `page` to each page of the admin in turn; yield the name of each."""
    for address in admin_addresses():
        page.goto(site + address)
        yield re.sub(r"\W+", "-", address.removeprefix("/admin/")).strip("-") or "pradzia"
    change = f"{PROJECT}/{project.pk}/change/"
    page.goto(f"{site}{PROJECT}/{project.pk}/history/")
    yield "projekto-istorija"
    page.goto(f"{site}{PROJECT}/?state=current&public=yes&q=konferencija")
    yield "projektai-atrinkti"
    page.goto(f"{site}{change}?_popup=1")
    yield "projektas-lange"
    page.goto(site + change)
    for part in PARTS:
        add_row(page, part)
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    yield "projektas-su-viskuo"
    page.locator("#id_title").fill("")
    page.locator("#id_starts_on_0, #id_starts_on").fill("rytoj")
    page.locator("#id_goals-0-text").fill("")
    page.locator("#id_activities-0-days").fill("rytoj")
    page.locator("#id_fundings-1-awarded_amount").fill("daug")
    page.locator("#id_links-0-url").fill("be protokolo")
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
    page.locator(".errornote").wait_for()
    yield "projektas-klaida"
    page.goto(f"{site}{PROJECT}/")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("delete_selected")
    with page.expect_navigation():
        page.get_by_role("button", name="Vykdyti").click()
    yield "projektai-istrinti"


def open_publishing(page, site, project):
    """Lead `page` from a text to its publication, and err at each step; yield as above.

    Of the two projects in the text one is there already, in other words.
    """
    known = project.goals.create(text="Sudaryti sąlygas bibliotekoms skleisti patirtį.")
    page.goto(f"{site}{PROJECT}/is-teksto/")
    press(page, "Pažiūrėti, kas suprasta")
    yield "is-teksto-klaida"
    text = (
        f"„{project.title}“.\nTikslai:\n1. {known.text.replace('skleisti', 'skleisti gerąją')}\n\n"
    )
    text += "Dalyviai: visi.\n\n„Kita mugė“.\nFinansavimas: 5 Eur.\nVeiklos:\n1. Mugė.\n"
    page.get_by_label("Projekto tekstas").fill(text)
    press(page, "Pažiūrėti, kas suprasta")
    page.locator("details").evaluate_all("all => { for (const each of all) each.open = true; }")
    yield "is-teksto-suprasta"
    draft = factories.draft(title="Rengiama mugė")
    factories.photo(draft, alt="")
    factories.funding(draft, factories.funder(requires_logo=True, requires_sum=True))
    page.goto(site + address_of([draft]))
    press(page, "Sukurti nuorodą")
    press(page, "Skelbti nurodytu laiku")
    yield "skelbimas-klaida"
    page.goto(f"{site}{PROJECT}/add/")
    page.get_by_role("button", name="Peržiūrėti").first.evaluate("each => each.formTarget = ''")
    press(page, "Peržiūrėti")
    yield "perziura-klaida"


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def test_pages_of_the_admin_have_no_barrier_that_axe_finds(site, open_browser, staff):
    page = open_browser()
    log_in(page, site, staff)
    found = {}
    project = fill(staff)
    for name in chain(open_each(page, site, project), open_publishing(page, site, project)):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for colours in ("light", "dark"):
                page.emulate_media(color_scheme=colours)
                page.evaluate(STAND_STILL)
                seen = f"{name}-{width}-{colours}"
                found[seen] = look_at(page, f"admin-{seen}", RUN_AXE_AA)
    assert {name: violations for name, violations in found.items() if violations} == {}
