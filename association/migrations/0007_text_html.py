from django.db import migrations, models

from association.rich_text import HTMLField
from association.search_index import IndexStems


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0006_library_contacts'),
    ]

    operations = [
        migrations.AddField("page", "text_html", HTMLField(source="text")),
        migrations.AlterField("page", "text", models.TextField(blank=True, verbose_name="text")),
        # SQLite makes the table anew for it.
        IndexStems("page", "title_stems"),
        IndexStems("page", "stems"),
    ]
