"""What production, at an https:// address, does otherwise."""

import os
import runpy
import subprocess
import sys

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


STORE = {
    "S3_ENDPOINT": "https://s3.example",
    "S3_BUCKET": "failai",
    "S3_KEY": "raktas",
    "S3_SECRET": "paslaptis",
}


def test_files_in_a_store_need_no_disk_and_may_be_shown(environment):
    environment.setenv("MEDIA_ROOT", "")
    environment.setenv("ERASURES_FILE", "")
    for name, value in STORE.items():
        environment.setenv(name, value)
    read = read_settings()
    assert read["STORAGES"]["default"]["OPTIONS"]["bucket_name"] == "failai"
    assert read["SECURE_CSP"]["img-src"] == ["'self'", "data:", "https://s3.example/failai/"]


def test_files_on_the_disk_let_no_picture_come_from_elsewhere(environment):
    assert read_settings()["SECURE_CSP"]["img-src"] == ["'self'", "data:"]


@pytest.mark.parametrize("missing", STORE)
def test_half_a_store_is_refused_with_a_sentence(environment, missing):
    for name, value in STORE.items():
        environment.setenv(name, "" if name == missing else value)
    with pytest.raises(ImproperlyConfigured, match=f"{missing} is not set. Set all of S3_"):
        read_settings()


@pytest.mark.parametrize("address", ["s3.example", "http://s3.example", "https://"])
def test_store_whose_address_browsers_would_not_follow_is_refused(environment, address):
    for name, value in (STORE | {"S3_ENDPOINT": address}).items():
        environment.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="S3_ENDPOINT"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("redis://10.0.0.2/1", "redis://10.0.0.2/1"),
        ("rediss://:slaptas@redis.example:6380", "rediss://:slaptas@redis.example:6380"),
        ("valkeys://valkey.example", "rediss://valkey.example"),
    ],
)
def test_cache_that_hosts_share_is_found_by_its_address(environment, given, found):
    environment.setenv("CACHE_URL", given)
    cache = read_settings()["CACHES"]["default"]
    assert (cache["BACKEND"], cache["LOCATION"]) == ("association.cache.SharedCache", found)


@pytest.mark.parametrize("address", ["redis", "http://redis.example", "redis://"])
def test_cache_without_an_address_is_refused(environment, address):
    environment.setenv("CACHE_URL", address)
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL is no address of Redis"):
        read_settings()


@pytest.mark.parametrize("variables", [{"CACHE_URL": "redis://10.0.0.2"}, STORE])
def test_packages_for_several_hosts_that_are_not_there_are_named(environment, variables):
    environment.setattr("importlib.util.find_spec", lambda name: None)
    for name, value in variables.items():
        environment.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="requirements-hosts.lock"):
        read_settings()


def test_site_on_one_host_loads_nothing_that_only_several_need():
    code = (
        "import django, sys; django.setup(); from django.core.cache import cache;"
        " from django.core.files.storage import default_storage; default_storage.exists('a');"
        " import association.urls, association.cache, association.files;"
        " print(*sorted({'redis', 'boto3', 'botocore', 'storages'} & set(sys.modules)))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    loaded = subprocess.check_output(
        [sys.executable, "-c", code], cwd=current.BASE_DIR, env=environment, text=True
    )
    assert loaded.split() == []
