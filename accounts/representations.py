"""What is done with a representation: who begins to act for a library, and until when."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Representative
from .refusals import NotPossible

ONE_DAY = timedelta(days=1)


@transaction.atomic
def begin(user, library, starts_on, *, is_director=False):
    """Let `user` act for `library` from the day `starts_on` on, which is not before today.

    Whoever acts for it already goes on: as its director from that day, where that is asked for.
    """
    going_on = Representative.objects.select_for_update().filter(
        user=user, library=library, ends_on=None
    )
    present = going_on.first()
    if present and present.starts_on >= starts_on:
        present.starts_on = starts_on
        present.is_director |= is_director
        present.save()
    elif present is None or (is_director and not present.is_director):
        going_on.update(ends_on=starts_on - ONE_DAY)  # a day has one role
        Representative.objects.create(
            user=user, library=library, starts_on=starts_on, is_director=is_director
        )


@transaction.atomic
def end(representative):
    """Close the doors to the person at once; one who has not begun yet does not begin.

    Raise NotPossible where it is over already.
    """
    current = locked(representative)
    today = timezone.localdate()
    if current.is_to_come:
        current.delete()
        return
    if current.ended_at or (current.ends_on and current.ends_on < today):
        raise NotPossible(_("The person does not act for the library any more."))
    current.ends_on, current.ended_at = today, timezone.now()
    current.save()


def locked(representative):
    """Return `representative` as it is now; nobody else changes it until the transaction ends."""
    return Representative.objects.select_for_update().get(pk=representative.pk)
