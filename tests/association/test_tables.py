"""Files with tables: what is read of each, and what is said of those that cannot be read."""

import re
import zipfile
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.spreadsheets import guarded, unguarded
from association.tables import cells, files, writing
from association.tables.files import Unreadable, read_file


def workbook(*rows, change=lambda book: None):
    book = openpyxl.Workbook()
    book.active.title = "Projektai"
    for row in rows:
        book.active.append(row)
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def archive(**entries):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name.replace("__", "/"), data)
    return file.getvalue()


def changed(data, name, change):
    """Return the archive `data` with `change` made to the entry `name`."""
    with zipfile.ZipFile(BytesIO(data)) as made:
        entries = {each: made.read(each) for each in made.namelist()}
    entries[name] = change(entries[name])
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for each, content in entries.items():
            made.writestr(each, content)
    return file.getvalue()


def lines(name, data):
    (sheet,) = read_file(name, data)
    return list(sheet.lines)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_csv_is_read_as_spreadsheets_write_it(delimiter, encoding):
    text = f'Pavadinimas{delimiter}Pradžia\r\n\r\n"Žalia\nmugė"{delimiter}2014-05-03\r\n'
    assert lines("projektai.csv", text.encode(encoding)) == [
        (1, ["Pavadinimas", "Pradžia"]),
        (3, ["Žalia\nmugė", "2014-05-03"]),
    ]


def test_first_line_may_say_what_divides_cells():
    assert lines("x.csv", b"sep=,\nA,B;C\n") == [(2, ["A", "B;C"])]


def test_lines_of_a_workbook_bear_the_numbers_that_one_sees():
    data = workbook(["Pavadinimas"], [], ["Mugė"], [None, "   "], ["Kita"])
    assert lines("x.xlsx", data) == [(1, ["Pavadinimas"]), (3, ["Mugė"]), (5, ["Kita"])]


def test_formula_counts_by_what_it_has_come_to():
    data = workbook(["Suma"], ["=1+1"])
    told = changed(data, SHEET, lambda xml: re.sub(b"<v></v>|<v ?/>", b"<v>2</v>", xml))
    assert lines("x.xlsx", told)[1] == (2, [2])
    (_heads, (_number, (value,))) = lines("x.xlsx", data)
    assert "Formulės reikšmė neįrašyta" in value.told


def test_error_of_a_formula_is_no_value():
    data = workbook(["Suma"], ["#REF!"])
    (_heads, (_number, (value,))) = lines("x.xlsx", data)
    assert "Formulėje yra klaida" in value.told


def test_hidden_sheet_is_not_read():
    def hide(book):
        book.create_sheet("Slapta").append(["Pavadinimas"])
        book["Slapta"].sheet_state = "hidden"

    sheets = read_file("x.xlsx", workbook(["Pavadinimas"], ["Mugė"], change=hide))
    assert [(sheet.name, sheet.is_hidden, len(sheet.lines)) for sheet in sheets] == [
        ("Projektai", False, 2),
        ("Slapta", True, 0),
    ]


def test_merged_cells_are_refused_where_they_would_empty_others():
    rows = [["Pavadinimas"], ["Mugė"], [], [], []]
    data = workbook(*rows, change=lambda book: book.active.merge_cells("A2:A5"))
    with pytest.raises(Unreadable, match=r"Lape „Projektai“ yra sujungtų langelių \(A2:A5\)"):
        read_file("x.xlsx", data)


def bomb():
    return archive(**{"projektai.csv": b"0" * (files.MAX_UNPACKED + 1)})


def far_row(xml):
    return xml.replace(b'r="2"', b'r="99999999999"')


def entities(xml):
    told = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    start = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    return xml[:start] + told + xml[start:]


XLSX = workbook(["Pavadinimas"], ["Mugė"])
BAD = {
    "tuščias": (b"", "Failas tuščias"),
    "Word": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "nei XLSX, nei CSV"),
    "PDF": (b"%PDF-1.4 \n", "nei XLSX, nei CSV"),
    "paveikslėlis": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "nei XLSX, nei CSV"),
    "docx": (archive(word__document="<x/>"), "nei XLSX, nei CSV"),
    "nukirstas": (XLSX[: len(XLSX) // 2], "sugadintas"),
    "ne XML": (changed(XLSX, SHEET, lambda xml: b"<worksheet><"), "sugadintas"),
    "be lapo": (
        archive(xl__workbook_xml="").replace(b"workbook_xml", b"workbook.xml"),
        "sugadintas",
    ),
    "bomba": (bomb(), "per didelis"),
    "XML bomba": (changed(XLSX, SHEET, entities), "sugadintas"),
    "didelis": (b"a" * (files.MAX_BYTES + 1), "didesnis kaip 10 MB"),
    "neuždaryta": (b'A;B\n"x;1\ny;2\n', "kabutės"),
    "daug eilučių": (b"A\n" + b"x\n" * (files.MAX_ROWS + 1), "daugiau kaip 10 000 eilučių"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_refused_with_a_sentence(name):
    data, told = BAD[name]
    with pytest.raises(Unreadable, match=told) as refused:
        read_file("lentele.xlsx", data)
    assert str(refused.value).endswith(".")


def test_row_beyond_the_end_of_a_sheet_is_damage():
    with pytest.raises(Unreadable, match="sugadintas"):
        read_file("x.xlsx", changed(XLSX, SHEET, far_row))


def test_million_empty_rows_behind_the_last_are_passed_over():
    end = b'<row r="1048576"/></sheetData>'
    data = changed(XLSX, SHEET, lambda xml: xml.replace(b"</sheetData>", end))
    assert lines("x.xlsx", data) == [(1, ["Pavadinimas"]), (2, ["Mugė"])]


@given(st.binary(max_size=300))
def test_whatever_is_sent_there_are_sheets_or_a_sentence(data):
    for start in (b"", b"PK\x03\x04", XLSX[:200]):
        with suppress(Unreadable):
            read_file("x", start + data)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60).map(
    lambda text: text.replace("\r\n", "\n").replace("\r", "\n")
)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_texts_come_out_of_a_workbook_as_they_went_in(rows):
    file = BytesIO()
    writing.write_workbook(file, [("Lapas", ["x"] * 3, [10] * 3, rows)])
    found = dict(lines("x.xlsx", file.getvalue()))
    for number, row in enumerate(rows, start=2):
        if any(cells.plain(cell) for cell in row):
            told = [cell or "" for cell in found[number]]
            assert told == row[: len(told)]
            assert not any(row[len(told) :])


@given(st.text(max_size=20))
def test_what_looks_like_a_formula_is_text_and_comes_back(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (cells.Amount(), "80 000,50", Decimal("80000.50")),
        (cells.Amount(), "80\u00a0000", Decimal(80000)),
        (cells.Amount(), "12.500,00", Decimal(12500)),
        (cells.Amount(), 80000.5, Decimal("80000.50")),
        (cells.Amount(), 17000, Decimal(17000)),
        (cells.Amount(), "", None),
        (cells.Day(), datetime(2014, 5, 3), date(2014, 5, 3)),
        (cells.Day(), "2014.05.03", date(2014, 5, 3)),
        (cells.Day(), "2014 m. gegužės 3 d.", date(2014, 5, 3)),
        (cells.Number(), 58.0, 58),
        (cells.Number(), "1 200", 1200),
        (cells.YesNo(), "Taip", True),
        (cells.YesNo(), True, True),
        (cells.YesNo(may_be_unknown=True), "", None),
        (cells.Text(), 2014, "2014"),
        (cells.Text(), " „Mugė“\nVilniuje ", "„Mugė“ Vilniuje"),
    ],
)
def test_cell_is_read_as_people_and_spreadsheets_write_it(kind, cell, value):
    assert kind.read(cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "told"),
    [
        (cells.Amount(), "80 tūkst.", "„80 tūkst.“ – ne suma"),
        (cells.Amount(), "1,234", "ne suma"),
        (cells.Amount(), "9" * 40, "ne suma"),
        (cells.Day(), "2014-02-30", "„2014-02-30“ – ne data"),
        (cells.Day(), 41762, "ne data"),
        (cells.Number(), "-1", "ne sveikasis skaičius"),
        (cells.Number(), "99999999999", "ne sveikasis skaičius"),
        (cells.YesNo(), "gal", "nei „taip“, nei „ne“"),
        (cells.Text(), "a\0b", "nematomas ženklas"),
        (cells.Lines(), "a" * 2000, "Per ilgas tekstas"),
        (cells.Lines(), "a | b", "turi per daug dalių"),
    ],
)
def test_cell_that_cannot_be_read_is_told_with_what_to_write(kind, cell, told):
    with pytest.raises(cells.Wrong, match=told):
        kind.read(cell)


def test_long_cells_take_no_long_time():
    spaces = "a" + " " * 130_000 + "b"
    assert cells.Text().read(spaces) == spaces
    with pytest.raises(cells.Wrong):
        cells.Day().read("1" * 130_000 + " m.")
