from django.db import migrations

from projects.texts.quotation import in_lithuanian_marks


def write_in_lithuanian_marks(apps, schema_editor):
    # Neither folding nor the order nor the search knows quotation marks: the name alone changes.
    funders = apps.get_model("projects", "Funder").objects
    for pk, name in funders.values_list("pk", "name"):
        if in_lithuanian_marks(name) != name:
            funders.filter(pk=pk).update(name=in_lithuanian_marks(name))


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0012_funder_changed_at'),
    ]

    operations = [
        migrations.RunPython(write_in_lithuanian_marks, migrations.RunPython.noop, elidable=True),
    ]
