"""A real Chromium before a real server with the sample content."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from tests import factories

# Playwright runs a loop of its own in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SCREENSHOTS = Path(__file__).parent / "screenshots"
WAIT = 10_000  # milliseconds


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server):
    """The address of a site that holds the sample content."""
    call_command("load_demo", verbosity=0)
    settings.CSRF_TRUSTED_ORIGINS.append(live_server.url)
    yield live_server.url
    settings.CSRF_TRUSTED_ORIGINS.remove(live_server.url)


@pytest.fixture
def open_browser(chromium):
    """Return a function that opens a page in a browser of its own: width, colours, scripts.

    At the end no page may have complained in its console: of the content security policy, of a
    missing file, of a script that fails.
    """
    contexts, complaints = [], []

    def open_page(width=1280, colours="light", scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=colours,
            java_script_enabled=scripts,
            locale="en-GB",
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [each for each in complaints if "status of 404" not in each] == []


@pytest.fixture
def staff(transactional_db):
    """An editor who can log in."""
    call_command("create_editor", verbosity=0)
    return factories.user(email="redaktore@biblioteka.example", is_staff=True, is_superuser=True)


def log_in(page, site, user):
    page.goto(f"{site}/prisijungti/")
    page.get_by_label("El. pašto adresas").fill(user.email)
    page.get_by_label("Slaptažodis", exact=True).fill(factories.PASSWORD)
    page.locator("main").get_by_role("button", name="Prisijungti").click()
    page.get_by_role("button", name="Atsijungti").first.wait_for()
