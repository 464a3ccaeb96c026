from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts import roles, second_factor
from accounts.models import User

EDITOR_EMAIL = "redaktorius@asociacija.example"
PASSWORD_LENGTH = 16


class Command(BaseCommand):
    help = (
        "If nobody can enter the admin yet, makes an editor's account, and prints its password and"
        " what its second step asks for."
    )

    @transaction.atomic
    def handle(self, **options):
        if User.objects.filter(is_staff=True, is_active=True).exists():
            return
        password = get_random_string(PASSWORD_LENGTH, "abcdefghjkmnpqrstuvwxyz23456789")
        editor = User.objects.create_user(EDITOR_EMAIL, password)
        roles.give(editor, roles.Role.EDITOR)
        key, codes = second_factor.hand_over(editor)
        self.stdout.write(f"Editor's account: {EDITOR_EMAIL}  password: {password}")
        self.stdout.write("The second step asks for one of these codes, each of which works once:")
        self.stdout.write("  " + " ".join(codes[:5]))
        self.stdout.write("  " + " ".join(codes[5:]))
        self.stdout.write(f"or for the code of an authenticator app with the key {key}")
        self.stdout.write("All this is shown this once; change the password after logging in.")
