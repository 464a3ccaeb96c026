"""Tasks that tests have put off, done as the worker does them."""

import json
import logging

from django.tasks import task
from django_tasks_db.models import DBTaskResult

from association import tasks


def run_tasks():
    """Do all that is due; raise AssertionError, with the traceback, where a task failed."""
    tasks.new_worker().run()
    failed = DBTaskResult.objects.failed().first()
    assert failed is None, failed.traceback


logger = logging.getLogger(__name__)


@task
def note(text):
    """Log `text`, so that a test sees that it was done."""
    logger.warning("%s", json.dumps(text))
