from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association.lithuanian import period
from association.models import DatedQuerySet, Library, Membership, not_before
from association.prepared import prepared
from association.search import indexed_fields

from .users import User


class RepresentativeQuerySet(DatedQuerySet):
    def acting(self, on=None):
        """Those who may act on the day `on` (today's by default), for a library that is a member.

        Who acted until yesterday, and whose library was a member until yesterday, may not; nor who
        was ended at once.
        """
        memberships = Membership.objects.in_force(on).filter(library=OuterRef("library"))
        return self.in_force(on).filter(Exists(memberships), ended_at=None)

    def acting_or_to_come(self, today=None):
        """Those who act `today` or from a later day: directors first, by name, as they begin."""
        over = Q(ends_on__lt=today or timezone.localdate()) | Q(ended_at__isnull=False)
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


@prepared(user=models.BigIntegerField(), today=models.DateField())
def acting_of(user, today):
    """Return the representations by which the user with the key `user` acts `today`.

    With their libraries, without what only the search reads of them.
    """
    stems = [f"library__{field.name}" for field in indexed_fields(Library)]
    acting = Representative.objects.acting(today).filter(user=user)
    return acting.select_related("library").defer(*stems)
