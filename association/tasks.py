"""What was put off until after the answer: how the site's one worker goes about it.

Tasks are Django's (django.tasks), kept in the database by django-tasks-db. A task that was cut
short is done again from its beginning: each must be written so that this does no harm.
"""

import os
import socket
from datetime import timedelta

from django.db.models import Q
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

# What a letter said, its code too, is in the arguments of its task: for the hour at most.
KEPT = timedelta(minutes=30)
# A worker on another machine, or whose number another process bears now, is given up after it.
LONGEST_TASK = timedelta(hours=1)
# What django-tasks-db takes for a failure of the task: a worker that was told twice to end.
STOPPED = ["builtins.SystemExit", "builtins.KeyboardInterrupt"]


def new_worker():
    """Return a Worker of django-tasks-db whose run() ends when nothing is due."""
    return Worker(
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


def take_up_interrupted():
    """Make tasks due again whose worker ended while at them; return how many.

    To be called between tasks: what this very process has left undone counts as interrupted.
    """
    given_up = timezone.now() - LONGEST_TASK
    interrupted = [
        task.pk
        for task in DBTaskResult.objects.running()
        if task.started_at < given_up or not is_at_work(task.worker_ids[-1])
    ]
    stopped = Q(status=TaskResultStatus.FAILED, exception_class_path__in=STOPPED)
    return DBTaskResult.objects.filter(Q(pk__in=interrupted) | stopped).update(
        status=TaskResultStatus.READY, exception_class_path="", traceback="", finished_at=None
    )


def forget_finished():
    """Delete tasks that ended KEPT ago, well or badly; return how many."""
    before = timezone.now() - KEPT
    return DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()[0]


def is_any_due():
    """Return whether a task waits to be done now."""
    return DBTaskResult.objects.ready().exists()
