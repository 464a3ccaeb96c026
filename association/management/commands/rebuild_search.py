from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from association.search import indexed_fields, refresh, stems_fields
from association.search_index import create
from projects.indexing import collect_words
from projects.models import Project


class Command(BaseCommand):
    help = "Makes what the search finds by anew, and says how many records had it wrong."

    @transaction.atomic
    def handle(self, **options):
        for model in apps.get_models():
            for field in indexed_fields(model):
                create(connection, model._meta.db_table, field.column)
            if stems_fields(model):
                self.stdout.write(f"{model._meta.label}: {refresh(model)} corrected")
        collected = collect_words(Project.objects.order_by())
        self.stdout.write(f"Words of others: {collected} corrected")
