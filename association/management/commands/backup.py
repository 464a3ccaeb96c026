from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from association import backups

from ._progress import Progress


class Command(BaseCommand):
    help = (
        "Makes a backup of the database and of uploaded files in the folder TARGET, while the site"
        " is used, encrypted for BACKUP_KEY where that is set, and deletes the old ones: the last"
        " of each of so many days, weeks and months stays."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", nargs="?", default=settings.BACKUPS or None)
        parser.add_argument("--days", type=int, default=7)
        parser.add_argument("--weeks", type=int, default=5)
        parser.add_argument("--months", type=int, default=12)

    def handle(self, *, target, days, weeks, months, verbosity, **options):
        if not target:
            raise CommandError("Name the folder for the backup, or set BACKUPS.")
        if min(days, weeks, months) < 0:
            raise CommandError("--days, --weeks and --months are numbers from 0 on.")
        try:
            path = backups.back_up(target, Progress(self.stderr, verbosity))
            deleted = backups.thin(target, days=days, weeks=weeks, months=months)
        except (backups.Refused, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        self.stdout.write(
            f"Made {path}, {path.stat().st_size:,} bytes. Old ones deleted: {deleted}."
        )
