"""A project with a dozen photos: how much it weighs at first, and that nothing in it jumps."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageFilter

from projects.models import Photo
from tests import factories
from tests.tasks import run_tasks

from .conftest import SCREENSHOTS
from .pages import full_project

PHOTOS = 12
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


def detailed(size, seed):
    """A JPEG about as hard to compress as a photo of its size: coarse and fine grain."""
    coarse = Image.effect_noise((size[0] // 24, size[1] // 24), 60 + seed).resize(size)
    fine = Image.effect_noise(size, 40).filter(ImageFilter.GaussianBlur(2))
    grey = Image.blend(coarse, fine, 0.3)
    picture = Image.merge("RGB", (grey, grey.transpose(Image.Transpose.ROTATE_180), coarse))
    data = BytesIO()
    picture.save(data, "JPEG", quality=88)
    return ContentFile(data.getvalue(), name=f"nuotrauka{seed}.jpg")


def gallery():
    """Return the address of a project's page with PHOTOS photos, lying and standing."""
    project = full_project()
    Photo.objects.filter(project=project).delete()
    for number in range(PHOTOS):
        factories.photo(
            project,
            image=detailed((720, 540) if number % 4 else (540, 720), number),
            alt="Skaitytojai prie lentynų",
            caption="Seminaro dalyviai senojoje skaitykloje." if number % 3 else "",
        )
    run_tasks()
    return project.get_absolute_url()


class Watched:
    """A browser that counts what it is sent, and how far things on the page have moved."""

    def __init__(self, chromium, width, density, colours):
        viewport = {"width": width, "height": 844 if width < 600 else 900}
        self.context = chromium.new_context(
            viewport=viewport, device_scale_factor=density, color_scheme=colours
        )
        self.page = self.context.new_page()
        self.page.add_init_script(SHIFTS)
        self.sent = []
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda e: self.sent.append(e["encodedDataLength"]))

    def scroll_through(self):
        for y in range(0, self.page.evaluate("document.body.scrollHeight"), 400):
            self.page.evaluate(f"scrollTo(0, {y})")
            self.page.wait_for_timeout(50)
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def watched(chromium):
    made = []

    def make(width, density, colours="light"):
        made.append(Watched(chromium, width, density, colours))
        return made[-1]

    yield make
    for each in made:
        each.context.close()


def test_page_with_a_dozen_photos_is_light_at_first_and_nothing_jumps(site, watched):
    address = site + gallery()
    SCREENSHOTS.mkdir(exist_ok=True)
    for width, density, colours in [(390, 2, "dark"), (390, 3, "light"), (1280, 1, "light")]:
        browser = watched(width, density, colours)
        browser.page.goto(address, wait_until="networkidle")
        assert sum(browser.sent) <= 200_000  # bytes
        # Here it is about photos, so the fonts, which may move a line, are there already.
        browser = watched(width, density, colours)
        browser.page.goto(site, wait_until="networkidle")
        browser.page.goto(address, wait_until="networkidle")
        browser.scroll_through()
        assert browser.page.evaluate("window.shifted") == 0
        sources = browser.page.eval_on_selector_all(
            ".photos img", "images => images.map(each => [each.currentSrc, each.complete])"
        )
        assert len(sources) == PHOTOS
        assert {(source[-5:], is_there) for source, is_there in sources} == {(".avif", True)}
        name = f"projektas-su-nuotraukomis-{width}-{colours}.png"
        browser.page.screenshot(path=SCREENSHOTS / name, full_page=True)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_logo_stands_on_white_in_both_schemes_as_large_as_it_is_told(site, watched, colours):
    project = factories.project()
    funder = factories.funder(logo=factories.picture("zenklas.png", size=(900, 300)))
    factories.funding(project, funder)
    run_tasks()
    for width in (390, 1280):
        page = watched(width, 1, colours).page
        page.goto(site + project.get_absolute_url())
        plate = page.locator(".funder-logo")
        colour = plate.evaluate("each => getComputedStyle(each).backgroundColor")
        assert colour == "rgb(255, 255, 255)"
        logo = plate.locator("img").bounding_box()
        assert (round(logo["width"]), round(logo["height"])) == (206, 69)


def test_photo_without_renditions_keeps_its_place(site, watched):
    project = factories.project()
    factories.photo(project, image=detailed((720, 540), 1))
    browser = watched(390, 1)
    browser.page.goto(site + project.get_absolute_url())
    before = browser.page.locator(".photos svg").bounding_box()
    run_tasks()
    browser.page.reload(wait_until="networkidle")
    assert browser.page.locator(".photos img").bounding_box() == before
