"""Staff put what belongs to a project in order, in a real browser; a visitor sees that order."""

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests import factories

from .conftest import log_in
from .test_editing import add_row

pytestmark = pytest.mark.both_databases

GOALS = ["Skatinti skaitymą.", "Telkti bibliotekas.", "Mokyti darbuotojus."]


@pytest.fixture
def project(site):
    """A project with three goals and three activities."""
    made = factories.project(title="Skaitymo mugė")
    for position, text in enumerate(GOALS, start=1):
        made.goals.create(text=text, position=position)
        made.activities.create(text=f"Veikla {position}.", position=position)
    return made


@pytest.fixture
def open_form(site, project, open_browser, staff):
    """Return a function that opens the form of `project`: width, scripts."""

    def open_form(**options):
        page = open_browser(**options)
        log_in(page, site, staff)
        page.goto(f"{site}/admin/projects/project/{project.pk}/change/")
        return page

    return open_form


def texts(page, prefix="goals"):
    """Return the texts of the rows, from the first to the last on the page."""
    shown = page.locator(f"#{prefix}-group .ordered-row textarea[name$='-text']").all()
    return [field.input_value() for field in shown]


def numbers(page, prefix="goals"):
    shown = page.locator(f"#{prefix}-group .ordered-row input.position").all()
    return [field.input_value() for field in shown]


def save(page):
    page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
    page.wait_for_url("**/admin/projects/project/")


def goals_seen(site, open_browser, project):
    """Return the goals that a visitor reads, in their order."""
    visitor = open_browser(scripts=False)
    visitor.goto(site + Project.objects.get(pk=project.pk).get_absolute_url())
    words = visitor.locator("main").inner_text()
    return sorted((text for text in [*GOALS, "Naujas tikslas."] if text in words), key=words.index)


def test_goal_is_dragged_with_the_mouse(site, open_browser, project, open_form):
    page = open_form()
    handles = page.locator("#goals-group .ordering-handle")
    handles.nth(2).drag_to(handles.nth(0), target_position={"x": 5, "y": 2})
    assert texts(page) == [GOALS[2], GOALS[0], GOALS[1]]
    assert numbers(page) == ["1", "2", "3"]
    save(page)
    assert goals_seen(site, open_browser, project) == [GOALS[2], GOALS[0], GOALS[1]]


def test_goal_is_dragged_by_a_finger_on_a_phone(site, project, open_form):
    page = open_form(width=390)
    finger = page.context.new_cdp_session(page)
    page.locator("#goals-group").scroll_into_view_if_needed()
    start, end = (
        page.locator(f"#goals-{row} .ordering-handle").bounding_box() for row in ("0", "2")
    )
    way = [start["y"] + 10 + (end["y"] + 15 - start["y"]) * step / 20 for step in range(21)]
    for kind, heights in [("touchStart", way[:1]), ("touchMove", way[1:]), ("touchEnd", [None])]:
        for y in heights:
            points = [{"x": start["x"] + 10, "y": y}] if y else []
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            page.wait_for_timeout(20)
    assert texts(page) == [GOALS[1], GOALS[2], GOALS[0]]
    assert numbers(page) == ["1", "2", "3"]


def test_goal_is_moved_by_the_keyboard_alone(site, open_browser, project, open_form):
    page = open_form()
    page.locator("#id_goals-2-position").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=f"Perkelti aukštyn: 3. {GOALS[2]}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Perkelti aukštyn: 2. {GOALS[2]}")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Perkelta į 2 vietą iš 3.")
    page.keyboard.press("Space")
    first = page.get_by_role("button", name=f"Perkelti aukštyn: 1. {GOALS[2]}")
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")  # which does nothing there
    assert texts(page) == [GOALS[2], GOALS[0], GOALS[1]]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Perkelti žemyn: 2. {GOALS[2]}")).to_be_focused()
    assert texts(page) == [GOALS[0], GOALS[2], GOALS[1]]
    save(page)
    assert goals_seen(site, open_browser, project) == [GOALS[0], GOALS[2], GOALS[1]]


def test_new_goal_is_moved_and_another_taken_out_again(site, open_browser, project, open_form):
    page = open_form()
    add_row(page, "goals")
    add_row(page, "goals")
    page.locator("#id_goals-3-text").fill("Naujas tikslas.")
    for place in (4, 3, 2):
        page.get_by_role("button", name=f"Perkelti aukštyn: {place}. Naujas tikslas.").click()
    assert texts(page) == ["Naujas tikslas.", *GOALS, ""]
    page.locator("#goals-4 .inline-deletelink").click()
    assert texts(page) == ["Naujas tikslas.", *GOALS]
    assert numbers(page) == ["1", "2", "3", "4"]
    add_row(page, "goals")  # and left empty
    page.locator("#goals-4").get_by_role("button", name="Perkelti aukštyn").click()
    save(page)
    assert goals_seen(site, open_browser, project) == ["Naujas tikslas.", *GOALS]


def test_goal_to_be_deleted_keeps_its_place(site, open_browser, project, open_form):
    page = open_form()
    page.locator("#id_goals-1-DELETE").check()
    page.get_by_role("button", name=f"Perkelti aukštyn: 3. {GOALS[2]}").click()
    page.get_by_role("button", name=f"Perkelti aukštyn: 2. {GOALS[2]}").click()
    save(page)
    assert goals_seen(site, open_browser, project) == [GOALS[2], GOALS[0]]


def test_goal_comes_at_once_where_its_number_says(site, open_browser, project, open_form):
    page = open_form()
    page.locator("#id_goals-2-position").fill("1")
    page.keyboard.press("Tab")
    assert texts(page) == [GOALS[2], GOALS[0], GOALS[1]]
    assert numbers(page) == ["1", "2", "3"]
    page.locator("#id_goals-0-position").fill("")
    page.keyboard.press("Tab")
    assert texts(page) == [GOALS[2], GOALS[1], GOALS[0]]
    save(page)
    assert goals_seen(site, open_browser, project) == [GOALS[2], GOALS[1], GOALS[0]]


def test_goal_is_moved_by_its_number_without_a_script(site, open_browser, project, open_form):
    page = open_form(scripts=False)
    expect(page.get_by_role("button", name="Perkelti")).to_have_count(0)
    page.locator("#id_goals-2-position").fill("1")
    save(page)
    assert goals_seen(site, open_browser, project) == [GOALS[2], GOALS[0], GOALS[1]]


LIST = """
() => {
    const list = document.createElement("ol");
    list.dataset.ordered = "";
    document.querySelector("#content-main").prepend(list);
    for (const text of ["Pirma", "Antra"]) {
        const row = document.createElement("li");
        row.innerHTML = `<input type="text" value="${text}"><input class="position">`;
        list.append(row);
        list.dispatchEvent(new CustomEvent("row:added", { detail: row }));
    }
}
"""


def test_items_that_come_to_a_list_can_be_moved(open_form):
    page = open_form()
    page.evaluate(LIST)
    page.get_by_role("button", name="Perkelti aukštyn: 2. Antra").click()
    rows = page.locator("[data-ordered] > li")
    assert [row.locator("input").first.input_value() for row in rows.all()] == ["Antra", "Pirma"]
    assert [each.input_value() for each in rows.locator(".position").all()] == ["1", "2"]


@pytest.fixture(params=["activities", "documents", "photos"])
def ordered(request, site, project, open_form):
    """The other things that staff sort, three of each: the page, its rows, and the saved order."""
    for number in (1, 2, 3):
        file = factories.upload(f"{number}.pdf")
        project.documents.create(title=f"Dokumentas {number}", position=number, file=file)
        factories.photo(project, caption=f"Nuotrauka {number}", position=number)
    page, rows = open_form(), f"#{request.param}-group .ordered-row"
    if request.param == "photos":
        page.goto(f"{site}/admin/projects/project/{project.pk}/nuotraukos/")
        rows = "[data-ordered] > .ordered-row"
    expect(page.locator(rows)).to_have_count(3)

    def saved():
        with page.expect_navigation():
            page.get_by_role("button", name="Išsaugoti", exact=True).first.click()
        page.wait_for_load_state("networkidle")
        return [str(each)[-2:].strip(".") for each in getattr(project, request.param).all()]

    return page, page.locator(rows), saved


def test_each_kind_is_moved_by_the_arrows(ordered):
    page, rows, saved = ordered
    rows.nth(2).get_by_role("button", name="Perkelti aukštyn").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert [each.strip() for each in saved()] == ["3", "1", "2"]


def test_each_kind_is_dragged(ordered):
    page, rows, saved = ordered
    page.set_viewport_size({"width": 1280, "height": 3000})  # an activity fills a screen
    start, end = (rows.nth(at).locator(".ordering-handle") for at in (1, 0))
    start.drag_to(end, target_position={"x": 5, "y": 2})
    assert [each.strip() for each in saved()] == ["2", "1", "3"]
