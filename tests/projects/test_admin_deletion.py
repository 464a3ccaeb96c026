import re

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def listed(page):
    """Return the words of the list items of `page`, without those of items within."""
    items = re.findall(r"<li>([^<]*(?:<a[^>]*>[^<]*</a>)?)", page.content.decode())
    return [" ".join(re.sub("<[^>]*>", " ", item).split()) for item in items]


def test_deletion_names_what_goes_with_the_project_and_no_links_between_it(editor):
    project = factories.full_project()
    project.activities.first().goals.add(project.goals.first())
    page = editor.get(reverse("admin:projects_project_delete", args=[project.pk]))
    told = listed(page)
    assert "Tikslai: 2" in told
    assert "Tikslas: Tikslas 1." in told
    assert "Partneris: Partneris 2" in told
    assert not [each for each in told if "ryš" in each or "object" in each]


def test_list_of_projects_has_no_number_for_what_comes_last(editor):
    factories.project()
    page = editor.get("/admin/projects/project/")
    assert "647" not in page.content.decode()  # 2 147 483 647
