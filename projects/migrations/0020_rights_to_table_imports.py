from django.db import migrations

from accounts.roles import give_rights


class Migration(migrations.Migration):
    """Gives the roles of staff their rights to imports of tables; see accounts/roles.py."""

    dependencies = [
        ("association", "0009_table_imports"),
        ("projects", "0019_lists"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
