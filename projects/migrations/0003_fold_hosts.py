from django.db import migrations

from association.lithuanian import fold


def fold_hosts(apps, schema_editor):
    Place = apps.get_model("projects", "Place")
    for place in Place.objects.exclude(host="").iterator():
        Place.objects.filter(pk=place.pk).update(host_folded=fold(place.host))


class Migration(migrations.Migration):
    """Fill the column for places that are older than it."""

    dependencies = [("projects", "0002_place_host_folded")]

    operations = [migrations.RunPython(fold_hosts, migrations.RunPython.noop)]
