from django.db import migrations
from django.db.models import OuterRef, Subquery


def note_who_accepted(apps, schema_editor):
    """Tell of each accepted invitation whose it was, where the address is still the person's."""
    User = apps.get_model("accounts", "User")
    accepted = apps.get_model("accounts", "Invitation").objects.exclude(accepted_at=None)
    owner = User.objects.filter(email__iexact=OuterRef("email")).values("pk")[:1]
    accepted.filter(accepted_by=None).update(accepted_by=Subquery(owner))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_invitation_accepted_by")]

    operations = [migrations.RunPython(note_who_accepted, migrations.RunPython.noop)]
