import pytest
from django.urls import reverse

from association.models import Membership
from tests import factories
from tests.forms import form_data

pytestmark = pytest.mark.django_db


def save_memberships(client, library, *periods):
    """Save the admin's form of `library` with these (from, until) beside what it has."""
    address = reverse("admin:association_library_change", args=[library.pk])
    data = form_data(client.get(address).content.decode(), "library_form")
    first = int(data["memberships-INITIAL_FORMS"][0])
    data["memberships-TOTAL_FORMS"] = first + len(periods)
    for number, (starts_on, ends_on) in enumerate(periods, start=first):
        data |= {
            f"memberships-{number}-library": library.pk,
            f"memberships-{number}-starts_on": starts_on,
            f"memberships-{number}-ends_on": ends_on,
        }
    return client.post(address, data)


@pytest.mark.parametrize(
    "periods",
    [
        [("2010-01-01", ""), ("2015-01-01", "")],
        [("", "2012-12-31"), ("2012-12-31", "")],
        [("2010-01-01", "2020-12-31"), ("2011-01-01", "2012-01-01")],
    ],
)
def test_library_with_memberships_that_overlap_is_told(editor, periods):
    library = factories.library()
    page = save_memberships(editor, library, *periods).content.decode()
    assert "Narystės laikotarpiai sutampa" in page
    assert library.memberships.count() == 0


def test_library_that_left_and_came_back_has_two_memberships(editor):
    library = factories.library()
    periods = [("2010-01-01", "2012-12-31"), ("2015-01-01", "")]
    assert save_memberships(editor, library, *periods).status_code == 302
    assert library.memberships.count() == 2


def test_library_membership_that_goes_on_can_end_and_another_begin_at_once(editor):
    library = factories.library()
    Membership.objects.create(library=library)
    address = reverse("admin:association_library_change", args=[library.pk])
    data = form_data(editor.get(address).content.decode(), "library_form")
    data |= {
        "memberships-TOTAL_FORMS": 2,
        "memberships-0-ends_on": "2012-12-31",
        "memberships-1-library": library.pk,
        "memberships-1-starts_on": "2015-01-01",
    }
    assert editor.post(address, data).status_code == 302
    assert library.memberships.count() == 2


def test_details_list_is_their_form(editor):
    factories.details()
    response = editor.get("/admin/association/details/")
    assert response.url == "/admin/association/details/1/change/"
    assert editor.get("/admin/association/details/add/").status_code == 403
