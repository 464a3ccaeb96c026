from django.db import migrations

from accounts.roles import give_rights


class Migration(migrations.Migration):
    """Gives the roles of staff their rights; see accounts/roles.py."""

    dependencies = [
        ("accounts", "0009_who_accepted"),
        ("association", "0006_library_contacts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("projects", "0015_publicity"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
