from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0011_added_at'),
    ]

    operations = [
        # When the funders that are there changed is not known, and is not the time of this.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AddField("funder", "changed_at", models.DateTimeField(null=True)),
            ],
            state_operations=[
                migrations.AddField(
                    "funder", "changed_at", models.DateTimeField(auto_now=True, null=True)
                ),
            ],
        ),
    ]
