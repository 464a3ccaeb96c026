"""How a value of a record is written into a cell, and what a person may have written instead.

A Kind reads and writes: write() returns what a spreadsheet knows as a number, a day or a text;
read() takes what came out of one, or out of CSV, where all is text. What cannot be read raises
Wrong with a sentence that says what to write.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _

from ..lithuanian import fold, in_words, period, quoted, read_period, shortened

LONGEST = 32_767  # characters, that a cell of a spreadsheet holds
# What no text of ours has, and neither XML nor PostgreSQL keeps.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
GROUPED = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+(?:,[0-9]+)?")
LONGEST_LINE = 1000  # characters, of one of several things in a cell
SHOWN = 40  # characters of a cell that a sentence repeats


class Wrong(ValueError):
    """Says in a sentence for staff why a cell, or a row, cannot be taken."""


def plain(cell):
    """Return `cell`, of whatever kind, as a person reads it; "" for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return in_words(cell)
    if isinstance(cell, datetime):
        is_day = cell.time() == time.min
        return cell.date().isoformat() if is_day else cell.isoformat(" ", "minutes")
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0").replace(".", ",")
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",")
    return str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def repeated(cell):
    """Return the beginning of `cell` in quotation marks, to be repeated in a sentence."""
    return quoted(shortened(CONTROLS.sub("", " ".join(plain(cell).split())), SHOWN))


def no_break_spaces_as_spaces(text):
    return re.sub("[\u00a0\u202f\u2009]", " ", text)


class Text:
    """A text on one line."""

    empty = ""

    def write(self, value):
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def read(self, cell):
        text = plain(cell)
        if CONTROLS.search(text):
            raise Wrong(_("There is an invisible character that cannot be kept: type it anew."))
        return self.arranged(text)

    def arranged(self, text):
        return " ".join(filter(None, map(str.strip, text.split("\n"))))

    def told(self, value):
        """Return `value` as the preview tells it."""
        return in_words(value)


class LongText(Text):
    """A text of as many lines as it needs."""

    def arranged(self, text):
        return text


class Number:
    """A whole number, None where it is unknown."""

    empty = None
    most = 2_147_483_647  # the largest that both databases keep in such a column

    def write(self, value):
        return value

    def read(self, cell):
        text = no_break_spaces_as_spaces(plain(cell))
        if not text:
            return None
        digits = text.replace(" ", "")
        if not re.fullmatch("[0-9]{1,18}", digits, re.ASCII) or int(digits) > self.most:
            raise Wrong(
                _("%(cell)s is no whole number. Write it like 25.") % {"cell": repeated(cell)}
            )
        return int(digits)

    def told(self, value):
        return in_words(value)


class Amount:
    """A sum without its currency: Decimal, None where it is unknown."""

    empty = None

    def write(self, value):
        return value

    def read(self, cell):
        text = no_break_spaces_as_spaces(plain(cell))
        if not text:
            return None
        if GROUPED.fullmatch(text):
            text = text.replace(" ", "").replace(".", "")
        told = _("%(cell)s is no sum. Write the number alone, like 80 000,50.")
        if not NUMBER.fullmatch(text):
            raise Wrong(told % {"cell": repeated(cell)})
        try:
            amount = Decimal(text.replace(",", "."))
            exact = amount.quantize(Decimal("0.01"))
        except InvalidOperation as error:
            raise Wrong(told % {"cell": repeated(cell)}) from error
        if exact != amount:
            raise Wrong(told % {"cell": repeated(cell)})
        return exact

    def told(self, value):
        return in_words(value)


class Day:
    """A day, None where it is unknown."""

    empty = None

    def write(self, value):
        return value

    def read(self, cell):
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = plain(cell)
        return read_day(text) if text else None

    def told(self, value):
        return in_words(value)


def read_day(text):
    """Return the date that `text` is: 2014-05-03, 2014.05.03 or „2014 m. gegužės 3 d.“."""
    match = re.fullmatch(r"(\d{4})[-. ](\d{1,2})[-. ](\d{1,2})(?:[ T]0?0[:.]00(?:[:.]00)?)?", text)
    try:
        if match:
            return date(*map(int, match.groups()))
        first, last = read_period(no_break_spaces_as_spaces(text))
        if first == last:
            return first
    except ValueError:
        pass
    raise Wrong(_("%(cell)s is no date. Write it like 2014-05-03.") % {"cell": repeated(text)})


class Moment:
    """A moment, by the clock of Lithuania; it is told, and not read."""

    empty = None

    def write(self, value):
        return value and timezone.localtime(value).replace(tzinfo=None, microsecond=0)

    def read(self, cell):
        """Return the moment, None where there is none, or none that is understood."""
        if isinstance(cell, datetime):
            found = cell
        else:
            try:
                found = datetime.fromisoformat(plain(cell))
            except ValueError:
                return None
        is_aware = found.tzinfo is not None
        return found.astimezone(UTC) if is_aware else timezone.make_aware(found)

    def told(self, value):
        return in_words(value)


class YesNo:
    """Yes or no, in words; unknown too, where that may be."""

    WORDS = {"taip": True, "ne": False, "yes": True, "no": False, "1": True, "0": False}
    WORDS |= {"true": True, "false": False, "tiesa": True, "netiesa": False, "+": True, "-": False}

    def __init__(self, *, may_be_unknown=False):
        self.empty = None if may_be_unknown else False

    def write(self, value):
        return in_words(value)

    def read(self, cell):
        text = fold(plain(cell))
        if not text:
            return self.empty
        if text not in self.WORDS:
            raise Wrong(
                _("%(cell)s is neither „taip“ nor „ne“. Write one of the two.")
                % {"cell": repeated(cell)}
            )
        return self.WORDS[text]

    def told(self, value):
        return in_words(value)


class Choice:
    """One of the choices of a field, by the word that pages have for it."""

    def __init__(self, choices, empty=""):
        self.choices, self.empty = choices, empty

    def write(self, value):
        return str(dict(self.choices.choices).get(value, value))

    def read(self, cell):
        text = fold(plain(cell))
        if not text:
            return self.empty
        for value, label in self.choices.choices:
            if text in {fold(str(label)), fold(value)}:
                return value
        known = ", ".join(str(label) for label in self.choices.labels)
        raise Wrong(
            _("%(cell)s is not known here. Write one of these: %(known)s.")
            % {"cell": repeated(cell), "known": known}
        )

    def told(self, value):
        return self.write(value)


class Several:
    """Several things in one cell, a line for each: a tuple, each item of it as `item` has it.

    Parts of one stand with „|“ between them, which a backslash takes its meaning from.
    """

    empty = ()

    def write(self, value):
        return "\n".join(self.write_item(each) for each in value)

    def read(self, cell):
        if isinstance(cell, date):  # what a spreadsheet makes of a lone day
            cell = plain(cell)
        text = LongText().read(cell)
        lines = [line for line in map(str.strip, text.split("\n")) if line]
        for line in lines:
            if len(line) > LONGEST_LINE:
                raise Wrong(
                    _("%(cell)s is too long: write each thing on a line of its own.")
                    % {"cell": repeated(line)}
                )
        return tuple(map(self.read_item, lines))

    def told(self, value):
        return "; ".join(self.write_item(each).replace(" | ", ", ") for each in value)


class Lines(Several):
    """Several texts."""

    def write_item(self, item):
        return joined([item])

    def read_item(self, line):
        return divided(line, 1)[0]


class Numbers(Several):
    """Several numbers of parts, in order: „1, 3“."""

    def write(self, value):
        return ", ".join(map(str, value))

    def read(self, cell):
        text = plain(cell)
        found = re.split(r"[\s,;]+", text) if text else []
        numbers = [Number().read(each) for each in found if each]
        return tuple(sorted(set(numbers)))

    def told(self, value):
        return self.write(value)


def joined(parts):
    """Return the texts `parts` on one line, as divided() takes them apart again."""
    marked = [
        part.replace("\\", "\\\\").replace("|", "\\|").replace("\r\n", "\n").replace("\n", "\\n")
        for part in parts
    ]
    while len(marked) > 1 and not marked[-1]:
        marked.pop()
    return " | ".join(marked)


def divided(line, number):
    """Return the `number` texts of `line`, empty ones for what it lacks."""
    parts = [""]
    for piece in re.findall(r"\\.|\||[^\\|]+|\\", line):
        if piece == "|":
            parts.append("")
        else:
            escaped = len(piece) == 2 and piece[0] == "\\"
            parts[-1] += {"n": "\n"}.get(piece[1], piece[1]) if escaped else piece
    if len(parts) > number:
        raise Wrong(
            _("%(cell)s has more parts than there may be: write each thing on a line of its own.")
            % {"cell": repeated(line)}
        )
    return [part.strip() for part in parts] + [""] * (number - len(parts))


def written_days(start, end):
    """Return the days from `start` to `end`, either None, as read_days() reads them."""
    if start is None and end is None:
        return "–"
    if end is None:
        return f"{start.isoformat()} –"
    return f"{start.isoformat() if start else ''} – {end.isoformat()}".strip()


def read_days(text):
    """Return the first and the last day, either None: „2014-05-03 – 2014-05-05“, „2014-05-03 –“."""
    text = no_break_spaces_as_spaces(text).strip()
    try:
        return read_period(text)
    except ValueError:
        pass
    start, dash, end = re.sub(r" ?[–—] ?|(?<=\d) ?- (?=\d)| -$|^- ", "–", text).partition("–")
    if not dash:
        day = read_day(start)
        return day, None
    return (read_day(start.strip()) if start.strip() else None), (
        read_day(end.strip()) if end.strip() else None
    )


def told_days(start, end):
    return period(start, end) or "–"
