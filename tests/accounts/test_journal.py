"""The journal of erasures, which is no longer than it has to be."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts import erasures, journal
from accounts.models import User
from accounts.refusals import NotPossible
from tests import factories

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def write_old(*keys):
    with Path(settings.ERASURES_FILE).open("a") as file:
        file.writelines(f"{ago(500).isoformat()} {key}\n" for key in keys)


def test_erasures_of_long_ago_are_taken_out_of_the_journal():
    old, new = uuid.uuid4(), uuid.uuid4()
    write_old(old)
    journal.write(new)
    with Path(settings.ERASURES_FILE).open("a") as file:
        file.write("2020-01-01T10:00:00+02:00")
    assert journal.count_old(ago(400)) == 2
    assert journal.forget_old(ago(400)) == 2
    assert journal.keys() == {new}
    assert journal.forget_old(ago(400)) == 0
    assert [path.name for path in Path(settings.ERASURES_FILE).parent.glob("erasures*")] == [
        "erasures.txt"
    ]
    assert Path(settings.ERASURES_FILE).stat().st_mode & 0o077 == 0


def test_erasure_that_is_noted_while_old_ones_go_is_kept(monkeypatch):
    """Whoever has opened the file before it was replaced writes into the new one."""
    old, new = uuid.uuid4(), uuid.uuid4()
    write_old(old)
    lock, has_waited = journal.fcntl.flock, []

    def slow(file, how):
        lock(file, how)
        if not has_waited:
            has_waited.append(True)
            lock(file, journal.fcntl.LOCK_UN)
            journal.forget_old(ago(400))

    monkeypatch.setattr(journal.fcntl, "flock", slow)
    journal.write(new)
    assert journal.keys() == {new}


def test_site_without_a_journal_has_nothing_to_forget():
    assert journal.count_old(ago(0)) == journal.forget_old(ago(0)) == 0
    assert erasures.repeat() == 0


@pytest.mark.sqlite
def test_journal_of_several_hosts_is_in_the_store_that_they_share(bucket):
    old, new = uuid.uuid4(), uuid.uuid4()
    journal.write(old)
    written = timezone.now()
    assert not Path(settings.ERASURES_FILE).exists()
    assert (journal.keys(), erasures.repeat()) == ({old}, 0)
    assert (journal.count_old(ago(1)), journal.forget_old(ago(1))) == (0, 0)
    tomorrow = written + timedelta(days=1)
    assert (journal.count_old(tomorrow), journal.forget_old(tomorrow)) == (1, 1)
    journal.write(new)
    assert journal.keys() == {new}


@pytest.mark.sqlite
def test_nobody_is_erased_where_the_store_cannot_note_it(bucket):
    user = factories.user()
    default_storage.client.delete_bucket(Bucket=bucket["bucket_name"])
    with pytest.raises(NotPossible):
        erasures.erase(user)
    assert User.objects.filter(pk=user.pk).exists()
