from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts import erasures
from association import backups

from ._progress import Progress


class Command(BaseCommand):
    help = (
        "Brings the database and the uploaded files back to the backup SOURCE, a file that the"
        " command backup has made. What is there now is lost: stop the site and the worker first."
    )

    def add_arguments(self, parser):
        parser.add_argument("source")
        parser.add_argument("--identity", help="the file with the key of age, if it is encrypted")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, source, identity, yes, verbosity, **options):
        if not yes and input(f"Replace all that the site holds by {source}? [yes/no] ") != "yes":
            raise CommandError("Nothing was done.")
        try:
            about = backups.restore(source, identity, Progress(self.stderr, verbosity))
        except backups.Refused as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        call_command("migrate", verbosity=0, interactive=False)
        erased = erasures.repeat()
        self.stdout.write(
            f"The site is as it was at {about['made_at']}. Accounts erased again: {erased}."
        )
