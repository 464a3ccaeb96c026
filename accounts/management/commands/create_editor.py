from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import User

EDITOR_EMAIL = "redaktorius@asociacija.example"
PASSWORD_LENGTH = 16


class Command(BaseCommand):
    help = (
        "Gives the group of editors its rights, and makes an editor's account with a random"
        " password if nobody can enter the admin yet."
    )

    @transaction.atomic
    def handle(self, **options):
        editors, _created = Group.objects.get_or_create(name="Redaktoriai")
        content = Permission.objects.filter(content_type__app_label__in=["association", "projects"])
        editors.permissions.set(content)
        if User.objects.filter(is_staff=True, is_active=True).exists():
            return
        password = get_random_string(PASSWORD_LENGTH, "abcdefghjkmnpqrstuvwxyz23456789")
        editor = User.objects.create_user(EDITOR_EMAIL, password, is_staff=True)
        editor.groups.add(editors)
        self.stdout.write(f"Editor's account: {EDITOR_EMAIL}  password: {password}")
        self.stdout.write("The password is shown this once; change it after logging in.")
