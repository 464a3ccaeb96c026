from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from association.search import refresh, stems_fields
from association.search_index import create


class Command(BaseCommand):
    help = "Makes what the search finds by anew, and says how many records had it wrong."

    @transaction.atomic
    def handle(self, **options):
        for model in apps.get_models():
            fields = stems_fields(model)
            for field in fields:
                create(connection, model._meta.db_table, field.column)
            if fields:
                self.stdout.write(f"{model._meta.label}: {refresh(model)} corrected")
