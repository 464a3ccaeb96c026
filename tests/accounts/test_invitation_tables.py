"""Tables of whom to invite are read whatever the spreadsheet that wrote them."""

import csv
from contextlib import suppress
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.invitation_tables import MAX_BYTES, MAX_ROWS, Names, Unreadable, decode, read

LIBRARY = "Šiaulių „Aušros“ biblioteka"
EMAIL = "ona@biblioteka.example"
HEADINGS = ["Biblioteka", "El. paštas", "Vadovas"]
# What a cell can hold in Windows-1257 too, line breaks and all that divides cells.
CELL = st.text("aąčęĖįŠųūž \n\r\t;,\"'„“–@.1", max_size=30)


def read_rows(text):
    return [(row.library, row.email, row.role) for row in read(text).rows]


def plain(cell):
    return " ".join(cell.split())


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1257", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_table_of_each_spreadsheet_is_read(delimiter, encoding, end):
    text = end.join(
        [delimiter.join(HEADINGS), "", delimiter.join([LIBRARY, EMAIL, "taip"]), delimiter * 2, ""]
    )
    assert read_rows(decode(text.encode(encoding))) == [(LIBRARY, EMAIL, "taip")]


@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5),
    st.permutations([0, 1, 2]),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1257"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_is_written_reads_back_the_same(rows, order, delimiter, encoding, end, quoting):
    file = StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([cells[at] for at in order] for cells in [HEADINGS, *rows])
    expected = [tuple(map(plain, cells)) for cells in rows if any(map(plain, cells))]
    data = file.getvalue().encode(encoding)
    if expected:
        assert read_rows(decode(data)) == expected
    else:
        with pytest.raises(Unreadable):
            read(decode(data))


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5), st.sampled_from(";,\t"))
def test_rows_that_are_left_read_back_the_same(rows, delimiter):
    file = StringIO()
    csv.writer(file, delimiter=delimiter).writerows([HEADINGS, [LIBRARY, EMAIL, "ne"], *rows])
    table = read(file.getvalue())
    again = read(table.text_of(table.rows))
    assert [row.cells for row in again.rows] == [row.cells for row in table.rows]


@given(
    st.binary() | st.text().map(str.encode) | st.binary().map(b"Biblioteka;El. pastas\n".__add__)
)
def test_whatever_the_bytes_they_are_read_or_refused_in_words(data):
    with suppress(Unreadable):
        read(decode(data))


@given(st.text() | st.text().map("Biblioteka;El. paštas\n".__add__))
def test_whatever_is_pasted_is_read_or_refused_in_words(text):
    with suppress(Unreadable):
        read(text)


@pytest.mark.parametrize(
    "headings",
    [
        "BIBLIOTEKA;EL. PASTAS;VADOVAS",
        "biblioteka;el.paštas;vadovė",
        "Bibliotekos pavadinimas ; E. paštas ; Vadovas (-ė)",
        '"Biblioteka";"El. pašto adresas";"Direktorius"',
    ],
)
def test_spelling_of_headings_does_not_matter(headings):
    assert read_rows(f"{headings}\n{LIBRARY};{EMAIL};ne") == [(LIBRARY, EMAIL, "ne")]


def test_other_columns_are_not_read_but_kept():
    table = read(f"Nr.;El. paštas;Pastaba;Biblioteka\n1;{EMAIL};skambinti;{LIBRARY}")
    assert (table.rows[0].library, table.rows[0].email) == (LIBRARY, EMAIL)
    assert table.text_of(table.rows).splitlines()[1] == f"1;{EMAIL};skambinti;{LIBRARY}"


def test_lines_are_numbered_as_one_counts_them():
    text = f'sep=;\nBiblioteka;El. paštas\n\n"Dviejų\neilučių";{EMAIL}\nA;{EMAIL}\n'
    assert [row.line for row in read(text).rows] == [4, 6]


@pytest.mark.parametrize(
    ("said", "meant"),
    [("taip", True), ("TAIP", True), ("x", True), ("ne", False), ("-", False), ("", None)],
)
def test_director_is_told_by_yes_and_no(said, meant):
    (row,) = read(f"Biblioteka;El. paštas;Vadovas\n{LIBRARY};{EMAIL};{said}").rows
    assert row.has_known_role
    assert row.is_director is meant


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1", b"%PDF-1.7", b"\x00\x01\x02\x81"]
)
def test_file_that_is_no_text_is_told_what_to_do(data):
    with pytest.raises(Unreadable, match="CSV"):
        read(decode(data))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Pirmoje eilutėje"),
        ("Zarasų biblioteka;ona@biblioteka.example", "Pirmoje eilutėje"),
        ("Biblioteka;Vadovas\nA;ne", "Pirmoje eilutėje"),
        ("Biblioteka;El. paštas\n\n", "nėra nė vienos eilutės"),
        ('Biblioteka;El. paštas\n"Zarasų;a@b.example\nC;d@e.example', "2 eilutėje"),
        ("Biblioteka;El. paštas\n" + "A;b\n" * (MAX_ROWS + 1), "padalykite"),
        ("Biblioteka;El. paštas\n" + "A" * MAX_BYTES, "1 MB"),
    ],
)
def test_table_that_cannot_be_read_says_what_to_do(text, told):
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert told in str(refused.value.args[0]).replace("\xa0", " ")


NAMES = Names(
    [
        (1, "Zarasų rajono savivaldybės viešoji biblioteka", []),
        (2, "Kauno rajono savivaldybės viešoji biblioteka", []),
        (3, "Kauno miesto savivaldybės Vinco Kudirkos viešoji biblioteka", ["Kauno „Aušra“", ""]),
        (4, "Utenos A. ir M. Miškinių viešoji biblioteka", ["Sena biblioteka"]),
        (5, "Trakų viešoji biblioteka", ["Sena biblioteka"]),
    ]
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("zarasu  RAJONO savivaldybes viesoji biblioteka", {1}),
        ('Utenos A.ir M. Miškinių "viešoji" biblioteka', {4}),
        ("KAUNO AUSRA", {3}),
        ("Sena biblioteka", {4, 5}),
        ("Zarasų biblioteka", set()),
    ],
)
def test_library_is_known_by_its_names_whatever_their_spelling(text, keys):
    assert NAMES.find(text) == keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Zarasų biblioteka", "Zarasų rajono savivaldybės viešoji biblioteka"),
        ("Zarsų r. sav. viešoji biblioteka", "Zarasų rajono savivaldybės viešoji biblioteka"),
        ("Kauno m. Kudirkos", "Kauno miesto savivaldybės Vinco Kudirkos viešoji biblioteka"),
    ],
)
def test_near_miss_is_met_by_a_suggestion(text, key):
    assert NAMES.near(text)[0] == key


@pytest.mark.parametrize("text", ["Viešoji biblioteka", "Rygos universiteto biblioteka", "", "?"])
def test_what_is_like_no_name_in_particular_gets_no_suggestion(text):
    assert NAMES.near(text) == []
