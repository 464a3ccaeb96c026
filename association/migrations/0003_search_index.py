from django.db import migrations

from association.search import refresh
from association.search_index import IndexStems

MODELS = ["library", "formername", "page", "document"]


def fill(apps, schema_editor):
    """Give the records that there are the stems of their words."""
    for name in MODELS:
        refresh(apps.get_model("association", name))


class Migration(migrations.Migration):
    dependencies = [("association", "0002_search_stems")]

    operations = [
        IndexStems("library", "title_stems"),
        IndexStems("library", "stems"),
        IndexStems("formername", "title_stems"),
        IndexStems("page", "title_stems"),
        IndexStems("page", "stems"),
        IndexStems("document", "title_stems"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
