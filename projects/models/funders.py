"""Funders, and what each was asked for and gave."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, F, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.addresses import readable_slug
from association.fields import DerivedField
from association.lithuanian import fold, sort_key
from association.models import Ordered, OrderedQuerySet, may_change, one_of
from association.pictures import LOGO_KINDS
from association.renditions import PictureField
from association.rich_text import HTMLField
from association.search import StemsField

from ..money import Sum, read_sum, write_sum
from ..texts.quotation import in_lithuanian_marks
from ..totals import Award


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


HALF_A_SUM = _("A sum needs its currency, and a currency its sum.")


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
            violation_error_message=HALF_A_SUM,
        ),
        models.CheckConstraint(
            name=f"{model}_{prefix}_written_is_known",
            condition=Q(**{f"{amount}__isnull": False}) | Q(**{f"{prefix}_as_written": ""}),
            violation_error_message=HALF_A_SUM,
        ),
    ]


def clean_sum(record, prefix):
    """Make one sum of `record` and how it is written agree; fill in what is empty of the sum.

    Raise ValidationError where the words are no sum, or another one: what is shown must be
    what is counted. Of a sum without its currency, too, at the field that is empty.
    """
    written = getattr(record, f"{prefix}_as_written")
    if written:
        _agree(record, prefix, written)
    has_amount = getattr(record, f"{prefix}_amount") is not None
    if has_amount != bool(getattr(record, f"{prefix}_currency")):
        empty = f"{prefix}_currency" if has_amount else f"{prefix}_amount"
        raise ValidationError({empty: HALF_A_SUM})


def _agree(record, prefix, written):
    try:
        told = read_sum(written)
    except ValueError as error:
        raise ValidationError({f"{prefix}_as_written": str(error)}) from error
    amount, kept = getattr(record, f"{prefix}_amount"), sum_of(record, prefix)
    if amount is None or (kept is None and amount == told.amount):
        setattr(record, f"{prefix}_amount", told.amount)
        setattr(record, f"{prefix}_currency", told.currency)
    elif kept and (kept.amount, kept.currency) != (told.amount, told.currency):
        figures = {"written": written, "sum": write_sum(kept.amount, kept.currency)}
        message = _("“%(written)s” is not %(sum)s: correct the sum, or how it is written.")
        raise ValidationError({f"{prefix}_as_written": message % figures})


def sum_of(record, prefix):
    """Return the Sum that `record` keeps under `prefix`, None where it is unknown.

    None too for what is none, in a form that is refused: without a currency, or negative.
    """
    amount, currency = getattr(record, f"{prefix}_amount"), getattr(record, f"{prefix}_currency")
    if amount is None or amount < 0 or not currency:
        return None
    written = getattr(record, f"{prefix}_as_written") or write_sum(amount, currency)
    return Sum(amount, currency, written)


class FunderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Funders who pay for a project that `user` may see; staff who may change them see all.

        Whom the association only asks, or asked in vain, is its own affair.
        """
        from .projects import Project  # which builds on this module

        if may_change(user, self.model):
            return self.all()
        return self.paying_for(Project.objects.visible_to(user))

    def paying_for(self, projects):
        """Funders who awarded something for one of `projects`, a QuerySet."""
        awards = Funding.objects.awarded().filter(funder=OuterRef("pk"), project__in=projects)
        # Not Exists(), for which PostgreSQL reads all awards of a funder, be they thousands.
        return self.filter(IsNull(Subquery(awards.order_by().values("pk")[:1]), False))

    def with_project_count(self):
        """With `project_count`: for how many projects each was asked, or pays."""
        fundings = Funding.objects.filter(funder=OuterRef("pk")).order_by().values("funder")
        number = fundings.annotate(number=Count("project", distinct=True)).values("number")
        return self.annotate(project_count=Coalesce(Subquery(number), 0))

    def with_last_change(self, projects):
        """With `page_changed_at`: when the funder or one of `projects` that it pays for changed.

        It is null where the funder's own change is not known.
        """
        paid_for = Q(fundings__state=FundingState.AWARDED, fundings__project__in=projects)
        change = Greatest("fundings__project__changed_at", "fundings__project__published_at")
        latest = Coalesce(Max(change, filter=paid_for), F("changed_at"))
        return self.annotate(
            page_changed_at=Case(
                When(changed_at__isnull=False, then=Greatest("changed_at", latest))
            )
        )

    def named(self, spelling):
        """Return the funder of that name or alias, whatever the spelling; None if there is none."""
        folded = fold(spelling)
        return (
            self.filter(Q(folded_name=folded) | Q(aliases__folded_name=folded))
            .order_by("pk")
            .first()
        )


class FunderKind(models.TextChoices):
    COUNCIL = "council", _("council")
    MINISTRY = "ministry", _("ministry")
    MUNICIPALITY = "municipality", _("municipality")
    EUROPEAN = "european", _("European Union")
    FOUNDATION = "foundation", _("foundation")
    COMPANY = "company", _("company")
    OTHER = "other", _("other")


def requirement_field(label):
    """Return a field that says whether a funder requires an item of publicity; see publicity.py."""
    return models.BooleanField(label, default=False)


class Funder(models.Model):
    """Who gives money; one record, whatever the spelling."""

    LOGO_ROOM = (206, 80)  # pixels of a page that a logo may fill
    LOGO_WIDTHS = (240, 480)  # for that, for finer screens and for print

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=FunderKind, blank=True)
    publicity_statement = models.TextField(
        _("statement of publicity"),
        blank=True,
        help_text=_("The words that the funder asks to be shown beside its projects."),
    )
    publicity_statement_html = HTMLField(source="publicity_statement", headings=False)
    logo = PictureField(
        _("logo"),
        upload_to="finansuotoju-zenklai",
        widths=LOGO_WIDTHS,
        kinds=LOGO_KINDS,
        blank=True,
        width_field="logo_width",
        height_field="logo_height",
        renditions_field="logo_renditions",
    )
    logo_width = models.PositiveIntegerField(null=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, editable=False)
    logo_renditions = models.JSONField(default=dict, editable=False)
    website = models.URLField(_("website"), blank=True)
    requires_logo = requirement_field(_("its logo"))
    requires_statement = requirement_field(_("its statement of publicity"))
    requires_sum = requirement_field(_("the sum awarded"))
    requires_period = requirement_field(_("the period of the project"))
    requires_alternative_texts = requirement_field(_("alternative texts of all photos"))
    requires_results = requirement_field(_("results, once the project has ended"))
    # Null: not since that has been kept.
    changed_at = models.DateTimeField(null=True, auto_now=True)
    folded_name = DerivedField(source="name", by=fold, unique=True)
    sort_key = DerivedField(source="name", by=sort_key, db_index=True)
    title_stems = StemsField(sources=["name"], db_index=True)

    objects = FunderQuerySet.as_manager()

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(name="funder_name_not_empty", condition=~Q(name="")),
            one_of("kind", FunderKind, "funder_kind_known", blank=True),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("projects:funder", args=[self.pk, self.slug])

    def get_totals_url(self):
        return reverse("projects:funder_totals", args=[self.pk, self.slug])

    @property
    def slug(self):
        return readable_slug(self.name, otherwise="finansuotojas")

    @property
    def logo_size(self):
        """The width and height at which pages show the logo, never larger than it is."""
        size = (self.logo_width or 1, self.logo_height or 1)
        scale = min(1, *(room / side for room, side in zip(self.LOGO_ROOM, size, strict=True)))
        return [max(1, round(side * scale)) for side in size]

    def clean(self):
        # Twice: a mark that closes nothing then opens, and stays so at the next save.
        self.name = in_lithuanian_marks(in_lithuanian_marks(self.name))
        if not fold(self.name):
            raise ValidationError({"name": _("Write a name in letters.")})
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
        if not fold(self.name):
            raise ValidationError({"name": _("Write a name in letters.")})
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


class FundingQuerySet(OrderedQuerySet):
    def awarded(self):
        """The fundings that pay for a project; what was only asked for does not."""
        return self.filter(state=FundingState.AWARDED)

    def awards(self):
        """Return an Award for each awarded funding, in the `year` of its project."""
        day = Coalesce("project__ends_on", "project__starts_on")
        rows = self.awarded().order_by().values_list(day, "awarded_amount", "awarded_currency")
        return [Award(day and day.year, amount, currency) for day, amount, currency in rows]


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
    awarded_on = models.DateField(
        _("day of the decision"),
        null=True,
        blank=True,
        help_text=_("When the funder decided to award it. Empty: unknown."),
    )
    asked_amount = amount_field(_("sum asked for"))
    asked_currency = currency_field()
    asked_as_written = as_written_field()
    awarded_amount = amount_field(_("sum awarded"))
    awarded_currency = currency_field()
    awarded_as_written = as_written_field()

    objects = FundingQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = _("funding")
        verbose_name_plural = _("fundings")
        indexes = [models.Index(fields=["funder", "project"], name="funding_by_funder")]
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
            models.CheckConstraint(
                name="funding_day_only_if_awarded",
                condition=Q(state="awarded") | Q(awarded_on__isnull=True),
                violation_error_message=_(
                    "Only an awarded funding has a day of the award: clear the day, or change the"
                    " state."
                ),
            ),
        ]

    def clean(self):
        clean_sum(self, "asked")
        clean_sum(self, "awarded")

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
