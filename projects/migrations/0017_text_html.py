from django.db import migrations, models

from association.rich_text import HTMLField
from association.search_index import IndexStems


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0016_roles'),
    ]

    operations = [
        migrations.AddField("project", "text_html", HTMLField(source="text")),
        migrations.AddField("activity", "outcome_html", HTMLField(source="outcome", headings=False)),
        migrations.AddField(
            "funder",
            "publicity_statement_html",
            HTMLField(source="publicity_statement", headings=False),
        ),
        migrations.AlterField("project", "text", models.TextField(blank=True, verbose_name="text")),
        # SQLite makes the tables anew for these.
        IndexStems("project", "title_stems"),
        IndexStems("project", "short_title_stems"),
        IndexStems("project", "stems"),
        IndexStems("project", "collected_stems"),
        IndexStems("activity", "stems"),
        IndexStems("activity", "collected_stems"),
        IndexStems("funder", "title_stems"),
    ]
