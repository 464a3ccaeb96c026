"""Sheets of cells as files: a workbook, CSV, or a .zip of CSV. Rows are taken one by one."""

import csv
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import batched

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ..spreadsheets import BYTE_ORDER_MARK, FORMULA_STARTS, cell
from .cells import LONGEST, plain

FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets do not agree on the number of a day
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 200  # rows
SHORT = 40  # characters that need no second line
# What XML cannot hold, or would not give back, and what would be taken for such.
ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
WRAPPED, BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)


class TooLong(ValueError):
    """Says in a sentence for staff that a text does not fit into a cell of a workbook."""


def write_workbook(file, sheets):
    """Write `sheets`, (name, headings, widths, rows of cells) each, to `file` as XLSX.

    Raise TooLong where a text does not fit into a cell.
    """
    workbook = Workbook(write_only=True)
    for name, headings, widths, rows in sheets:
        sheet = workbook.create_sheet(name)
        sheet.freeze_panes = "B2"
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([_cell(sheet, heading, BOLD) for heading in headings])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    workbook.save(file)


def _cell(sheet, value, font=None):
    if isinstance(value, date) and not isinstance(value, datetime) and value < FIRST_DAY:
        value = value.isoformat()
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, Decimal):
            made.number_format = "#,##0.00"
        return made
    if len(value) > LONGEST:
        raise TooLong(
            _("A text is longer than a cell of XLSX holds. Choose CSV: “%(text)s”")
            % {"text": f"{value[:60]}…"}
        )
    made = WriteOnlyCell(sheet, ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", value))
    made.data_type = "s"  # whatever it begins with: it is no formula
    if len(value) > SHORT or "\n" in value:  # a style takes longer to write than a text
        made.alignment = WRAPPED
    if value.startswith(FORMULA_STARTS):
        made.quotePrefix = True
    if font:
        made.font = font
    return made


def csv_parts(headings, rows):
    """Yield the text of a CSV file, some rows at a time, as a Lithuanian spreadsheet opens it."""
    yield BYTE_ORDER_MARK + _csv([headings])
    for some in batched(rows, CHUNK, strict=False):
        yield _csv(some)


def _csv(rows):
    file = StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(
        [cell(value) if isinstance(value, str) else plain(value) for value in row] for row in rows
    )
    return file.getvalue()


def write_archive(file, sheets):
    """Write `sheets`, as for write_workbook(), to `file` as a .zip with a CSV file for each."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, headings, _widths, rows in sheets:
            with archive.open(f"{name.lower()}.csv", "w") as part:
                for text in csv_parts(headings, rows):
                    part.write(text.encode())
