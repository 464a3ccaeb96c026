"""An editor sends many photos at once and tells them in words, in a real browser."""

import pytest
from playwright.sync_api import expect

from projects.models import Photo
from tests import factories
from tests.pictures import cut_short, drawing, from_iphone, saved
from tests.tasks import run_tasks

from .conftest import RUN_AXE_AA, log_in, look_at

pytestmark = pytest.mark.both_databases

REFUSED = {
    "brezinys.jpg": "Tai ne paveikslėlis arba jo formato svetainė nepriima.",
    "nutrukusi.jpg": "Paveikslėlio failas sugadintas arba atsiųstas ne visas.",
    "tekstas.txt": "Tai ne paveikslėlis arba jo formato svetainė nepriima.",
}


@pytest.fixture
def folder(tmp_path):
    """20 files of which 17 are photos: `nuotrauka01.jpg` and so on."""
    for number in range(1, 18):
        photo = saved(drawing((900, 600) if number % 3 else (600, 900)))
        (tmp_path / f"nuotrauka{number:02}.jpg").write_bytes(photo.read())
    (tmp_path / "brezinys.jpg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "nutrukusi.jpg").write_bytes(cut_short().read())
    (tmp_path / "tekstas.txt").write_text("Tai ne nuotrauka.", encoding="utf-8")
    return tmp_path


def open_photos(page, site, staff, project):
    log_in(page, site, staff)
    page.goto(f"{site}/admin/projects/project/{project.pk}/change/")
    page.get_by_role("link", name="Nuotraukos (").click()
    page.wait_for_load_state("networkidle")


def choose(page, files):
    page.get_by_label("Pasirinkite nuotraukas").set_input_files(files)


def row(page, name):
    return page.locator("[data-photo]").filter(has=page.get_by_role("heading", name=name))


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Išsaugoti", exact=True).click()


def shown_to_visitors(open_browser, site, project):
    page = open_browser(scripts=False)
    page.goto(site + project.get_absolute_url())
    images = page.locator(".photos img")
    return images.evaluate_all("images => images.map(each => each.alt)")


def test_twenty_photos_are_sent_at_once_and_three_bad_ones_say_why(
    site, open_browser, staff, folder
):
    project = factories.project()
    page = open_browser()
    open_photos(page, site, staff, project)
    expect(page.get_by_text("Nuotraukų dar nėra.")).to_be_visible()
    choose(page, sorted(folder.iterdir()))
    expect(page.get_by_role("progressbar").first).to_be_attached()
    expect(page.get_by_text("Įkelta 17 iš 20. Nepriimta 3.")).to_be_visible(timeout=60_000)
    rows = page.locator("[data-photo]")
    expect(rows).to_have_count(17)
    names = rows.get_by_role("heading").all_inner_texts()
    assert names == [f"nuotrauka{number:02}.jpg" for number in range(1, 18)]
    expect(rows.locator("canvas:visible")).to_have_count(17)
    left = page.locator("[data-sent] li")
    expect(left).to_have_count(3)
    for name, told in REFUSED.items():
        expect(left.filter(has_text=name)).to_contain_text(told)
    expect(page.get_by_text("17 dar be alternatyviojo teksto")).to_be_visible()
    assert shown_to_visitors(open_browser, site, project) == []
    row(page, "nuotrauka02").get_by_label("Alternatyvusis tekstas").fill("Pilna salė")
    row(page, "nuotrauka03").get_by_label("Puošybinė").check()
    look_at(page, "admin-nuotraukos-ikeltos")
    save(page)
    expect(page.get_by_text("Lankytojai mato 2 nuotraukas. 15 dar be")).to_be_visible()
    run_tasks()
    assert shown_to_visitors(open_browser, site, project) == ["Pilna salė", ""]


def test_photos_are_sent_and_told_without_a_script(site, open_browser, staff, folder):
    project = factories.project()
    factories.photo(project, alt="Sena nuotrauka")
    run_tasks()
    page = open_browser(scripts=False)
    open_photos(page, site, staff, project)
    page.get_by_label("Prierašas").fill("Atidarymas")
    choose(page, [folder / "nuotrauka01.jpg", folder / "nutrukusi.jpg", folder / "nuotrauka02.jpg"])
    with page.expect_navigation():
        page.get_by_role("button", name="Įkelti nuotraukas").click()
    expect(page.get_by_text("Įkeltos 2 nuotraukos.")).to_be_visible()
    told = f"nutrukusi.jpg: {REFUSED['nutrukusi.jpg']}"
    expect(page.get_by_text(told)).to_be_visible()
    expect(page.locator("[data-photo]")).to_have_count(3)
    expect(page.get_by_label("Prierašas").first).to_have_value("Atidarymas")
    expect(page.get_by_text("Spustelėkite")).to_be_hidden()
    row(page, "nuotrauka02").get_by_label("Alternatyvusis tekstas").fill("Knygų mugė")
    row(page, "nuotrauka02").get_by_label("Nr.").fill("1")
    row(page, "nuotrauka01").get_by_label("Ištrinti").check()
    save(page)
    run_tasks()
    assert shown_to_visitors(open_browser, site, project) == ["Knygų mugė", "Sena nuotrauka"]


def test_main_spot_is_where_one_clicks(site, open_browser, staff):
    project = factories.project()
    photo = factories.photo(project, image=saved(drawing((900, 600))))
    run_tasks()
    page = open_browser()
    open_photos(page, site, staff, project)
    picture = page.locator("[data-picture] img")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    spot = [page.get_by_label(label).input_value() for label in ("Nuo kairės", "Nuo viršaus")]
    assert [int(each) for each in spot] == pytest.approx([25, 75], abs=1)
    mark = page.locator("[data-mark]").bounding_box()
    middle = mark["x"] + mark["width"] / 2 - box["x"], mark["y"] + mark["height"] / 2 - box["y"]
    assert middle == pytest.approx((box["width"] * 0.25, box["height"] * 0.75), abs=2)
    save(page)
    photo.refresh_from_db()
    assert list(map(str, photo.focus)) == spot


def test_photos_are_dropped_on_the_page(site, open_browser, staff, folder):
    project = factories.project()
    page = open_browser()
    open_photos(page, site, staff, project)
    photo = list((folder / "nuotrauka01.jpg").read_bytes())
    dropped = page.evaluate_handle(
        """bytes => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([new Uint8Array(bytes)], "numesta.jpg"));
            return dropped;
        }""",
        photo,
    )
    for name in ("dragover", "drop"):
        page.dispatch_event("[data-photos]", name, {"dataTransfer": dropped})
    expect(page.get_by_text("Įkelta 1 iš 1.")).to_be_visible()
    expect(row(page, "numesta")).to_be_visible()
    assert project.photos.get().file_name == "numesta.jpg"


def test_photo_that_did_not_arrive_is_sent_again(site, open_browser, staff, folder):
    project = factories.project()
    page = open_browser()
    open_photos(page, site, staff, project)
    page.get_by_text("Nuotraukų dar nėra.").wait_for()
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    choose(page, folder / "nuotrauka01.jpg")
    expect(page.get_by_text("Esate atsijungę.")).to_be_visible()
    expect(page.get_by_text("Įkelta 0 iš 1. Nepriimta 1.")).to_be_visible()
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Bandyti dar kartą").click()
    expect(page.get_by_text("Įkelta 1 iš 1.")).to_be_visible()
    expect(page.locator("[data-photo]")).to_have_count(1)


def test_iphone_photo_that_the_browser_cannot_draw_comes_once_it_is_made(
    site, open_browser, staff, tmp_path
):
    project = factories.project()
    file = tmp_path / "IMG_0001.HEIC"
    file.write_bytes(from_iphone().read())
    page = open_browser()
    open_photos(page, site, staff, project)
    choose(page, file)
    expect(page.get_by_text("Vaizdas dar ruošiamas.")).to_be_visible()
    page.get_by_label("Alternatyvusis tekstas").fill("Pilna salė")
    run_tasks()
    expect(page.locator("[data-picture] img")).to_be_visible()
    expect(page.get_by_label("Alternatyvusis tekstas")).to_have_value("Pilna salė")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_page_of_photos_has_no_barrier_that_axe_finds(
    site, open_browser, staff, folder, width, colours
):
    project = factories.project()
    factories.photo(project, caption="Atidarymas", image=saved(drawing((900, 600))))
    factories.photo(project, alt="", image=saved(drawing((600, 900))))
    run_tasks()
    factories.photo(project, alt="")
    page = open_browser(width, colours)
    open_photos(page, site, staff, project)
    found = {}

    def look(name):
        page.wait_for_load_state("networkidle")
        found[name] = look_at(page, f"admin-{name}-{width}-{colours}", RUN_AXE_AA)

    look("nuotraukos")
    choose(page, [folder / "nuotrauka01.jpg", folder / "nutrukusi.jpg"])
    expect(page.get_by_text("Įkelta 1 iš 2. Nepriimta 1.")).to_be_visible()
    expect(page.locator("[data-picture] canvas")).to_be_visible()
    look("nuotraukos-ikelta")
    first = page.locator("[data-photo]").first
    first.get_by_label("Puošybinė").check()
    first.get_by_label("Nuo kairės").fill("101")
    save(page)
    look("nuotraukos-klaida")
    assert found == dict.fromkeys(found, [])
    width_of_page = page.evaluate("document.documentElement.scrollWidth")
    assert width_of_page <= width
    assert Photo.objects.get(caption="Atidarymas").focus_x == 50
