import pytest
from django.test import Client

from tests import factories
from tests.test_site import MEMBER, PUBLIC, content  # noqa: F401

pytestmark = pytest.mark.django_db


def test_nothing_shown_to_somebody_logged_in_is_kept(content, member):  # noqa: F811
    feeds = ["/projektai/naujienos/", "/robots.txt", "/sitemap.xml"]
    for address in [*PUBLIC, *MEMBER, *feeds]:
        response = member.get(address.format(**content))
        assert response["Cache-Control"] == "private, no-store", address


def test_answer_to_a_login_is_not_kept(visitor):
    user = factories.user()
    response = visitor.post("/prisijungti/", {"login": user.email, "password": factories.PASSWORD})
    assert response["Cache-Control"] == "private, no-store"


def test_page_with_the_address_of_somebody_not_logged_in_yet_is_not_kept(visitor):
    response = visitor.post("/slaptazodis/", {"email": "ona@biblioteka.example"}, follow=True)
    assert "ona@biblioteka.example" in response.text
    assert response["Cache-Control"] == "private, no-store"


def test_page_for_everybody_may_be_kept(content):  # noqa: F811
    for address in ["/", "/projektai/{project}/", "/asociacija/", "/bibliotekos/"]:
        response = Client().get(address.format(**content))
        assert "no-store" not in response.get("Cache-Control", "")
