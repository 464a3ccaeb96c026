from django.core.management.base import BaseCommand, CommandError

from accounts import erasures


class Command(BaseCommand):
    help = (
        "After a backup was restored: erases again whoever is in it though their data have been"
        " erased since it was made. The worker does the same each minute."
    )

    def handle(self, **options):
        try:
            done = erasures.repeat()
        except OSError as error:
            raise CommandError(f"The journal of erasures cannot be read: {error}") from None
        self.stdout.write(f"Erased again: {done}.")
