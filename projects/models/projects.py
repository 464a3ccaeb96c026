"""Projects, and what belongs to them."""

from collections import defaultdict
from datetime import timedelta
from itertools import chain
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.addresses import readable_slug
from association.documents import DOCUMENT_TYPES, DocumentField
from association.fields import DerivedField
from association.lithuanian import DESCRIPTION_LENGTH, fold, period, quoted, shortened, unquoted
from association.models import (
    Audience,
    BaseDocument,
    DocumentQuerySet,
    Library,
    Ordered,
    OrderedQuerySet,
    Publishable,
    PublishableQuerySet,
    may_change,
    not_before,
    one_of,
    reads_all_documents,
)
from association.parts import PartsQuerySet, WithoutStems
from association.pictures import PHOTO_KINDS
from association.renditions import PictureField
from association.rich_text import HTMLField
from association.search import CollectedStemsField, StemsField

from .funders import (
    Funding,
    FundingState,
    amount_field,
    as_written_field,
    clean_sum,
    currency_field,
    sum_checks,
    sum_of,
)

ENDS_SOON = timedelta(days=30)


class ProjectQuerySet(PublishableQuerySet, OrderedQuerySet, PartsQuerySet):
    """A project is current, finished or planned by its dates, both inclusive, in Vilnius."""

    def visible_to(self, user):
        """Projects that `user` may see; a DraftReader sees the one that a link is for, too."""
        visible = super().visible_to(user)
        read = getattr(user, "reads_project_id", None)
        return visible if read is None else visible | self.filter(pk=read)

    def unpublished(self, at=None):
        """Projects that are drafts at `at` (aware datetime; now by default), timed ones too."""
        at = at or timezone.now()
        return self.filter(Q(published_at__isnull=True) | Q(published_at__gt=at))

    def lacking_results(self, today=None):
        """Projects that end within ENDS_SOON of `today`, or ended before, and tell no results."""
        from .activities import Activity  # which builds on this module

        soon = (today or timezone.localdate()) + ENDS_SOON
        links = ResultLink.objects.filter(project=OuterRef("pk"))
        told = Activity.objects.exclude(outcome="").filter(project=OuterRef("pk"))
        return self.filter(~Exists(links), ~Exists(told), ends_on__lte=soon)

    def with_undescribed_photos(self):
        """Projects with photos that wait for words; `undescribed` is how many."""
        photos = Photo.objects.undescribed().filter(project=OuterRef("pk")).order_by()
        number = photos.values("project").annotate(number=Count("pk")).values("number")
        return self.filter(Exists(photos)).annotate(undescribed=Subquery(number))

    def planned(self, today=None):
        """Projects that begin after `today` (a date; today's by default)."""
        return self.filter(starts_on__gt=today or timezone.localdate())

    def finished(self, today=None):
        """Projects that ended before `today`, the latest first."""
        ended = self.filter(ends_on__lt=today or timezone.localdate())
        return ended.order_by("-ends_on", "position", "pk")

    def unfinished(self, today=None):
        """Current and planned projects together."""
        # Not exclude(), by which PostgreSQL reads all that are finished.
        today = today or timezone.localdate()
        return self.filter(Q(ends_on__gte=today) | Q(ends_on__isnull=True))

    def current(self, today=None):
        """Projects that neither ended before `today` nor begin after it."""
        today = today or timezone.localdate()
        return self.unfinished(today).exclude(starts_on__gt=today)

    def with_library(self, library):
        """Projects in which `library` was a partner (`was_partner`) or a host (`was_host`).

        A host is told in free words, and a partner may be, so both are recognised by any name
        that the library bore. The latest come first, those without an end before them.
        """
        named = Q(library=library) | Q(folded_name__in=library.folded_names)
        partners = Partner.objects.filter(named, project=OuterRef("pk"))
        hosts = {"activities__places__folded_host__in": library.folded_names}
        return (
            self.annotate(
                was_partner=Exists(partners),
                was_host=Exists(Project.objects.filter(pk=OuterRef("pk"), **hosts)),
            )
            .filter(Q(was_partner=True) | Q(was_host=True))
            .order_by(F("ends_on").desc(nulls_first=True), "position", "pk")
        )

    def changes_by_library(self, libraries):
        """Return when one of the projects with_library() last changed, by the id of the library.

        `libraries` come with their former names; those without a project are left out.
        """
        names = {each.pk: each.folded_names for each in libraries}
        told = {name for each in names.values() for name in each}
        partners = Partner.objects.filter(project__in=self).order_by()
        of_partner = Max(Greatest("project__changed_at", "project__published_at"))
        by_library = partners.filter(library__in=names).values_list("library")
        by_name = partners.filter(folded_name__in=told).values_list("folded_name")
        host = "activities__places__folded_host"
        by_host = self.filter(**{f"{host}__in": told}).order_by().values_list(host)
        changes = defaultdict(list)
        for library_id, moment in by_library.annotate(latest=of_partner):
            changes[library_id].append(moment)
        moments = defaultdict(list)
        of_host = Max(Greatest("changed_at", "published_at"))
        for name, moment in chain(
            by_name.annotate(latest=of_partner), by_host.annotate(latest=of_host)
        ):
            moments[name].append(moment)
        for library_id, folded_names in names.items():
            for name in folded_names:
                changes[library_id] += moments[name]
        return {library_id: max(times) for library_id, times in changes.items() if times}

    def funded_by(self, funder):
        """Projects for which `funder` awarded something."""
        return self.filter(Exists(self._awards_of(funder)))

    def unfinished_funded_by(self, funder):
        """The unfinished() ones of funded_by(funder): few, whatever it paid for before."""
        # Not Exists(), for which PostgreSQL reads all awards of the funder, be they thousands.
        award = Subquery(self._awards_of(funder).order_by().values("pk")[:1])
        return self.unfinished().filter(IsNull(award, False))

    def _awards_of(self, funder):
        return Funding.objects.awarded().filter(funder=funder, project=OuterRef("pk"))

    def years_of_end(self):
        """Return the years (int) in which the projects end, the latest first."""
        return [day.year for day in self.dates("ends_on", "year", order="DESC")]

    def with_fundings(self):
        """With what a list says of a project: who pays for it."""
        return self.with_parts("fundings", "fundings__funder")

    def with_text(self):
        """With what a project says in full: fundings, goals and activities."""
        return self.with_parts("fundings", "fundings__funder", "goals", "activities")

    def with_details(self, user):
        """With all that its page shows: its documents as far as `user` may read them."""
        documents = Document.objects
        return self.with_parts(
            "fundings",
            "fundings__funder",
            "goals",
            "activities",
            "partners",
            "partners__library",
            "activities__partners",
            "activities__partners__library",
            "activities__days",
            "activities__places",
            "activities__goals",
            ("documents", documents.all if reads_all_documents(user) else documents.public),
            ("photos", Photo.objects.described),
            "links",
        )


class Cover(models.TextChoices):
    SPRUCE = "spruce", _("spruce")
    HONEY = "honey", _("honey")
    MADDER = "madder", _("madder")
    INK = "ink", _("ink")
    LINEN = "linen", _("linen")
    GRAPHITE = "graphite", _("graphite")


class Project(WithoutStems, Publishable, Ordered):
    """A project of the association, current, finished or planned by its dates."""

    class State(models.TextChoices):
        CURRENT = "current", _("current project")
        PLANNED = "planned", _("planned project")
        FINISHED = "finished", _("finished project")

    SENTENCES = {
        State.CURRENT: _("A current project: %(title)s."),
        State.PLANNED: _("A planned project: %(title)s."),
        State.FINISHED: _("A finished project: %(title)s."),
    }

    title = models.CharField(
        _("title"), max_length=300, help_text=_("Without the quotation marks around it.")
    )
    short_title = models.CharField(
        _("short title"), max_length=80, blank=True, help_text=_("For narrow places.")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(
        _("ends on"),
        null=True,
        blank=True,
        help_text=_("The last day. With no dates a project is current."),
    )
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One or two sentences for lists and search.")
    )
    text = models.TextField(_("text"), blank=True)
    text_html = HTMLField(source="text")
    budget_amount = amount_field(_("budget"))
    budget_currency = currency_field()
    budget_as_written = as_written_field()
    contact_person = models.CharField(_("contact person"), max_length=100, blank=True)
    contact_email = models.EmailField(_("address for questions"), blank=True)
    cover = models.CharField(_("cover colour"), max_length=10, choices=Cover, default=Cover.SPRUCE)
    share_image = models.FileField(upload_to="projektu-virseliai", blank=True, editable=False)
    folded_title = DerivedField(source="title", by=fold, db_index=True)
    title_stems = StemsField(sources=["title"], db_index=True)
    short_title_stems = StemsField(sources=["short_title"], db_index=True)
    stems = StemsField(sources=["title", "short_title", "summary", "text"])
    collected_stems = CollectedStemsField()  # see projects.indexing

    objects = ProjectQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                name="project_title_not_empty",
                condition=~Q(title=""),
                violation_error_message=_("A project needs a title."),
            ),
            not_before("starts_on", "ends_on", "project_dates"),
            one_of("cover", Cover, "project_cover_known"),
            *sum_checks("project", "budget"),
        ]
        indexes = [
            # The archive's order; with the time of publication PostgreSQL counts by it alone.
            models.Index(
                fields=["-ends_on", "position", "id", "published_at"], name="project_by_end"
            ),
            models.Index(fields=["starts_on"], name="project_by_start"),
        ]

    def __str__(self):
        return self.short_title or self.title

    def get_absolute_url(self):
        return reverse("projects:detail", args=[self.pk, self.slug])

    def clean(self):
        self.title = unquoted(self.title)
        self.short_title = unquoted(self.short_title)
        if not fold(self.title):
            raise ValidationError({"title": _("Write a name in letters.")})
        clean_sum(self, "budget")

    @property
    def slug(self):
        """The readable part of the address."""
        return readable_slug(self.short_title or self.title, otherwise="projektas")

    @property
    def quoted_title(self):
        return quoted(self.title)

    @property
    def state(self):
        """The State today, by the same rule as the methods of ProjectQuerySet."""
        # Lists ask it of each project, and to ask which time zone is in use takes the longest.
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        if self.ends_on and self.ends_on < today:
            return self.State.FINISHED
        if self.starts_on and self.starts_on > today:
            return self.State.PLANNED
        return self.State.CURRENT

    @property
    def period(self):
        return period(self.starts_on, self.ends_on)

    @property
    def description(self):
        """What the project is in a few sentences: its summary, else what is known of it."""
        if self.summary:
            return shortened(" ".join(self.summary.split()), DESCRIPTION_LENGTH)
        known = [self.SENTENCES[self.state] % {"title": self.quoted_title}]
        if self.period:
            known.append(gettext("Period: %(period)s.") % {"period": self.period.rstrip(".")})
        return " ".join(known + [funding.sentence for funding in self.awarded_fundings])

    @property
    def year(self):
        """The year a project and its sums are filed under: of its end, or else of its start."""
        day = self.ends_on or self.starts_on
        return day.year if day else None

    @property
    def budget(self):
        return sum_of(self, "budget")

    @property
    def has_results(self):
        """Whether it tells what came of it: by a link, or at one of its activities."""
        return bool(self.links.all()) or any(each.outcome for each in self.activities.all())

    def renumber_parts(self):
        """Number what belongs to the project 1, 2, 3 …, each kind in its order."""
        for parts in (
            self.fundings,
            self.goals,
            self.activities,
            self.partners,
            self.photos,
            self.documents,
            self.links,
        ):
            parts.all().renumber()

    @property
    def cover_photo(self):
        """The first of the photos that visitors see; None where there are none."""
        return next((photo for photo in self.photos.all() if photo.is_described), None)

    @property
    def begins_with_photos(self):
        """Whether its page has no text above the photos, so that they may be in first sight."""
        texts = self.goals.all() or self.activities.all() or self.partners.all() or self.links.all()
        return not (self.summary or self.text or texts)

    @property
    def funders(self):
        """Who pays for the project, each once, in order."""
        return list(dict.fromkeys(funding.funder for funding in self.awarded_fundings))

    @property
    def awarded_fundings(self):
        """The fundings that pay for the project, in order; what was only asked for does not."""
        return [funding for funding in self.fundings.all() if funding.state == FundingState.AWARDED]


def added_at_field():
    """Return a field of when a record was added, as news tell; null: before that was kept."""
    return models.DateTimeField(null=True, default=timezone.now, editable=False, db_index=True)


class Part(Ordered):
    """Something that belongs to a project and is told in words, in order."""

    text = models.TextField(_("text"))

    class Meta(Ordered.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_text_not_empty", condition=~Q(text=""))
        ]

    def __str__(self):
        return self.text


class Goal(Part):
    project = models.ForeignKey(Project, models.CASCADE, related_name="goals")

    class Meta(Part.Meta):
        verbose_name = _("goal")
        verbose_name_plural = _("goals")


class Partner(Ordered):
    """An organisation that carries the project out with the association."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=200, blank=True)
    library = models.ForeignKey(
        Library,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="partnerships",
        verbose_name=_("member library"),
        help_text=_("If it is one of the association's; no name is needed then."),
    )
    country = models.CharField(_("country"), max_length=60, blank=True)
    folded_name = DerivedField(source="name", by=fold, db_index=True)

    class Meta(Ordered.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.CheckConstraint(
                name="partner_named",
                condition=~Q(name="") | Q(library__isnull=False),
                violation_error_message=_("Give the partner's name or choose a library."),
            )
        ]

    def __str__(self):
        return self.name or str(self.library or "")  # neither, in a form that is refused


class ProjectPartQuerySet(OrderedQuerySet):
    def visible_to(self, user):
        """Parts of the projects that `user` may see."""
        return self.filter(project__in=Project.objects.visible_to(user))


class ResultLink(Ordered):
    """A link to what came of a project: a publication, an exhibition, an article."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="links")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    added_at = added_at_field()

    objects = ProjectPartQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = _("link to a result")
        verbose_name_plural = _("links to results")

    def __str__(self):
        return self.title


class PhotoQuerySet(ProjectPartQuerySet):
    UNDESCRIBED = {"alt": "", "is_decorative": False}

    def described(self):
        """Photos that visitors get: those told in words, and those that need none."""
        return self.exclude(**self.UNDESCRIBED)

    def undescribed(self):
        """Photos that wait for words; visitors do not get them."""
        return self.filter(**self.UNDESCRIBED)

    def visible_to(self, user):
        """Photos for `user`: who may change projects sees those that are not described yet too."""
        found = super().visible_to(user)
        return found if may_change(user, Project) else found.described()


def focus_field(verbose_name, default):
    """Return a field of where the main spot of a picture is, per cent of its width or height."""
    return models.PositiveSmallIntegerField(
        verbose_name, default=default, validators=[MaxValueValidator(100)]
    )


class Photo(Ordered):
    """A photo on the page of a project; the first one is shown by those who share the page.

    Staff may send it first and tell it in words later: until then visitors do not get it.
    """

    # As wide as the page shows it to screens of one and two pixels to a dot; the widest is what
    # its link opens.
    WIDTHS = (360, 480, 720, 900, 1600)

    project = models.ForeignKey(Project, models.CASCADE, related_name="photos")
    image = PictureField(
        _("photo"),
        upload_to="projektu-nuotraukos",
        widths=WIDTHS,
        kinds=PHOTO_KINDS,
        width_field="width",
        height_field="height",
        renditions_field="renditions",
    )
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    renditions = models.JSONField(default=dict, editable=False)
    alt = models.CharField(_("alternative text"), max_length=250, blank=True)
    is_decorative = models.BooleanField(_("decorative"), default=False)
    caption = models.CharField(_("caption"), max_length=250, blank=True)
    # Of a photo that is taller than its place, faces are more often above the middle.
    focus_x = focus_field(_("main spot, from the left"), 50)
    focus_y = focus_field(_("main spot, from above"), 40)
    added_at = added_at_field()

    objects = PhotoQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                name="photo_decorative_has_no_alt",
                condition=Q(is_decorative=False) | Q(alt=""),
                violation_error_message=_(
                    "A decorative photo has no alternative text: delete the text, or take the mark"
                    " off."
                ),
            ),
            models.CheckConstraint(
                name="photo_focus_within",
                condition=Q(focus_x__lte=100, focus_y__lte=100),
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "id"],
                condition=Q(alt="", is_decorative=False),
                name="photo_undescribed",
            )
        ]

    def __str__(self):
        return self.caption or self.alt or self.file_name

    @property
    def file_name(self):
        """As the file was called when it came, as far as the storage could keep it."""
        return PurePosixPath(self.image.name).name

    @property
    def is_described(self):
        """By the same rule as PhotoQuerySet.described()."""
        return bool(self.alt or self.is_decorative)

    @property
    def focus(self):
        """The main spot, from the left and from above, per cent."""
        return self.focus_x, self.focus_y

    @property
    def size(self):
        """Width and height; those of a usual photo where the file was lost before it was read."""
        return (self.width or 4, self.height or 3)


class ProjectDocumentQuerySet(DocumentQuerySet, OrderedQuerySet):
    def visible_to(self, user):
        """Documents for `user`, of the projects that `user` may see."""
        return super().visible_to(user).filter(project__in=Project.objects.visible_to(user))


class Document(BaseDocument, Ordered):
    """A document of a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="documents")
    file = DocumentField(
        _("file"),
        upload_to="projektu-dokumentai",
        validators=[FileExtensionValidator(DOCUMENT_TYPES)],
    )
    added_at = added_at_field()

    objects = ProjectDocumentQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [one_of("audience", Audience, "project_document_audience_known")]
