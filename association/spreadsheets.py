"""Tables as CSV that a Lithuanian spreadsheet opens rightly with a double click."""

import csv
import re
from decimal import Decimal
from io import StringIO

# By it a spreadsheet knows UTF-8 from the code page of old.
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet takes a text that begins so for a formula, and may be made to run it:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


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
