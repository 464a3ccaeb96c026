from django.db import migrations

from association import content_state


def create(apps, schema_editor):
    content_state.create(schema_editor.connection)


def drop(apps, schema_editor):
    content_state.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("association", "0009_table_imports")]

    # Changes are counted once all migrations are done: see AssociationConfig.
    operations = [migrations.RunPython(create, drop)]
