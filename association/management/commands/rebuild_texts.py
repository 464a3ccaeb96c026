from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from association.rich_text import html_fields, refresh


class Command(BaseCommand):
    help = "Makes what pages show of texts anew, and says how many records had it wrong."

    @transaction.atomic
    def handle(self, **options):
        for model in apps.get_models():
            if html_fields(model):
                self.stdout.write(f"{model._meta.label}: {refresh(model)} corrected")
