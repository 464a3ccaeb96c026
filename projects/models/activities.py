"""What is done within a project, when and where."""

from uuid import uuid4

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association.fields import DerivedField
from association.lithuanian import fold, period
from association.models import Ordered, OrderedQuerySet, not_before, one_of
from association.rich_text import HTMLField
from association.search import CollectedStemsField, StemsField

from .projects import Goal, Part, Partner, Project, added_at_field

LAST_DAY = Coalesce("ends_on", "starts_on")


class ActivityQuerySet(OrderedQuerySet):
    def visible_to(self, user):
        """Activities of the projects that `user` may see."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def dated(self):
        """Activities that have a day, the one with the latest day first."""
        dated = self.annotate(latest_day=models.Max("days__starts_on"))
        return dated.filter(latest_day__isnull=False).order_by("-latest_day", "pk")

    def waiting_for_words(self):
        """Activities of public projects of which nobody told what was done, over or not."""
        public = Project.objects.published()
        return self.filter(project__in=public, was_done__isnull=True, outcome="")

    def over(self, today=None):
        """Activities that have days, all of them before `today` (a date; today's by default)."""
        days = ActivityDay.objects.filter(activity=OuterRef("pk"))
        ahead = days.alias(last=LAST_DAY).filter(last__gte=today or timezone.localdate())
        return self.filter(Exists(days), ~Exists(ahead))

    def untold(self, today=None):
        """Activities of public projects that are over, and of which nobody told what was done.

        With `last`, their last day, and `place_in_form`: how many of their project come before.
        `today` is a date, today's by default.
        """
        before = Q(position__lt=OuterRef("position")) | Q(
            position=OuterRef("position"), pk__lt=OuterRef("pk")
        )
        earlier = Activity.objects.filter(before, project=OuterRef("project")).order_by()
        number = earlier.values("project").annotate(number=models.Count("pk")).values("number")
        # Joined to its last day alone, none is grouped: the first few are found without the rest.
        day = {"day": models.F("days"), "last": Coalesce("days__ends_on", "days__starts_on")}
        days = ActivityDay.objects.alias(last=LAST_DAY).filter(activity=OuterRef("pk"))
        later = Q(last__gt=OuterRef("last")) | Q(last=OuterRef("last"), pk__gt=OuterRef("day"))
        return (
            self.waiting_for_words()
            .annotate(**day, place_in_form=Coalesce(models.Subquery(number), 0))
            .filter(~Exists(days.filter(later)), last__lt=today or timezone.localdate())
        )

    def with_calendar(self):
        """With what a calendar tells of an activity."""
        return self.select_related("project").prefetch_related("days", "places")


class ActivityKind(models.TextChoices):
    SEMINAR = "seminar", _("seminar")
    CONFERENCE = "conference", _("conference")
    STUDY_VISIT = "study_visit", _("study visit")
    TRAINING = "training", _("training")
    PUBLICATION = "publication", _("publication")
    EXHIBITION = "exhibition", _("virtual exhibition")
    FAIR = "fair", _("fair")
    OTHER = "other", _("other")


class Activity(Part):
    """Something done within a project; its text is canonical and is printed whole."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="activities")
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind, blank=True)
    short_title = models.CharField(_("short title"), max_length=80, blank=True)
    was_done = models.BooleanField(
        _("was done"), null=True, blank=True, help_text=_("Leave unknown until it is known.")
    )
    outcome = models.TextField(_("what came of it"), blank=True)
    outcome_html = HTMLField(source="outcome", headings=False)
    participants = models.PositiveIntegerField(
        _("number of participants"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(1_000_000)],  # more is a slip of the finger
    )
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="activities", verbose_name=_("partners")
    )
    goals = models.ManyToManyField(
        Goal, blank=True, related_name="activities", verbose_name=_("goals it serves")
    )
    stems = StemsField(sources=["short_title", "text", "outcome"])
    collected_stems = CollectedStemsField()  # see projects.indexing
    added_at = added_at_field()

    objects = ActivityQuerySet.as_manager()

    class Meta(Part.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            *Part.Meta.constraints,
            one_of("kind", ActivityKind, "activity_kind_known", blank=True),
        ]
        indexes = [
            # Which have words and which wait for them is found without reading the texts.
            models.Index(
                fields=["project", "id"],
                condition=Q(was_done__isnull=True, outcome=""),
                name="activity_untold",
            ),
            models.Index(fields=["project"], condition=~Q(outcome=""), name="activity_told"),
        ]

    def get_absolute_url(self):
        return f"{self.project.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self):
        """The id of the activity on the page of its project."""
        return f"veikla-{self.pk}"

    @property
    def name(self):
        """What the activity is called on one line: its short title, else its text."""
        return self.short_title or " ".join(self.text.split())

    def set_days(self, days):
        """Make `days`, unsaved ones, those of the activity.

        A day that is there already, or takes the place of one that is not any more, stays the
        same event for those who have it in their calendars.
        """
        there, new = list(self.days.all()), list(days)
        for alike in (_whole, _first_day, _any):
            for day in [each for each in new if each.pk is None]:
                if old := next((each for each in there if alike(each) == alike(day)), None):
                    there.remove(old)
                    day.pk, day.uid = old.pk, old.uid
        self.days.filter(pk__in=[each.pk for each in there]).delete()
        for day in new:
            day.activity = self
            day.save()


def _whole(day):
    return day.starts_on, day.ends_on, day.starts_at, day.ends_at


def _first_day(day):
    return day.starts_on


def _any(day):
    return True


class ActivityDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Days of the activities that `user` may see."""
        return self.filter(activity__in=Activity.objects.visible_to(user))

    def to_come(self, today=None):
        """Days that did not end before `today` (a date; today's by default), the first first."""
        ahead = self.alias(last=LAST_DAY).filter(last__gte=today or timezone.localdate())
        return ahead.order_by("starts_on", "starts_at", "pk")

    def past(self, today=None):
        """Days that ended before `today`, the last first."""
        over = self.alias(last=LAST_DAY).filter(last__lt=today or timezone.localdate())
        return over.order_by("-starts_on", "-starts_at", "-pk")

    def with_activity(self):
        """With the activity, its project and its places."""
        return self.select_related("activity__project").prefetch_related("activity__places")


def new_uid():
    return f"veikla-{uuid4()}"


class ActivityDay(models.Model):
    """A day of an activity, or days in a row, with times of Vilnius where they are known."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="days")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    starts_at = models.TimeField(_("from what time"), null=True, blank=True)
    ends_at = models.TimeField(_("until what time"), null=True, blank=True)
    # By which the calendars that people keep know the event again.
    uid = models.CharField(max_length=60, unique=True, default=new_uid, editable=False)

    objects = ActivityDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of an activity")
        verbose_name_plural = _("days of an activity")
        ordering = ["starts_on", "starts_at", "pk"]
        constraints = [
            not_before("starts_on", "ends_on", "activityday_dates"),
            models.CheckConstraint(
                name="activityday_end_has_start",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
                violation_error_message=_("A time of the end needs a time of the start."),
            ),
            models.CheckConstraint(
                name="activityday_times",
                condition=Q(ends_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at"))
                | Q(ends_on__isnull=False, ends_on__gt=models.F("starts_on")),
                violation_error_message=_(
                    "The time of the end must be later than that of the start. Leave it out if it"
                    " is not known."
                ),
            ),
        ]

    def __str__(self):
        words = period(self.starts_on, self.ends_on or self.starts_on)
        if self.starts_at is None:
            return words
        times = [f"{time:%H.%M}" for time in (self.starts_at, self.ends_at) if time]
        return f"{words}, {'–'.join(times)}\u00a0val."

    @property
    def last_day(self):
        return self.ends_on or self.starts_on

    @property
    def is_daily(self):
        """Whether the times are those of each of several days: „balandžio 10–12 d., 10–16 val.“.

        An end before the time of the start is that of the last day alone.
        """
        if self.starts_at is None or self.last_day == self.starts_on:
            return False
        return self.ends_at is None or self.ends_at > self.starts_at


class Place(Ordered):
    """Where an activity takes place; a study visit has several, in the order of the way."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="places")
    town = models.CharField(_("town"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    host = models.CharField(_("host"), max_length=200, blank=True)
    folded_host = DerivedField(source="host", by=fold, db_index=True)

    class Meta(Ordered.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                name="place_not_empty",
                condition=~Q(town="") | ~Q(country="") | ~Q(host=""),
                violation_error_message=_("Give at least the town, the country or the host."),
            )
        ]

    def __str__(self):
        return ", ".join(part for part in (self.town, self.country, self.host) if part)
