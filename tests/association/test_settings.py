"""What production, at an https:// address, does otherwise."""

import runpy

import pytest
from django.conf import settings as current
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

HTTPS = ["ALLOWED_HOSTS"] + [
    f"{cookie}_COOKIE_{part}" for cookie in ("SESSION", "CSRF") for part in ("NAME", "SECURE")
]


@pytest.fixture
def production(monkeypatch, settings):
    """A client of the site with the settings for https://biblioteka.example."""
    monkeypatch.setenv("SITE_URL", "https://biblioteka.example")
    read = runpy.run_path(settings.BASE_DIR / "association" / "settings.py")
    for name in HTTPS:
        setattr(settings, name, read[name])
    return Client(SERVER_NAME="biblioteka.example")


def test_cookies_of_production_belong_to_its_host_alone(production):
    client, user = production, factories.user()
    client.get("/prisijungti/", secure=True)
    answers = {"login": user.email, "password": factories.PASSWORD}
    client.post("/prisijungti/", answers, secure=True)
    assert {"__Host-sessionid", "__Host-csrftoken"} <= set(client.cookies)
    for name in ("__Host-sessionid", "__Host-csrftoken"):
        cookie = client.cookies[name]
        # What browsers ask of the prefix: RFC 6265bis, 4.1.3.2.
        assert (cookie["path"], cookie["domain"], cookie["secure"]) == ("/", "", True)
        assert cookie["samesite"] == "Lax"
    assert client.cookies["__Host-sessionid"]["httponly"]


def test_cookies_of_a_site_at_localhost_need_no_https():
    assert current.SESSION_COOKIE_NAME == "sessionid"
    assert not current.SESSION_COOKIE_SECURE
