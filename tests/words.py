"""Word documents for tests, as Word itself keeps them: lists have no numbers in their text."""

import re
from io import BytesIO

from docx import Document

NUMBERED = re.compile(r"\d+ ?\.\s+")


def docx_of(text):
    """Return the bytes of a .docx with the lines of `text`; numbered ones become a list."""
    document = Document()
    for line in text.splitlines():
        if NUMBERED.match(line):
            document.add_paragraph(NUMBERED.sub("", line, count=1), style="List Number")
        else:
            document.add_paragraph(line)
    return saved(document)


def saved(document):
    data = BytesIO()
    document.save(data)
    return data.getvalue()
