"""No page of the admin leads staff to what they may not see, or what is not there."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts import roles
from tests import factories
from tests.crawling import Links, on_this_site
from tests.logins import log_in
from tests.test_permissions import World

pytestmark = pytest.mark.django_db

ENDS_SESSION = "/admin/logout/"


def dead_ends(client):
    """Return {address: (status, the page that shows it)} of what leads nowhere in the admin.

    What narrows a list is looked at, and leads on to nothing that the list itself does not.
    """
    shown_on = {"/admin/": ""}
    queue, found = ["/admin/"], {}
    while queue:
        address = queue.pop()
        response = client.get(address)
        if response.status_code >= 400:
            found[address] = response.status_code, shown_on[address]
        if response.streaming:
            response.getvalue()  # a file, which leads nowhere
            continue
        if response.status_code != 200 or urlsplit(address).query:
            continue
        links = Links()
        links.feed(response.content.decode())
        for link in links.addresses:
            target = on_this_site(link, address)
            if target and target.startswith("/admin/") and target not in {ENDS_SESSION, *shown_on}:
                shown_on[target] = address
                queue.append(target)
    assert len(shown_on) > 20
    return found


def staff_with(*permissions):
    """Return a client of staff who have these permissions alone, by how their names begin."""
    user = factories.user(is_staff=True)
    for app, begins in permissions:
        known = Permission.objects.filter(content_type__app_label=app, codename__startswith=begins)
        user.user_permissions.add(*known)
    return log_in(Client(), user)


def test_no_role_is_led_to_where_it_may_not_go(editor_user):
    world = World(editor_user)
    for role in ("editor", "administrator", "superuser"):
        assert dead_ends(world.client(role)) == {}, role


def test_numbers_of_four_figures_lead_as_well(editor_user):
    world = World(editor_user)
    project = factories.full_project(pk=12_345)
    factories.funder(pk=23_456)
    factories.photo(project, pk=34_567)
    factories.library(pk=45_678)
    assert dead_ends(world.client("superuser")) == {}


@pytest.mark.parametrize(
    "permissions",
    [
        [("association", "view"), ("projects", "view")],
        [("association", "view"), ("projects", "view"), ("accounts", "view")],
        [("association", "change"), ("projects", "change"), ("association", "view")],
        [("projects", "add"), ("projects", "view"), ("association", "view")],
        [("projects", "view_funder"), ("projects", "change_funder"), ("association", "view")],
        [("association", "view"), ("projects", "delete"), ("projects", "view")],
    ],
)
def test_staff_with_fewer_rights_are_led_to_where_they_may_go(editor_user, permissions):
    World(editor_user)
    assert dead_ends(staff_with(*permissions)) == {}


def test_role_that_was_taken_away_opens_no_page(editor_user):
    client = log_in(Client(), editor_user)
    roles.give(editor_user, roles.Role.NONE)
    assert client.get("/admin/projects/project/").status_code == 302
