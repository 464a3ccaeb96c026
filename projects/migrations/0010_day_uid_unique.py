from django.db import migrations, models

import projects.models.activities


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0009_day_uid'),
    ]

    operations = [
        migrations.AlterField(
            model_name='activityday',
            name='uid',
            field=models.CharField(default=projects.models.activities.new_uid, editable=False, max_length=60, unique=True),
        ),
    ]
