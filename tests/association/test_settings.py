"""What production, at an https:// address, does otherwise."""

import runpy

import pytest
from django.conf import settings as current
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

HTTPS = ["ALLOWED_HOSTS"] + [
    f"{cookie}_COOKIE_{part}" for cookie in ("SESSION", "CSRF") for part in ("NAME", "SECURE")
]


NEEDED = {
    "SECRET_KEY": "a1b2c3d4e5" * 5,
    "SITE_URL": "https://biblioteka.example",
    "STATIC_ROOT": "/srv/static",
    "MEDIA_ROOT": "/srv/media",
    "ERASURES_FILE": "/srv/erasures.txt",
    "EMAIL_HOST": "mail.biblioteka.example",
}


@pytest.fixture
def environment(monkeypatch):
    """What the settings of production are read from, and nothing of a file .env."""
    monkeypatch.setattr("dotenv.load_dotenv", lambda *args: False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def read_settings():
    return runpy.run_path(current.BASE_DIR / "association" / "settings.py")


@pytest.fixture
def production(environment, settings):
    """A client of the site with the settings for https://biblioteka.example."""
    read = read_settings()
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


def test_production_starts_with_all_that_it_needs(environment):
    assert read_settings()["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("missing", NEEDED)
def test_production_does_not_start_where_something_is_missing_and_says_what(environment, missing):
    environment.setenv(missing, "")
    with pytest.raises(ImproperlyConfigured, match=f"{missing} is not set. Set it to "):
        read_settings()


@pytest.mark.parametrize("weak", ["geheim", "x" * 60, "tests-only-" + "x" * 50])
def test_production_does_not_start_with_a_key_that_can_be_guessed(environment, weak):
    environment.setenv("SECRET_KEY", weak)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is weak"):
        read_settings()
