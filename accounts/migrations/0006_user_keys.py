import uuid

from django.db import migrations


def give_keys(apps, schema_editor):
    """Give each account a key of its own: one default for all rows would be the same."""
    User = apps.get_model("accounts", "User")
    for user in User.objects.only("pk").iterator():
        user.key = uuid.uuid4()
        user.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_members")]
    operations = [migrations.RunPython(give_keys, migrations.RunPython.noop)]
