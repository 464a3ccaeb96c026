import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from association import versions
from projects.importers import import_projects
from projects.texts import TextRefused, decode


class Command(BaseCommand):
    help = "Reads projects from a text and says what it did with them. Imports are drafts."

    def add_arguments(self, parser):
        parser.add_argument("file", help="the text's file, or - for standard input")
        parser.add_argument("--publish", action="store_true", help="publish the projects at once")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )

    def handle(self, *, file, publish, dry_run, **options):
        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            with transaction.atomic():
                outcome = import_projects(decode(data), publish=publish)
                for imported in outcome.created + outcome.updated:
                    versions.keep(imported.project, by=None, told=_("Brought in from a text."))
                transaction.set_rollback(dry_run)
        except OSError as error:
            raise CommandError(
                _("The file cannot be read: %(file)s (%(reason)s).")
                % {"file": file, "reason": error.strerror}
            ) from error
        except TextRefused as error:
            raise CommandError(_("%(reason)s Nothing was imported.") % {"reason": error}) from error
        self.report(outcome)
        if dry_run:
            self.stdout.write(_("This was a trial: nothing was changed."))

    def report(self, outcome):
        for label, projects in (
            (_("Created"), outcome.created),
            (_("Updated"), outcome.updated),
            (_("Unchanged"), outcome.unchanged),
        ):
            self.stdout.write(f"{label}: {len(projects)}")
            for imported in projects:
                changes = f" ({', '.join(imported.changed)})" if label == _("Updated") else ""
                self.stdout.write(f"  {imported.project.quoted_title}{changes}")
        if outcome.remarks:
            self.stdout.write(_("Please look at:"))
        for remark in outcome.remarks:
            self.stdout.write(f"  {remark}")
