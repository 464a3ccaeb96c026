"""What the Nu HTML checker and Lighthouse say of the pages."""

import json
import os
import subprocess

import pytest
from django.conf import settings

from projects.models import Project

from .conftest import CHROMIUM
from .pages import open_each

NODE_MODULES = settings.BASE_DIR / "node_modules"
# Safari needs the role where a list shows no markers: https://bugs.webkit.org/show_bug.cgi?id=170179
NEEDED = ".*The “list” role is unnecessary.*"


@pytest.mark.urls("tests.browser.pages")
def test_each_page_is_valid_html(site, open_browser, tmp_path):
    page = open_browser(scripts=False)
    folder = tmp_path / "pages"
    folder.mkdir()
    sent = []
    page.on("response", lambda response: sent.append(response))
    for name in open_each(page, site):
        last = [each for each in sent if each.request.is_navigation_request()][-1]
        (folder / f"{name}.html").write_bytes(last.body())
    checker = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    options = ["--Werror", "--format", "gnu", "--filterpattern", NEEDED]
    checked = subprocess.run(
        ["java", "-jar", checker, *options, *sorted(folder.iterdir())],
        capture_output=True,
        text=True,
    )
    assert checked.stderr == ""
    assert checked.returncode == 0


def lighthouse(address, path, *categories):
    """Return what Lighthouse gives the page at `address`, on a phone, for each of `categories`.

    100 is the best. Its report is left at `path`.
    """
    command = [NODE_MODULES / ".bin" / "lighthouse", address, "--quiet", "--output=json"]
    command += [f"--output-path={path}", f"--only-categories={','.join(categories)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    for _attempt in range(5):
        subprocess.run(command, capture_output=True, env=os.environ | {"CHROME_PATH": CHROMIUM})
        report = json.loads(path.read_text(encoding="utf-8"))
        # At times it loses the trace of a Chromium newer than itself, and asks to be run again.
        if "runtimeError" not in report:
            break
    return [round(100 * report["categories"][name]["score"]) for name in categories]


@pytest.fixture(params=["first", "project", "login"])
def address(site, request):
    project = Project.objects.first().get_absolute_url()
    return site + {"first": "/", "project": project, "login": "/prisijungti/"}[request.param]


def test_lighthouse_finds_nothing_to_better(address, tmp_path):
    categories = ["accessibility", "best-practices", "seo"]
    assert lighthouse(address, tmp_path / "report.json", *categories) == [100, 100, 100]


@pytest.mark.speed
def test_lighthouse_finds_the_page_fast_in_three_runs_of_three(address, tmp_path):
    for run in range(3):
        assert lighthouse(address, tmp_path / f"{run}.json", "performance")[0] >= 98
