from django.db import migrations


def mark_as_decorative(apps, schema_editor):
    # What has no alternative text was passed over by screen readers already.
    photos = apps.get_model("projects", "Photo").objects
    photos.filter(alt="", is_decorative=False).update(is_decorative=True)


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0030_renditions'),
    ]

    operations = [migrations.RunPython(mark_as_decorative, migrations.RunPython.noop)]
