"""The association itself: its details, member libraries, council, pages and documents.

Other apps build on what is here (association ← accounts ← projects), the abstract models
for order, publication and documents included.
"""

from datetime import UTC, datetime
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MinValueValidator
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Greatest
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .addresses import readable_slug
from .fields import DerivedField
from .lithuanian import fold, period, sort_key
from .redirects import Redirect
from .search import StemsField

__all__ = ["Redirect"]  # of this app's models too, though it has a file of its own

DOCUMENT_TYPES = [
    *("pdf", "doc", "docx", "odt", "rtf", "txt", "xls", "xlsx", "ods", "csv"),
    *("ppt", "pptx", "odp", "zip", "jpg", "jpeg", "png"),
]
PICTURE_TYPES = ["jpg", "jpeg", "png", "webp", "gif"]  # what every browser shows
LAST = 2_147_483_647  # the largest position that both databases keep


def may_change(user, model):
    """Whether `user` may change records of `model`, and so may see the unpublished ones."""
    return user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


def not_before(start, end, name):
    """Return the constraint that `end` is not before `start`, where both are known."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{end}__gte": F(start)})
        | Q(**{f"{start}__isnull": True})
        | Q(**{f"{end}__isnull": True}),
        violation_error_message=_("The end cannot be before the start."),
    )


def one_of(field, choices, name, *, blank=False):
    """Return the constraint that `field` holds one of `choices`, or "" if it may be `blank`."""
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": values}))


class OrderedQuerySet(models.QuerySet):
    def renumber(self, moves=None):
        """Number the records 1, 2, 3 … in their order of (position, id).

        `moves` tells of records that were just given their position: {id: -1} for one that
        moved up, and so comes before another of the same position, {id: 1} for one that
        moved down.
        """
        moves = moves or {}
        records = sorted(self, key=lambda each: (each.position, moves.get(each.pk, 0), each.pk))
        moved = []
        for position, record in enumerate(records, start=1):
            if record.position != position:
                record.position = position
                moved.append(record)
        self.model._base_manager.bulk_update(moved, ["position"], batch_size=500)


class Ordered(models.Model):
    """A record that staff put in order; a new one comes last."""

    position = models.PositiveIntegerField(_("position"), default=LAST)

    objects = OrderedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class PublishableQuerySet(models.QuerySet):
    def last_change(self):
        """The latest `last_change` of these records, which are public; None if there are none."""
        return self.aggregate(latest=Max(Greatest("changed_at", "published_at")))["latest"]

    def published(self, at=None):
        """Records whose publication time has come at `at` (aware datetime; now by default)."""
        return self.filter(published_at__lte=at or timezone.now())

    def visible_to(self, user):
        """Records that `user` may see: staff who may change them see drafts too."""
        return self.all() if may_change(user, self.model) else self.published()


class Publishable(models.Model):
    """A record that is a draft until its publication time has come."""

    published_at = models.DateTimeField(
        _("public since"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Empty: a draft. A time to come: public from then on."),
        validators=[MinValueValidator(datetime(1990, 1, 1, tzinfo=UTC))],
    )

    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def is_published(self):
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def last_change(self):
        """When there was last something new in it for visitors: a change, or its publication."""
        return max(self.changed_at, self.published_at or self.changed_at)

    def publish(self):
        """Make the record public now; a record that is public already keeps its time.

        The time is a whole minute, as forms show it: saving a form unchanged changes nothing.
        """
        if not self.is_published:
            self.published_at = timezone.now().replace(second=0, microsecond=0)
            self.save(update_fields=["published_at"])

    def withdraw(self):
        """Make the record a draft again."""
        self.published_at = None
        self.save(update_fields=["published_at"])


class DetailsManager(models.Manager):
    def current(self):
        """The association's details; empty ones where staff have not written them yet."""
        return self.first() or Details()


class Details(models.Model):
    """What the association says of itself in the header, the footer and its letters."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    code = models.CharField(_("legal entity code"), max_length=20, blank=True)
    register = models.CharField(
        _("register"), max_length=200, blank=True, help_text=_("Where data on it are kept.")
    )
    seat = models.CharField(_("seat"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    account = models.CharField(_("bank account"), max_length=60, blank=True)

    objects = DetailsManager()

    class Meta:
        verbose_name = _("the association's details")
        verbose_name_plural = _("the association's details")
        constraints = [
            models.CheckConstraint(
                name="details_one_row",
                condition=Q(id=1),
                violation_error_message=_("The association has one set of details."),
            )
        ]

    def __str__(self):
        return self.short_name or self.name


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
        memberships = Membership.objects.in_force(on).filter(library=models.OuterRef("pk"))
        return self.filter(models.Exists(memberships))

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
    website = models.URLField(_("website"), blank=True)
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


class DatedQuerySet(models.QuerySet):
    def in_force(self, on=None):
        """Records that hold on the day `on` (today's by default), both ends inclusive."""
        on = on or timezone.localdate()
        return self.exclude(starts_on__gt=on).exclude(ends_on__lt=on)


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


class CouncilMemberQuerySet(DatedQuerySet, OrderedQuerySet):
    """Seats in the council, dated and in order."""


class CouncilMember(Ordered):
    """A seat in the council; with no link to an account, since it is a public record."""

    name = models.CharField(_("name and surname"), max_length=100)
    role = models.CharField(_("role"), max_length=100, blank=True)
    library = models.ForeignKey(
        Library,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("library"),
        related_name="council_members",
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = CouncilMemberQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = _("council member")
        verbose_name_plural = _("council members")
        constraints = [not_before("starts_on", "ends_on", "councilmember_dates")]

    def __str__(self):
        return self.name


class Page(Publishable):
    """A plain page that staff write: privacy, accessibility and the like.

    That with the slug ABOUT is shown on the association's own page, and has no other address.
    """

    ABOUT = "apie"

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, help_text=_("The last part of the address.")
    )
    text = models.TextField(
        _("text"), blank=True, help_text=_("An empty line begins a new paragraph.")
    )
    title_stems = StemsField(sources=["title"], db_index=True)
    stems = StemsField(sources=["title", "text"])

    objects = PublishableQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.slug == self.ABOUT:
            return reverse("association:about")
        return reverse("association:page", args=[self.slug])

    def clean(self):
        address = reverse("association:page", args=[self.slug or "-"])
        if resolve(address).view_name != "association:page":
            raise ValidationError(
                {"slug": _("The site has another page at this address; choose another.")}
            )

    @property
    def description(self):
        """The first paragraph, on one line."""
        return " ".join(self.text.replace("\r", "").partition("\n\n")[0].split())


class Audience(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members")


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents that `user` may read: everybody the public ones, who is logged in all."""
        if user.is_authenticated:
            return self.all()
        return self.filter(audience=Audience.PUBLIC)


class BaseDocument(models.Model):
    """A file with a title and a date, for everybody or for members."""

    title = models.CharField(_("title"), max_length=200)
    dated = models.DateField(_("date"), default=timezone.localdate)
    audience = models.CharField(
        _("for whom"), max_length=10, choices=Audience, default=Audience.PUBLIC
    )
    title_stems = StemsField(sources=["title"], db_index=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @property
    def file_type(self):
        """The type as readers know it: „PDF“, „DOCX“."""
        return PurePosixPath(self.file.name).suffix.lstrip(".").upper()

    @property
    def file_size(self):
        """Bytes; None where the file is missing, so that one lost file breaks no page."""
        try:
            return self.file.size
        except OSError:
            return None


class DocumentKind(models.TextChoices):
    BYLAWS = "bylaws", _("by-laws")
    MINUTES = "minutes", _("minutes")
    REPORT = "report", _("report")
    OTHER = "other", _("other")


class Document(BaseDocument):
    """A document of the association itself."""

    kind = models.CharField(
        _("kind"), max_length=10, choices=DocumentKind, default=DocumentKind.OTHER
    )
    file = models.FileField(
        _("file"),
        upload_to="asociacijos-dokumentai",
        validators=[FileExtensionValidator(DOCUMENT_TYPES)],
    )

    class Meta:
        verbose_name = _("the association's document")
        verbose_name_plural = _("the association's documents")
        ordering = ["-dated", "-pk"]
        constraints = [
            one_of("audience", Audience, "association_document_audience_known"),
            one_of("kind", DocumentKind, "association_document_kind_known"),
        ]
