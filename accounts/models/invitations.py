import hashlib
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association.models import Library, Membership

from .representatives import Representative
from .users import User, deed_of


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        """Those neither accepted nor withdrawn; what has run out can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def waiting(self):
        """Those that can be accepted now."""
        return self.unanswered().filter(sent_at__gt=timezone.now() - Invitation.VALID_FOR)

    def run_out(self):
        return self.unanswered().filter(sent_at__lte=timezone.now() - Invitation.VALID_FOR)

    def to_send_again(self):
        """Those of member libraries that have waited for PATIENCE, or have run out."""
        memberships = Membership.objects.in_force().filter(library=OuterRef("library"))
        long_ago = timezone.now() - Invitation.PATIENCE
        return self.unanswered().filter(Exists(memberships), sent_at__lte=long_ago)

    def of_key(self, key):
        """Those, at most one, whose last letter bears `key`."""
        return self.filter(key_hash=Invitation.hash_of(key))


class Invitation(models.Model):
    """The association asks a person, by e-mail, to act for a library.

    Whoever has the key from the letter has shown that the address is theirs. Only its hash is
    kept, so that the table lets nobody in; a letter sent again bears a new one. What is done with
    an invitation is in accounts/invitations.py.
    """

    VALID_FOR = timedelta(days=14)  # from when it was last sent
    PATIENCE = timedelta(days=3)  # before one writes to the same person again

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        RUN_OUT = "run_out", _("has run out")
        ACCEPTED = "accepted", _("accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    email = models.EmailField(_("e-mail address"))
    library = models.ForeignKey(
        Library, models.CASCADE, related_name="invitations", verbose_name=_("library")
    )
    is_director = models.BooleanField(_("director"), default=False)
    starts_on = models.DateField(
        _("from"), null=True, blank=True, help_text=_("Empty: from the day of the answer.")
    )
    invited_by = deed_of(_("invited by"))
    # Its owner may have another address by now.
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    is_by_library = models.BooleanField(
        _("asked for by the library"),
        default=False,
        editable=False,
        help_text=_("With a code that was sent to its official address."),
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("last sent"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "library",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_unanswered",
                violation_error_message=_(
                    "The person has been invited for this library already: find the invitation"
                    " in the list and send it again."
                ),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_one_end",
            ),
        ]

    def __str__(self):
        return f"{self.email} ({self.library})"

    @staticmethod
    def hash_of(key):
        """Return what is kept of `key`; it is long and random, so that no slow hash is needed."""
        return hashlib.sha256(key.encode()).hexdigest()

    def clean(self):
        """Refuse a library that is no member, and a person who acts for it as is offered."""
        if self.library_id is None:
            return
        if not self.library_is_member:
            raise ValidationError({"library": _("The library is not a member of the Association.")})
        acting = Representative.objects.going_on().filter(library=self.library_id)
        if self.email.lower() == User.ERASED_EMAIL:
            raise ValidationError({"email": _("No letter can reach this address.")})
        if self.is_director:  # which a colleague may become
            acting = acting.filter(is_director=True)
        if acting.filter(user__email__iexact=self.email).exists():
            raise ValidationError({"email": _("The person acts for this library already.")})

    @property
    def runs_out_at(self):
        return self.sent_at + self.VALID_FOR

    @property
    def state(self):
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.WAITING if timezone.now() < self.runs_out_at else self.State.RUN_OUT

    @property
    def library_is_member(self):
        return Membership.objects.in_force().filter(library=self.library_id).exists()

    @property
    def is_open(self):
        """Whether it can be accepted now: its library must still be a member, too."""
        return self.state == self.State.WAITING and self.library_is_member

    def is_of(self, user):
        """Whether `user` has logged in with the address that is invited."""
        return user.is_authenticated and user.email.lower() == self.email.lower()
