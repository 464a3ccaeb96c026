"""Records with all that belongs to them, from however many tables, by one statement.

prefetch_related() asks once for each table, and a page of a project is made from fourteen. Here
each row of each table comes as JSON, so that one UNION holds them all.
"""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models
from django.db.models import F, IntegerField, OrderBy, Prefetch, TextField, Value, Window
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.db.models.query import ModelIterable

from .search import CollectedStemsField, StemsField


class PartsQuerySet(models.QuerySet):
    """Records that may come with_parts()."""

    _parts = ()

    def with_parts(self, *lookups):
        """As prefetch_related(), but by one statement; an outer one is named before its inner ones.

        What only the search reads of the parts is left out.
        """
        found = self._chain()
        found._parts = tuple(
            each if isinstance(each, Prefetch) else Prefetch(each) for each in lookups
        )
        return found

    def _clone(self):
        clone = super()._clone()
        clone._parts = self._parts
        return clone

    def _fetch_all(self):
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self._parts and issubclass(self._iterable_class, ModelIterable):
            read_parts(self._result_cache, self._parts, self.db)


class Arm:
    """What the UNION asks of one table: the records that `lookup`, a Prefetch, leads to."""

    def __init__(self, lookup, model):
        names = lookup.prefetch_to.split(LOOKUP_SEP)
        self.outer, self.name = LOOKUP_SEP.join(names[:-1]), lookup.prefetch_to
        self.ways = [model._meta.get_field(names[0])]
        for name in names[1:]:
            self.ways.append(self.ways[-1].related_model._meta.get_field(name))
        self.way, self.model = self.ways[-1], self.ways[-1].related_model
        self.asked = lookup.queryset

    @property
    def is_single(self):
        return self.way.many_to_one or self.way.one_to_one

    def rows(self, number, keys, using):
        """Return the QuerySet of (number, key of the outer record, place, JSON of the record)."""
        found = self.model._default_manager.using(using).all() if self.asked is None else self.asked
        told = found.query.order_by or self.model._meta.ordering
        order = [] if self.is_single else [_order(each) for each in told]
        back = [_back(way) for way in reversed(self.ways)]
        return (
            found.filter(**{f"{LOOKUP_SEP.join(back)}__in": keys})
            .order_by()
            .values_list(
                Value(number, output_field=IntegerField()),
                F(f"{back[0]}__pk"),
                Window(RowNumber(), order_by=order) if order else Value(0),
                # Names of columns, and nothing that anybody typed.
                RawSQL(_row_sql(self.model, using), [], TextField()),  # noqa: S611
            )
        )

    def put(self, outer, found):
        """Let the record `outer` have `found`, a list of the records, as what was prefetched."""
        if self.is_single:
            self.way.set_cached_value(outer, found[0] if found else None)
            return
        manager = getattr(outer, self.name.rpartition(LOOKUP_SEP)[2])
        if self.asked is None:
            records = manager.get_queryset()
        else:
            records = manager._apply_rel_filters(self.asked._chain())
        records._result_cache, records._prefetch_done = found, True
        name = getattr(manager, "prefetch_cache_name", self.way.cache_name)
        outer._prefetched_objects_cache[name] = records
        if self.way.one_to_many:
            for record in found:
                self.way.field.set_cached_value(record, outer)


def read_parts(records, lookups, using):
    """Let `records`, of one model, have what `lookups` (Prefetch) lead to."""
    if not records:
        return
    arms = [Arm(lookup, type(records[0])) for lookup in lookups]
    read = defaultdict(lambda: defaultdict(list))
    for number, key, _place, row in sorted(_union(arms, [each.pk for each in records], using)):
        read[number][key].append(row)
    outers = {"": records}
    for number, arm in enumerate(arms):
        made = _Maker(arm.model, using)
        outers[arm.name] = made.records.values()
        for outer in outers[arm.outer]:
            if not hasattr(outer, "_prefetched_objects_cache"):
                outer._prefetched_objects_cache = {}
            arm.put(outer, [made.record(row) for row in read[number][outer.pk]])


def _union(arms, keys, using):
    first, *others = (arm.rows(number, keys, using) for number, arm in enumerate(arms))
    return first.union(*others, all=True).order_by() if others else first


class _Maker:
    """Makes records from rows, each once."""

    def __init__(self, model, using):
        self.model, self.using = model, using
        fields = shown_fields(model)
        self.names = [field.attname for field in fields]
        self.readers = [
            (place, reader) for place, field in enumerate(fields) if (reader := _reader(field))
        ]
        self.records = {}

    def record(self, row):
        if row not in self.records:
            values = json.loads(row, parse_float=Decimal)
            for place, read in self.readers:
                if values[place] is not None:
                    values[place] = read(values[place])
            self.records[row] = self.model.from_db(self.using, self.names, values)
        return self.records[row]


def shown_fields(model):
    """Return the fields of `model` that pages show, without those that only the search reads."""
    for_search = (StemsField, CollectedStemsField)
    return [field for field in model._meta.concrete_fields if not isinstance(field, for_search)]


def _back(way):
    """Return the name of the relation `way`, a field or the like, from its other side."""
    return way.field.name if way.auto_created else way.related_query_name()


def _order(told):
    """Return what Meta.ordering tells, as a window wants it."""
    if isinstance(told, OrderBy):
        return told
    return F(told.removeprefix("-")).desc() if told.startswith("-") else F(told).asc()


@cache
def _row_sql(model, using):
    """Return the SQL of a row of `model` as the text of a JSON array of its shown_fields()."""
    connection = connections[using]
    is_postgresql = connection.vendor == "postgresql"
    quote, table = connection.ops.quote_name, model._meta.db_table
    columns = []
    for field in shown_fields(model):
        column = f"{quote(table)}.{quote(field.column)}"
        is_json = field.get_internal_type() == "JSONField"
        columns.append(f"{column}::text" if is_json and is_postgresql else column)
    if is_postgresql:
        return f"json_build_array({', '.join(columns)})::text"
    return f"json_array({', '.join(columns)})"


def _reader(field):
    """Return what makes a value of `field` of what JSON has of it; None where it is the same."""
    kind = field.get_internal_type()
    if kind == "DecimalField":
        cent = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: Decimal(value).quantize(cent)
    if kind == "JSONField":
        return lambda value: json.loads(value, cls=field.decoder)
    if kind in _READERS:
        return _READERS[kind]
    raise ImproperlyConfigured(f"No reader of {kind} ({field}): add it to association.parts.")


def _read_moment(text):
    """SQLite keeps moments in UTC, without saying so."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS = {
    "BooleanField": bool,  # of SQLite, which has numbers
    "DateField": date.fromisoformat,
    "DateTimeField": _read_moment,
    "TimeField": time.fromisoformat,
    **dict.fromkeys(["CharField", "TextField", "FileField", "SlugField", "UUIDField"]),
    **dict.fromkeys(["AutoField", "BigAutoField", "ForeignKey", "OneToOneField"]),
    **dict.fromkeys(["IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"]),
}
