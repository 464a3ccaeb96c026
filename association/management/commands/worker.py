import logging
import time

from django.core.management.base import BaseCommand
from django.db import Error, connections
from django.utils.autoreload import run_with_reloader

from accounts import erasures
from association import content_state, renditions, retention, storage, tasks
from association.logs import is_away
from association.tables import imports
from projects import share_images

PAUSE = 1  # second between two looks
ROUND = 60  # seconds between two rounds of tidying

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does what was put off, such as letters. One runs beside the site, always."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due, and end")
        parser.add_argument("--reload", action="store_true", help="restart when code changes")

    def handle(self, *, once, reload, **options):
        # Lines for each look at an empty queue, and for each step of a task, would bury the others.
        for name in ("django_tasks_db", "django.tasks"):
            logging.getLogger(name).setLevel(logging.WARNING)
        if once:
            self.repeat_erasures()
            tasks.take_up_interrupted()
            tasks.new_worker().run()
        elif reload:
            run_with_reloader(self.work, tasks.new_worker())
        else:
            worker = tasks.new_worker()
            # A signal lets the task that is under way come to its end.
            worker.configure_signals()
            self.work(worker)

    def work(self, worker):
        """Do tasks as they come, until `worker` is told to end."""
        tidied = -ROUND
        while worker.running:
            try:
                if time.monotonic() - tidied >= ROUND:
                    self.tidy()
                    tidied = time.monotonic()
                if tasks.is_any_due():
                    worker.run()
            except Error as error:
                if not is_away(error):
                    raise
                # The database is away: it comes back, and what waits in it with it.
                logger.warning("The database does not answer: %s", error)
                connections.close_all()
                tidied = -ROUND
            if worker.running:
                time.sleep(PAUSE)

    def tidy(self):
        """Do what is to be done now and then; first, what a restored backup has brought back."""
        self.repeat_erasures()
        tasks.take_up_interrupted()
        for rule in retention.quick():
            rule.erase()
        content_state.forget_transactions()
        try:
            renditions.remove_all_left_over()
            share_images.remove_left_over()
            imports.remove_left_over()
            storage.forget_unfinished()
        except OSError as error:
            # A disk that is away keeps nobody's letters back.
            logger.warning("Files of what is no more could not be removed: %s", error)

    def repeat_erasures(self):
        try:
            done = erasures.repeat()
        except OSError as error:
            logger.warning("The journal of erasures cannot be read: %s", error)
            return
        if done:
            logger.info("Erased again, since a backup had brought them back: %d accounts.", done)
