from django.db import migrations, models

BATCH = 500  # records


def name_by_number(apps, schema_editor):
    # What calendars know the days by: their numbers among those of their activity.
    ActivityDay = apps.get_model("projects", "ActivityDay")
    days = ActivityDay.objects.order_by("activity_id", "starts_on", "starts_at", "pk")
    activity_id, number, named = None, 0, []
    for day in days.iterator(chunk_size=BATCH):
        number = number + 1 if day.activity_id == activity_id else 1
        activity_id = day.activity_id
        day.uid = f"veikla-{activity_id}-{number}"
        named.append(day)
    ActivityDay.objects.bulk_update(named, ["uid"], batch_size=BATCH)


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0008_funding_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='activityday',
            name='uid',
            field=models.CharField(default='', editable=False, max_length=60),
            preserve_default=False,
        ),
        migrations.RunPython(name_by_number, migrations.RunPython.noop, elidable=True),
    ]
