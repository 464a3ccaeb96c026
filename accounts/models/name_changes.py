from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.models import Library

from .users import deed_of


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
    proposed_by = deed_of(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING, editable=False
    )
    decided_by = deed_of(_("decided by"))
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
