from django.db import migrations

from association.rich_text import refresh


def write_html(apps, schema_editor):
    refresh(apps.get_model("association", "Page"))


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0007_text_html'),
    ]

    operations = [
        migrations.RunPython(write_html, migrations.RunPython.noop, elidable=True),
    ]
