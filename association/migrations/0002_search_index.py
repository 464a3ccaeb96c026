from django.db import migrations

from association.search_index import IndexStems


class Migration(migrations.Migration):
    dependencies = [("association", "0001_initial")]

    operations = [
        IndexStems("library", "title_stems"),
        IndexStems("library", "stems"),
        IndexStems("formername", "title_stems"),
        IndexStems("page", "title_stems"),
        IndexStems("page", "stems"),
        IndexStems("document", "title_stems"),
    ]
