from django.db import migrations

from association.search_index import IndexStems


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        IndexStems("funder", "title_stems"),
        IndexStems("funderalias", "title_stems"),
        IndexStems("project", "title_stems"),
        IndexStems("project", "short_title_stems"),
        IndexStems("project", "stems"),
        IndexStems("goal", "stems"),
        IndexStems("activity", "stems"),
        IndexStems("document", "title_stems"),
    ]
