import hashlib
import uuid
from datetime import timedelta
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from association.lithuanian import period
from association.models import DatedQuerySet, Library, Membership, not_before


class UserQuerySet(models.QuerySet):
    def people(self):
        """Accounts of persons: all but the one that stands where an erased account stood."""
        return self.exclude(email=User.ERASED_EMAIL)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    @transaction.atomic
    def create_user(self, email, password=None, **fields):
        """Make an account; without a password one logs in by a code from a letter."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        user.keep_address()
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def erased(self):
        """Return the account that stands in the history where one that is erased stood.

        It is nobody's: nobody logs in to it, and no letter can reach it.
        """
        nobody, is_new = self.get_or_create(
            email=User.ERASED_EMAIL,
            defaults={"name": gettext("Erased account"), "is_active": False},
        )
        if is_new:
            nobody.set_unusable_password()
            nobody.save(update_fields=["password"])
        return nobody

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who may log in, known by the e-mail address; there is no user name."""

    ERASED_EMAIL = "istrinta@paskyra.invalid"  # at a host that will never be: RFC 2606

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name and surname"), max_length=150, blank=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May enter the administration.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick it instead of deleting the account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    position = models.CharField(
        _("job title"),
        max_length=150,
        blank=True,
        help_text=_("For example, „direktorė“."),
    )
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, help_text=_("Only staff of the site see it.")
    )
    # Names the account where its number does not do: a restored backup gives numbers anew.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # Set by second_factor.asked_of_staff() in a session that was entered without one.
    is_held_back = False

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("There is an account with this e-mail address already."),
            )
        ]

    def __str__(self):
        return self.name or self.email

    def keep_address(self):
        """Make `email` the only address of the account, and a confirmed one.

        To be called where it was given by staff or by the server's owner, who know it. allauth
        keeps addresses in a table of its own: one left there after a change would still log in.
        """
        from allauth.account.models import EmailAddress  # which needs this model first

        email = self.email.lower()
        EmailAddress.objects.filter(user=self).exclude(email=email).delete()
        EmailAddress.objects.update_or_create(
            user=self, email=email, defaults={"verified": True, "primary": True}
        )

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @property
    def is_erased(self):
        """Whether it is no person's, but stands where one that is erased stood."""
        return self.email == self.ERASED_EMAIL

    @property
    def access(self):
        """What the person may enter, in words."""
        if not self.is_active:
            return gettext("switched off")
        if self.is_staff:
            return gettext("administration")
        return gettext("member area") if self.is_member else gettext("own account alone")

    @property
    def acts_as_staff(self):
        """Whether the person has, in this session, what staff have beyond members."""
        return self.is_staff and self.is_active and not self.is_held_back

    def has_perm(self, perm, obj=None):
        return not self.is_held_back and super().has_perm(perm, obj)

    def has_module_perms(self, app_label):
        return not self.is_held_back and super().has_module_perms(app_label)

    @cached_property
    def is_member(self):
        """Whether the person acts for a member library today."""
        return self.representations.acting().exists()

    def directs(self, library):
        """Whether the person acts for `library` today as its director."""
        return self.representations.acting().filter(library=library, is_director=True).exists()


class RepresentativeQuerySet(DatedQuerySet):
    def acting(self, on=None):
        """Those who may act on the day `on` (today's by default), for a library that is a member.

        Who acted until yesterday, and whose library was a member until yesterday, may not; nor who
        was ended at once.
        """
        memberships = Membership.objects.in_force(on).filter(library=OuterRef("library"))
        return self.in_force(on).filter(Exists(memberships), ended_at=None)

    def acting_or_to_come(self):
        """Those who act today or from a later day: directors first, by name, as they begin."""
        over = Q(ends_on__lt=timezone.localdate()) | Q(ended_at__isnull=False)
        return self.exclude(over).order_by("-is_director", "user__name", "starts_on", "pk")

    def going_on(self):
        """Those who act today, and have no last day."""
        return self.in_force().filter(ends_on=None)


class Representative(models.Model):
    """A person who acts for a library, from a date to a date, both inclusive."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="representations", verbose_name=_("person")
    )
    library = models.ForeignKey(
        Library, models.CASCADE, related_name="representatives", verbose_name=_("library")
    )
    is_director = models.BooleanField(_("director"), default=False)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Empty: it goes on. After this day the person sees nothing for members."),
    )
    # Where it did not wait for the end of its last day.
    ended_at = models.DateTimeField(_("ended at once"), null=True, blank=True, editable=False)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = [F("ends_on").desc(nulls_first=True), "-starts_on", "-pk"]
        constraints = [
            not_before("starts_on", "ends_on", "representative_dates"),
            models.UniqueConstraint(
                fields=["user", "library"],
                condition=Q(ends_on__isnull=True),
                name="representative_one_goes_on",
                violation_error_message=_("The person acts for this library already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ends_on__isnull=False),
                name="representative_ended_has_day",
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.library})"

    @property
    def period(self):
        return period(self.starts_on, self.ends_on)

    @property
    def is_to_come(self):
        return self.starts_on > timezone.localdate()


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
    invited_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )
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


class NameChange(models.Model):
    """A library's director tells its new name, which waits for staff to agree.

    What is done with one is in accounts/name_changes.py.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for consent")
        ACCEPTED = "accepted", pgettext_lazy("change of a name", "accepted")
        REFUSED = "refused", pgettext_lazy("change of a name", "refused")

    library = models.ForeignKey(
        Library, models.CASCADE, related_name="name_changes", verbose_name=_("library")
    )
    name = models.CharField(_("new name"), max_length=200)
    name_since = models.DateField(
        _("bears the name since"), null=True, blank=True, help_text=_("Empty: unknown.")
    )
    proposed_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING, editable=False
    )
    decided_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    answer = models.TextField(
        _("answer to the library"), blank=True, help_text=_("The director gets it by e-mail.")
    )

    class Meta:
        verbose_name = _("change of a library's name")
        verbose_name_plural = _("changes of libraries' names")
        ordering = [F("decided_at").desc(nulls_first=True), "-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library"],
                condition=Q(state="waiting"),
                name="namechange_one_waits",
                violation_error_message=_("A change of this library's name waits already."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="namechange_decided_has_time",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="namechange_name_not_empty"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "accepted", "refused"]),
                name="namechange_state_known",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.library})"

    def clean(self):
        """Refuse the library's present name, and one that another library bears."""
        if self.name == self.library.name:
            raise ValidationError({"name": _("The library bears this name already.")})
        if Library.objects.filter(name=self.name).exists():
            raise ValidationError({"name": _("There is a library of this name already.")})
        if (
            self.name_since
            and self.library.name_since
            and self.name_since <= self.library.name_since
        ):
            raise ValidationError(
                {"name_since": _("The library has borne its present name since a later day.")}
            )
