"""What a file that somebody sends holds: sheets of cells, from XLSX, CSV or a .zip of these.

Nothing here knows what the cells mean. Whatever is sent, read_file() returns sheets, or raises
Unreadable with a sentence that says what to do. A workbook is read by openpyxl, row by row.
"""

import codecs
import re
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import PurePosixPath

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..spreadsheets import DELIMITERS, Unreadable, records, text_of, unguarded
from .cells import plain

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024  # bytes; 10,000 projects with long texts are 40
MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_SHEETS = 20
LAST_ROW = 1_048_576  # of a sheet, in any spreadsheet
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"  # .xls and .doc
PACKED = b"PK\x03\x04"
# How an entity is declared in XML, by which a small file would become an endless one.
DECLARED = [word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16")]
DECLARED = [word.removeprefix(codecs.BOM_UTF16_LE) for word in DECLARED]
MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
VALUES = (b"<v>", b"<v ", b"<is>", b"<f>", b"<f ", b":v>", b":is>", b":f>")
ROW = re.compile(rb'[<:]row (?:[^>]*? )?r="([0-9]{1,18})"')
WRONG_FILE = gettext_lazy(
    "This file is neither XLSX nor CSV. Save the table in the spreadsheet as .xlsx, and choose that"
    " file."
)
DAMAGED = gettext_lazy(
    "The file is damaged. Open it in the spreadsheet, save it again as .xlsx, and choose that file."
)


@dataclass(frozen=True)
class NoValue:
    """A cell that has no value to take, and why: `told` is a sentence."""

    told: str

    def __str__(self):
        return ""


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it was sent: its name, and (number of the line, cells) of each that is not empty.

    `is_hidden` where the spreadsheet does not show it: what nobody sees is not imported.
    """

    name: str
    lines: tuple
    is_hidden: bool = False


def look_over(name, data):
    """Raise Unreadable where the bytes `data` are at the first sight no table that may be sent."""
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than 10 MB. Divide the table into several."))
    if not data.strip():
        raise Unreadable(_("The file is empty. Choose another one."))
    if data.startswith(PACKED):
        _checked_archive(data)
    else:
        _decode(data[:4096] if len(data) > 4096 else data, is_whole=len(data) <= 4096)


def read_file(name, data):
    """Return the RawSheets of the file `name` that holds the bytes `data`; raise Unreadable."""
    look_over(name, data)
    if not data.startswith(PACKED):
        sheets = [_csv_sheet(name, data)]
    else:
        archive = _checked_archive(data)
        is_workbook = "xl/workbook.xml" in archive.namelist()
        sheets = _workbook_sheets(data, archive) if is_workbook else _archived_sheets(archive)
    if sum(len(sheet.lines) for sheet in sheets) > MAX_ROWS + len(sheets):
        raise Unreadable(
            _("The table has more than 10 000 rows. Divide it into several, and import one by one.")
        )
    return sheets


def _checked_archive(data):
    """Return the archive in `data`, which unpacks to no more than it may, and to no snares."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error
    if len(entries) > 1000 or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable(_("Unpacked, the file is too large. Divide the table into several."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(_("The file is locked by a password. Save it without one."))
    names = archive.namelist()
    if "xl/workbook.xml" not in names and not any(name.lower().endswith(".csv") for name in names):
        raise Unreadable(WRONG_FILE)
    return archive


def _unpacked(archive, name):
    """Return the bytes of the entry `name`: no more than the archive says, whatever it holds."""
    try:
        with archive.open(name) as file:
            data = file.read(MAX_UNPACKED + 1)
    except (
        *(zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError),
        *(NotImplementedError, RuntimeError, ValueError),
    ) as error:
        raise Unreadable(DAMAGED) from error
    if len(data) > MAX_UNPACKED:
        raise Unreadable(_("Unpacked, the file is too large. Divide the table into several."))
    return data


def _archived_sheets(archive):
    names = [
        name
        for name in archive.namelist()
        if name.lower().endswith(".csv") and not PurePosixPath(name).name.startswith(".")
    ]
    return [_csv_sheet(name, _unpacked(archive, name)) for name in names[:MAX_SHEETS]]


def _workbook_sheets(data, archive):
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            text = _unpacked(archive, name)
            if any(word in text for word in DECLARED):
                raise Unreadable(DAMAGED)
    try:
        values = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(BytesIO(data), read_only=True)
        return [
            _workbook_sheet(archive, sheet, formulas[sheet.title])
            for sheet in values.worksheets[:MAX_SHEETS]
        ]
    except Unreadable:
        raise
    # Of what is no workbook inside, openpyxl tells in many ways: none of them is a mistake here.
    except Exception as error:
        raise Unreadable(DAMAGED) from error


def _workbook_sheet(archive, sheet, with_formulas):
    is_hidden = sheet.sheet_state != "visible"
    if is_hidden:
        return RawSheet(sheet.title, (), is_hidden=True)
    xml = _unpacked(archive, sheet._worksheet_path)
    _refuse_merged(sheet.title, xml)
    last = _last_row(xml)
    rows = _rows(sheet, last)
    if FORMULA.search(xml):
        rows = (
            [_value(cell, formula) for cell, formula in zip(row, other, strict=False)]
            for row, other in zip(rows, _rows(with_formulas, last), strict=False)
        )
    else:
        rows = ([_value(cell) for cell in row] for row in rows)
    return RawSheet(sheet.title, _filled(enumerate(rows, start=1)))


def _rows(sheet, last):
    return sheet.iter_rows(max_row=last, max_col=MAX_COLUMNS)


def _last_row(xml):
    """Return the number of the last row with a value: spreadsheets write a million empty ones."""
    at = max(map(xml.rfind, VALUES))
    if at < 0:
        return 1
    start = max(xml.rfind(b"<row ", 0, at), xml.rfind(b":row ", 0, at), 0)
    found = ROW.match(xml, start)
    if found is None:  # the number may be left out
        return LAST_ROW
    if int(found[1]) > LAST_ROW:
        raise Unreadable(DAMAGED)
    return int(found[1])


def _value(cell, formula=None):
    """Return what is in `cell`; of a formula, what the spreadsheet has computed."""
    value = cell.value
    if getattr(cell, "data_type", "") == "e":
        return NoValue(_("The formula has an error. Correct it, or write the value."))
    if value is None and formula is not None and formula.value is not None:
        return NoValue(
            _("The formula has no value. Open the table in a spreadsheet and save it again.")
        )
    return _unescaped(value) if isinstance(value, str) else value


def _unescaped(text):
    """Return `text` of a workbook with the characters that XML cannot hold."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _refuse_merged(name, xml):
    """Raise Unreadable where cells below the first rows are merged: all but one seem empty."""
    for found in MERGED.finditer(xml):
        place = found[1].decode()
        if int(re.search(r"\d+$", place)[0]) > 3:
            raise Unreadable(
                _("The sheet “%(sheet)s” has merged cells (%(place)s). Split them, and fill each.")
                % {"sheet": name, "place": place}
            )


def _filled(numbered):
    """Return those of the (number, cells) in which something is written."""
    found = []
    for number, cells in numbered:
        while cells and (cells[-1] is None or cells[-1] == ""):
            cells.pop()
        if any(isinstance(cell, NoValue) or plain(cell) for cell in cells):
            found.append((number, cells))
            if len(found) > MAX_ROWS + 1:
                break
    return tuple(found)


def _csv_sheet(name, data):
    text = _decode(data)
    return RawSheet(PurePosixPath(name).stem, _filled(_records(text, _delimiter(text))))


def _decode(data, *, is_whole=True):
    """Return the text in `data`; raise Unreadable for what is none."""
    if not data.startswith((OLD_SPREADSHEET, b"%PDF", b"{\\rtf")):
        text = text_of(data, is_whole=is_whole)
        if text is not None and len(CONTROLS.findall(text)) * 20 <= len(text):
            return text.removeprefix("\ufeff")
    raise Unreadable(WRONG_FILE)


def _delimiter(text):
    """Return what divides the cells of `text`: what its first lines have most of."""
    told = re.match(r'\s*"?sep=(.)', text, re.IGNORECASE)
    if told:
        return told[1]
    counted = {}
    for delimiter in DELIMITERS:
        first = islice(_records(text, delimiter), 3)
        counted[delimiter] = max((len(cells) for _number, cells in first), default=0)
    return max(counted, key=counted.get)


def _records(text, delimiter):
    """Yield (number of its first line, cells) of each record."""
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise Unreadable(WRONG_FILE)
    for line, cells in records(text, delimiter):
        yield line, [unguarded(cell) for cell in cells[:MAX_COLUMNS]]
