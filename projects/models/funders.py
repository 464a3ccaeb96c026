"""Funders, and what each was asked for and gave."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.fields import DerivedField
from association.lithuanian import fold, sort_key
from association.models import Ordered, one_of
from association.search import StemsField

from ..money import Sum, write_sum


class Currency(models.TextChoices):
    LTL = "LTL", "Lt"
    EUR = "EUR", "Eur"


def amount_field(label):
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True, blank=True)


def currency_field():
    return models.CharField(_("currency"), max_length=3, choices=Currency, blank=True)


def as_written_field():
    return models.CharField(
        _("as written"),
        max_length=60,
        blank=True,
        help_text=_("How the sum is shown, if not in figures: “80 tūkst. Lt”."),
    )


def sum_checks(model, prefix):
    """Return the constraints of the three columns that keep one sum of `model`."""
    amount, currency = f"{prefix}_amount", f"{prefix}_currency"
    return [
        models.CheckConstraint(
            name=f"{model}_{prefix}_not_negative",
            condition=Q(**{f"{amount}__isnull": True}) | Q(**{f"{amount}__gte": 0}),
            violation_error_message=_("A sum cannot be negative."),
        ),
        models.CheckConstraint(
            name=f"{model}_{prefix}_has_currency",
            condition=Q(**{f"{amount}__isnull": True, currency: ""})
            | Q(**{f"{amount}__isnull": False, f"{currency}__in": Currency.values}),
            violation_error_message=_("A sum needs its currency, and a currency its sum."),
        ),
    ]


def sum_of(record, prefix):
    """Return the Sum that `record` keeps under `prefix`, None where it is unknown."""
    amount = getattr(record, f"{prefix}_amount")
    if amount is None:
        return None
    currency = getattr(record, f"{prefix}_currency")
    written = getattr(record, f"{prefix}_as_written") or write_sum(amount, currency)
    return Sum(amount, currency, written)


class FunderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every funder: who gives public money is public."""
        return self.all()

    def named(self, spelling):
        """Return the funder of that name or alias, whatever the spelling; None if there is none."""
        folded = fold(spelling)
        return (
            self.filter(Q(folded_name=folded) | Q(aliases__folded_name=folded))
            .order_by("pk")
            .first()
        )


class Funder(models.Model):
    """Who gives money; one record, whatever the spelling."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("council")
        MINISTRY = "ministry", _("ministry")
        MUNICIPALITY = "municipality", _("municipality")
        EUROPEAN = "european", _("European Union")
        FOUNDATION = "foundation", _("foundation")
        COMPANY = "company", _("company")
        OTHER = "other", _("other")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    publicity_statement = models.TextField(
        _("statement of publicity"),
        blank=True,
        help_text=_("The words that the funder asks to be shown beside its projects."),
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="finansuotoju-zenklai",
        blank=True,
        width_field="logo_width",
        height_field="logo_height",
    )
    logo_width = models.PositiveIntegerField(null=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, editable=False)
    website = models.URLField(_("website"), blank=True)
    folded_name = DerivedField(source="name", by=fold, unique=True)
    sort_key = DerivedField(source="name", by=sort_key, db_index=True)
    title_stems = StemsField(sources=["name"], db_index=True)

    objects = FunderQuerySet.as_manager()

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        other = Funder.objects.exclude(pk=self.pk).named(self.name)
        if other:
            raise ValidationError({"name": _("This is a name of a funder we have: %s.") % other})


class FunderAlias(models.Model):
    """Another spelling or an older name of a funder."""

    funder = models.ForeignKey(Funder, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    folded_name = DerivedField(source="name", by=fold, unique=True)
    title_stems = StemsField(sources=["name"], db_index=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    def clean(self):
        same_name = FunderAlias.objects.exclude(pk=self.pk).filter(folded_name=fold(self.name))
        other = Funder.objects.exclude(pk=self.funder_id).named(self.name)
        if other or same_name.exists():
            raise ValidationError(
                {"name": _("This is a name of a funder we have: %s.") % (other or self.funder)}
            )


class FundingState(models.TextChoices):
    ASKED = "asked", _("asked for")
    AWARDED = "awarded", _("awarded")
    REFUSED = "refused", _("refused")


class Funding(Ordered):
    """What one funder was asked for, and gave, for one project."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="fundings")
    funder = models.ForeignKey(
        Funder, models.PROTECT, related_name="fundings", verbose_name=_("funder")
    )
    programme = models.CharField(_("programme"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=FundingState, default=FundingState.AWARDED
    )
    is_partial = models.BooleanField(_("partial funding"), default=False)
    asked_amount = amount_field(_("sum asked for"))
    asked_currency = currency_field()
    asked_as_written = as_written_field()
    awarded_amount = amount_field(_("sum awarded"))
    awarded_currency = currency_field()
    awarded_as_written = as_written_field()

    class Meta(Ordered.Meta):
        verbose_name = _("funding")
        verbose_name_plural = _("fundings")
        constraints = [
            one_of("state", FundingState, "funding_state_known"),
            *sum_checks("funding", "asked"),
            *sum_checks("funding", "awarded"),
            models.CheckConstraint(
                name="funding_sum_only_if_awarded",
                condition=Q(state="awarded") | Q(awarded_amount__isnull=True),
                violation_error_message=_(
                    "Only an awarded funding has a sum awarded: clear the sum, or change the state."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.funder}: {self.awarded or self.get_state_display()}"

    @property
    def asked(self):
        return sum_of(self, "asked")

    @property
    def awarded(self):
        return sum_of(self, "awarded")

    @property
    def sentence(self):
        """The sentence in which the association names its funder, as its own text has it."""
        giver = str(self.funder)
        if self.programme:
            giver = f"{giver} ({self.programme})"
        if self.awarded is None:
            known = {"funder": giver}
            if self.is_partial:
                return gettext("Partial funding awarded by %(funder)s.") % known
            return gettext("Funding awarded by %(funder)s.") % known
        known = {"funder": giver, "sum": str(self.awarded)}
        if self.is_partial:
            return gettext("Partial funding – %(sum)s awarded by %(funder)s.") % known
        return gettext("Funding – %(sum)s awarded by %(funder)s.") % known
