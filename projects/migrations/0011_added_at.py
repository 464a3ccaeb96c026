from django.db import migrations, models
from django.utils import timezone


def added_at(model_name):
    """Return the operation that adds the field; when the records that are there were is unknown."""
    options = {"null": True, "editable": False, "db_index": True}
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.AddField(model_name, "added_at", models.DateTimeField(**options))
        ],
        state_operations=[
            migrations.AddField(
                model_name, "added_at", models.DateTimeField(default=timezone.now, **options)
            )
        ],
    )


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0010_day_uid_unique'),
    ]

    operations = [added_at(name) for name in ("activity", "resultlink", "photo", "document")]
