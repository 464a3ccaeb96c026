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
        (archive(word__document_xml="<w:p/>" * 300_000), "Dokumentas per didelis."),
    ],
)
def test_file_that_is_no_word_document_is_refused(data, told):
    with pytest.raises(NotWord) as refusal:
        word_text(data)
    assert str(refusal.value).startswith(told)


NAMESPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_note_at_the_foot_is_no_item_of_the_list_and_its_sign_stands_in_no_text():
    text = "<w:p><w:r><w:t>1. Mugė</w:t><w:footnoteReference w:id='2'/><w:t>.</w:t></w:r></w:p>"
    note = "<w:p><w:r><w:t>Kaune.</w:t></w:r></w:p>"
    relation = f"Id='r1' Type='{RELATIONS}/footnotes' Target='footnotes.xml'"
    data = with_parts(
        docx_of(""),
        {
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{text}</w:body></w:document>",
            "word/footnotes.xml": f"<w:footnotes {NAMESPACES}><w:footnote w:id='2'>{note}"
            "</w:footnote></w:footnotes>",
            "word/_rels/document.xml.rels": "<Relationships xmlns='http://schemas.openxmlformats.org"
            f"/package/2006/relationships'><Relationship {relation}/></Relationships>",
        },
    )
    assert word_text(data) == "1. Mugė.\n\nKaune."


def with_parts(document, parts):
    """Return the bytes of a .docx, `document`, in which `parts` stand in place of its own."""
    data = BytesIO()
    with ZipFile(BytesIO(document)) as before, ZipFile(data, "w", ZIP_DEFLATED) as made:
        own = {name: before.read(name) for name in before.namelist()}
        for name, content in (own | parts).items():
            made.writestr(name, content)
    return data.getvalue()
