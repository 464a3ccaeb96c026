"""The table of libraries: what each is called and was called, and since when it is a member."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from ..forms import refuse_overlaps
from ..lithuanian import fold
from ..models import Library
from . import cells
from .declared import OwnedLines, Sheet, Table, field_column


class NamesWithDays(cells.Several):
    """Former names, each with its days: „Zarasų biblioteka | 1990-01-01 – 2009-12-31“."""

    def item_of(self, former):
        return former.name, former.starts_on, former.ends_on

    def write_item(self, item):
        name, start, end = item
        return cells.joined([name, cells.written_days(start, end) if start or end else ""]) or "|"

    def read_item(self, line):
        name, days = cells.divided(line, 2)
        return name, *(cells.read_days(days) if days else (None, None))


class Periods(cells.Several):
    """Memberships: „2005-01-01 –“ goes on."""

    def item_of(self, membership):
        return membership.starts_on, membership.ends_on

    def write_item(self, item):
        return cells.written_days(*item)

    def read_item(self, line):
        return cells.read_days(line)


class Memberships(OwnedLines):
    def check(self, record, value, numbered):
        super().check(record, value, numbered)
        refuse_overlaps((start or date.min, end or date.max) for start, end in value)


def column(name, *args, **options):
    return field_column(Library, name, *args, **options)


class LibraryTable(Table):
    model = Library
    key_heading = _("Library")
    sheets = (
        Sheet(
            _("Libraries"),
            Library,
            [
                column("name", width=50),
                column("name_since"),
                column("municipality", width=30),
                column("county", width=22),
                column("address", width=30),
                column("email", _("E-mail"), width=30),
                column("phone"),
                column("website", width=30),
                OwnedLines(
                    "former_names",
                    _("Former names"),
                    NamesWithDays(),
                    values=lambda item: dict(
                        zip(("name", "starts_on", "ends_on"), item, strict=True)
                    ),
                    alike=lambda item: item[0],
                    width=50,
                ),
                Memberships(
                    "memberships",
                    _("Memberships"),
                    Periods(),
                    values=lambda item: dict(zip(("starts_on", "ends_on"), item, strict=True)),
                    alike=lambda item: item[0],
                    width=26,
                ),
            ],
        ),
    )

    def records(self, sheet=None):
        return super().records(sheet).prefetch_related("former_names", "memberships")

    def unique_names(self, draft):
        return [fold(draft.record.name)] if draft.record.name else []
