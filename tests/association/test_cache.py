import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from association import absence, cache, health
from association.settings import CACHES
from tests import factories, stores

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_database(settings):
    settings.CACHES = CACHES


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        return cursor.fetchone()[0]


def test_cache_of_the_site_is_in_the_database():
    caches["default"].set("kas", ["ačiū"])
    assert rows() == 1
    assert caches["default"].get("kas") == ["ačiū"]


def test_what_has_expired_is_forgotten_and_nothing_else(monkeypatch):
    caches["default"].set("trumpai", 1, timeout=60)
    caches["default"].set("ilgai", 1, timeout=3600)
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert cache.count_expired() == 1
    assert cache.forget_expired() == 1
    assert rows() == 1
    assert cache.count_expired() == 0


def test_cache_elsewhere_is_left_to_itself(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["default"].set("kas", 1)
    cache.forget_expired()
    assert caches["default"].get("kas") == 1


@pytest.fixture
def redis(settings):
    """A server of the cache that hosts share, which is not started yet."""
    server = stores.Redis()
    settings.CACHES = {
        "default": {
            "BACKEND": "association.cache.SharedCache",
            "LOCATION": server.url,
            "TABLE": "cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
    yield server
    server.kill()


def other_host():
    """Return the cache as another process has it."""
    return caches.create_connection("default")


# `make test` installs Redis, as it does PostgreSQL.
with_redis = pytest.mark.postgresql


@with_redis
def test_what_one_host_counts_another_knows(redis):
    redis.start()
    one, other = caches["default"], other_host()
    for value in ([1764212345.123456, 2.5], True, 3, "ačiū", None):
        one.set("kas", value, 60)
        assert other.get("kas", "nieko") == value
    assert [one.add("spyna", True, 60), other.add("spyna", True, 60)] == [True, False]
    one.set("skaičius", 1, 60)
    assert [other.incr("skaičius"), one.incr("skaičius", 2)] == [2, 4]
    one.set_many({"a": 1, "b": 2}, 60)
    one.touch("a", 60)
    one.delete_many(["b"])
    assert other.get_many(["a", "b"]) == {"a": 1}
    assert (rows(), health.cache_answers(), health.troubles()) == (0, True, [])


@with_redis
def test_server_that_is_gone_is_replaced_by_the_table_and_taken_up_again(
    redis, monkeypatch, caplog, editor
):
    redis.start()
    shared = caches["default"]
    shared.set("kas", 1)
    redis.kill()
    for number in range(3):
        shared.set("kitas", number)
        assert shared.get("kitas") == number
    assert (shared.get("kas"), rows()) == (None, 1)
    assert "bandymai prisijungti, neatsako" in editor.get("/admin/").text
    redis.start()
    assert shared.get("kitas") == 2  # it is left alone for a while
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + absence.PAUSE)
    assert shared.get("kitas") is None
    assert health.troubles() == []
    told = [record.message for record in caplog.records if record.name == "association.absence"]
    assert told == [
        "The shared cache does not answer (ConnectionError): the database takes its place.",
        "The shared cache answers again.",
    ]


@with_redis
def test_server_that_was_started_anew_costs_nobody_an_answer(redis, caplog):
    redis.start()
    caches["default"].set("kas", 1)
    redis.kill()
    redis.start()
    caches["default"].set("kas", 2)
    assert (caches["default"].get("kas"), rows(), caplog.messages) == (2, 0, [])


def test_attempts_are_limited_without_the_server_too(redis, client):
    email = factories.user().email
    statuses = [
        client.post("/prisijungti/", {"login": email, "password": "netikras"}).status_code
        for _ in range(6)
    ]
    assert statuses == [200] * 5 + [429]
    assert client.get("/readyz").status_code == 200
    assert rows() > 0


def test_what_was_counted_without_the_server_is_forgotten_in_its_time(redis, monkeypatch):
    caches["default"].set("trumpai", 1, timeout=60)
    assert rows() == 1
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    cache.forget_expired()
    assert rows() == 0


def test_whoever_gets_into_the_shared_server_runs_nothing_here():
    with pytest.raises(ValueError, match="Expecting value"):
        cache.Json().loads(b"cos\nsystem\n(S'true'\ntR.")
