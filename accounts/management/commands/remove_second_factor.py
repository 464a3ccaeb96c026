from allauth.account.adapter import get_adapter
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import second_factor, sessions
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Helps somebody who has lost the last second factor and the recovery codes: removes them,"
        " with the passkeys, logs the account out everywhere and tells the person by e-mail. Be"
        " sure first, by telephone or face to face, that it is the person who asks."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address of the account")

    def handle(self, email, **options):
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(f"There is no account with the address {email}.") from None
        with transaction.atomic():
            second_factor.remove(user)
            ended = sessions.end_all(user)
        letter = get_adapter().render_mail(
            "accounts/email/second_factor_removed", user.email, {"user": user}
        )
        letter.send()
        self.stdout.write(f"Removed. Sessions ended: {ended}. A letter went to {user.email}.")
