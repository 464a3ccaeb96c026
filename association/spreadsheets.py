"""Tables as CSV: written as a Lithuanian spreadsheet opens them rightly with a double click, and
read as spreadsheets and people write them.
"""

import codecs
import csv
import re
from decimal import Decimal
from io import StringIO

from django.utils.translation import gettext as _

# By it a spreadsheet knows UTF-8 from the code page of old.
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet takes a text that begins so for a formula, and may be made to run it:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
DELIMITERS = ";,\t"


class Unreadable(ValueError):
    """Says in a sentence for staff why a table cannot be read, and what to do."""


def text_of(data, *, is_whole=True):
    """Return the text in the bytes `data`: UTF-8, UTF-16, or Windows-1257; None where it is none.

    The last is what a spreadsheet of a Lithuanian Windows writes. Data that are not whole may end
    within a character.
    """
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "cp1257"]:
        try:
            return codecs.getincrementaldecoder(encoding)().decode(data, final=is_whole)
        except UnicodeDecodeError:
            continue
    return None


def records(text, delimiter):
    """Yield (number of its first line, cells) of each record; Excel's „sep=;“ is none.

    Raise Unreadable where a quotation mark has no end.
    """
    lines = StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = reader.line_num
        never_closed = _("A quotation mark of line %(line)s has no end.") % {"line": start + 1}
        try:
            cells = next(reader, None)
        except csv.Error as error:  # a cell that is larger than any
            raise Unreadable(never_closed) from error
        if cells is None:
            return
        if reader.line_num - start > 1 and "".join(lines[start : reader.line_num]).count('"') % 2:
            raise Unreadable(never_closed)
        if not (start == 0 and cells and cells[0].lower().startswith("sep=")):
            yield start + 1, cells


def write_csv(rows):
    """Return `rows` of cells as the text of a CSV file.

    Cells are divided by semicolons, since the comma begins the decimals of a Decimal here; None
    is an empty cell. A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    file = StringIO()
    file.write(BYTE_ORDER_MARK)
    csv.writer(file, delimiter=";").writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def cell(value):
    """Return `value` as a spreadsheet reads it: a sum as a number, text as nothing but text."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".removesuffix(".00").replace(".", ",")
    return guarded(value) if isinstance(value, str) else str(value)


_FORMULA = "[=+\\-@\t\r\n]"


def guarded(text):
    """Return `text` with an apostrophe before it, where a spreadsheet would take it for a formula.

    A text that has one there already gets another, so that unguarded() gives each back as it was.
    """
    return f"'{text}" if re.match(f"'*{_FORMULA}", text) else text


def unguarded(text):
    """Return the text that guarded() made `text` of."""
    return text[1:] if re.match(f"'+{_FORMULA}", text) else text
