"""What those who watch the site ask it, and what staff are told is amiss."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from association import health
from association.letters import deliver
from association.lithuanian import moment
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def test_process_says_that_it_lives_without_asking_the_database(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_site_is_ready_once_all_that_it_needs_is_there(visitor):
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert visitor.post("/readyz").status_code == 405


def away(*args, **kwargs):
    raise OperationalError("password of ona@biblioteka.example")


def test_site_is_not_ready_without_its_database(visitor, monkeypatch, caplog):
    monkeypatch.setitem(health.CHECKS, "database", away)
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "unavailable\n")
    assert caplog.messages[0] == "Not ready: database: OperationalError"


def test_site_is_not_ready_before_its_migrations(visitor, caplog):
    recorder = MigrationRecorder.Migration.objects
    last = recorder.filter(app="projects").latest("pk")
    last.delete()
    assert visitor.get("/readyz").status_code == 503
    assert caplog.messages[0] == "Not ready: migrations"


def test_site_of_older_code_is_ready_on_a_newer_database(visitor):
    MigrationRecorder.Migration.objects.create(app="projects", name="9999_tomorrow")
    assert visitor.get("/readyz").status_code == 200


def test_site_is_not_ready_where_its_cache_forgets(visitor, monkeypatch):
    monkeypatch.setattr("association.health.cache.get", lambda key: None)
    assert visitor.get("/readyz").status_code == 503


def test_site_is_not_ready_on_a_full_disk_and_staff_are_told(visitor, editor, monkeypatch):
    monkeypatch.setattr(health, "LEAST_SPACE", 2**70)
    assert visitor.get("/readyz").status_code == 503
    assert "Serverio diske beveik nebeliko vietos" in editor.get("/admin/").text


def test_staff_are_told_that_the_worker_is_not_running(editor):
    assert "Laiškai ir nuotraukos laukia" not in editor.get("/admin/").text
    deliver.enqueue({})
    assert health.troubles() == []
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=11))
    assert "Laiškai ir nuotraukos laukia" in editor.get("/admin/").text


def test_letter_that_was_put_off_is_no_trouble(editor):
    deliver.enqueue({})
    now = timezone.now()
    DBTaskResult.objects.update(
        enqueued_at=now - timedelta(days=1), run_after=now + timedelta(minutes=30)
    )
    assert health.troubles() == []


def test_staff_are_told_when_the_last_backup_was_made(editor, settings, tmp_path):
    assert "kopij" not in text_of(editor.get("/admin/"))
    settings.BACKUPS = str(tmp_path)
    assert "Svetainės atsarginių kopijų dar nėra." in text_of(editor.get("/admin/"))
    made_at = timezone.now() - timedelta(days=3)
    (tmp_path / f"svetaine-{made_at:%Y%m%dT%H%M%SZ}.tar").touch()
    seen = text_of(editor.get("/admin/"))
    assert "Paskutinė svetainės atsarginė kopija padaryta seniai" in seen
    made_at = timezone.now() - timedelta(hours=2)
    (tmp_path / f"svetaine-{made_at:%Y%m%dT%H%M%SZ}.tar.age").touch()
    seen = text_of(editor.get("/admin/"))
    assert "padaryta seniai" not in seen
    assert f"Paskutinė atsarginė kopija: {moment(made_at)}".replace("\u00a0", " ") in seen.replace(
        "\u00a0", " "
    )


def test_folder_of_backups_that_is_away_breaks_no_page(editor, settings, tmp_path):
    settings.BACKUPS = str(tmp_path / "nowhere")
    assert "Svetainės atsarginių kopijų dar nėra." in text_of(editor.get("/admin/"))
