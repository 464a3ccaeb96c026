"""What is done with an invitation: by staff in the admin, by the invited one on its page."""

import secrets
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association.addresses import absolute
from association.letters import format_expiry

from . import history, representations
from .models import Invitation, User
from .refusals import NotPossible

LETTER = "accounts/email/invitation"
ACCEPTED = _("An invitation was accepted.")
ACCEPTED_BY_CODE = _(
    "An invitation was accepted that was asked for with a code sent to the library's official"
    " address."
)
# What a director may do with the association's name.
MOST_UNANSWERED = 20
SHORTEST_PAUSE = timedelta(minutes=10)


@transaction.atomic
def invite(invitation, by):
    """Keep a new Invitation in the name of the user `by`, and send it.

    Raise ValidationError for somebody who acts for the library already, or is invited, and for a
    library that is no member.
    """
    invitation.email = User.objects.normalize_email(invitation.email)
    invitation.invited_by = by
    _send(invitation)


def invite_colleague(invitation, by):
    """Keep and send a new Invitation of the director `by` for a colleague; see invite().

    Raise NotPossible where the library has MOST_UNANSWERED of them: whoever is a director for a
    day does not write to strangers in the association's name all day.
    """
    unanswered = Invitation.objects.unanswered().filter(library=invitation.library)
    if unanswered.count() >= MOST_UNANSWERED:
        raise NotPossible(_("Too many invitations wait for an answer. Withdraw some first."))
    invite(invitation, by)


def send_again_to_colleague(invitation):
    """Send again what a director sent, but not within SHORTEST_PAUSE; see send_again()."""
    if timezone.now() - invitation.sent_at < SHORTEST_PAUSE:
        raise NotPossible(_("The letter was sent a moment ago. Wait for 10 minutes."))
    send_again(invitation)


@transaction.atomic
def send_again(invitation):
    """Send a letter with a new key, valid as long as the first was; older letters open nothing.

    Raise NotPossible where it has been accepted or withdrawn, ValidationError as invite() does.
    """
    current = _locked(invitation)
    if current.accepted_at or current.withdrawn_at:
        raise NotPossible(_("It has been accepted or withdrawn: invite the person anew."))
    _send(current)


def _send(invitation):
    key = secrets.token_urlsafe(32)
    invitation.key_hash = Invitation.hash_of(key)
    invitation.sent_at = timezone.now()
    invitation.full_clean()
    invitation.save()
    address = absolute(reverse("invitation", args=[key]))
    context = {"invitation": invitation, "address": address}
    headers = {"Expires": format_expiry(Invitation.VALID_FOR)}
    get_adapter().render_mail(LETTER, invitation.email, context, headers).send()


@transaction.atomic
def withdraw(invitation):
    """Let the invitation be accepted no more; raise NotPossible where it has been accepted."""
    current = _locked(invitation)
    if current.accepted_at:
        raise NotPossible(_("It has been accepted: end the representation instead."))
    if not current.withdrawn_at:
        current.withdrawn_at = timezone.now()
        current.save()


@transaction.atomic
def accept(invitation, name, by):
    """Let the invited person, called `name`, act for the library; return the User.

    They act from the day that the invitation names; from today where that is over, or not named.

    The account is made, without a password, for whoever has the key; one that is there already
    takes its owner, `by`, who has logged in. Raise NotPossible where somebody else tries, and for
    an invitation that is not open, one that was accepted a moment ago too.
    """
    current = _locked(invitation)
    if not current.is_open:
        raise NotPossible(_("The invitation is no longer valid."))
    user = User.objects.filter(email__iexact=current.email).first()
    if user is None:
        user = User.objects.create_user(current.email, name=name)
    elif user != by:
        raise NotPossible(_("Log in with the address that is invited."))
    elif user.name != name:
        user.name = name
        user.save(update_fields=["name"])
    starts_on = max(current.starts_on or timezone.localdate(), timezone.localdate())
    representations.begin(user, current.library, starts_on, is_director=current.is_director)
    current.accepted_at, current.accepted_by = timezone.now(), user
    current.save()
    history.note(user, current.library, ACCEPTED_BY_CODE if current.is_by_library else ACCEPTED)
    return user


def _locked(invitation):
    """Return `invitation` as it is now; nobody else changes it until the transaction ends."""
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def old(before):
    """Return the invitations that came to their end before the moment `before`."""
    unanswered = Q(accepted_at=None, withdrawn_at=None, sent_at__lt=before)
    ended = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before)
    return Invitation.objects.filter(unanswered | ended)


@transaction.atomic
def forget_old(before):
    """Delete what is old(), and what the history tells of it, by address; return how many."""
    numbers = old(before).annotate(text=Cast("pk", CharField())).values("text")
    about = ContentType.objects.get_for_model(Invitation)
    LogEntry.objects.filter(content_type=about, object_id__in=numbers).delete()
    return old(before).delete()[0]
