import uuid
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.prepared import prepared


class UserQuerySet(models.QuerySet):
    def people(self):
        """Accounts of persons: all but the one that stands where an erased account stood."""
        return self.exclude(email=User.ERASED_EMAIL)


KEYS = range(1, 2**63)  # all that a database can give


@prepared(key=models.BigIntegerField())
def with_key(key):
    return User.objects.filter(pk=key)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get(self, *args, **wanted):
        """As Django's; by the key alone, as each page of who is logged in asks, in ready words."""
        key = wanted.get("pk")
        is_by_key = not args and len(wanted) == 1 and isinstance(key, int) and key in KEYS
        # The users of a group have a manager that is made of this one, and narrows it down.
        if not is_by_key or type(self) is not UserManager:
            return super().get(*args, **wanted)
        for user in with_key(key=key):
            return user
        raise self.model.DoesNotExist(f"There is no user {key}.")

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

    # When the owner was last told that it will be erased, since nobody needs it.
    warned_at = models.DateTimeField(
        _("told that it will be erased"), null=True, blank=True, editable=False
    )

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
        """Whether the person may do it: only staff may, so that of others nothing is asked."""
        return self.is_staff and not self.is_held_back and super().has_perm(perm, obj)

    def has_module_perms(self, app_label):
        return not self.is_held_back and super().has_module_perms(app_label)

    @cached_property
    def acts_by(self):
        """The representations by which the person acts today, with their libraries."""
        from .representatives import acting_of  # which needs this model first

        return acting_of(user=self.pk, today=timezone.localdate())

    @property
    def is_member(self):
        """Whether the person acts for a member library today."""
        return bool(self.acts_by)

    def directs(self, library):
        """Whether the person acts for `library` today as its director."""
        return self.representations.acting().filter(library=library, is_director=True).exists()


def deed_of(name):
    """Return the field `name` of who did something; the deed outlives the account."""
    return models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=name,
    )
