"""Each role of the staff logs in and gets what tests/permissions.txt says, and nothing else."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts import roles
from accounts.models import User
from tests import factories, logins
from tests.crawling import Links, on_this_site
from tests.test_permissions import TABLE, WORDS, World

from .conftest import log_in

pytestmark = pytest.mark.both_databases

STAFF = ["editor", "administrator", "superuser"]
LOGOUT = "/admin/logout/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')


@pytest.fixture
def world(live_site, transactional_db):
    """Somebody of each role with an app to log in by, and something behind each address."""
    world = World(factories.user(email="redaktore@biblioteka.example", is_staff=True))
    for role in STAFF:
        logins.set_up_app(world.people[role])
    return world


def said():
    """Return {role: {name of an address of the admin: what the table says of asking for it}}."""
    head, *rows = TABLE.read_text(encoding="utf-8").splitlines()
    columns, found = head.split(), {role: {} for role in STAFF}
    for row in rows:
        name, *answers = re.split(r"  +", row.rstrip())
        if name.startswith("GET admin:"):
            for role, answer in zip(columns, answers, strict=True):
                if role in STAFF:
                    found[role][name.removeprefix("GET ")] = answer
    return found


def got(page, site, address):
    """Return what the browser of `page` gets at `address`, as the table says it, and its text."""
    response = page.request.get(site + address, max_redirects=0)
    answer = "on" if response.status in {301, 302} else WORDS[response.status]
    return answer, response.text() if answer == "yes" else ""


def links_of(text, address):
    """Return the paths of the admin to which a page leads, without what narrows a list."""
    links = Links()
    links.feed(text)
    shown = {on_this_site(each, address) for each in links.addresses} - {None}
    return {urlsplit(each).path for each in shown if each.startswith("/admin/")}


def send(page, site, address, **typed):
    """Send a form to `address` that no page showed; return the status of the answer."""
    shown = page.request.get(f"{site}/admin/").text()
    form = {"csrfmiddlewaretoken": TOKEN.search(shown)[1], **typed}
    sent = page.request.post(
        site + address, form=form, headers={"Referer": f"{site}/admin/"}, max_redirects=0
    )
    return sent.status


def look_around(page, site, addresses, expected):
    """Ask for each of `addresses`; return what is not `expected`, and what leads nowhere."""
    wrong, shown, answers = {}, {}, {}
    for name, address in addresses.items():
        answer, text = got(page, site, address)
        answers[urlsplit(address).path] = answer
        if answer != expected[name]:
            wrong[name] = answer
        if text and not address.endswith("/jsi18n/"):
            shown |= dict.fromkeys(links_of(text, address), name)
    for path, name in shown.items():
        answer = answers.get(path) or got(page, site, path)[0]
        if answer in {"denied", "no"} and path != LOGOUT:
            wrong[f"{path} on {name}"] = answer
    return wrong


def test_each_role_gets_what_the_table_of_permissions_says(live_site, open_browser, world):
    table = said()
    addresses = {
        name: address for name, address in world.addresses().items() if name.startswith("admin:")
    }
    del addresses["admin:logout"]
    for role in STAFF:
        page = open_browser()
        log_in(page, live_site, world.people[role])
        asked = addresses
        if role == "superuser":  # whose other pages are those of an administrator
            asked = {name: each for name, each in addresses.items() if "_user" in name}
        assert look_around(page, live_site, asked, table[role]) == {}, role


def test_editor_finds_no_way_to_accounts_nor_to_more_rights(live_site, open_browser, world):
    editor, other = world.people["editor"], world.people["administrator"]
    page = open_browser()
    log_in(page, live_site, editor)
    page.goto(f"{live_site}/admin/")
    told = page.locator("#content").inner_text()
    assert "Projektai" in told
    for name in ("Naudotojai", "Kvietimai", "Atstovai"):
        assert name not in told
    page.goto(f"{live_site}/admin/association/library/{world.library.pk}/change/")
    assert world.director.user.email not in page.content()
    for user in (editor, other):
        of_user = f"/admin/accounts/user/{user.pk}"
        wanted = {"email": user.email, "is_active": "on", "role": roles.Role.ALL_RIGHTS.value}
        assert send(page, live_site, f"{of_user}/change/", **wanted) == 403
        passwords = dict.fromkeys(["password1", "password2"], factories.PASSWORD)
        assert send(page, live_site, f"{of_user}/password/", **passwords) == 403
    assert send(page, live_site, f"/admin/accounts/user/{other.pk}/delete/", post="yes") == 403
    new = {"email": "nauja@biblioteka.example", "usable_password": "false"}
    assert send(page, live_site, "/admin/accounts/user/add/", **new) == 403
    act = {"action": "delete_selected", "_selected_action": str(other.pk), "post": "yes"}
    assert send(page, live_site, "/admin/accounts/user/", **act) == 403
    invite = {"email": "nauja@biblioteka.example", "library": str(world.library.pk)}
    assert send(page, live_site, "/admin/accounts/invitation/add/", **invite) == 403
    acts = {
        "user": str(editor.pk),
        "library": str(world.library.pk),
        "starts_on": str(timezone.localdate()),
    }
    assert send(page, live_site, "/admin/accounts/representative/add/", **acts) == 403
    assert not User.objects.filter(email__startswith="nauja@").exists()
    assert roles.role_of(User.objects.get(pk=editor.pk)) == roles.Role.EDITOR
    assert roles.role_of(User.objects.get(pk=other.pk)) == roles.Role.ADMINISTRATOR


def test_administrator_cannot_give_all_rights(live_site, open_browser, world):
    administrator = world.people["administrator"]
    page = open_browser()
    log_in(page, live_site, administrator)
    own = f"/admin/accounts/user/{administrator.pk}/change/"
    page.goto(live_site + own)
    assert page.locator("input[name=role]").count() == len(roles.Role) - 1
    page.locator("input[name=role]").last.evaluate("each => { each.value = '*'; }")
    page.locator("input[name=role]").last.check()
    page.get_by_role("button", name="Išsaugoti", exact=True).click()
    page.locator(".errornote").wait_for()
    of_owner = f"/admin/accounts/user/{world.people['superuser'].pk}/change/"
    assert send(page, live_site, of_owner, email="kita@biblioteka.example") == 403
    assert roles.role_of(User.objects.get(pk=administrator.pk)) == roles.Role.ADMINISTRATOR
