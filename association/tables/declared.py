"""What a table consists of: sheets, and their columns.

The first sheet of a Table has a row for each record, known by its key; the others a row for each
part of one, known by the key of the record and its place among the parts. What has neither text
nor order of its own, such as the days of an activity, stands in one cell of its owner.
"""

import re
from collections import defaultdict

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..lithuanian import fold, shortened
from . import cells
from .cells import Wrong
from .rules import validate_constraints

NAME_LENGTH = 80  # characters by which a record is told from others


def letters_of(heading):
    """Return what of a heading counts: its letters and digits, folded."""
    return re.sub(r"[\W_]", "", fold(str(heading)))


class Column:
    """A column: how a value of a record is found, told and kept.

    One that `is_told` alone is exported, and not read.
    """

    def __init__(self, name, heading, kind, *, width=18, is_told=False):
        self.name, self.heading, self.kind = name, heading, kind
        self.width, self.is_told = width, is_told

    def look_up(self):
        """Return what read() needs to know of the database, once for all rows."""
        return None

    def of(self, record):
        """Return the value that `record` has: the same for what is the same."""
        return getattr(record, self.name)

    def write(self, record):
        return self.kind.write(self.of(record))

    def read(self, cell, known):
        """Return the value that `cell` says; raise Wrong. `known` is what look_up() returned."""
        return self.kind.read(cell)

    def told(self, value):
        return self.kind.told(value)

    def is_same(self, one, other):
        return self.compared(one) == self.compared(other)

    def compared(self, value):
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value

    def keep(self, record, value):
        """Let `record` have `value` when it is saved."""
        setattr(record, self.name, value)

    def check(self, record, value, numbered):
        """Raise Wrong or ValidationError where `record` cannot have `value`.

        `numbered` has the parts of the record above it, by sheet and number.
        """

    def relate(self, told):
        """Keep what had to wait until the records were saved.

        `told` has (record, value, parts of the record above it, by sheet and number) of each.
        """


def field_column(model, name, heading=None, **options):
    """Return the Column of the field `name` of `model`; `heading` where its name is not enough."""
    field = model._meta.get_field(name)
    heading = heading or capfirst(field.verbose_name)
    return Column(name, heading, _kind_of(field), **options)


class _Choices:
    """The choices of a field, as Choice of cells knows them."""

    def __init__(self, field):
        self.field = field

    @property
    def choices(self):
        return [(value, label) for value, label in self.field.flatchoices if value != ""]

    @property
    def labels(self):
        return [label for _value, label in self.choices]


def _kind_of(field):
    if field.choices:
        return cells.Choice(_Choices(field))
    kinds = {
        models.BooleanField: lambda: cells.YesNo(may_be_unknown=field.null),
        models.DateTimeField: cells.Moment,
        models.DateField: cells.Day,
        models.DecimalField: cells.Amount,
        models.IntegerField: cells.Number,
        models.TextField: cells.LongText,
    }
    return next((make() for model, make in kinds.items() if isinstance(field, model)), cells.Text())


class Reference(Column):
    """A column that names a record of another model by one of its names."""

    def __init__(self, name, heading, names, unknown, **options):
        """`names()` yields (record, its names); `unknown` says what to do about another one."""
        super().__init__(name, heading, cells.Text(), **options)
        self.names, self.unknown = names, unknown

    def look_up(self):
        """Return the record of each name, folded; the first names of all before the others."""
        found = {}
        rows = [(record, list(names)) for record, names in self.names()]
        for first in (True, False):
            for record, names in rows:
                for name in names[:1] if first else names[1:]:
                    found.setdefault(fold(name), record)
        return found

    def write(self, record):
        return self.told(self.of(record))

    def read(self, cell, known):
        name = self.kind.read(cell)
        if not name:
            return None
        if fold(name) not in known:
            raise Wrong(self.unknown % {"name": cells.repeated(name)})
        return known[fold(name)]

    def told(self, value):
        return str(value) if value else ""


class PartNumbers(Column):
    """A column with the numbers of other parts of the same record: the goals of an activity."""

    def __init__(self, name, heading, sheet, siblings, unknown, **options):
        """`siblings(record)` returns all that may be named, in order."""
        super().__init__(name, heading, cells.Numbers(), **options)
        self.sheet, self.siblings, self.unknown = sheet, siblings, unknown

    def of(self, record):
        if record.pk is None:
            return ()
        chosen = {each.pk for each in getattr(record, self.name).all()}
        numbered = enumerate(self.siblings(record), start=1)
        return tuple(number for number, each in numbered if each.pk in chosen)

    def keep(self, record, value):
        """It waits for relate()."""

    def check(self, record, value, numbered):
        for number in value:
            if number not in numbered[self.sheet]:
                raise Wrong(self.unknown % {"number": number})

    def relate(self, told):
        field = told[0][0]._meta.get_field(self.name)
        through = field.remote_field.through
        own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        records = [record.pk for record, _value, _numbered in told]
        through._base_manager.filter(**{f"{own}__in": records}).delete()
        rows = [
            through(**{own: record.pk, other: numbered[self.sheet][number].pk})
            for record, value, numbered in told
            for number in value
        ]
        through._base_manager.bulk_create(rows)


class OwnedLines(Column):
    """A column with what belongs to a record and has no sheet: a line in the cell for each.

    The cell says all of it: what stands in it no more is deleted.
    """

    def __init__(self, name, heading, kind, *, values, alike, is_ordered=False, **options):
        """`values(item)` returns those of a record, `alike(item)` what keeps it the same one."""
        super().__init__(name, heading, kind, **options)
        self.values, self.alike, self.is_ordered = values, alike, is_ordered

    def of(self, record):
        if record.pk is None:
            return ()
        found = [self.kind.item_of(each) for each in getattr(record, self.name).all()]
        return tuple(found if self.is_ordered else sorted(found, key=_sortable))

    def compared(self, value):
        return value if self.is_ordered else tuple(sorted(value, key=_sortable))

    def keep(self, record, value):
        """It waits for relate()."""

    def check(self, record, value, numbered):
        for each in self.made(record, value)[0]:
            exclude = {self.owner(record)}
            each.full_clean(exclude=exclude, validate_constraints=False)
            validate_constraints(each, exclude)

    def owner(self, record):
        return record._meta.get_field(self.name).field.name

    def made(self, record, value):
        """Return the records, not saved yet, that `value` says, and those that it lacks."""
        model = record._meta.get_field(self.name).related_model
        there = list(getattr(record, self.name).all()) if record.pk else []
        taken = [None] * len(value)
        for alike in (lambda item: item, self.alike, lambda item: None):
            for at, item in enumerate(value):
                if taken[at] is None:
                    taken[at] = next(
                        (each for each in there if alike(self.kind.item_of(each)) == alike(item)),
                        None,
                    )
                    if taken[at]:
                        there.remove(taken[at])
        made = []
        for at, (item, old) in enumerate(zip(value, taken, strict=True), start=1):
            each = old or model(**{self.owner(record): record})
            for name, part in self.values(item).items():
                setattr(each, name, part)
            if self.is_ordered:
                each.position = at
            made.append(each)
        return made, there

    def relate(self, told):
        new, surplus = [], []
        for record, value, _numbered in told:
            made, left = self.made(record, value)
            surplus += left
            for each in made:
                setattr(each, self.owner(record), record)
            # The first is made last, where those of one day stand the latest first.
            new += made if self.is_ordered else reversed(made)
        manager = told[0][0]._meta.get_field(self.name).related_model._base_manager
        if surplus:
            manager.filter(pk__in=[each.pk for each in surplus]).delete()
        for each in new:
            if each.pk:
                each.save()
        manager.bulk_create([each for each in new if not each.pk])


def _sortable(item):
    parts = item if isinstance(item, tuple) else (item,)
    return tuple(("", "") if part is None else ("1", str(part)) for part in parts)


class Sheet:
    """A sheet with a row for each record of `model`.

    That of parts says by which `accessor` of the record they are found, in order, by which field
    they know their `owner`, and what `alike(record)` keeps one the same whose number is not told.
    """

    def __init__(self, name, model, columns, *, accessor="", owner="", alike=None):
        self.name, self.model, self.columns = name, model, columns
        self.accessor, self.owner, self.alike = accessor, owner, alike

    def parts_of(self, record):
        return list(getattr(record, self.accessor).all())


class Table:
    """The table of a model: sheets, of which the first is that of its records.

    A model has one where a class says which `model`, `sheets` and `key_heading`, and is told to
    register(). The methods say what else differs from one to another.
    """

    model = None
    key_heading = None
    place_heading = None
    sheets = ()
    name_field = "name"  # by which a record is known whose key is not told

    def records(self, sheet=None):
        """Return the records with all that the sheets tell of them, or that `sheet` alone does."""
        return self.model._default_manager.all()

    def names(self):
        """Return (key, name folded) of each record, the oldest first."""
        rows = self.model._default_manager.order_by("pk").values_list("pk", self.name_field)
        return [(pk, fold(name)) for pk, name in rows]

    def check_all(self, drafts):
        """Yield (draft, sentence) where rows, each good alone, are not so together."""
        seen = defaultdict(list)
        for draft in drafts:
            for name in self.unique_names(draft):
                if draft not in seen[name]:
                    seen[name].append(draft)
        for same in seen.values():
            for draft in same[1:]:
                told = _("Line %(line)s has the same name.") % {"line": same[0].line.number}
                yield draft, told

    def unique_names(self, draft):
        """Return the names, folded, that no other record may have; none where they may."""
        return []

    def prepare(self, record, number):
        """Give a new `record`, the one of this number in the table, what it has no column for."""

    def title(self, record):
        return shortened(" ".join(str(record).split()), NAME_LENGTH)

    def is_public(self, record):
        """Whether visitors see at once what is changed of `record`."""
        return True

    def follow_up(self, records):
        """Bring up to date what is made of `records`, a QuerySet, once they are imported."""

    def next_steps(self, counts):
        """Return (words, address) of what one does once records are imported, after `counts`."""
        return []

    def ignored(self, draft):
        """Return the sentences on what was told of a record, and is not taken."""
        return []
