"""Libraries, their names and memberships, dated as far as known."""

from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..addresses import readable_slug
from ..fields import DerivedField
from ..lithuanian import fold, period, sort_key
from ..search import StemsField
from .shared import DatedQuerySet, not_before, one_of


class County(models.TextChoices):
    """The ten counties, in Lithuanian order."""

    ALYTUS = "alytus", "Alytaus apskritis"
    KAUNAS = "kaunas", "Kauno apskritis"
    KLAIPEDA = "klaipeda", "Klaipėdos apskritis"
    MARIJAMPOLE = "marijampole", "Marijampolės apskritis"
    PANEVEZYS = "panevezys", "Panevėžio apskritis"
    SIAULIAI = "siauliai", "Šiaulių apskritis"
    TAURAGE = "taurage", "Tauragės apskritis"
    TELSIAI = "telsiai", "Telšių apskritis"
    UTENA = "utena", "Utenos apskritis"
    VILNIUS = "vilnius", "Vilniaus apskritis"


class LibraryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every library: that it is one is public, and so is what it was called."""
        return self.all()

    def members(self, on=None):
        """Libraries that are members on the day `on` (today's by default)."""
        return self.with_membership(on).filter(is_member=True)

    def with_membership(self, on=None):
        """With `is_member`: whether each is a member on the day `on` (today's by default)."""
        memberships = Membership.objects.in_force(on).filter(library=models.OuterRef("pk"))
        return self.annotate(is_member=models.Exists(memberships))

    def by_county(self):
        """County by county, each in Lithuanian order."""
        return self.order_by("county", "sort_key", "pk")


class Library(models.Model):
    """A public library; the association's members are libraries, never persons."""

    name = models.CharField(_("name"), max_length=200)
    name_since = models.DateField(
        _("bears the name since"), null=True, blank=True, help_text=_("Empty: unknown.")
    )
    municipality = models.CharField(_("municipality"), max_length=100)
    county = models.CharField(_("county"), max_length=20, choices=County)
    address = models.CharField(
        _("postal address"),
        max_length=200,
        blank=True,
        help_text=_("For example, „Bibliotekos g. 1, Zarasai“."),
    )
    email = models.EmailField(
        _("the library's official e-mail address"),
        blank=True,
        help_text=_(
            "Not a person's. If nobody acts for the library any more, a code sent to it opens the"
            " way for a new director."
        ),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    # Null: not since that has been kept.
    changed_at = models.DateTimeField(null=True, auto_now=True)
    sort_key = DerivedField(source="name", by=sort_key, db_index=True)
    title_stems = StemsField(sources=["name"], db_index=True)
    stems = StemsField(sources=["name", "municipality"])

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="library_name_unique",
                violation_error_message=_("There is a library of this name already."),
            ),
            models.CheckConstraint(name="library_name_not_empty", condition=~Q(name="")),
            one_of("county", County, "library_county_known"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("association:library", args=[self.pk, self.slug])

    @property
    def slug(self):
        """The readable part of the address."""
        return readable_slug(self.name, otherwise="biblioteka")

    @property
    def description(self):
        """One sentence on the library's page, for those who have not opened it."""
        return gettext(
            "%(name)s (%(municipality)s, %(county)s): the library's names, membership of the"
            " Association and projects."
        ) % {
            "name": self.name,
            "municipality": self.municipality,
            "county": self.get_county_display(),
        }

    @property
    def website_name(self):
        """The website as people call it: „zarasai.example“."""
        return (urlsplit(self.website).hostname or "").removeprefix("www.")

    @property
    def name_period(self):
        return period(self.name_since, None)

    @property
    def folded_names(self):
        """The names it bears and bore, as fold() makes them, without those that are unknown."""
        names = [self.name, *(former.name for former in self.former_names.all())]
        return {fold(name) for name in names if name}


class FormerName(models.Model):
    """A name that a library bore; the name itself may be unknown, and so may its dates."""

    library = models.ForeignKey(Library, models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=200, blank=True, help_text=_("Empty: unknown."))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    title_stems = StemsField(sources=["name"], db_index=True)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = [F("ends_on").desc(nulls_last=True), "-pk"]
        constraints = [not_before("starts_on", "ends_on", "formername_dates")]

    def __str__(self):
        return self.name or "–"

    @property
    def period(self):
        return period(self.starts_on, self.ends_on)


class Membership(models.Model):
    """A library's membership of the association, from a date to a date, both inclusive."""

    library = models.ForeignKey(Library, models.CASCADE, related_name="memberships")
    starts_on = models.DateField(_("from"), null=True, blank=True, help_text=_("Empty: unknown."))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: it goes on."))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = [F("starts_on").desc(nulls_last=True), "-pk"]
        constraints = [
            not_before("starts_on", "ends_on", "membership_dates"),
            models.UniqueConstraint(
                fields=["library"],
                condition=Q(ends_on__isnull=True),
                name="membership_one_goes_on",
                violation_error_message=_("The library has a membership that goes on already."),
            ),
        ]

    def __str__(self):
        return f"{self.starts_on or ''}–{self.ends_on or ''}"

    @property
    def period(self):
        return period(self.starts_on, self.ends_on)
