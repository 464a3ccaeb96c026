from django.db import migrations

from association.search import refresh
from association.search_index import IndexStems

MODELS = ["funder", "funderalias", "project", "goal", "activity", "document"]


def fill(apps, schema_editor):
    """Give the records that there are the stems of their words."""
    for name in MODELS:
        refresh(apps.get_model("projects", name))


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_search_stems")]

    operations = [
        IndexStems("funder", "title_stems"),
        IndexStems("funderalias", "title_stems"),
        IndexStems("project", "title_stems"),
        IndexStems("project", "short_title_stems"),
        IndexStems("project", "stems"),
        IndexStems("goal", "stems"),
        IndexStems("activity", "stems"),
        IndexStems("document", "title_stems"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
