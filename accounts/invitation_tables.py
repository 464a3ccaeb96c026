"""Tables of whom to invite, as spreadsheets and people write them: text in, rows out, and back.

Nothing here knows the database; what becomes of the rows is in accounts/invitation_lists.py.
"""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from io import StringIO

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from association.lithuanian import fold, stems
from association.spreadsheets import DELIMITERS, Unreadable, records, text_of

MAX_BYTES = 1024 * 1024
MAX_ROWS = 500  # each is a letter: this many take five seconds
MAX_NAME = 200  # characters; of a library's name
LIBRARY, EMAIL, DIRECTOR = "library", "email", "director"
# What the table that is handed out calls its columns; what is read may be called otherwise too.
COLUMNS = {
    LIBRARY: pgettext_lazy("column of a table", "Library"),
    EMAIL: pgettext_lazy("column of a table", "E-mail"),
    DIRECTOR: pgettext_lazy("column of a table", "Director"),
}
# Letters and digits alone, folded.
HEADINGS = {
    **dict.fromkeys(["biblioteka", "bibliotekospavadinimas", "pavadinimas"], LIBRARY),
    **dict.fromkeys(
        ["elpastas", "elpastoadresas", "epastas", "epastoadresas", "email", "adresas"], EMAIL
    ),
    **dict.fromkeys(["vadovas", "vadove", "vadovase", "direktorius", "direktore"], DIRECTOR),
}
ROLES = {
    **dict.fromkeys(["taip", "t", "yes", "+", "x", "1", "vadovas", "vadove"], True),
    **dict.fromkeys(["direktorius", "direktore"], True),
    **dict.fromkeys(["ne", "n", "no", "-", "0"], False),
    "": None,
}
# „Zarasų r. sav. VB“: what is short for words that many names share, as stems() makes it.
ABBREVIATIONS = {"r", "raj", "m", "sav", "sb", "vb", "vs"}
# The first bytes of what a spreadsheet writes when it is not asked for CSV.
NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))

TOO_LARGE = _("The table is larger than 1 MB. Leave only the columns that are needed.")
NOT_CSV = _("This is no CSV file. Save the table in the spreadsheet as CSV, and choose that file.")
NO_HEADINGS = _(
    "The first line has to name the columns „Biblioteka“ and „El. paštas“, and „Vadovas“ if needed."
)
EMPTY = _("There are no lines below the names of the columns.")


@dataclass(frozen=True)
class Row:
    """A line of the table: `cells` as they were written, and what they say."""

    line: int  # in the text, from 1
    cells: tuple[str, ...]
    library: str
    email: str
    role: str

    @property
    def has_known_role(self):
        return fold(self.role) in ROLES

    @property
    def is_director(self):
        """Return what the table says; None where it says nothing."""
        return ROLES.get(fold(self.role))


@dataclass(frozen=True)
class Table:
    delimiter: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def text_of(self, rows):
        """Return the text of a table with these of its `rows` alone, which reads back the same."""
        file = StringIO()
        writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\n")
        writer.writerows([self.headings, *(row.cells for row in rows)])
        return file.getvalue()


def decode(data):
    """Return the text of a file that holds the bytes `data`; raise Unreadable for what is none."""
    if len(data) > MAX_BYTES:
        raise Unreadable(TOO_LARGE)
    if not data.startswith(NOT_TEXT):
        text = text_of(data)
        if text is not None:
            return text
    raise Unreadable(NOT_CSV)


def read(text):
    """Return the Table that `text` holds; raise Unreadable where it is none."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise Unreadable(TOO_LARGE)
    if CONTROLS.search(text):
        raise Unreadable(NOT_CSV)
    text = text.removeprefix("\ufeff")
    delimiter = max(DELIMITERS, key=lambda each: len(_columns(_first(text, each))))
    headings = _first(text, delimiter)
    columns = _columns(headings)
    if LIBRARY not in columns or EMAIL not in columns:
        raise Unreadable(NO_HEADINGS)
    rows = []
    for line, cells in _records(text, delimiter):
        if cells == headings and not rows:
            continue
        if len(rows) == MAX_ROWS:
            raise Unreadable(
                gettext("The table has more than %(most)s lines: divide it.") % {"most": MAX_ROWS}
            )
        said = {name: _plain(cells[at]) for name, at in columns.items() if at < len(cells)}
        rows.append(
            Row(
                line=line,
                cells=tuple(cells),
                library=said.get(LIBRARY, ""),
                email=said.get(EMAIL, ""),
                role=said.get(DIRECTOR, ""),
            )
        )
    if not rows:
        raise Unreadable(EMPTY)
    return Table(delimiter, tuple(headings), tuple(rows))


def _records(text, delimiter):
    """Yield (line, cells) of each record that says something."""
    return ((line, cells) for line, cells in records(text, delimiter) if any(map(_plain, cells)))


def _first(text, delimiter):
    return next((cells for _line, cells in _records(text, delimiter)), [])


def _columns(headings):
    """Return where each column is that `headings` name: the first, if two are named alike."""
    found = {}
    for at, heading in enumerate(headings):
        name = HEADINGS.get(re.sub(r"[\W_]", "", fold(_plain(heading))))
        if name:
            found.setdefault(name, at)
    return found


def _plain(cell):
    return " ".join(cell.translate(INVISIBLE).split())


class Names:
    """Libraries by the names they bear and bore, whatever the spelling of a name.

    Made of (key, name, former names) for each library.
    """

    NEAR = 0.75  # of the letters of what was written have to be found in a name
    SUGGESTIONS = 3

    def __init__(self, libraries):
        self.present, self.former = defaultdict(set), defaultdict(set)
        self.words = {}  # of each name, without those that many have
        for key, name, former_names in libraries:
            self.present[_spelling(name)].add(key)
            self.words[name] = stems(name).split()
            for former in former_names:
                if former:
                    self.former[_spelling(former)].add(key)
        bearers = Counter(word for words in self.words.values() for word in set(words))
        most = max(1, len(self.words) // 4)
        self.common = {word for word, count in bearers.items() if count > most}
        self.telling = sorted(bearers.keys() - self.common)
        self.like = cache(self._like)

    def find(self, text):
        """Return the keys of the libraries that are called so; else of those that were."""
        spelling = _spelling(text)
        return self.present.get(spelling) or self.former.get(spelling) or set()

    def near(self, text):
        """Return present names, at most SUGGESTIONS, that may be meant by `text`, likeliest first.

        The words that many names share do not count: „viešoji biblioteka“ tells none.
        """
        words = stems(text[:MAX_NAME]).split()
        told = [word for word in words if word not in self.common | ABBREVIATIONS]
        total = sum(map(len, told))
        scores = {}
        for name, words in self.words.items():
            best = (
                max((self.like(word).get(each, 0) for each in words), default=0) for word in told
            )
            score = sum(len(word) * ratio for word, ratio in zip(told, best, strict=True))
            if total and score / total >= self.NEAR:
                scores[name] = score / total
        best = max(scores.values(), default=0)
        likely = [name for name, score in scores.items() if score > best - 0.05]
        likely.sort(key=lambda name: -_likeness(text, name))
        return likely[: self.SUGGESTIONS]

    def _like(self, word):
        """Return how like `word` is to each telling word of a name, from 0 to 1."""
        close = get_close_matches(word, self.telling, n=5, cutoff=0.6)
        return {each: SequenceMatcher(None, word, each).ratio() for each in close}


def _likeness(text, name):
    return SequenceMatcher(None, fold(text[:MAX_NAME]), fold(name)).ratio()


def _spelling(name):
    return fold(name).replace(" ", "")
