import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def create_editor():
    output = StringIO()
    call_command("create_editor", stdout=output)
    return output.getvalue()


def test_create_editor_prints_a_password_that_works():
    email, password = re.search(r": (\S+)\s+password: (\S+)", create_editor()).groups()
    client = Client()
    client.post("/prisijungti/", {"login": email, "password": password})
    assert client.get("/admin/projects/project/add/").status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403


def test_create_editor_does_nothing_where_somebody_can_enter_the_admin():
    factories.user(is_staff=True)
    assert create_editor() == ""
    assert User.objects.count() == 1


def test_create_editor_twice_makes_one_account():
    create_editor()
    assert create_editor() == ""
