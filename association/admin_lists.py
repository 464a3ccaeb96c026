"""Lists of the admin: how they are searched, ordered, narrowed and divided into pages."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .fields import DerivedField
from .lithuanian import fold, sort_key
from .lithuanian_sql import InLithuanianOrder

MOST_WORDS = 10  # of a search; more narrow nothing down, and SQLite takes only so many conditions


class LithuanianList(ChangeList):
    """A list that is ordered by words as Lithuanian orders them, on either database."""

    def get_filters(self, request):
        """Refuse what no database can be asked for as Django refuses what it does not know."""
        asked = self.get_filters_params()
        if any("\0" in value for values in asked.values() for value in values):
            raise IncorrectLookupParameters
        return super().get_filters(request)

    def get_ordering(self, request, queryset):
        return [self.in_order(each) for each in super().get_ordering(request, queryset)]

    def get_results(self, request):
        super().get_results(request)
        self.result_list = self.model_admin.with_columns(self.result_list)

    def in_order(self, name):
        """Return what to order by for `name`, the name of a field, with - before it perhaps."""
        if not isinstance(name, str):
            return name
        try:
            field = self.lookup_opts.get_field(name.removeprefix("-"))
        except FieldDoesNotExist:  # that of a related record, or the key
            return name
        if isinstance(field, DerivedField) or not isinstance(field, models.CharField):
            return name
        by = in_order_of_labels(field) if field.choices else InLithuanianOrder(field.name)
        return by.desc() if name.startswith("-") else by.asc()


def in_order_of_labels(field):
    """Return the expression that orders by the labels of the choices of `field`."""
    choices = sorted(field.flatchoices, key=lambda choice: sort_key(str(choice[1])))
    places = (
        When(**{field.name: value}, then=Value(place))
        for place, (value, _label) in enumerate(choices)
    )
    return Case(*places, default=Value(len(choices)))


class LithuanianLists:
    """Search and order in a list of the admin as Lithuanian asks; each ModelAdmin of ours has it.

    `search_fields` end in `__folded`, or are columns that are folded themselves.
    """

    empty_value_display = "–"

    def with_columns(self, records):
        """Return `records`, the QuerySet of a page of the list, with what its columns tell."""
        return records

    def get_changelist(self, request, **kwargs):
        return LithuanianList

    def get_search_results(self, request, queryset, search_term):
        """Find the records that have each of the words: case, marks and quotation are no matter."""
        words = fold(search_term.replace("\0", " ")).split()[:MOST_WORDS]
        return super().get_search_results(request, queryset, " ".join(words))


class LatePaginator(Paginator):
    """Finds which records are on a page first, and then reads these.

    So the last page of very many does not read the texts of all that come before it.
    """

    def page(self, number):
        page = super().page(number)
        keys = list(page.object_list.values_list("pk", flat=True))
        page.object_list = self.object_list.filter(pk__in=keys)
        return page


class ChoiceFilter(admin.SimpleListFilter):
    """A filter by one of many values, which are chosen from a list that opens.

    Its `lookups()` are all that can be chosen: what else an address says is as if it said nothing.
    """

    template = "association/admin/choice_filter.html"

    def choices(self, changelist):
        """Yield what can be chosen; with it, `others` is what else the list is narrowed by."""
        self.others = [
            (name, value)
            for name, values in changelist.filter_params.items()
            for value in values
            if name != self.parameter_name
        ]
        yield {"value": "", "display": None, "selected": not self.chosen}
        for value, display in self.lookup_choices:
            yield {"value": value, "display": display, "selected": value == self.chosen}

    @property
    def chosen(self):
        """The value that is chosen, text; "" where none is, or none that there is."""
        known = {value for value, _display in self.lookup_choices}
        return self.value() if self.value() in known else ""


class YearFilter(ChoiceFilter):
    """A filter by the year of the date in the column `field`."""

    parameter_name = "year"
    field = ""

    def lookups(self, request, model_admin):
        days = model_admin.model._default_manager.dates(self.field, "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in days]

    def queryset(self, request, queryset):
        return queryset.filter(**{f"{self.field}__year": self.chosen}) if self.chosen else queryset


class PublicFilter(admin.SimpleListFilter):
    """Whether a record is a draft, and whether its time will come."""

    title = _("publication of records")
    parameter_name = "public"

    def lookups(self, request, model_admin):
        return [
            ("yes", _("published ones")),
            ("later", _("to be published at a time")),
            ("no", _("drafts")),
        ]

    def queryset(self, request, queryset):
        found = {
            "yes": queryset.published,
            "later": lambda: queryset.filter(published_at__gt=timezone.now()),
            "no": lambda: queryset.filter(published_at=None),
        }
        return found.get(self.value(), queryset.all)()


class PublicColumn:
    """A column that says since when a record is public; its ModelAdmin lists it as `public`."""

    @admin.display(
        description=_("publication of records"),
        ordering=F("published_at").asc(nulls_first=True),
    )
    def public(self, record):
        if record.published_at is None:
            return gettext("a draft")
        told = gettext("since %(day)s") if record.is_published else gettext("only as of %(day)s")
        day = date_format(timezone.localtime(record.published_at), "SHORT_DATE_FORMAT")
        return told % {"day": day}
