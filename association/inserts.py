"""Names in braces, in whose place a page shows what the site knows: „Buveinė: {buveinė}“.

They are filled in when the page is shown, so that it is right as soon as the details have changed.
A line that names what is not known is left out. After a backslash a brace is a brace.
"""

import re
from copy import copy
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import retention
from .rich_text import html

_BRACES = re.compile(r"(?<!\\)\{([^{}\n]*)\}")
_WITH_STOP = re.compile(rf"{_BRACES.pattern}\.?")
_MARKS = re.compile(r"[!-/:-@\[-`{-~]")  # what a backslash escapes
_DASHES = "–—•·▪ "  # at the beginning of a line they are marks, too


def _words(text):
    """Return `text`, whatever it is, as the notation has these very words."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()).lstrip(_DASHES))


def _link(text, address):
    return f"[{_words(text)}]({quote(address, safe=':/@+')})" if text else ""


def _phone(number):
    return _link(number, f"tel:{re.sub('[^0-9+]', '', number)}")


def _host(address):
    return address.partition("://")[2].rstrip("/")


# What stands for each name on a page with the association's `details`; "" where it is not known.
# The names are part of the texts that are kept, and so are in no catalogue.
_VALUES = {
    "pavadinimas": lambda page, details: _words(details.name or _("Association")),
    "juridinio asmens kodas": lambda page, details: _words(details.code),
    "registras": lambda page, details: _words(details.register),
    "buveinė": lambda page, details: _words(details.seat),
    "el. paštas": lambda page, details: _link(details.email, f"mailto:{details.email}"),
    "telefonas": lambda page, details: _phone(details.phone),
    "svetainės adresas": lambda page, details: _link(_host(settings.SITE_URL), settings.SITE_URL),
    "sesijos slapukas": lambda page, details: _words(settings.SESSION_COOKIE_NAME),
    "formų slapukas": lambda page, details: _words(settings.CSRF_COOKIE_NAME),
    "saugojimo terminai": lambda page, details: f"\n{retention.as_text()}\n",
    "peržiūros diena": lambda page, details: date_format(
        timezone.localdate(page.changed_at), "DATE_FORMAT"
    ),
}
NAMES = tuple(_VALUES)


def _name(match):
    return " ".join(match[1].split()).casefold()


def unknown(text):
    """Return what stands in braces in `text` and is no name, as it is written, in order."""
    found = (match[1] for match in _BRACES.finditer(text) if _name(match) not in _VALUES)
    return list(dict.fromkeys(found))


def fill(text, value_of):
    """Return `text` with `value_of(name)` in the place of each name, without lines that lack one.

    What is in braces and no name stays.
    """
    return "\n".join(filled for line in text.split("\n") for filled in _filled(line, value_of))


def _filled(line, value_of):
    """Yield `line` with its values, unless one of them is not known."""
    names = {_name(match) for match in _BRACES.finditer(line)} & _VALUES.keys()
    values = {name: value_of(name) for name in names}
    if all(values.values()):
        yield _WITH_STOP.sub(lambda match: _in_place(match, values), line)


def _in_place(match, values):
    """Return what comes for `match`; the full stop of „2026 m. kovo 5 d.“ ends a sentence too."""
    value = values.get(_name(match))
    if value is None:
        return match[0]
    return value if value.endswith(".") or match[0][-1] != "." else f"{value}."


def without_names(text):
    """Return `text` without the lines that name something, for want of the details."""
    return fill(text, lambda name: "")


def filled(page, details):
    """Return `page`, or None, as it is shown with the association's `details`; not to be saved."""
    if page is None or not _BRACES.search(page.text):
        return page
    shown = copy(page)
    shown.text = fill(page.text, lambda name: _VALUES[name](page, details))
    shown.text_html = _html(shown.text)
    return shown


@lru_cache(maxsize=16)
def _html(text):
    """Remember it: the few pages that have names in braces change as seldom as the details do."""
    return html(text)
