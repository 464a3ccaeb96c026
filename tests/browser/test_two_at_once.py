"""Two editors at one project, and what is typed and not saved, in a real browser.

A tab that is closed without a word stands for a closed lid: to the browser it is the same.
"""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import expect

from association.models import Page
from projects.models import Project
from tests import factories, logins

from .conftest import RUN_AXE_AA, log_in, look_at
from .servers import Server
from .test_editing import ADD, add_row

pytestmark = pytest.mark.both_databases

NOTE = "Rasta neišsaugotų pakeitimų:"
# In which a script looks for what it keeps, at intervals.
KEPT = "() => Object.keys(localStorage).filter((each) => each.startsWith('draft:'))"

FULL = """
const keep = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, text) {
    if (key.startsWith("draft:")) throw new Error("full");
    keep.call(this, key, text);
};
"""


@pytest.fixture
def project(site):
    made = factories.project(title="Skaitymo mugė", summary="Sena santrauka.")
    for position, text in enumerate(["Skatinti skaitymą.", "Telkti bibliotekas."], start=1):
        made.goals.create(text=text, position=position)
    return made


@pytest.fixture
def form_address(site, project):
    return f"{site}/admin/projects/project/{project.pk}/change/"


@pytest.fixture
def open_form(site, form_address, open_browser, staff):
    """Return a function that opens the form of the project, as `user`: width, colours, scripts."""

    def open_form(user=staff, **options):
        page = open_browser(**options)
        log_in(page, site, user)
        page.goto(form_address)
        return page

    return open_form


@pytest.fixture
def colleague(staff):
    user = factories.user(
        email="ona@biblioteka.example", name="Ona Onaitė", is_staff=True, is_superuser=True
    )
    logins.set_up_app(user)
    return user


def save(page):
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()


def saved(page):
    save(page)
    page.wait_for_url("**/admin/projects/project/")


def wait_until_kept(page, words):
    kept = "(words) => Object.values(localStorage).some((each) => each.includes(words))"
    page.wait_for_function(kept, arg=words)


def open_anew(page, address):
    """Close the tab of `page` without a word, and open `address` in another one."""
    context = page.context
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_two_editors_at_once_lose_nothing(project, open_form, colleague, scripts):
    mine, theirs = open_form(scripts=scripts), open_form(colleague)
    mine.locator("#id_title").fill("Mano mugė")
    mine.locator("#id_goals-1-text").fill("Mano tikslas.")
    theirs.locator("#id_title").fill("Onos mugė")
    theirs.locator("#id_summary").fill("Onos santrauka.")
    theirs.locator("#id_goals-1-DELETE").check()
    add_row(theirs, "goals")
    theirs.locator("#id_goals-2-text").fill("Onos tikslas.")
    saved(theirs)
    save(mine)
    expect(mine.get_by_text("Kol rašėte, Ona Onaitė išsaugojo šį įrašą")).to_be_visible()
    expect(mine.get_by_text("Dabar įrašyta: Onos mugė")).to_be_visible()
    expect(mine.locator("#id_title")).to_have_value("Mano mugė")
    expect(mine.locator("#id_summary")).to_have_value("Onos santrauka.")
    expect(mine.locator("#id_goals-1-text")).to_have_value("Onos tikslas.")
    expect(mine.locator("#id_goals-2-text")).to_have_value("Mano tikslas.")
    saved(mine)
    project.refresh_from_db()
    assert (project.title, project.summary) == ("Mano mugė", "Onos santrauka.")
    texts = [goal.text for goal in project.goals.all()]
    assert texts == ["Skatinti skaitymą.", "Mano tikslas.", "Onos tikslas."]


def test_page_that_tells_of_a_newer_save_has_no_barrier(project, open_form, form_address, staff):
    page = open_form()
    page.locator("#id_title").fill("Mano mugė")
    wait_until_kept(page, "Mano mugė")
    page = open_anew(page, form_address)
    expect(page.get_by_text(NOTE)).to_be_visible()
    found = looked_at(page, "rastas-juodrastis")
    page.get_by_role("button", name="Atkurti").click()
    page.locator("#id_goals-0-text").fill("Mano tikslas.")
    project.goals.first().delete()
    project.goals.create(text="Kito tikslas.", position=3)
    Project.objects.filter(pk=project.pk).update(title="Kito mugė", summary="Kito santrauka.")
    save(page)
    expect(page.get_by_text("Dabar įrašyta: Kito mugė")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_have_count(0)
    found |= looked_at(page, "du-vienu-metu")
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def looked_at(page, name):
    found = {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            page.evaluate("for (const each of document.getAnimations()) each.finish()")
            seen = f"admin-{name}-{width}-{colours}"
            found[seen] = look_at(page, seen, RUN_AXE_AA)
    return found


def questions_on_leaving(page, deed):
    """Return the kinds of questions that the browser asks when `deed` is done; stay."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    deed()
    page.wait_for_timeout(300)
    page.remove_listener("dialog", stay)
    return asked


def leave(page):
    page.locator(".breadcrumbs a").first.click(no_wait_after=True)


def test_who_leaves_with_unsaved_changes_is_asked(site, staff, open_browser):
    record = Page.objects.create(title="Privatumas", slug="privatumo-puslapis")
    page = open_browser()
    log_in(page, site, staff)
    page.goto(f"{site}/admin/association/page/{record.pk}/change/")
    text = page.get_by_role("textbox", name="Tekstas:")
    text.fill("Nauja.")
    assert questions_on_leaving(page, lambda: leave(page)) == ["beforeunload"]
    expect(text).to_have_text("Nauja.")
    assert questions_on_leaving(page, lambda: save(page)) == []
    page.wait_for_url("**/admin/association/page/")
    assert Page.objects.get(pk=record.pk).text == "Nauja."


def test_who_leaves_with_rows_added_or_moved_is_asked(open_form):
    page = open_form()
    add_row(page, "goals")
    assert questions_on_leaving(page, lambda: leave(page)) == ["beforeunload"]
    page.locator("#goals-2 .inline-deletelink").click()
    page.get_by_role("button", name="Perkelti aukštyn: 2.").click()
    assert questions_on_leaving(page, lambda: leave(page)) == ["beforeunload"]


def test_who_has_typed_nothing_is_not_asked(open_form):
    page = open_form()
    page.locator("#id_title").click()
    assert questions_on_leaving(page, lambda: leave(page)) == []
    page.wait_for_url("**/admin/")


def test_draft_survives_a_closed_lid(project, open_form, form_address):
    funder = factories.funder(name="Skaitymo rėmėjai")
    page = open_form()
    page.locator("#id_title").fill("Valandą rašyta mugė")
    page.locator("#id_goals-0-DELETE").check()
    add_row(page, "goals")
    page.locator("#id_goals-2-text").fill("Naujas tikslas.")
    page.get_by_role("button", name="Perkelti aukštyn: 3.").click()
    add_row(page, "fundings")
    page.locator("#fundings-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("rėmėjai")
    page.locator(".select2-results__option", has_text="Skaitymo rėmėjai").click()
    page.locator("#id_fundings-0-awarded_as_written").fill("80 tūkst. Lt")
    wait_until_kept(page, "80 tūkst. Lt")
    page = open_anew(page, form_address)
    expect(page.get_by_text(NOTE)).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("Skaitymo mugė")
    page.get_by_role("button", name="Atkurti").click()
    expect(page.get_by_text(NOTE)).to_have_count(0)
    expect(page.locator("#fundings-0 .select2-selection__rendered")).to_contain_text(
        "Skaitymo rėmėjai"
    )
    saved(page)
    project.refresh_from_db()
    assert project.title == "Valandą rašyta mugė"
    assert [goal.text for goal in project.goals.all()] == ["Naujas tikslas.", "Telkti bibliotekas."]
    funding = project.fundings.get()
    assert (funding.funder, funding.awarded.amount) == (funder, 80_000)
    assert page.evaluate(KEPT) == []


def test_draft_that_is_thrown_away_is_gone(open_form, form_address):
    page = open_form()
    page.locator("#id_title").fill("Nereikalinga")
    wait_until_kept(page, "Nereikalinga")
    page = open_anew(page, form_address)
    page.get_by_role("button", name="Išmesti").click()
    expect(page.locator("#id_title")).to_have_value("Skaitymo mugė")
    assert page.evaluate(KEPT) == []
    page.reload()
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_draft_that_waits_for_an_answer_is_not_lost_by_typing_on(open_form, form_address):
    page = open_form()
    page.locator("#id_title").fill("Pirmoji mugė")
    wait_until_kept(page, "Pirmoji mugė")
    page = open_anew(page, form_address)
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.locator("#id_title").fill("Antroji mugė")
    wait_until_kept(page, "Antroji mugė")
    page = open_anew(page, form_address)
    page.get_by_role("button", name="Išmesti").click()
    page.get_by_role("button", name="Atkurti").click()
    expect(page.locator("#id_title")).to_have_value("Pirmoji mugė")


def test_draft_survives_an_ended_session(site, project, open_form, form_address, staff):
    page = open_form()
    page.locator("#id_title").fill("Ilgai rašyta mugė")
    Session.objects.all().delete()
    save(page)
    page.get_by_label("El. pašto adresas").wait_for()
    cache.clear()  # a code of the app opens the way once
    log_in(page, site, staff)
    page.goto(form_address)
    page.get_by_role("button", name="Atkurti").click()
    expect(page.locator("#id_title")).to_have_value("Ilgai rašyta mugė")
    saved(page)
    project.refresh_from_db()
    assert project.title == "Ilgai rašyta mugė"


@pytest.fixture
def server(transactional_db):
    """The site in a process of its own, ended when the test is over."""
    server = Server()
    server.start()
    yield server
    server.kill()


def test_draft_survives_a_server_that_is_killed(server, open_browser, staff):
    project = factories.project(title="Skaitymo mugė")
    page = open_browser()
    log_in(page, server.address, staff)
    page.goto(f"{server.address}/admin/projects/project/{project.pk}/change/")
    page.locator("#id_title").fill("Mugė be serverio")
    server.kill()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Išsaugoti", exact=True).first.click(no_wait_after=True)
    page.wait_for_load_state()  # the browser's own page, which says that nobody answers
    expect(page.locator("#id_title")).to_have_count(0)
    server.start()
    page.goto(f"{server.address}/admin/projects/project/{project.pk}/change/")
    page.get_by_role("button", name="Atkurti").click()
    expect(page.locator("#id_title")).to_have_value("Mugė be serverio")
    saved(page)
    project.refresh_from_db()
    assert project.title == "Mugė be serverio"
    assert page.evaluate(KEPT) == []


def test_draft_of_a_new_project_is_gone_once_it_is_published(site, open_form):
    page = open_form()
    page.goto(site + ADD)
    page.locator("#id_title").fill("Nauja mugė")
    wait_until_kept(page, "Nauja mugė")
    page = open_anew(page, site + ADD)
    page.get_by_role("button", name="Atkurti").click()
    page.get_by_role("button", name="Išsaugoti ir skelbti…").last.click()
    page.get_by_role("button", name="Skelbti dabar").wait_for()
    assert page.evaluate(KEPT) == []
    page.goto(site + ADD)
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_draft_restored_over_a_newer_save_tells_of_it(project, open_form, form_address):
    page = open_form()
    page.locator("#id_title").fill("Mano mugė")
    wait_until_kept(page, "Mano mugė")
    Project.objects.filter(pk=project.pk).update(title="Kito mugė", summary="Kito santrauka.")
    project.goals.last().delete()
    page = open_anew(page, form_address)
    page.get_by_role("button", name="Atkurti").click()
    save(page)
    expect(page.get_by_text("Tuo metu ištrinta: tikslas „Telkti bibliotekas.“.")).to_be_visible()
    expect(page.locator("#id_goals-1-text")).to_have_count(0)
    expect(page.get_by_text("Dabar įrašyta: Kito mugė")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("Mano mugė")
    expect(page.locator("#id_summary")).to_have_value("Kito santrauka.")


def test_draft_is_gone_after_the_logout(site, open_form, form_address, staff):
    page = open_form()
    page.locator("#id_title").fill("Slapta mugė")
    wait_until_kept(page, "Slapta mugė")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Atsijungti").first.click()
    page.get_by_role("link", name="PRISIJUNGTI").first.wait_for()
    assert page.evaluate(KEPT) == []


def test_draft_is_not_offered_to_another_person(site, open_form, form_address, colleague):
    page = open_form()
    page.locator("#id_title").fill("Slapta mugė")
    wait_until_kept(page, "Slapta mugė")
    page.context.clear_cookies()
    page = open_anew(page, site)
    log_in(page, site, colleague)
    page.goto(form_address)
    expect(page.locator("#id_title")).to_have_value("Skaitymo mugė")
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_form_works_where_nothing_can_be_kept(project, open_form, form_address):
    page = open_form()
    page.add_init_script(FULL)
    page.goto(form_address)
    page.locator("#id_title").fill("Mugė")
    page.wait_for_timeout(1200)
    saved(page)
    project.refresh_from_db()
    assert project.title == "Mugė"
