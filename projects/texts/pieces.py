"""Lines of a project text put together again into the paragraphs and items they were.

A mail program breaks long lines, and people break them by hand. Which kind a line is can
often be told from its beginning alone; where it cannot, a few lines below are asked.
"""

import re
from dataclasses import dataclass, field

from .funding import looks_like_funding, tells_award
from .quotation import (
    AFTER_QUOTATION,
    Unclosed,
    in_lithuanian_marks,
    is_enclosed,
    outer_end,
    quoted,
    starts_quoted,
)

_TITLE_LINES = 8  # the most lines over which one title is broken
_MAIL_WIDTHS = range(50, 81)  # columns at which mail programs break lines

_MARKER = re.compile(
    r"(?P<marker>\((?P<bracketed>[0-9]{1,7})\)|(?P<number>[0-9]{1,7}) ?[.)](?!\d)"
    r"|[•·▪◦●○■□‣\uf0b7]|\*(?= |$)|[-–—−](?=[^\W\d]| |$)) ?"
)
_LETTER = re.compile(r"(?P<sign>[a-z]|[ivx]{2,5}) ?(?P<end>[.)]) ?(?=\S)", re.IGNORECASE)
_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", range(1, 27), strict=True))
_ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_SHORT = 50  # columns under which no mail program breaks a line
_DASHES = {"-", "–", "—", "−"}
_HEADING = re.compile(
    r"(?:projekto )?(?P<name>tiksla[is](?: ir u[zž]davin(?:iai|ys))?|veikl(?:a|os)|apra[sš]ymas)"
    r"(?: ?[:.]?| [–—-]|(?: ?: ?| [–—-] )(?P<rest>.+))",
    re.IGNORECASE,
)
_SECTIONS = {"t": "goals", "v": "activities", "a": "text"}
_LABEL = re.compile(r"(?:projekto pavadinimas|projektas|pavadinimas)(?P<colon> ?:)? ?", re.I)
_OTHER_HEADING = re.compile(
    r"(?:projekto )?(?:u[zž]davini|rezultata|partneri|dalyvi)\w+:?|(?:[^\W\d_]+ ){0,3}[^\W\d_]+ ?:",
    re.IGNORECASE,
)
# Labels of what is neither goal nor activity: with any other word, „Mokymai: kaip rašyti“
# is an item.
_OTHER_LABEL = re.compile(
    r"(?:projekto )?(?:u[zž]davini|rezultat|partneri|dalyvi|nuotrauk|kontakt|koordinator|"
    r"vykdytoj|biud[zž]et|pra[sš]oma sum|daugiau)\w*(?: informacijos)?(?: ?:| [–—-]) ?(?P<rest>.+)",
    re.IGNORECASE,
)
_ENDED = re.compile(r"""[.!?;…][“”"»')]*$|[.!?;…]''$""")
_GOES_ON = re.compile(r"(?:[,–—(„-]| ir| bei| su| skyr[ėe]:?| LR| UAB| VšĮ)$")
_FURNITURE = re.compile(
    r"(?:prisijungti|[įi] vir[šs][ųu]|"
    r"[šs]iuo metu asociacija [įi]gyvendina (?:[šs]iuos projektus|[šs][įi] projekt[ąa]))[ :.]*",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"(?:(?:[įi]gyvendin(?:ti|ami) )?projektai|bibliotekos|asociacija|atsijungti)[ :.]*",
    re.IGNORECASE,
)


@dataclass
class Piece:
    """A paragraph, a heading or an item, whatever the number of lines it stood on."""

    line: int
    gap: bool  # a blank line stands above
    marker: str  # "1." or "•" as it stands, "" if none
    number: int  # of the marker, 0 if none
    parts: list[str] = field(default_factory=list)
    last_line: int = 0  # that of `line`, unless it stands on several

    @property
    def text(self):
        """The parts on one line, without the marker."""
        return " ".join(filter(None, self.parts))

    @property
    def written(self):
        """The text with its marker."""
        return f"{self.marker} {self.text}".strip()


def heading(text):
    """Return (section, text after the colon or dash) for the heading `text`, or None.

    The section is "goals", "activities" or "text"; case and diacritics do not matter.
    """
    match = _HEADING.fullmatch(text)
    return match and (_SECTIONS[match["name"][0].lower()], match["rest"] or "")


def is_other_heading(text):
    """Return whether `text` looks like a heading of a list that is neither of ours."""
    return text[:1].isupper() and bool(_OTHER_HEADING.fullmatch(text))


def other_label(text):
    """Return what follows the label in „Partneriai: Kauno biblioteka“, "" if there is none."""
    match = _OTHER_LABEL.fullmatch(text)
    return match["rest"] if match and text[0].isupper() else ""


def is_furniture(text, outside=False):
    """Return whether `text` belongs to the page; `outside` of a project more words do."""
    return bool(_FURNITURE.fullmatch(text) or (outside and _NAVIGATION.fullmatch(text)))


def without_marker(text):
    """Return (marker, its number or 0, text after it): „1 . Mugė“ is ("1 .", 1, "Mugė")."""
    match = _MARKER.match(text)
    if not match:
        return "", 0, text
    number = int(match["number"] or match["bracketed"] or 0)
    return match["marker"], number, text[match.end() :]


def without_label(text):
    """Return (text after „Projektas:“ or the like, whether there was one with a colon)."""
    match = _LABEL.match(text)
    if not match or not (match["colon"] or starts_quoted(text[match.end() :])):
        return text, False
    return text[match.end() :], bool(match["colon"])


def pieces(lines):
    """Return the Pieces of which `lines` consist, in their order, with nothing left out."""
    return _Assembly(lines).pieces()


class _Assembly:
    """Decides for each line whether it begins a piece or continues the one above."""

    def __init__(self, lines):
        self.lines = lines
        longest = max((line.size for line in lines), default=0)
        self.width = longest if longest in _MAIL_WIDTHS else None
        self.lettered = _lettered(lines)
        self.begins = [_begins_block(line) or at in self.lettered for at, line in enumerate(lines)]
        self.small_items = self._small_items()

    def pieces(self):
        found = []
        for at, line in enumerate(self.lines):
            marker, number, text = self.lettered.get(at) or self._marked(line, found)
            if found and not line.gap and self._goes_on(found[-1], at, marker):
                found[-1].parts.append(line.text)
                found[-1].last_line = line.number
            else:
                found.append(Piece(line.number, line.gap, marker, number, [text], line.number))
        return found

    def _small_items(self):
        """Return the places of the lines that are items, though they begin small.

        They stand in a list of short lines right below its heading, all of which begin with
        a small letter and none of which ends as a sentence or goes on.
        """
        found = set()
        for start in range(1, len(self.lines)):
            if not _is_list_heading(self.lines[start - 1].text):
                continue
            end = start
            while end < len(self.lines) and not self.begins[end]:
                end += 1
            if end - start > 1 and all(map(_is_small_item, self.lines[start:end])):
                found.update(range(start, end))
        return found

    def _marked(self, line, found):
        """Return what without_marker() does; three digits need a list that counts so far."""
        marker, number, text = without_marker(line.text)
        if number > 99 and (line.gap or not found or found[-1].number != number - 1):
            return "", 0, line.text
        return marker, number, text

    def _goes_on(self, piece, at, marker):
        """Return whether the line numbered `at` continues `piece`, which is right above."""
        line = self.lines[at]
        if _is_whole(piece) or is_furniture(line.text) or at in self.small_items:
            return False
        ended = bool(_ENDED.search(piece.parts[-1][-4:]))
        in_funding = looks_like_funding(piece.parts[0])
        if marker:
            is_item = piece.marker and piece.marker not in _DASHES
            return marker in _DASHES and not ended and bool(is_item or in_funding)
        if _is_unfilled(piece):
            return True
        if _is_open(piece):
            return not (heading(line.text) or looks_like_funding(line.text))
        broken = not ended and self._is_broken(at, in_funding)
        if self._begins_otherwise(at, broken, ended, in_funding):
            return False
        if piece.marker:
            return not self._is_title_below_item(at, broken, ended)
        return broken

    def _is_broken(self, at, in_funding):
        """Return whether line `at` seems to be the rest of the sentence above."""
        above, line = self.lines[at - 1], self.lines[at]
        first = line.text[0]
        if not first.isupper() and (in_funding or not first.isdigit()):
            return True
        return bool(_GOES_ON.search(above.text[-8:])) or not self._fits(above, line)

    def _fits(self, above, line):
        """Return whether a mail program would have had room for the first word above."""
        first_word = line.text.split(" ", 1)[0]
        return self.width is None or above.size + 1 + len(first_word) <= self.width

    def _begins_otherwise(self, at, broken, ended, in_funding):
        """Return whether line `at` begins a heading, a funding sentence or a title."""
        text = self.lines[at].text
        starts_small = broken and text[0].islower()
        if heading(text):
            return not starts_small or text.endswith(":")
        if looks_like_funding(text):
            return not starts_small
        bare, labelled = without_label(text)
        if starts_small or not (labelled or starts_quoted(bare)):
            return False
        below = self._below_title(at)
        if not below or (broken and in_funding):
            return False
        return ended or labelled or self._begins_project(below)

    def _below_title(self, at):
        """Return the number of the line below the title that begins at line `at`.

        Return None where the quotation does not enclose whole lines. What nothing closes
        counts as a title, which will then be refused.
        """
        end = self._end_of_block(at)
        block, labelled = without_label("\n".join(line.text for line in self.lines[at:end]))
        if labelled:
            return at + 1
        block = in_lithuanian_marks(block)
        closed, _depth = outer_end(block)
        if closed:
            rest = block[closed:].partition("\n")[0]
            return None if rest.strip(AFTER_QUOTATION) else at + 1 + block.count("\n", 0, closed)
        for number, text in enumerate(block.split("\n"), start=at + 1):
            if text.rstrip(AFTER_QUOTATION).endswith("“"):
                return number
        return end

    def _is_title_below_item(self, at, broken, ended):
        """Return whether a title without quotation marks, or a heading, follows an item."""
        text = self.lines[at].text
        if (ended or not broken) and (is_other_heading(text) or other_label(text)):
            return True
        if ended and tells_award(text):
            return True
        if (broken and not ended) or not text[0].isupper():
            return False
        end = self._end_of_block(at)
        return self._begins_project(end) and not _ENDED.search(self.lines[end - 1].text[-4:])

    def _end_of_block(self, at):
        """Return where the lines from `at` on, that could be one title, end."""
        end = at + 1
        while end < min(len(self.lines), at + _TITLE_LINES) and not self.begins[end]:
            end += 1
        return end

    def _begins_project(self, at):
        """Return whether line `at` is what follows a title: funding, or a list of goals."""
        if at >= len(self.lines):
            return False
        text = self.lines[at].text
        return looks_like_funding(text) or (heading(text) or ("",))[0] == "goals"


def _is_list_heading(text):
    """Return whether `text` is a heading of goals or activities with nothing after it."""
    section, rest = heading(text) or ("text", "")
    return section != "text" and not rest


def _is_small_item(line):
    """Return whether `line` could be an item of a list that is written small."""
    text = line.text
    ended = _ENDED.search(text[-4:]) or _GOES_ON.search(text[-8:])
    return text[0].islower() and line.size < _SHORT and not ended


def _lettered(lines):
    """Return {place: what without_marker() returns} for the lines that letters number.

    „a)“, „A.“, „I.“ or „i)“ numbers right below the heading of a list, and only where the
    second of its kind follows in the same list: „A. Mickevičius“ is a name.
    """
    found, series, kind, signs = {}, {}, None, {}
    for at, line in enumerate(lines):
        if heading(line.text):
            series, kind = {}, None
            continue
        match = _LETTER.match(line.text)
        if not match:
            continue
        sign = match["sign"]
        if at and _is_list_heading(lines[at - 1].text) and sign in {"a", "A", "i", "I"}:
            signs = _LETTERS if sign in "aA" else _ROMANS
            kind = (match["end"], sign.isupper())
        if kind != (match["end"], sign.isupper()) or signs.get(sign.lower()) != len(series) + 1:
            continue
        marker = match[0].rstrip()
        series[at] = (marker, len(series) + 1, line.text[match.end() :])
        if len(series) > 1:
            found |= series if len(series) == 2 else {at: series[at]}
    return found


def _begins_block(line):
    """Return whether `line` cannot be the second line of a title."""
    text = line.text
    return bool(line.gap or heading(text) or looks_like_funding(text) or without_marker(text)[0])


def _is_whole(piece):
    """Return whether nothing can be added to `piece`: a heading, a title, furniture."""
    if len(piece.parts) > _TITLE_LINES:
        return False
    text = piece.text
    if is_furniture(text, outside=not piece.marker):
        return True
    if found := heading(text):
        return not found[1]
    return not piece.marker and is_enclosed(without_label(text)[0])


def _is_unfilled(piece):
    """Return whether `piece` is only a marker or a label, and what it marks stands below."""
    if len(piece.parts) > 1:
        return False
    return not piece.parts[0] or without_label(piece.parts[0]) == ("", True)


def _is_open(piece):
    """Return whether `piece` is a title in quotation marks that are not closed yet."""
    if piece.marker or len(piece.parts) > _TITLE_LINES:
        return False
    try:
        quoted(without_label(piece.text)[0])
    except Unclosed:
        return True
    return False
