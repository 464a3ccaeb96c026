"""The association's own: its details, council, pages and documents."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import resolve, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..documents import DOCUMENT_TYPES, DocumentField
from ..inserts import NAMES, unknown
from ..lithuanian import DESCRIPTION_LENGTH, shortened
from ..notation import first_paragraph
from ..rich_text import HTMLField
from ..search import StemsField
from .libraries import Library
from .shared import (
    Audience,
    BaseDocument,
    DatedQuerySet,
    Ordered,
    OrderedQuerySet,
    Publishable,
    PublishableQuerySet,
    not_before,
    one_of,
)


def site_host():
    """Return the name of the host under which the site is found today."""
    return urlsplit(settings.SITE_URL).hostname


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
    # Of the site when the details were first kept: identifiers begin with it for good, so that
    # a site that moves publishes the same records and events, and not new ones.
    identifier_host = models.CharField(max_length=253, default=site_host, editable=False)

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


def told_unknown(name):
    """Return the sentence that says what may stand in braces, and that `name` may not."""
    known = ", ".join(f"{{{each}}}" for each in NAMES)
    told = gettext("“{%(name)s}” is not known. In braces may stand: %(known)s.")
    return told % {"name": name, "known": known}


class Page(Publishable):
    """A plain page that staff write: privacy, accessibility and the like.

    That with the slug ABOUT is shown on the association's own page, and has no other address.
    """

    ABOUT = "apie"

    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(
        _("address"), max_length=60, unique=True, help_text=_("The last part of the address.")
    )
    text = models.TextField(_("text"), blank=True)
    text_html = HTMLField(source="text")
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
        strange = unknown(self.text)
        if strange:
            raise ValidationError({"text": told_unknown(strange[0])})

    @property
    def description(self):
        """The first paragraph, on one line; the title where there is no text."""
        return shortened(first_paragraph(self.text), DESCRIPTION_LENGTH) or f"{self.title}."


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
    file = DocumentField(
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
