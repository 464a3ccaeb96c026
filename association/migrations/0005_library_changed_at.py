from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0004_identifier_host'),
    ]

    operations = [
        # When the libraries that are there changed is not known, and is not the time of this.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AddField("library", "changed_at", models.DateTimeField(null=True)),
            ],
            state_operations=[
                migrations.AddField(
                    "library", "changed_at", models.DateTimeField(auto_now=True, null=True)
                ),
            ],
        ),
    ]
