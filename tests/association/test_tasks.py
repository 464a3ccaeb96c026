import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from association import tasks
from tests.tasks import note, run_tasks

pytestmark = pytest.mark.django_db


def ended_process():
    """Return the number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left_running(*, host=None, pid=None, ago=timedelta(0)):
    """Put off a task and leave it as a worker does that was killed while at it."""
    task = DBTaskResult.objects.get(pk=note.enqueue("vėl").id)
    task.claim(f"{host or socket.gethostname()}/{pid or ended_process()}")
    task.started_at = timezone.now() - ago
    task.save()
    return task


def status(task):
    task.refresh_from_db()
    return task.status


def test_worker_does_what_was_put_off(caplog):
    note.enqueue("Žinia iš vakar")
    run_tasks()
    assert [record.getMessage() for record in caplog.records if record.name == "tests.tasks"] == [
        '"\\u017dinia i\\u0161 vakar"'
    ]


def test_worker_told_to_work_once_takes_up_what_another_left():
    task = left_running()
    call_command("worker", "--once")
    assert status(task) == TaskResultStatus.SUCCESSFUL


@pytest.mark.parametrize(
    ("left", "taken_up"),
    [
        ({}, 1),
        ({"pid": os.getpid()}, 1),  # between tasks nothing of our own is under way
        ({"pid": 1}, 0),  # another worker that lives
        ({"host": "kitas"}, 0),
        ({"host": "kitas", "ago": timedelta(hours=2)}, 1),
    ],
)
def test_task_is_taken_up_where_its_worker_is_no_more(left, taken_up):
    task = left_running(**left)
    assert tasks.take_up_interrupted() == taken_up
    assert status(task) == (TaskResultStatus.READY if taken_up else TaskResultStatus.RUNNING)


def test_task_of_a_worker_that_was_told_twice_to_end_is_taken_up():
    task = left_running()
    task.set_failed(SystemExit())
    assert tasks.take_up_interrupted() == 1
    assert status(task) == TaskResultStatus.READY


def test_task_that_is_cut_short_again_and_again_is_given_up(caplog):
    task = left_running()
    for _ in range(tasks.INTERRUPTIONS - 1):
        assert tasks.take_up_interrupted() == 1
        task.claim(f"{socket.gethostname()}/{ended_process()}")
    assert tasks.take_up_interrupted() == 0
    assert status(task) == TaskResultStatus.FAILED
    assert f"Task {task.pk} was cut short" in caplog.text


def test_task_is_put_off_where_its_worker_ended_before_that():
    task = left_running()
    task.set_successful(tasks.AGAIN)
    tasks.take_up_interrupted()
    assert status(task) == TaskResultStatus.READY
    assert task.run_after > timezone.now()


def test_task_that_failed_is_not_done_again():
    task = left_running()
    task.set_failed(ValueError())
    assert tasks.take_up_interrupted() == 0


@pytest.mark.parametrize(("ago", "forgotten"), [(29, 0), (31, 1)])
def test_finished_task_is_forgotten_within_the_hour(ago, forgotten):
    task = left_running()
    task.set_successful(None)
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(minutes=ago))
    assert tasks.forget_finished() == forgotten


def test_waiting_task_is_never_forgotten():
    note.enqueue("vėl")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(days=30))
    assert tasks.forget_finished() == 0


def test_tasks_are_not_shown_in_the_admin(superuser):
    assert superuser.get("/admin/django_tasks_db/dbtaskresult/").status_code == 404


def test_worker_prints_a_letter_that_waited_and_ends_at_a_signal(tmp_path):
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "--verbosity=0"], ["sendtestemail", "ona@biblioteka.example"]):
        subprocess.run([*manage, *command], env=environment, check=True)
    worker = subprocess.Popen([*manage, "worker"], env=environment, stdout=subprocess.PIPE)
    with worker.stdout:
        assert b"To: ona@biblioteka.example\n" in iter(worker.stdout.readline, b"")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
