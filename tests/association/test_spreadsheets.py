import csv
from decimal import Decimal
from io import StringIO

import pytest

from association.spreadsheets import write_csv


def read(text):
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_csv_begins_with_a_byte_order_mark():
    assert write_csv([["Šiauliai", 2014]]) == "\ufeffŠiauliai;2014\r\n"


def test_csv_has_commas_in_decimals():
    assert read(write_csv([[Decimal("23169.60"), Decimal(80000)]])) == [["23169,60", "80000"]]


def test_csv_leaves_what_is_unknown_empty():
    assert read(write_csv([[None, 0, ""]])) == [["", "0", ""]]


def test_csv_keeps_what_divides_cells_and_rows():
    cells = ["a;b", "„c“", 'd"e', "f\ng"]
    assert read(write_csv([cells, ["h"]])) == [cells, ["h"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_text_that_looks_like_a_formula_is_defused(start):
    assert read(write_csv([[f"{start}1+1"]])) == [[f"'{start}1+1"]]


def test_csv_number_below_zero_stays_a_number():
    assert read(write_csv([[-1, Decimal("-0.50")]])) == [["-1", "-0,50"]]
