from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document

from association.management.commands.load_demo import SAMPLE
from projects.texts import read_projects
from projects.texts.word import NotWord, is_word, word_text
from tests.words import docx_of, saved

REAL = (SAMPLE / "projektai.txt").read_text(encoding="utf-8")


def test_real_text_in_a_word_document_reads_as_when_pasted():
    data = docx_of(REAL)
    assert is_word(data)
    assert read_projects(word_text(data)).projects == read_projects(REAL).projects


def test_bullets_and_nested_lists_stand_on_lines_of_their_own():
    document = Document()
    document.add_paragraph("Veiklos:")
    document.add_paragraph("Mugė.", style="List Bullet")
    document.add_paragraph("Paroda.", style="List Bullet")
    assert word_text(saved(document)) == "Veiklos:\n• Mugė.\n• Paroda."


def test_row_of_a_table_is_a_label_and_what_it_labels():
    document = Document()
    table = document.add_table(3, 2)
    rows = [("Pavadinimas", "„Mugė“"), ("Veiklos:", "1. Seminaras.\n2. Paroda."), ("", "Kita")]
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    lines = [line for line in word_text(saved(document)).splitlines() if line]
    assert lines == ["Pavadinimas: „Mugė“", "Veiklos:", "1. Seminaras.", "2. Paroda.", "Kita"]


def test_line_breaks_and_headings_end_a_line():
    document = Document()
    document.add_heading("Projektas „Mugė“", level=1)
    document.add_paragraph("Viena.\nKita.")
    assert word_text(saved(document)) == "Projektas „Mugė“\nViena.\nKita."


def archive(**files):
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (archive(other="x"), "Tai ne „Word“ dokumentas."),
        (docx_of("Mugė")[:-40], "Dokumentas sugadintas."),
        (b"PK\x03\x04", "Dokumentas sugadintas."),
        (archive(word__document_xml="<a"), "Dokumentas sugadintas."),
        (archive(word__document_xml=" " * 60_000_000), "Dokumentas per didelis."),
    ],
)
def test_file_that_is_no_word_document_is_refused(data, told):
    with pytest.raises(NotWord) as refusal:
        word_text(data)
    assert str(refusal.value).startswith(told)
