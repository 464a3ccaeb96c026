"""What was put off until after the answer: how the site's one worker goes about it.

Tasks are Django's (django.tasks), kept in the database by django-tasks-db. A task that was cut
short is done again from its beginning, and one that returns AGAIN is done again later: each must
be written so that this does no harm.
"""

import logging
import os
import socket
from datetime import timedelta

from django.db import DatabaseError
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from .storage import will_pass

# What a letter said, its code too, is in the arguments of its task: for the hour at most.
KEPT = timedelta(minutes=30)
# A worker on another machine, or whose number another process bears now, is given up after it.
LONGEST_TASK = timedelta(hours=1)
# What ends the worker each time cannot be done: a task is cut short that often at most.
INTERRUPTIONS = 3
# Returned by a task that could not do its work yet, for want of what may come back.
AGAIN = "again"
SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# What django-tasks-db takes for a failure of the task: a worker that was told twice to end.
STOPPED = ["builtins.SystemExit", "builtins.KeyboardInterrupt"]

logger = logging.getLogger(__name__)


class PatientWorker(Worker):
    def run_task(self, db_task_result):
        try:
            super().run_task(db_task_result)
        except DatabaseError:
            if DBTaskResult.objects.filter(pk=db_task_result.pk).exists():
                raise
            return  # a letter to a person who was erased while it was being sent
        if db_task_result.return_value == AGAIN:
            put_off(db_task_result)


def new_worker():
    """Return a Worker of django-tasks-db whose run() ends when nothing is due."""
    return PatientWorker(
        queue_names=["*"],
        excluded_queue_names=[],
        backend_name="default",
        worker_id=f"{socket.gethostname()}/{os.getpid()}",
        batch=True,
        interval=0,
        startup_delay=False,
        max_tasks=None,
    )


def is_at_work(worker_id):
    """Return whether the process that new_worker() named so runs on this machine."""
    host, _, pid = worker_id.rpartition("/")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return int(pid) != os.getpid()


def put_off(task):
    """Make `task`, which returned AGAIN, due after as long as it has waited already.

    The pauses double so, from SHORTEST_PAUSE to LONGEST_PAUSE. It stays the one record that it
    is: a worker that ends in the middle of this neither loses nor doubles it.
    """
    now = timezone.now()
    pause = min(max(now - task.enqueued_at, SHORTEST_PAUSE), LONGEST_PAUSE)
    DBTaskResult.objects.filter(pk=task.pk).update(
        status=TaskResultStatus.READY,
        run_after=now + pause,
        return_value=None,
        finished_at=None,
        worker_ids=[],  # of the attempts that were cut short: this one was not
    )


def take_up_interrupted():
    """Make tasks due again whose worker ended while at them; return how many.

    To be called between tasks: what this very process has left undone counts as interrupted.
    A task that was interrupted INTERRUPTIONS times has failed.
    """
    for task in DBTaskResult.objects.successful().filter(return_value=AGAIN):
        put_off(task)
    long_ago = timezone.now() - LONGEST_TASK
    stopped = DBTaskResult.objects.failed().filter(exception_class_path__in=STOPPED)
    interrupted = [
        task
        for task in DBTaskResult.objects.running()
        if task.started_at < long_ago or not is_at_work(task.worker_ids[-1])
    ]
    taken_up, given_up = [], []
    for task in [*stopped, *interrupted]:
        (taken_up if len(task.worker_ids) < INTERRUPTIONS else given_up).append(task.pk)
    for number in given_up:
        logger.error("Task %s was cut short %d times, and is given up.", number, INTERRUPTIONS)
    DBTaskResult.objects.filter(pk__in=given_up).update(
        status=TaskResultStatus.FAILED,
        exception_class_path="",
        traceback="",
        finished_at=timezone.now(),
    )
    return DBTaskResult.objects.filter(pk__in=taken_up).update(
        status=TaskResultStatus.READY, exception_class_path="", traceback="", finished_at=None
    )


def finished():
    """Return the tasks that ended KEPT ago, well or badly."""
    before = timezone.now() - KEPT
    return DBTaskResult.objects.finished().filter(finished_at__lt=before)


def forget_finished():
    """Delete tasks that ended KEPT ago; return how many."""
    return finished().delete()[0]


def again_if_full(error):
    """Return AGAIN where the OSError `error` says that a disk is full; raise it else.

    The same where the store of files that hosts share is away.
    """
    if not will_pass(error):
        raise error
    logger.warning("A task waits for space on the disk, or for the store of files.")
    return AGAIN


def is_any_due():
    """Return whether a task waits to be done now."""
    return DBTaskResult.objects.ready().exists()
