"""What a library's director changes of what the public sees of it."""

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.utils.translation import gettext as _

from association import versions
from association.models import Library

from . import history

LETTER = "accounts/email/library_email_changed"


@transaction.atomic
def change(library, values, by):
    """Give `library` the `values` (by names of fields) in the name of the user `by`.

    It is on record which were changed. The old official address gets a letter when there is a new
    one: a code to it lets in who directs a library that nobody acts for.
    """
    before = Library.objects.select_for_update().get(pk=library.pk)
    changed = [name for name in values if values[name] != getattr(before, name)]
    if not changed:
        return
    versions.keep_first(before)
    for name in changed:
        setattr(library, name, values[name])
    library.save(update_fields=[*changed, "changed_at"])
    history.note_fields(by, library, changed)
    versions.keep(library, by=by, told=_("Changed by its director."))
    if "email" in changed and before.email:
        get_adapter().render_mail(LETTER, before.email, {"library": library}).send()
