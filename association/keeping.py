"""How long the association's app keeps what is personal, or passing: its rules of retention."""

from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from . import cache, letters, tasks, versions
from .models import TableImport
from .retention import Rule, Term, register
from .tables import imports

BACKUPS = Term(months=12)  # of which `manage.py backup` keeps the last one of each, unless told


def register_rules():
    register(
        Rule(
            name="Letters that were sent, and other tasks that are done",
            what=_("Letters that have been sent, and other tasks that are done"),
            term=Term(minutes=tasks.KEPT.seconds // 60),
            since=_("from when they were done"),
            why=_("By them one sees whether all is done."),
            models=(DBTaskResult._meta.label,),
            count=lambda: tasks.finished().count(),
            erase=tasks.forget_finished,
            is_quick=True,
        ),
        Rule(
            name="Letters that wait",
            what=_("Letters that the mail server has not taken"),
            term=Term(days=letters.LONGEST_WAIT.days),
            since=_("from when they were written; with a code, until it is valid no more"),
            why=_("A letter is to arrive even if the mail server is away for a while."),
        ),
        Rule(
            name="Attempts that count no more",
            what=_("How often one has tried to log in, with the IP address"),
            term=Term(days=1),
            since=_("from the attempt"),
            why=_("Whoever guesses passwords or codes is stopped."),
            count=cache.count_expired,
            erase=cache.forget_expired,
            is_quick=True,
        ),
        Rule(
            name="Imports of tables",
            what=_("Tables that were sent to be imported"),
            term=Term(days=imports.KEPT.days),
            since=_("from when they were sent; the file, until it is imported"),
            why=_("One looks at what a table would change before it is imported."),
            models=(TableImport._meta.label,),
            count=lambda: imports.old().count(),
            erase=imports.forget_old,
        ),
        Rule(
            name="What was deleted, in the bin",
            what=_("What was deleted from the site, with its photos and documents"),
            term=Term(days=versions.KEPT_IN_BIN.days),
            since=_("from the deletion"),
            why=_("What was deleted by mistake can be brought back."),
            count=versions.count_in_bin_too_long,
            erase=versions.empty_bin,
        ),
        Rule(
            name="Backups",
            what=_("Backups of the site"),
            term=BACKUPS,
            since=_("from when they were made, at most"),
            why=_("By them the site comes back after a mishap."),
        ),
        Rule(
            name="The web server's log of errors",
            what=_("The server's log of errors, in which an IP address may be"),
            term=Term(days=14),
            since=_("from the error"),
            why=_("By it one finds out why a page was not shown."),
        ),
    )
