"""What models of every app build on: order, dates, publication, documents."""

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..search import StemsField

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


def last_turn(records, today=None):
    """Return the day on which one of `records`, a QuerySet of dated ones, last began or was over.

    None where none did until `today` (a date; today's by default).
    """
    today = today or timezone.localdate()
    found = records.aggregate(
        start=Max("starts_on", filter=Q(starts_on__lte=today)),
        end=Max("ends_on", filter=Q(ends_on__lt=today)),
    )
    turns = [found["start"], found["end"] and found["end"] + timedelta(days=1)]
    return max(filter(None, turns), default=None)


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
        return self.visible(may_change(user, self.model))

    def visible(self, with_drafts, at=None):
        """Records that are published() at `at`, or all of them."""
        return self.all() if with_drafts else self.published(at)


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
            self.publish_at(timezone.now())

    def publish_at(self, moment):
        """Make the record public as of the minute of `moment` (aware datetime)."""
        self.published_at = moment.replace(second=0, microsecond=0)
        self.save(update_fields=["published_at"])

    def withdraw(self):
        """Make the record a draft again."""
        self.published_at = None
        self.save(update_fields=["published_at"])


class DatedQuerySet(models.QuerySet):
    def in_force(self, on=None):
        """Records that hold on the day `on` (today's by default), both ends inclusive."""
        on = on or timezone.localdate()
        return self.exclude(starts_on__gt=on).exclude(ends_on__lt=on)


class Audience(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members")


def reads_all_documents(user):
    """Whether `user` may read what is for members, too: they and staff may."""
    return user.is_authenticated and (user.acts_as_staff or user.is_member)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents that `user` may read: everybody the public ones, members and staff all."""
        return self.all() if reads_all_documents(user) else self.public()

    def public(self):
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
