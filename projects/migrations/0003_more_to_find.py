from django.db import migrations

import association.search
from association.search import refresh_all
from association.search_index import DropStemsIndex, IndexStems
from projects.indexing import collect_words


def fill(apps, schema_editor):
    # What is kept was cut by a stemmer that knew fewer endings.
    refresh_all(apps, schema_editor)
    collect_words(apps.get_model("projects", "Project").objects.order_by())


class Migration(migrations.Migration):

    dependencies = [
        ("association", "0002_search_index"),
        ("projects", "0002_search_index"),
    ]

    operations = [
        DropStemsIndex("goal", "stems"),
        migrations.RemoveField("goal", "stems"),
        migrations.AddField(
            model_name="activity",
            name="collected_stems",
            field=association.search.CollectedStemsField(default="", editable=False),
        ),
        migrations.AddField(
            model_name="project",
            name="collected_stems",
            field=association.search.CollectedStemsField(default="", editable=False),
        ),
        # SQLite has made both tables anew.
        IndexStems("project", "title_stems"),
        IndexStems("project", "short_title_stems"),
        IndexStems("project", "stems"),
        IndexStems("project", "collected_stems"),
        IndexStems("activity", "stems"),
        IndexStems("activity", "collected_stems"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
