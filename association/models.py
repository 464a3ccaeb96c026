"""The association itself: its details, member libraries, council, pages and documents.

Other apps build on what is here (association ← accounts ← projects), the abstract models
for order, publication and documents included.
"""

from pathlib import PurePosixPath

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import DerivedField
from .lithuanian import sort_key
from .search import StemsField

DOCUMENT_TYPES = [
    *("pdf", "doc", "docx", "odt", "rtf", "txt", "xls", "xlsx", "ods", "csv"),
    *("ppt", "pptx", "odp", "zip", "jpg", "jpeg", "png"),
]
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


def one_of(field, choices, name):
    """Return the constraint that `field` holds one of `choices`, whoever writes it."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": choices.values}))


class OrderedQuerySet(models.QuerySet):
    def renumber(self):
        """Number the records 1, 2, 3 … in their order of (position, id)."""
        moved = []
        for position, record in enumerate(self.order_by("position", "pk"), start=1):
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
    )

    class Meta:
        abstract = True

    @property
    def is_published(self):
        return self.published_at is not None and self.published_at <= timezone.now()

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
            one_of("county", County, "library_county_known"),
        ]

    def __str__(self):
        return self.name


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
    """A plain page that staff write: privacy, accessibility and the like."""

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, help_text=_("The last part of the address.")
    )
    text = models.TextField(
        _("text"), blank=True, help_text=_("An empty line begins a new paragraph.")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
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
        return reverse("association:page", args=[self.slug])


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


class Document(BaseDocument):
    """A document of the association itself."""

    class Kind(models.TextChoices):
        BYLAWS = "bylaws", _("by-laws")
        MINUTES = "minutes", _("minutes")
        REPORT = "report", _("report")
        OTHER = "other", _("other")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    file = models.FileField(
        _("file"),
        upload_to="asociacijos-dokumentai",
        validators=[FileExtensionValidator(DOCUMENT_TYPES)],
    )

    class Meta:
        verbose_name = _("the association's document")
        verbose_name_plural = _("the association's documents")
        ordering = ["-dated", "-pk"]
        constraints = [one_of("audience", Audience, "association_document_audience_known")]
