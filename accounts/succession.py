"""A director who leaves names a successor, from a day on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import invitations, representations
from .models import Invitation, Representative, User
from .refusals import NotPossible
from .representations import ONE_DAY


@transaction.atomic
def name_successor(director, email, starts_on, by):
    """Let `director`, a Representative, act until the day before `starts_on`, and another after.

    A person with `email` who acts for the library today becomes its director on that day;
    anybody else is invited by the user `by`. Whoever was named before is not any more. Raise
    ValidationError as invitations.invite() does; NotPossible where `director` is no director today.
    """
    current = representations.locked(director)
    if not current.user.directs(current.library):
        raise NotPossible(_("Only the library's director names a successor."))
    _forget_successors(current)
    current.ends_on = starts_on - ONE_DAY
    current.save()
    colleague = User.objects.filter(email__iexact=email).first()
    acting = Representative.objects.acting().filter(library=current.library, user=colleague)
    if colleague and acting.exists():
        representations.begin(colleague, current.library, starts_on, is_director=True)
        return None
    invitation = Invitation(
        email=email, library=current.library, is_director=True, starts_on=starts_on
    )
    invitations.invite(invitation, by=by)
    return invitation


@transaction.atomic
def stay(director):
    """Let `director`, a Representative, go on after all; nobody succeeds any more.

    Raise NotPossible where the last day is over.
    """
    current = representations.locked(director)
    if not Representative.objects.acting().filter(pk=current.pk).exists():
        raise NotPossible(_("The person does not act for the library any more."))
    _forget_successors(current)
    current.ends_on = None
    current.save()


def _forget_successors(director):
    """Undo what name_successor() has done for others."""
    successors = Representative.objects.filter(
        library=director.library, is_director=True, starts_on__gt=timezone.localdate()
    )
    for successor in successors:
        before = Representative.objects.filter(
            user=successor.user,
            library=successor.library,
            ends_on=successor.starts_on - ONE_DAY,
            is_director=False,
        )
        successor.delete()
        before.update(ends_on=None)
    named = Invitation.objects.unanswered().filter(
        library=director.library, is_director=True, starts_on__isnull=False
    )
    for invitation in named:
        invitations.withdraw(invitation)
