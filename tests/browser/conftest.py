"""A real Chromium before a real server with the sample content."""

import os
import re
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signals
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Error, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import factories, logins

from .letters import Mailbox, mail_server

# Playwright runs a loop of its own in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SCREENSHOTS = Path(__file__).parent / "screenshots"
WAIT = 20_000  # milliseconds; two browsers and two sites share the cores
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
# Every rule of axe: those for AAA's contrast and for the size of targets too, and a text whose
# contrast it cannot tell is none that passes. Of covers, whose spine is a gradient, the cloth is
# left; letters of a chart and arrows have the colours of the text around them.
RUN_AXE = """
async () => {
    for (const cover of document.querySelectorAll(".cover"))
        cover.style.backgroundImage = "none";
    const enabled = ["color-contrast-enhanced", "target-size"].map((id) => [id, { enabled: true }]);
    const found = await axe.run({ rules: Object.fromEntries(enabled) });
    const unsure = found.incomplete.filter((each) => each.id.startsWith("color-contrast"));
    for (const each of unsure)
        each.nodes = each.nodes.filter((node) => !(node.html.startsWith("<text")
            || node.failureSummary.includes("only non-text characters")));
    return [...found.violations, ...unsure].flatMap((each) =>
        each.nodes.map((node) => `${each.id}: ${node.html} ${node.failureSummary}`));
}
"""
# In the admin, whose colours are Django's: the rules of levels A and AA.
RUN_AXE_AA = """
async () => {
    const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const runOnly = { type: "tag", values: levels };
    const found = await axe.run({ runOnly, resultTypes: ["violations"] });
    return found.violations.flatMap((each) =>
        each.nodes.map((node) => `${each.id}: ${node.html} ${node.failureSummary}`));
}
"""


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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file, as the site has it: requests and tasks each have a connection of their own.

    In memory they would share one, where whoever reads while another writes is refused.
    """
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "db.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def live_server(django_db_setup, request):
    """The server of pytest-django, made when it can see that the database is a file."""
    server = LiveServer(request.config.getvalue("liveserver") or "localhost")
    yield server
    server.stop()


class UnderWay:
    """The requests that the server is still at, in whichever thread."""

    def __init__(self):
        self.begun, self.ended = [], []

    def begin(self, **kwargs):
        self.begun.append(True)

    def end(self, **kwargs):
        self.ended.append(True)

    def wait(self):
        """Wait for their end: the database cannot be emptied while one reads it.

        One that a browser sent before it was closed may begin only now: hence the second look.
        """
        until = time.monotonic() + WAIT / 1000
        before = None
        while time.monotonic() < until:
            now = len(self.begun)
            if now == len(self.ended) == before:
                break
            before = now
            time.sleep(0.1)


@pytest.fixture
def live_site(live_server):
    """The address of a site that holds nothing yet."""
    under_way = UnderWay()
    signals.request_started.connect(under_way.begin)
    signals.request_finished.connect(under_way.end)
    settings.CSRF_TRUSTED_ORIGINS.append(live_server.url)
    yield live_server.url
    settings.CSRF_TRUSTED_ORIGINS.remove(live_server.url)
    under_way.wait()
    signals.request_started.disconnect(under_way.begin)
    signals.request_finished.disconnect(under_way.end)


@pytest.fixture
def site(live_site):
    """The address of a site that holds the sample content."""
    call_command("load_demo", verbosity=0)
    return live_site


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
    # Such a page is looked at too, and a server is killed while somebody types.
    told = re.compile("status of (404|410)|net::ERR_(CONNECTION_RE|EMPTY_RESPONSE)")
    assert [each for each in complaints if not told.search(each)] == []


@pytest.fixture
def mailbox(settings):
    """The letters that the site has sent by SMTP."""
    box = Mailbox()
    server = mail_server(box)
    server.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": server.hostname, "port": server.port},
        }
    }
    yield box
    server.stop()


@pytest.fixture
def staff(transactional_db):
    """An editor who can log in, with an authenticator app."""
    call_command("create_editor", verbosity=0)
    user = factories.user(email="redaktore@biblioteka.example", is_staff=True, is_superuser=True)
    logins.set_up_app(user)
    return user


def enter_password(page, site, user, password=factories.PASSWORD, path="/prisijungti/"):
    """Log in as far as the password leads."""
    page.goto(f"{site}{path}")
    page.get_by_label("El. pašto adresas").fill(user.email)
    page.get_by_label("Slaptažodis", exact=True).fill(password)
    page.get_by_role("button", name="Prisijungti", exact=True).click()


def log_in(page, site, user):
    """Log in by password, and staff by the code of their app too."""
    enter_password(page, site, user)
    if user.is_staff:
        page.get_by_label("Programėlės arba atkūrimo kodas").fill(logins.app_code())
        page.get_by_role("button", name="Prisijungti", exact=True).click()
    page.get_by_role("button", name="Atsijungti").first.wait_for()


def barriers(page, rules=RUN_AXE):
    """Return what axe finds on the page that `page` is at."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(rules)


def take_picture(page, path):
    """Keep a picture of the whole page at `path`: where the machine is busy, at the second try."""
    try:
        page.screenshot(path=path, full_page=True)
    except Error as error:
        if "Unable to capture" not in error.message:
            raise
        page.screenshot(path=path, full_page=True)


def look_at(page, name, rules=RUN_AXE):
    """Keep a picture of the page under `name`; return what axe finds wrong with it."""
    take_picture(page, SCREENSHOTS / f"{name}.png")
    return barriers(page, rules)
