from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association.lithuanian import period
from association.models import DatedQuerySet, Library, Membership, not_before


class UserManager(BaseUserManager):
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

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who may log in, known by the e-mail address; there is no user name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name and surname"), max_length=150, blank=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May enter the administration.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick it instead of deleting the account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

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

    @cached_property
    def is_member(self):
        """Whether the person acts for a member library today."""
        return self.representations.acting().exists()


class RepresentativeQuerySet(DatedQuerySet):
    def acting(self, on=None):
        """Those who may act on the day `on` (today's by default), for a library that is a member.

        Who acted until yesterday, and whose library was a member until yesterday, may not.
        """
        memberships = Membership.objects.in_force(on).filter(library=OuterRef("library"))
        return self.in_force(on).filter(Exists(memberships))


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
        ]

    def __str__(self):
        return f"{self.user} ({self.library})"

    @property
    def period(self):
        return period(self.starts_on, self.ends_on)
