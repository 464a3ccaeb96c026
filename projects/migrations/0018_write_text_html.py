from django.db import migrations

from association.rich_text import refresh


def write_html(apps, schema_editor):
    for name in ("Project", "Activity", "Funder"):
        refresh(apps.get_model("projects", name))


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0017_text_html'),
    ]

    operations = [
        migrations.RunPython(write_html, migrations.RunPython.noop, elidable=True),
    ]
