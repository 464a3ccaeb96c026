"""Who comes to the site in tests: a visitor, a member, an editor."""

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django_tasks_db.management.commands import db_worker
from hypothesis import settings

from . import factories, stores
from .database import own_database
from .logins import log_in

# A machine that is busy with other tests is slow, which is no fault of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def empty_cache():
    """Attempts to log in are counted in the cache: each test begins with none."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURES_FILE = tmp_path / "erasures.txt"


@pytest.fixture(scope="session")
def store():
    with stores.running_store() as address:
        yield address


@pytest.fixture
def bucket(store, settings):
    """Uploaded files are in a store, as several hosts share one: what settings.S3 says of it."""
    settings.S3 = stores.new_bucket(store)
    default = {"BACKEND": "association.bucket.Bucket", "OPTIONS": settings.S3}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return settings.S3


@pytest.fixture(params=["disk", pytest.param("bucket", marks=pytest.mark.sqlite)])
def each_place(request):
    """Uploaded files are on the disk; and, in a run of the test of its own, in a bucket."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")


@pytest.fixture(autouse=True)
def open_connection(monkeypatch):
    """A worker gives its connection up between tasks: within a test, the test's own."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


@pytest.fixture
def empty_database(django_db_blocker, tmp_path):
    """The connection to a database without tables, which all code uses as long as the test runs."""
    with django_db_blocker.unblock(), own_database(tmp_path) as connection:
        yield connection


@pytest.fixture
def visitor(db):
    return Client()


@pytest.fixture
def member(db):
    return log_in(Client(), factories.representative().user)


@pytest.fixture
def editor_user(db):
    user = factories.user(email="redaktore@biblioteka.example", is_staff=True)
    apps = ["association", "projects"]
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=apps))
    return user


@pytest.fixture
def editor(editor_user):
    return log_in(Client(), editor_user)


@pytest.fixture
def superuser(db):
    return log_in(Client(), factories.user(is_staff=True, is_superuser=True))
