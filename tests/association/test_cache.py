from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from association import cache
from association.settings import CACHES

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
