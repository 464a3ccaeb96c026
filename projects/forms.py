"""Forms of the admin: an activity's days and places are written as lines of text.

The photos of a project have a page of their own, with a form for each.
"""

import re
from collections import Counter
from datetime import date, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.forms import DOCUMENT_HELP, LabelledFormSet, OrderedForm, RichTextarea
from association.lithuanian import fold, in_words, read_period

from .models import (
    Activity,
    ActivityDay,
    Document,
    Funder,
    Funding,
    Partner,
    Photo,
    Place,
    Project,
)

_DATE = r"(\d{4})[-. ](\d\d?)[-. ](\d\d?)\.?"
_DASH = r"\s*[-–—]\s*"
_TIME = r"(\d\d?)[.:](\d\d)"
_DATES = re.compile(rf"{_DATE}(?:{_DASH}{_DATE})?")
_TIMES = re.compile(rf"{_TIME}(?:{_DASH}{_TIME})?")
_DAY_LINE = re.compile(
    rf"(?P<days>{_DATES.pattern}|\d.* (?:m|mėn|d)\.)"
    rf"(?:,?\s+(?P<times>{_TIMES.pattern}))?(?:\s*val\.?)?"
)


def _numbers(match):
    """Return the numbers that `match` caught."""
    return [int(group) for group in match.groups() if group]


def _read_days(words):
    """Return the date, or the first and the last date, that `words` tell in figures or words."""
    if match := _DATES.fullmatch(words):
        numbers = _numbers(match)
        return [date(*numbers[at : at + 3]) for at in range(0, len(numbers), 3)]
    first, last = read_period(words)
    return [first] if first == last else [first, last]


def _read_times(words):
    numbers = _numbers(_TIMES.fullmatch(words)) if words else []
    return [time(*numbers[at : at + 2]) for at in range(0, len(numbers), 2)]


def read_day(line):
    """Return the ActivityDay that `line` tells, as told_day() has it; raise ValidationError.

    It breaks no rule.
    """
    day = told_day(line)
    day.clean_fields(exclude=["activity"])
    day.validate_constraints(exclude=["activity"])
    return day


def told_day(line):
    """Return the ActivityDay that `line` tells: „2014-10-13–2014-10-19“, „2014-04-10 10.00–16.00“.

    It may be as the site shows it too: „2014 m. balandžio 10 d., 10.00–16.00 val.“. Raises
    ValidationError where it tells none. No rule is asked.
    """
    match = _DAY_LINE.fullmatch(" ".join(line.split()))
    try:
        starts_on, ends_on = [*_read_days(match["days"]), None][:2]
        starts_at, ends_at = [*_read_times(match["times"]), None, None][:2]
    except (TypeError, ValueError):
        raise ValidationError(
            _(
                "“%(line)s” is not understood. Write a day as 2014-04-10 or 2014-10-13–2014-10-19,"
                " times after it as 10.00–16.00."
            ),
            params={"line": line},
        ) from None
    return ActivityDay(starts_on=starts_on, ends_on=ends_on, starts_at=starts_at, ends_at=ends_at)


def write_day(day):
    """Return the line that read_day() reads as `day`."""
    words = day.starts_on.isoformat()
    if day.ends_on:
        words += f"–{day.ends_on.isoformat()}"
    times = [f"{each:%H.%M}" for each in (day.starts_at, day.ends_at) if each]
    return f"{words} {'–'.join(times)}".strip()


def read_place(line):
    """Return the Place that `line` tells, as told_place() has it; raise ValidationError."""
    place = told_place(line)
    place.clean_fields(exclude=["activity"])
    place.validate_constraints(exclude=["activity"])
    return place


def told_place(line):
    """Return the Place that `line` tells: „town, country, host“, where the host may have commas."""
    town, country, host = [*(part.strip() for part in line.split(",", 2)), "", ""][:3]
    return Place(town=town, country=country, host=host)


def write_place(place):
    """Return the line that read_place() reads as `place`."""
    return ", ".join([place.town, place.country, place.host]).rstrip(", ")


class LinesField(forms.CharField):
    """Records of one kind, each a line of text; cleans to unsaved records."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 60})

    def __init__(self, *, read, **options):
        self.read = read
        super().__init__(required=False, **options)

    def clean(self, value):
        records, errors = [], []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            try:
                records.append(self.read(line))
            except ValidationError as error:
                errors.extend(error.error_list if hasattr(error, "error_list") else [error])
        if errors:
            raise ValidationError(errors)
        return records


class FunderAliasFormSet(LabelledFormSet):
    """Refuses what the rows cannot know of one another: two spellings that are the same."""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        names = Counter(fold(form.cleaned_data.get("name", "")) for form in kept if form.is_valid())
        if any(count > 1 for name, count in names.items() if name):
            raise ValidationError(_("Two of these names are the same but for their spelling."))


# The examples are from projects of the association.
AS_WRITTEN = _("As the text has it: 80 tūkst. Lt. The sum and its currency are read from it.")


class ProjectForm(OrderedForm):
    class Meta:
        model = Project
        fields = "__all__"
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "text": RichTextarea(attrs={"rows": 12}),
        }
        help_texts = {
            "title": _(
                "Without the quotation marks around it: Viešųjų bibliotekų patirties mainų"
                " akademija: gebėjimų stiprinimas Lietuvoje ir užsienio šalyse"
            ),
            "short_title": _(
                "For the shelf of finished projects, the title of the window and the address of"
                " the page: Patirties mainų akademija"
            ),
            "starts_on": _("The first day: 2014-03-01."),
            "ends_on": _("The last day: 2014-12-31. With no dates a project is current."),
            "summary": _(
                "One or two sentences for lists and search: Trijuose renginiuose bibliotekų"
                " vadovai mokosi diegti inovacijas ir dalijasi gerąja patirtimi."
            ),
            "text": _("What goals and activities below do not say."),
            "budget_amount": _("All the money of the project, not only what funders give: 100 000"),
            "budget_as_written": AS_WRITTEN,
            "contact_person": _("Every visitor sees it."),
            "contact_email": _("Every visitor sees it: rather an address of the association."),
        }


class FunderForm(forms.ModelForm):
    class Meta:
        model = Funder
        fields = ["publicity_statement"]  # its admin adds the others
        widgets = {"publicity_statement": RichTextarea(headings=False)}


class FundingForm(OrderedForm):
    class Meta:
        model = Funding
        exclude = ["project"]
        help_texts = {
            "funder": _("Type a part of the name, as “kultūros”. The green plus adds a new one."),
            "programme": _(
                "If the money is from one, its name without brackets: Bibliotekų plėtros programa"
            ),
            "is_partial": _("The page says then: “Partial funding – 80 tūkst. Lt awarded by …”"),
            "asked_as_written": AS_WRITTEN,
            "awarded_as_written": AS_WRITTEN,
        }


class PartnerForm(OrderedForm):
    class Meta:
        model = Partner
        exclude = ["project"]
        help_texts = {
            "name": _("If it is not a member: Lenkijos viešųjų bibliotekų asociacija"),
            "country": _("If it is not Lithuania: Lenkija"),
        }


class DocumentForm(OrderedForm):
    class Meta:
        model = Document
        exclude = ["project"]
        help_texts = DOCUMENT_HELP | {"title": _("What its link says: Projekto ataskaita")}


class ActivityForm(OrderedForm):
    days = LinesField(
        read=read_day,
        label=_("Days"),
        help_text=_("A line each: 2014-04-10, 2014-10-13–2014-10-19 or 2014-04-10 10.00–16.00."),
    )
    places = LinesField(
        read=read_place,
        label=_("Places"),
        help_text=_(
            "A line each, town, country, host: Nica, Prancūzija, Nicos biblioteka. The town alone"
            " is enough."
        ),
    )

    class Meta:
        model = Activity
        exclude = ["project"]
        widgets = {"outcome": RichTextarea(headings=False)}
        help_texts = {
            "text": _(
                "As in the application, without its number: Įvadinis seminaras „Gerosios patirties"
                " sklaida: formos, metodai ir būdai“."
            ),
            "short_title": _("For the calendar and search: Įvadinis seminaras"),
            "participants": _("How many took part, in figures: 58. Empty: unknown."),
            "outcome": _("What was done or made: Išleistas lankstukas apie Asociacijos veiklą."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["days"] = "\n".join(map(write_day, self.instance.days.all()))
            self.initial["places"] = "\n".join(map(write_place, self.instance.places.all()))

    def _save_m2m(self):
        super()._save_m2m()
        if "days" in self.changed_data:
            self.instance.set_days(self.cleaned_data["days"])
        if "places" in self.changed_data:
            self.instance.places.all().delete()
            for position, place in enumerate(self.cleaned_data["places"], start=1):
                place.activity, place.position = self.instance, position
            self.instance.places.bulk_create(self.cleaned_data["places"])


class PhotoUploadForm(OrderedForm):
    """One file among those that were sent: what is wrong with it is no concern of the others."""

    class Meta:
        model = Photo
        fields = ["image", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The storage shortens a long name, which is no reason to refuse a photo.
        self.fields["image"].max_length = None


class ExplainedOnce(forms.BoundField):
    """A field of one of many forms on a page: a sentence above them all explains each such field.

    It has the id „explained-<name>“.
    """

    @property
    def aria_describedby(self):
        return f"explained-{self.name} {super().aria_describedby}".strip()


class PhotoForm(OrderedForm):
    """What is told of a photo."""

    bound_field_class = ExplainedOnce

    delete = forms.BooleanField(
        label=_("Delete"), required=False, bound_field_class=forms.BoundField
    )

    class Meta:
        model = Photo
        fields = ["position", "alt", "is_decorative", "caption", "focus_x", "focus_y"]
        labels = {"focus_x": _("Per cent from the left"), "focus_y": _("Per cent from above")}
        widgets = {"alt": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].help_text = ""
        # So that what somebody else has changed meanwhile does not count as changed here.
        for name in self._meta.fields:
            self.fields[name].show_hidden_initial = True

    def clean(self):
        """Leave as it is now what was not touched: two may share the work on many photos.

        What both have touched is told once, and kept as it was typed; sent again, it is saved.
        """
        super().clean()
        for name in set(self._meta.fields) - set(self.changed_data):
            self.cleaned_data[name] = getattr(self.instance, name)
        for name in set(self.changed_data) & set(self.cleaned_data) - {"position"}:
            self.tell_newer(self[name])

    def tell_newer(self, bound):
        """Add an error where somebody else has saved another value of the field `bound`."""
        now = bound.field.clean(self.initial[bound.name])
        seen = self._widget_data_value(bound.field.hidden_widget(), bound.html_initial_name)
        if now in (bound.field.to_python(seen), self.cleaned_data[bound.name]):
            return
        self.data = self.data.copy()
        self.data[bound.html_initial_name] = self.initial[bound.name]
        told = gettext("While you were writing, somebody else saved here: “%(value)s”.")
        if not in_words(now):
            told = gettext("While you were writing, somebody else emptied this field.")
        told = f"{told} {gettext('Look which is right, and save once more.')}"
        self.add_error(bound.name, told % {"value": in_words(now)})

    @property
    def is_deleted(self):
        """Whether the photo is to go; what else was typed about it does not matter then."""
        return bool(self["delete"].data)

    @property
    def describes(self):
        """Whether the valid form lets visitors see a photo that they did not see before."""
        was_described = self.initial["alt"] or self.initial["is_decorative"]
        return self.instance.is_described and not was_described

    def clean_alt(self):
        """On one line, whatever it was pasted from."""
        return " ".join(self.cleaned_data["alt"].split())
