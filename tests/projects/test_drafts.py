"""What is typed into a project is kept in the browser; here what tells the browser to let go."""

import pytest
from django.urls import reverse

from tests import factories
from tests.forms import form_data

pytestmark = pytest.mark.django_db

ADD = "/admin/projects/project/add/"
KEPT = 'id="kept-draft"'


def sent(client, address, **changes):
    data = form_data(client.get(address).content.decode(), "project_form")
    return client.post(address, data | changes)


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
def test_form_that_is_saved_is_told_to_the_browser(editor, editor_user, button):
    response = sent(editor, ADD, title="Mugė", **{button: "1"})
    assert response.status_code == 302
    cookie = response.cookies["saved_form"]
    assert cookie.value == f"{editor_user.pk}%3A%2Fadmin%2Fprojects%2Fproject%2Fadd%2F"
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("changes", [{"title": ""}, {"_preview": "1"}])
def test_form_that_is_not_saved_is_not(editor, changes):
    project = factories.full_project()
    address = reverse("admin:projects_project_change", args=[project.pk])
    assert "saved_form" not in sent(editor, address, **changes).cookies


def test_form_of_a_project_offers_a_draft_and_that_of_a_funder_does_not(editor):
    funder = factories.funder()
    assert KEPT in editor.get(ADD).content.decode()
    address = reverse("admin:projects_funder_change", args=[funder.pk])
    assert KEPT not in editor.get(address).content.decode()
