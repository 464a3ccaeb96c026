"""Text as people paste and upload it, turned into lines that can be compared."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .quotation import shown

_SHOWN = 60  # characters of a refused line
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_MARKS = 30  # on one letter, at most
_SOFT_HYPHEN = "\u00ad"
_MAIL_QUOTE = re.compile(r"^\s*(?:>\s*)+")


class TextRefused(ValueError):
    """A text that cannot be read; str() is a sentence for people.

    `line` counts from 1, `expected` says what should stand there (translated, nominative),
    and `found` is what stands there, where that can be shown.
    """

    def __init__(self, line, expected, found=""):
        self.line, self.expected, self.found = line, expected, found
        values = {"line": line, "expected": expected, "found": shortened(shown(found))}
        if found:
            message = _("Line %(line)d: “%(found)s” stands here, but should be: %(expected)s.")
        else:
            message = _("Line %(line)d: here should be: %(expected)s.")
        super().__init__(message % values)


@dataclass(frozen=True)
class Line:
    """A line that is not blank, its white space folded to single ordinary spaces."""

    number: int  # counted from 1
    text: str
    gap: bool  # a blank line stands above, or nothing does
    size: int  # characters, before white space was folded


def decode(data):
    """Return the text in the bytes `data`.

    It may be UTF-8, UTF-16 with a byte-order mark, or windows-1257 as old Lithuanian
    programs write. Raise TextRefused where it can be none of them.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "windows-1257"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
        else:
            refuse_what_is_not_text(text)
            return text
    raise TextRefused(line, _("a text saved as UTF-8"))


def refuse_what_is_not_text(text):
    """Raise TextRefused where `text` holds a control character, half a one, or a heap of marks."""
    if match := _NOT_TEXT.search(text) or _heap_of_marks(text):
        line = len(_LINE_BREAK.findall(text, 0, match.start())) + 1
        raise TextRefused(line, _("letters instead of a control character"))


def _heap_of_marks(text):
    """Return the match of more marks on one letter than any has: ordering them takes for ever."""
    found = re.finditer(f"[^\0-\u02ff\\w\\s]{{{_MARKS + 1}}}", text)
    return next((match for match in found if all(map(unicodedata.combining, match[0]))), None)


def read_lines(text):
    """Return the Lines of `text`.

    Line ends of all systems are known; the marks of a quoted letter („> “), invisible
    characters and soft hyphens are removed, and a word that a soft hyphen breaks over two
    lines is joined.
    """
    lines, gap = [], True
    for number, parts in _unbroken(text):
        whole = "".join(parts).replace(_SOFT_HYPHEN, "")
        folded = " ".join(unicodedata.normalize("NFC", whole).split())
        if folded:
            lines.append(Line(number, folded, gap, len(parts[-1])))
        gap = not parts[-1]
    return lines


def _unbroken(text):
    """Yield (line number, parts): one part, or more where soft hyphens end the lines."""
    parts = []
    for number, raw in enumerate(_LINE_BREAK.split(text), start=1):
        parts.append(_MAIL_QUOTE.sub("", _INVISIBLE.sub("", raw)).strip())
        if not parts[-1].endswith(_SOFT_HYPHEN):
            yield number - len(parts) + 1, parts
            parts = []
    if parts:
        yield number - len(parts) + 1, parts


def shortened(text):
    """Return the beginning of `text`, as long as a message can show."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
