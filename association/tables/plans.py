"""What a file would change: each row meets the record that it means, and nothing is written yet.

A row means the record of its key; else the one of its name, which another row has not taken; else
a new one. What the file does not name stays as it is, and nothing is deleted but what stands in
one cell with other things. A record is taken with all its rows or not at all.
"""

import re
from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..lithuanian import fold
from . import cells
from .cells import Wrong
from .declared import letters_of
from .drafts import Draft, Entry, Line, Plan
from .files import NoValue, Unreadable
from .rules import validate_constraints

ERROR_HEADING = "Klaida"  # of the column that rows with errors are handed back with
CHUNK = 500  # records read at once
EMPTY = gettext_lazy("It cannot stay empty: write something.")


def nothing_told(done, total):
    """Tell nobody how far it is."""


def make_plan(table, raw_sheets, progress=nothing_told, *, lock=False):
    """Return the Plan of `raw_sheets` for `table`; raise Unreadable where they are of no use.

    `progress(done, total)` is told how far it is. With `lock` the records that are meant stay
    locked until the end of the transaction.
    """
    return _Planner(table, progress, lock=lock).plan(raw_sheets)


class _Planner:
    def __init__(self, table, progress, *, lock):
        self.table, self.progress, self.lock = table, progress, lock
        self.remarks, self.headings = [], {}
        self.known = {}  # what each column needs to know
        self.entries = {}  # by key, or by the line where none is told
        self.of_record = {}  # entries by the number of the record that is there

    def plan(self, raw_sheets):
        self.meet_records(self.lines_of(raw_sheets))
        entries = list(self.entries.values())
        for done, entry in enumerate(entries):
            if done % 50 == 0:
                self.progress(done, len(entries))
            self.judge(entry)
        for draft, told in self.table.check_all([entry.own for entry in entries if entry.own]):
            draft.fail(told)
        self.tell_ignored()
        return Plan(self.table, entries, self.remarks, self.headings)

    # What the file says.

    def lines_of(self, raw_sheets):
        """Return the Lines of each sheet, by sheet."""
        found = {}
        for raw in raw_sheets:
            if raw.is_hidden:
                told = _("The hidden sheet is not read: %(sheet)s.")
                self.remarks.append(told % {"sheet": cells.repeated(raw.name)})
                continue
            if not raw.lines:
                continue
            sheet, at, columns = self.recognised(raw)
            if sheet is None:
                told = _("The sheet is not read, for it has no columns that are known: %(sheet)s.")
                self.remarks.append(told % {"sheet": cells.repeated(raw.name)})
            elif sheet in found:
                raise Unreadable(_("Two sheets are the same: “%s”. Leave one.") % sheet.name)
            else:
                found[sheet] = self.lines_of_sheet(raw, sheet, at, columns)
        if not found:
            raise Unreadable(self.no_headings())
        if not any(found.values()):
            raise Unreadable(_("There are no rows below the names of the columns."))
        return found

    def no_headings(self):
        first = self.table.sheets[0]
        names = ", ".join(f"„{column.heading}“" for column in first.columns[:4])
        told = _("The first line has to name the columns, for example: %(names)s.")
        return told % {"names": names}

    def recognised(self, raw):
        """Return the Sheet that `raw` is, at which of its lines the headings are, and columns."""
        name = fold(raw.name)  # of a file there may be a day behind it
        named = [each for each in self.table.sheets if name.startswith(fold(str(each.name)))]
        best = (0, None, 0, {})
        for sheet in named or self.table.sheets:
            for at, (_number, heads) in enumerate(raw.lines[:5]):
                columns = self.columns_of(sheet, heads)
                if len(columns) > best[0]:
                    best = (len(columns), sheet, at, columns)
        count, sheet, at, columns = best
        return (sheet, at, columns) if count else (None, 0, {})

    def columns_of(self, sheet, heads):
        """Return {place in the row: what stands there}: a Column, "key", "place" or "error"."""
        known = {letters_of(column.heading): column for column in sheet.columns}
        known[letters_of(self.table.key_heading)] = "key"
        known[letters_of("Nr.")] = known[letters_of("ID")] = "key"
        known[letters_of(ERROR_HEADING)] = "error"
        if sheet.accessor and self.table.place_heading:
            known[letters_of(self.table.place_heading)] = "place"
        found = {}
        for at, head in enumerate(heads):
            meant = known.get(letters_of(cells.plain(_text(head))))
            if meant and meant not in found.values():
                found[at] = meant
        return found

    def lines_of_sheet(self, raw, sheet, at, columns):
        heads = [cells.plain(_text(head)) for head in raw.lines[at][1]]
        self.headings[sheet] = heads
        unknown = [head for place, head in enumerate(heads) if head and place not in columns]
        if unknown:
            names = ", ".join(cells.repeated(head) for head in unknown[:10])
            told = _("Columns that are not known are left out (%(sheet)s): %(names)s.")
            self.remarks.append(told % {"sheet": sheet.name, "names": names})
        if sheet.accessor and "key" not in columns.values():
            told = _("The sheet “%(sheet)s” needs the column “%(column)s”.")
            raise Unreadable(told % {"sheet": sheet.name, "column": self.table.key_heading})
        return [self.line_of(sheet, number, row, columns) for number, row in raw.lines[at + 1 :]]

    def line_of(self, sheet, number, row, columns):
        told = {what: row[at] if at < len(row) else None for at, what in columns.items()}
        key = re.sub(r"^([0-9]+)\.0$", r"\1", cells.plain(_text(told.pop("key", None))))
        place = told.pop("place", None)
        told.pop("error", None)
        return Line(sheet, number, key, place, told, row)

    # Whom it means.

    def meet_records(self, lines):
        """Make an Entry for each record that a line speaks of, with what it is now."""
        first = self.table.sheets[0]
        own = lines.pop(first, [])
        keys = {line.key for sheet in lines.values() for line in sheet} | {each.key for each in own}
        numbers = set(map(_number, keys)) - {None}
        names = self.table.names()
        there = numbers & {pk for pk, _name in names}
        self.by_name = defaultdict(list)
        for pk, name in names:
            if pk not in there:
                self.by_name[name].append(pk)
        name_column = next((c for c in first.columns if c.name == self.table.name_field), None)
        meant = {}
        for line in own:
            meant[line] = self.number_meant(line, there, name_column)
        records = self.fetched({pk for pk in meant.values() if pk} | there)
        for number, line in enumerate(own):
            self.enter(line, records.get(meant[line]), number)
        for sheet in self.table.sheets[1:]:
            for line in lines.get(sheet, ()):
                self.enter_part(line, records)

    def number_meant(self, line, there, name_column):
        if _number(line.key) in there:
            return _number(line.key)
        found = self.by_name.get(fold(cells.plain(_text(line.cells.get(name_column)))))
        return found.pop(0) if found else None

    def fetched(self, numbers):
        records, numbers = {}, sorted(numbers)
        if self.lock:
            for at in range(0, len(numbers), CHUNK):
                locked = self.table.model._base_manager.select_for_update()
                list(locked.filter(pk__in=numbers[at : at + CHUNK]).values_list("pk"))
        for at in range(0, len(numbers), CHUNK):
            self.progress(0, 0)
            found = self.table.records().filter(pk__in=numbers[at : at + CHUNK])
            records |= {record.pk: record for record in found}
        return records

    def enter(self, line, record, number):
        key = line.key or f"line {line.number}"
        if key in self.entries:
            entry = self.entries[key]
            told = _("Line %(line)s is of the same record: leave one.")
            entry.strays.append((line, told % {"line": entry.own.line.number}))
            return
        is_new = record is None
        if is_new:
            record = self.table.model()
            self.table.prepare(record, number)
        entry = self.entries[key] = Entry(record, Draft(line, record, is_new))
        if not is_new:
            self.of_record[record.pk] = entry
        self.number_parts(entry)

    def number_parts(self, entry):
        for sheet in self.table.sheets[1:]:
            there = sheet.parts_of(entry.record) if entry.record.pk else []
            entry.numbered[sheet] = dict(enumerate(there, start=1))

    def enter_part(self, line, records):
        entry = self.entries.get(line.key) if line.key else None
        record = records.get(_number(line.key))
        if entry is None and record:
            entry = self.of_record.get(record.pk)
        if entry is None and record:
            entry = self.entries[line.key] = self.of_record[record.pk] = Entry(record)
            self.number_parts(entry)
        if entry is None:
            told = (
                _("There is no record with the key %(key)s, neither in the table nor on the site.")
                % {"key": cells.repeated(line.key)}
                if line.key
                else _("The column “%s” is empty: write whose row it is.") % self.table.key_heading
            )
            key = f"stray {line.sheet.accessor} {line.number}"
            self.entries[key] = Entry(None, strays=[(line, told)])
            return
        entry.parts.append(Draft(line, None, is_new=False))

    # What each would be.

    def judge(self, entry):
        if entry.record is None:
            return
        self.choose_parts(entry)
        for draft in entry.drafts:
            if draft.record is not None:
                self.read(draft)
        for draft in entry.drafts:
            if draft.record is not None:
                self.check(draft, entry)

    def choose_parts(self, entry):
        """Find which part of the record each row means: by number, else by what it says."""
        taken = set()
        waiting = []
        for draft in entry.parts:
            try:
                number = cells.Number().read(_told_cell(draft.line.place))
            except Wrong as error:
                draft.fail(str(error), str(self.table.place_heading))
                continue
            place = (draft.line.sheet, number)
            if number is not None and place in taken:
                draft.fail(_("Another row has the same number."), str(self.table.place_heading))
                continue
            taken.add(place)
            draft.record = entry.numbered[draft.line.sheet].get(number)
            if draft.record is None:
                waiting.append((draft, number))
        used = {id(draft.record) for draft in entry.parts}
        for draft, number in waiting:
            sheet = draft.line.sheet
            draft.record = sheet.model(**{sheet.owner: entry.record})
            draft.is_new = True
            self.read(draft, is_whole=False)
            if sheet.alike and not draft.errors:
                for each in sheet.parts_of(entry.record) if entry.record.pk else ():
                    if id(each) not in used and sheet.alike(each) == sheet.alike(draft.record):
                        draft.record, draft.is_new = each, False
                        used.add(id(each))
                        break
            if draft.is_new:
                numbered = entry.numbered[sheet]
                number = number or max(numbered, default=0) + 1
                numbered[number] = draft.record
            draft.values, draft.errors = {}, []

    def read(self, draft, *, is_whole=True):
        """Bring the cells of the row of `draft` into its record."""
        sheet = draft.line.sheet
        if is_whole and not draft.is_new:
            draft.before = {column: column.of(draft.record) for column in sheet.columns}
        for column, cell in draft.line.cells.items():
            if column.is_told:
                continue
            try:
                value = column.read(_told_cell(cell), self.known_to(column))
            except Wrong as error:
                draft.fail(str(error), str(column.heading))
                continue
            if draft.is_new and value == column.kind.empty:
                continue  # what a new record has by itself
            draft.values[column] = value
            column.keep(draft.record, value)

    def known_to(self, column):
        if column not in self.known:
            self.known[column] = column.look_up()
        return self.known[column]

    def check(self, draft, entry):
        """Find what the row changes, and what is wrong with it."""
        differing = [
            column
            for column, value in draft.values.items()
            if not draft.is_new and not column.is_same(draft.before[column], value)
        ]
        if not (draft.is_new or differing or draft.errors):
            self.put_back(draft)
            return
        self.clean(draft)
        for column, value in draft.values.items():
            if draft.is_new or column in differing:
                try:
                    column.check(draft.record, value, entry.numbered)
                except Wrong as error:
                    draft.fail(str(error), str(column.heading))
                except ValidationError as error:
                    draft.fail(" ".join(error.messages), str(column.heading))
        if not draft.is_new:
            self.compare(draft)
            if not draft.changes:
                self.put_back(draft)

    def put_back(self, draft):
        """Let an unchanged record have what it had, to the letter."""
        for column in draft.values:
            column.keep(draft.record, draft.before[column])

    def clean(self, draft):
        """Hold the record to the rules of its model."""
        wrong = {heading for heading, _told in draft.errors}
        sheet = draft.line.sheet
        headings = {column.name: str(column.heading) for column in sheet.columns}
        exclude = {name for name, heading in headings.items() if heading in wrong} | {sheet.owner}
        try:
            draft.record.full_clean(exclude=exclude, validate_constraints=False)
            validate_constraints(draft.record, exclude)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                for each in errors:
                    told = EMPTY if each.code in {"null", "blank"} else " ".join(each.messages)
                    draft.fail(str(told), headings.get(name, ""))

    def compare(self, draft):
        for column, before in draft.before.items():
            waits = column.name not in _field_names(draft.record)
            if waits and column not in draft.values:
                continue
            after = draft.values[column] if waits else column.of(draft.record)
            if not column.is_same(before, after):
                draft.changes.append((column, before, after))

    def tell_ignored(self):
        told = Counter(
            sentence
            for entry in self.entries.values()
            if entry.own
            for sentence in self.table.ignored(entry.own)
        )
        for sentence, number in told.items():
            rows = ngettext("%(number)s row", "%(number)s rows", number)
            rows %= {"number": localize(number)}
            self.remarks.append(f"{sentence} ({rows})")


def _number(key):
    """Return the number that `key` is; None where it is a word, or too long for a database."""
    return int(key) if re.fullmatch("[0-9]{1,18}", key) else None


def _field_names(record):
    return {each.name for each in record._meta.fields}


def _text(cell):
    return "" if isinstance(cell, NoValue) else cell


def _told_cell(cell):
    if isinstance(cell, NoValue):
        raise Wrong(cell.told)
    return cell
