"""What the Lithuanian language asks of software: folding, order, and the like.

Pure functions from text to text, used by models, importers and templates alike.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext

# ICU's `lt` collation: č, š and ž are letters of their own; a/ą, e/ę/ė, i/į/y and u/ų/ū
# file together, and only break ties, in this order.
_ALPHABET = ["aą", "b", "c", "č", "d", "eęė", "f", "g", "h", "iįy", *"jklmnopqr"]
_ALPHABET += ["s", "š", "t", "uųū", "v", "w", "x", "z", "ž"]
_LETTERS = {
    letter: (first, second)
    for first, group in enumerate(_ALPHABET)
    for second, letter in enumerate(group)
}
_DIGITS_AT, _LETTERS_AT, _OTHERS_AT = 0x10, 0x20, 0xF0
NOT_COMPARED = "„“”‟\"«»‘’‚'`´" + "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # invisible ones last
DASHES = "‐‑‒–—―−"
_FOLDED = str.maketrans(dict.fromkeys(NOT_COMPARED, "") | dict.fromkeys(DASHES, "-"))


def without_diacritics(text):
    """Return `text` with the marks taken off its letters: „Šiauliai“ becomes „Siauliai“."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", decomposed))


def fold(text):
    """Return `text` as it is compared: „ Šiaulių „Aušra“.“ and „siauliu aušra“ are the same.

    Case, diacritics, quotation marks, the kind of dash, white space and a final full stop
    do not count. Folding what is folded changes nothing.
    """
    plain = without_diacritics(text).casefold().translate(_FOLDED)
    return without_diacritics(" ".join(plain.split())).rstrip(" .")


_WORD = re.compile(r"[^\W_]+")
STEM_LENGTH = 40  # characters; a vector of PostgreSQL takes at most 2,046 bytes a word
_STEMS = 5000  # words; times 160 bytes this is within the 1 MB that such a vector can hold
# The endings of nouns, adjectives and participles, without their marks, since visitors leave
# them out. Verbs keep theirs: „-ti“ is the end of „pokytį“ as well.
_CASES = """
    as o ui a u e ai ams am us ais uose uos aus uje umi um ums umis ame iem iems
    is io iui i iu yje ys y iai iams ius iais iuose iaus iuje iumi ium iam iame
    os oje oj oms om omis ose ia ios ioje iomis ioms iose ias
    es ei eje ej ems em emis ese ies imi im yse ims imis
"""
_PRONOMINAL = """
    asis ojo ajam aji uoju ajame ieji uju iesiems uosius aisiais uosiuose
    oji osios ajai aja ojoje osioms asias osiomis osiose ysis
    iasis iojo iajam iaji iuoju iajame iuju iuosius iaisiais iuosiuose
    ioji iosios iajai iaja iojoje iosioms iasias iosiomis iosiose
"""


def _without(endings, shortest):
    """Return the pattern of a word with the longest of `endings`, its stem `shortest` or longer."""
    return re.compile(rf"(.{{{shortest},}}?)(?:{'|'.join(endings.split())})")


_DECLINED, _DEFINITE = _without(_CASES, 2), _without(_PRONOMINAL, 3)
# Not „-ojo“ of the definite „viešojo“, but „-o“ of „skaitytojo“ and „Pakruojo“.
_NOT_DEFINITE = re.compile(r".+[tu]oj(?:o|i|oje)")
# „vanduo“, „vandens“; „asmuo“, „asmens“: other cases have -en-.
_SHORTENED = re.compile("(?<=[dm])(?:uo|ens)$")
# t and d turn into č and dž before some endings: „sritys“ and „sričių“, „žodis“ and „žodžiai“.
_SOFTENED = re.compile("(?<=.)(?:c|dz)$")
_OTHER_STEMS = {"zmon": "zmog"}  # „žmonės“ are many, „žmogus“ is one


@lru_cache(maxsize=50_000)
def _stem(word):
    """Return the stem of `word`, a folded one, the same for each of its cases."""
    word = _SHORTENED.sub("en", word)
    definite = None if _NOT_DEFINITE.fullmatch(word) else _DEFINITE.fullmatch(word)
    declined = definite or _DECLINED.fullmatch(word)
    stem = declined[1] if declined else word
    stem = _SOFTENED.sub(lambda end: "t" if end[0] == "c" else "d", stem)
    return _OTHER_STEMS.get(stem, stem)[:STEM_LENGTH]


def stems(text):
    """Return the different stems of the words of `text`, folded, with one space between them.

    „Šiaulių bibliotekose“ and „siauliai biblioteka“ are both „siaul bibliotek“. Stems hold
    letters and digits only. What stands after the first 5,000 different ones is left out.
    """
    found = dict.fromkeys(_stem(word) for word in _WORD.findall(fold(text)))
    return " ".join(list(found)[:_STEMS])


def sort_key(text):
    """Return hexadecimal digits that sort as ICU's `lt` collation sorts `text`.

    A database orders such keys alike whatever its collation, which is why they are kept in
    a column. Punctuation and spaces come before digits, digits before letters.
    """
    first, second = [], []
    for letter in unicodedata.normalize("NFC", text).casefold():
        if letter not in _LETTERS and not letter.isalnum():
            first.append(0x01)
            second.append(0)
            continue
        if letter not in _LETTERS:
            letter = without_diacritics(letter)[:1]
        if letter in _LETTERS:
            at, tie = _LETTERS[letter]
            first.append(_LETTERS_AT + at)
            second.append(tie)
        elif letter.isdigit():
            first.append(_DIGITS_AT + int(unicodedata.digit(letter, 0)))
            second.append(0)
        else:
            first.append(_OTHERS_AT)
            second.append(0)
    return "".join(f"{weight:02x}" for weight in [*first, 0, *second])


_MARK = re.compile("""[„“”‟"«»]|,,|''""")


def in_lithuanian_marks(text):
    """Return `text` with its double quotation marks written „ and “.

    Marks that look the same at both ends open a quotation where none is open or where a
    word begins. “ closes in Lithuanian and opens in English, where ” closes. What comes
    out stays as it is when it goes through again inside „…“.
    """
    english = "”" in text
    depth = 0

    def lithuanian(match):
        nonlocal depth
        mark, before = match[0], text[match.start() - 1 : match.start()]
        if mark == ",," and before.isalnum():
            return mark
        begins_word = not before.isalnum() and text[match.end() : match.end() + 1].isalnum()
        begins_word = begins_word and before not in {".", ",", "?", "!", "…", ")"}
        if mark in "„‟«" or mark == ",,":
            opens = True
        elif mark == "»":
            opens = False
        else:
            opens = depth == 0 or (begins_word and (mark != "“" or english))
        depth = max(depth + (1 if opens else -1), 0)
        return "„" if opens else "“"

    return _MARK.sub(lithuanian, text)


def quoted(title):
    """Return `title` in Lithuanian quotation marks: „Mugė“.

    Where a mark of its own stands at the very end, one mark serves for both, as the rules of
    punctuation have it: „Konferencija „Pokyčiai“.
    """
    title = _requoted(title)
    opening = "" if title.startswith("„") else "„"
    closing = "" if title.endswith("“") else "“"
    return f"{opening}{title}{closing}"


DESCRIPTION_LENGTH = 160  # characters that search engines show of a page's description


def shortened(text, length):
    """Return `text`, cut after a whole word and with „…“ closed, in about `length` characters."""
    if len(text) <= length:
        return text
    cut = text[: length + 1].rpartition(" ")[0] or text[:length]
    cut = cut.rstrip(" ,;:–-") + "…"
    return cut + "“" * max(cut.count("„") - cut.count("“"), 0)


def unquoted(title):
    """Return `title` without the quotation marks that enclose the whole of it."""
    title = " ".join(title.split())
    for opening, closing in ("„“", "“”", "„”", '""', "«»"):
        inner = title[1:-1]
        encloses = title[:1] == opening and title[-1:] == closing and len(title) > 2
        if encloses and opening not in inner and closing not in inner and inner.strip():
            return unquoted(inner)
    return title


_MONTHS = [
    *("sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio"),
    *("liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio", "gruodžio"),
]
_MONTH = "|".join(_MONTHS)
_UNIT = r"(?:Lt|Eur|€|%|tūkst\.|mln\.|mlrd\.|m\.|mėn\.|d\.|val\.|min\.|proc\.|[KMG]B)"
# Each matches behind a space at which a line must not end; the space comes first, since it is
# quickly found.
_NO_BREAK = re.compile(
    " (?:"
    + "|".join(
        [
            r"(?<=\d )(?=\d{3}(?!\d))",  # 80 000
            rf"(?<=\d )(?={_UNIT}(?!\w))",  # 80 tūkst., 2014 m., 31 d.
            r"(?:(?<=tūkst\. )|(?<=mln\. )|(?<=mlrd\. ))(?=(?:Lt|Eur)(?!\w))",
            rf"(?<=\bm\. )(?=(?:{_MONTH})\b)",  # 2014 m. gruodžio
            *(rf"(?<=\b{month} )(?=\d|mėn\.)" for month in _MONTHS),  # gruodžio 31 d.
            r"(?<=\b[^\W\d_] )(?=\S)",  # o bibliotekos, į Lietuvą
            r"(?<=\b[A-ZČŠŽĖ]\. )(?=\w)",  # M. Mažvydas
            r"(?:(?<=\bNr\. )|(?<=\bLR )|(?<=\bel\. )|(?<=\bpl\. ))(?=\S)",
            r"(?:(?<=\bpr\. )|(?<=\b[gp]\. ))(?=\d)",  # Gedimino pr. 51
            r"(?<=\b[rm]\. )(?=sav\.)",  # Zarasų r. sav.
            r"(?=[–—] )",  # a dash ends a line, never begins one
        ]
    )
    + ")"
)


_FOREIGN_MARK = re.compile("""["”‟«»]|,,|''""")


def _requoted(line):
    """Return `line` in Lithuanian quotation marks; as it is where a plain one has no pair.

    A line that has no other marks stays as it is: in „Seminaras „A“ nothing is missing.
    """
    unpaired = line.count('"') % 2 or (line.count(",,") + line.count("''")) % 2
    return in_lithuanian_marks(line) if _FOREIGN_MARK.search(line) and not unpaired else line


def typeset(text):
    """Return `text`, which may be typed plainly, as Lithuanian typography has it; words stay.

    Quotation marks are „…“, a hyphen between spaces is a dash, three full stops are one sign,
    and the sign of the euro is a word. No-break spaces stand where a line must not end: in
    numbers, sums and dates, after a word of one letter, before a dash.
    """
    # Pages say the same names and titles again and again.
    return _typeset_once(text) if len(text) <= 300 else _typeset(text)


def _typeset(text):
    text = re.sub(r"[^\n]+", lambda line: _requoted(line[0]), text)
    text = re.sub(r"(?<=\S[ \u00a0])--?(?=[ \u00a0]\S)", "–", text)
    text = re.sub(r"(?<!\.)\.{3}(?!\.)", "…", text)
    text = re.sub(r"(?<=\d)[ \u00a0]?€", " Eur", text)
    return _NO_BREAK.sub("\u00a0", text)


_typeset_once = lru_cache(maxsize=2000)(_typeset)


def _day(day, *, year=True):
    words = f"{_MONTHS[day.month - 1]} {day.day} d."
    return f"{day.year} m. {words}" if year else words


def _is_month_end(day):
    return day == date.max or (day + timedelta(days=1)).day == 1


def _months(start, end):
    first, last = _MONTHS[start.month - 1], _MONTHS[end.month - 1]
    if start.year != end.year:
        return f"{start.year} m. {first} mėn. – {end.year} m. {last} mėn."
    if (start.month, end.month) == (1, 12):
        return f"{start.year} m."
    if start.month == end.month:
        return f"{start.year} m. {first} mėn."
    return f"{start.year} m. {first}–{last} mėn."


def _days(start, end):
    if start == end:
        return _day(start)
    if start.year != end.year:
        return f"{_day(start)} – {_day(end)}"
    if start.month != end.month:
        return f"{_day(start)} – {_day(end, year=False)}"
    return f"{start.year} m. {_MONTHS[start.month - 1]} {start.day}–{end.day} d."


def period(starts_on, ends_on):
    """Return the Lithuanian words for the days from `starts_on` to `ends_on`, both inclusive.

    Either may be None. What fills months or years is told in months or years:
    „2014 m. kovo–gruodžio mėn.“, „2018–2019 m.“. Its spaces are as typeset() makes them.
    """
    if starts_on is None and ends_on is None:
        return ""
    if ends_on is None:
        return typeset(f"nuo {_day(starts_on)}")
    if starts_on is None:
        return typeset(f"iki {_day(ends_on)}")
    if starts_on.day == 1 and _is_month_end(ends_on):
        if starts_on.year != ends_on.year and (starts_on.month, ends_on.month) == (1, 12):
            return typeset(f"{starts_on.year}–{ends_on.year} m.")
        return typeset(_months(starts_on, ends_on))
    return typeset(_days(starts_on, ends_on))


def moment(time):
    """Return `time` (aware datetime) as pages tell it, in Vilnius."""
    local = timezone.localtime(time)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H.%M}\u00a0val."


def in_words(value):
    """Return `value`, of a field of whatever kind, as pages tell it; "" where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(localize(value))


_YEAR, _LAST_YEAR = r"(?P<year>\d{1,4})", r"(?P<last_year>\d{1,4})"
_FIRST_MONTH, _LAST_MONTH = rf"(?P<month>{_MONTH})", rf"(?P<last_month>{_MONTH})"
_DAY, _LAST_DAY = r"(?P<day>\d\d?)", r"(?P<last_day>\d\d?)"
# Each tells an end of the same kind as the start, and of the end what differs.
_PERIODS = [
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR} m\. {_FIRST_MONTH} {_DAY}"
        rf"(?:(?: d\.)? ?[-–—] ?(?:{_LAST_YEAR} m\. )?(?:{_LAST_MONTH} )?{_LAST_DAY})? d\.",
        rf"{_YEAR} m\. {_FIRST_MONTH}"
        rf"(?:(?: mėn\.)? ?[-–—] ?(?:{_LAST_YEAR} m\. )?{_LAST_MONTH})? mėn\.",
        rf"{_YEAR}(?: ?[-–—] ?{_LAST_YEAR})? m\.",
    )
]


def read_period(text):
    """Return the first and the last day, dates both, of a period as period() writes it.

    Both ends must be told. Raises ValueError where `text` is no such period.
    """
    text = " ".join(text.split())
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _PERIODS)), None)
    if match is None:
        raise ValueError(f"Not a period: {text!r}")
    told = match.groupdict()
    year = int(told["year"])
    month = told.get("month")
    day = told.get("day")
    last_year = int(told["last_year"] or year)
    last_month = _number(told.get("last_month") or month or _MONTHS[-1])
    last_day = told.get("last_day") or day or monthrange(last_year, last_month)[1]
    start = date(year, _number(month or _MONTHS[0]), int(day or 1))
    return start, date(last_year, last_month, int(last_day))


def _number(month):
    return _MONTHS.index(month) + 1
