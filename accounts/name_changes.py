"""A new name of a library: its director proposes it, staff agree or refuse."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association import versions
from association.addresses import absolute
from association.models import Details, FormerName, Library

from .models import NameChange
from .refusals import NotPossible

LETTER_TO_STAFF = "accounts/email/name_change_waits"
LETTER_TO_DIRECTOR = "accounts/email/name_change_decided"


@transaction.atomic
def propose(library, name, name_since, by):
    """Let the new `name` of `library`, borne since the day `name_since` or None, wait for consent.

    It takes the place of one that waits already. The association gets a letter. Raise
    ValidationError for a name that is not one, or that another library bears.
    """
    waiting = NameChange.objects.select_for_update().filter(
        library=library, state=NameChange.State.WAITING
    )
    change = waiting.first() or NameChange(library=library)
    change.name, change.name_since = name, name_since
    change.proposed_by, change.proposed_at = by, timezone.now()
    change.full_clean()
    change.save()
    email = Details.objects.current().email
    if email:
        address = absolute(reverse("admin:accounts_namechange_change", args=[change.pk]))
        context = {"change": change, "address": address}
        get_adapter().render_mail(LETTER_TO_STAFF, email, context).send()
    return change


@transaction.atomic
def take_back(library):
    """Let no change of the name of `library` wait any more."""
    NameChange.objects.filter(library=library, state=NameChange.State.WAITING).delete()


@transaction.atomic
def accept(change, by, answer=""):
    """Give the library its new name; the old one becomes a former name, and is found as such.

    The director gets a letter, with the `answer` of the user `by`. Raise NotPossible where it has
    been decided already, ValidationError where another library bears the name by now.
    """
    current = _decided(change, NameChange.State.ACCEPTED, by, answer)
    library = Library.objects.select_for_update().get(pk=current.library_id)
    since = current.name_since
    versions.keep_first(library)
    FormerName.objects.create(
        library=library,
        name=library.name,
        starts_on=library.name_since,
        ends_on=since and since - timedelta(days=1),
    )
    library.name, library.name_since = current.name, since
    library.save()
    versions.keep(library, by=by, told=_("The new name was agreed to."))


@transaction.atomic
def refuse(change, by, answer):
    """Let the library keep its name; the director gets a letter with the `answer` of the user `by`.

    Raise NotPossible where it has been decided already.
    """
    _decided(change, NameChange.State.REFUSED, by, answer)


def _decided(change, state, by, answer):
    current = NameChange.objects.select_for_update().get(pk=change.pk)
    if current.state != NameChange.State.WAITING:
        raise NotPossible(_("It has been decided already."))
    current.state, current.answer = state, answer
    current.decided_by, current.decided_at = by, timezone.now()
    if state == NameChange.State.ACCEPTED:
        current.clean()
    current.save()
    if current.proposed_by and current.proposed_by.is_active:
        context = {"change": current}
        address = current.proposed_by.email
        get_adapter().render_mail(LETTER_TO_DIRECTOR, address, context).send()
    return current


def old(before):
    """Return the changes that were decided on before the moment `before`."""
    return NameChange.objects.filter(decided_at__lt=before)


def forget_old(before):
    """Delete what is old(); the names that libraries had stay with them. Return how many."""
    return old(before).delete()[0]
