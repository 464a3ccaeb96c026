from django.core.management.base import BaseCommand, CommandError

from accounts import erasures
from accounts.models import User
from accounts.refusals import NotPossible


class Command(BaseCommand):
    help = (
        "Erases the account of a person who asks for it, and all that tells who it was; what the"
        " association has to keep is kept without the person, who gets a last letter. It cannot"
        " be undone. Be sure first that it is the person who asks."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address of the account")

    def handle(self, email, **options):
        try:
            user = User.objects.people().get(email__iexact=email)
        except User.DoesNotExist:
            raise CommandError(f"There is no account with the address {email}.") from None
        try:
            erasures.erase(user)
        except NotPossible as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Erased.")
