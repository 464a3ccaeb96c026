"""The text of a Word document (.docx), a line for each paragraph, as if it had been pasted."""

import re
from html.parser import HTMLParser
from io import BytesIO
from zipfile import ZipFile

import mammoth
from django.utils.translation import gettext as _

MAX_UNPACKED = 50_000_000  # bytes; a document of a thousand pages has fewer
MAX_TAGS = 250_000  # in the parts that are read; a document of a hundred pages has fewer
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6"}
_BULLET = "•"
# What mammoth calls a note at the foot or the end, and its sign in the text.
_NOTE = re.compile("(foot|end)note-")
_TO_NOTE = re.compile("#(foot|end)note-")


class NotWord(ValueError):
    """A file that is no Word document; str() is a sentence that says what to do."""


def is_word(data):
    """Return whether the bytes `data` begin as a .docx does, which is an archive."""
    return data.startswith(b"PK\x03\x04")


def word_text(data):
    """Return the text in the .docx `data` (bytes).

    The numbers and bullets of lists, which Word keeps apart from their text, stand before it. A
    row of a table is a label and what it labels. Raise NotWord where it cannot be read.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if "word/document.xml" not in archive.namelist():
                raise NotWord(
                    _("The file is no Word document. Save it as .docx, or paste its text.")
                )
            if sum(part.file_size for part in parts) > MAX_UNPACKED or _tags(archive) > MAX_TAGS:
                raise NotWord(_("The document is too large. Paste its text instead."))
        html = mammoth.convert_to_html(
            BytesIO(data),
            include_embedded_style_map=False,
            ignore_empty_paragraphs=False,
            convert_image=lambda image: [],
        ).value
    except NotWord:
        raise
    except Exception as error:  # whatever it is that a damaged file makes the readers stumble over
        raise NotWord(
            _("The document is damaged. Open it in Word and save it again, or paste its text.")
        ) from error
    return _Lines.of(html)


def _tags(archive):
    """Return how many tags there are in the XML of `archive`: each takes memory, and time."""
    named = (part for part in archive.infolist() if part.filename.endswith((".xml", ".rels")))
    return sum(archive.read(part).count(b"<") for part in named)


class _Lines(HTMLParser):
    """Makes lines of the few elements that mammoth writes."""

    def __init__(self):
        super().__init__()
        self.lines = [""]
        self.is_reference = False  # within the sign of a note, or the arrow back to it
        self.lists = []  # of those that are open: the number of the last item, None for bullets
        self.cells = None  # of the row that is open: the lines of each

    @classmethod
    def of(cls, html):
        parser = cls()
        parser.feed(html)
        parser.close()
        return "\n".join(line.strip() for line in parser.lines).strip("\n")

    def handle_starttag(self, tag, attributes):
        if tag in {"ol", "ul"}:
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.begin_item(dict(attributes).get("id", ""))
        elif tag == "a":
            self.is_reference = bool(_TO_NOTE.match(dict(attributes).get("href", "")))
        elif tag == "br":
            self.lines.append("")
        elif tag == "tr":
            self.cells = []
        elif tag in {"td", "th"} and self.cells is not None:
            self.cells.append(len(self.lines))
            self.lines.append("")

    def begin_item(self, name):
        if self.lines[-1]:  # that of the item above, whose list is within it
            self.lines.append("")
        if _NOTE.match(name):  # no item of the list above
            self.lines.append("")
        elif self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            self.lines[-1] = f"{self.lists[-1]}. "
        else:
            self.lines[-1] = f"{_BULLET} "

    def handle_endtag(self, tag):
        if tag in {"ol", "ul"} and self.lists:
            self.lists.pop()
        elif tag == "a":
            self.is_reference = False
        elif tag in _BLOCKS or (tag == "li" and self.lines[-1]):
            self.lines.append("")
        elif tag == "tr" and self.cells:
            self.end_row()

    def end_row(self):
        """Join the first cell, where it is a label, with what stands beside it."""
        first, *others = self.cells
        self.cells = None
        rest = self.lines[others[0] :] if others else []
        label = self.lines[first : others[0]] if others else self.lines[first:]
        label, rest = ([line for line in each if line.strip()] for each in (label, rest))
        if len(label) == 1 and rest:
            named = label[0].strip().rstrip(":") + ":"
            label = [f"{named} {rest[0]}"] if len(rest) == 1 else [named, *rest]
            rest = []
        self.lines[first:] = [*label, *rest, ""]

    def handle_data(self, data):
        if not self.is_reference:
            self.lines[-1] += data.replace("\n", " ")
