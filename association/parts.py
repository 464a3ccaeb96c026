"""Records with all that belongs to them, from however many tables, by one statement.

prefetch_related() asks once for each table, and a page of a project is made from fourteen. Here
each row of each table comes as JSON, so that one UNION holds them all.
"""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from itertools import batched

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models
from django.db.models import DEFERRED, F, IntegerField, OrderBy, TextField, Value, Window
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.db.models.query import ModelIterable

from .models import Ordered
from .prepared import KeysField, Parameter, Statement
from .search import indexed_fields

CHUNK = 500  # records of an iterator
KEYS = Parameter("keys", KeysField())  # of the records that have parts


class PartsQuerySet(models.QuerySet):
    """Records that may come with_parts()."""

    _parts = ()

    def with_parts(self, *lookups):
        """As prefetch_related(), but by one statement; an outer one is named before its inner ones.

        A pair of a name and a function, that always returns the same QuerySet, narrows it down.
        What only the search reads is left out, of the records themselves as well.
        """
        found = self.without_stems()
        found._parts = tuple(map(_pair, lookups))
        return found

    def give_parts(self, records):
        """Let `records`, a list of whatever this model, have the parts that come with these."""
        read_parts(records, self._parts, self.db)

    def without_stems(self):
        """Leave out what only the search reads, which is half of a record."""
        return self.defer(*(field.name for field in indexed_fields(self.model)))

    def _clone(self):
        clone = super()._clone()
        clone._parts = self._parts
        return clone

    def iterator(self, chunk_size=None):
        found = super().iterator(chunk_size)
        return self._with_parts(found, chunk_size or CHUNK) if self._parts else found

    def _with_parts(self, found, chunk_size):
        for records in batched(found, chunk_size):
            read_parts(records, self._parts, self.db)
            yield from records

    def _fetch_all(self):
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self._parts and issubclass(self._iterable_class, ModelIterable):
            read_parts(self._result_cache, self._parts, self.db)


class WithoutStems(models.Model):
    """A model whose lists come without_stems()."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values, **options):
        """As Django's, which looks for each column among all names for each record."""
        if len(values) != len(cls._meta.concrete_fields):
            places = _places(cls, tuple(field_names))
            values = [DEFERRED if place is None else values[place] for place in places]
        return super().from_db(db, field_names, values, **options)


@lru_cache(maxsize=200)
def _places(model, names):
    """Return where in `names` each column of `model` is; None for those that are not there."""
    found = {name: place for place, name in enumerate(names)}
    return [found.get(field.attname) for field in model._meta.concrete_fields]


def _pair(lookup):
    """Return the name of a relation, and what makes a QuerySet of its table; None for all of it."""
    return (lookup, None) if isinstance(lookup, str) else lookup


class Arm:
    """What the UNION asks of one table, as the arm with a `number`, for records of a `model`."""

    def __init__(self, number, name, asked, model):
        self.number, self.name = number, name
        self.outer, _, self.attribute = name.rpartition(LOOKUP_SEP)
        self.ways = []
        for step in name.split(LOOKUP_SEP):
            self.ways.append(model._meta.get_field(step))
            model = self.ways[-1].related_model
        self.way, self.model = self.ways[-1], model
        self.asked = asked and asked()

    @property
    def is_single(self):
        return self.way.many_to_one or self.way.one_to_one

    def rows(self, using):
        """Return the QuerySet of (key of all, number, key of the outer one, place, own key, JSON).

        Of all that belong to a record with one of the KEYS, and of that it belongs to within.
        """
        found = self.model._default_manager.using(using).all() if self.asked is None else self.asked
        told = found.query.order_by or self.model._meta.ordering
        if self.is_single:
            place = Value(0)
        elif list(told) == Ordered.Meta.ordering:
            place = F(told[0])  # and the own key after it
        else:
            place = Window(RowNumber(), order_by=[_order(each) for each in told])
        back = [_back(way) for way in reversed(self.ways)]
        whole = LOOKUP_SEP.join(back)
        return (
            found.filter(**{f"{whole}__is_one_of": KEYS})
            .order_by()
            .values_list(
                F(f"{whole}__pk"),
                Value(self.number, output_field=IntegerField()),
                F(f"{back[0]}__pk"),
                place,
                F("pk"),
                # Names of columns, and nothing that anybody typed.
                RawSQL(_row_sql(self.model, using), [], TextField()),  # noqa: S611
            )
        )

    def put(self, outer, found):
        """Let the record `outer` have `found`, a list of the records, as what was prefetched."""
        if self.is_single:
            self.way.set_cached_value(outer, found[0] if found else None)
            return
        manager = getattr(outer, self.attribute)
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
    """Let `records`, of one model, have what `lookups`, each a _pair(), lead to."""
    if not records:
        return
    model, rows = type(records[0]), defaultdict(list)
    arms, statement = _union(model, lookups, using)
    connection = connections[using]

    def execute(sql, params):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    found = statement.run(connection, {KEYS.value: [each.pk for each in records]}, execute)
    for row in sorted(found):
        rows[row[0]].append(row)
    for record in records:
        record._prefetched_objects_cache = Parts(record, arms, tuple(rows[record.pk]), using)


class Parts(dict):
    """What belongs to one record, as Django keeps what was prefetched; made when it is asked for.

    `rows` is all that it says, as Arm.rows() has it.
    """

    def __init__(self, record, arms, rows, using):
        super().__init__(getattr(record, "_prefetched_objects_cache", {}))
        self.record, self.arms, self.rows, self.using = record, arms, rows, using
        self.is_made, self.are_all, self.told = False, not len(self), None

    def __missing__(self, name):
        if self.is_made:
            raise KeyError(name)
        self._make()
        return self[name]

    def __bool__(self):
        return True

    def __contains__(self, name):
        if not self.is_made:
            self._make()
        return super().__contains__(name)

    def _make(self):
        self.is_made = True
        rows = defaultdict(list)
        for _key, number, key, *_order, row in self.rows:
            rows[number, key].append(row)
        outers = {"": [self.record]}
        for arm in self.arms:
            made = _Maker(arm.model, self.using)
            outers[arm.name] = made.records.values()
            for outer in outers[arm.outer]:
                if not hasattr(outer, "_prefetched_objects_cache"):
                    outer._prefetched_objects_cache = {}
                arm.put(outer, [made.record(row) for row in rows[arm.number, outer.pk]])


@lru_cache(maxsize=200)
def _union(model, lookups, using):
    """Return the Arms of `lookups` of a `model`, and the Statement that asks for all of them."""
    arms = [Arm(number, *lookup, model) for number, lookup in enumerate(lookups)]
    first, *others = (arm.rows(using) for arm in arms)
    whole = first.union(*others, all=True) if others else first
    return arms, Statement(*whole.order_by().query.get_compiler(using).as_sql())


class _Maker:
    """Makes records from rows, each once."""

    def __init__(self, model, using):
        self.model, self.using, self.records = model, using, {}
        self.names, self.readers = _columns(model)

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
    for_search = indexed_fields(model)
    return [field for field in model._meta.concrete_fields if field not in for_search]


def _back(way):
    """Return the name of the relation `way`, a field or the like, from its other side."""
    return way.field.name if way.auto_created else way.related_query_name()


def _order(told):
    """Return what Meta.ordering tells, as a window wants it."""
    if isinstance(told, OrderBy):
        return told
    return F(told.removeprefix("-")).desc() if told.startswith("-") else F(told).asc()


@cache
def _columns(model):
    """Return the names of shown_fields(), and (place, reader) of each that JSON has otherwise."""
    fields = shown_fields(model)
    readers = [(place, reader) for place, field in enumerate(fields) if (reader := _reader(field))]
    return [field.attname for field in fields], readers


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
