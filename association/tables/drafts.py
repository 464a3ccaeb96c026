"""What is known of a file while it is looked at: its lines, and the records that they mean."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import models

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass(eq=False)
class Line:
    """A row of the file: where it stands, and its cells, by their columns."""

    sheet: object
    number: int
    key: str
    place: object  # a number; None where it is not told; the cell itself where it is none
    cells: dict
    raw: list


@dataclass(eq=False)
class Draft:
    """A record as a line wants it; `before` has the values that it had, by column."""

    line: Line
    record: models.Model
    is_new: bool
    values: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)  # (column, before, after)
    errors: list = field(default_factory=list)  # (heading or "", sentence)

    @property
    def is_written(self):
        return self.is_new or bool(self.changes)

    def changed(self, column):
        return any(each is column for each, _before, _after in self.changes)

    def fail(self, told, heading=""):
        """Note what is wrong; of one cell the first thing is enough."""
        if heading not in {known for known, _told in self.errors} or not heading:
            self.errors.append((heading, told))


@dataclass(eq=False)
class Entry:
    """A record with its parts, as the file has them; `own` is None where it has no row itself."""

    record: models.Model | None
    own: Draft | None = None
    parts: list = field(default_factory=list)
    numbered: dict = field(default_factory=lambda: defaultdict(dict))  # records by sheet and number
    strays: list = field(default_factory=list)  # (line, sentence) of lines that mean no record

    @property
    def drafts(self):
        return [self.own, *self.parts] if self.own else self.parts

    @property
    def is_new(self):
        return bool(self.own and self.own.is_new)

    @property
    def fate(self):
        if self.strays or any(draft.errors for draft in self.drafts):
            return REFUSED
        if self.is_new:
            return NEW
        return CHANGED if any(draft.is_written for draft in self.drafts) else SAME

    def errors(self):
        """Yield (line, heading or "", sentence) of each, in the order of the file's sheets."""
        for line, told in self.strays:
            yield line, "", told
        for draft in self.drafts:
            for heading, told in draft.errors:
                yield draft.line, heading, told


@dataclass(eq=False)
class Plan:
    """What a file would change: entries in its order, and what staff should know besides."""

    table: object
    entries: list
    remarks: list
    headings: dict  # the names of the columns in the file, by sheet

    def of_fate(self, *fates):
        return [entry for entry in self.entries if entry.fate in fates]

    @property
    def counts(self):
        return Counter(entry.fate for entry in self.entries)
