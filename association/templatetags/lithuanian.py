"""Template filters for text that is shown: `{% load lithuanian %}`."""

import re
from itertools import groupby
from operator import itemgetter

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import escape
from django.utils.safestring import mark_safe

from association import lithuanian

register = template.Library()


@register.filter
def typeset(text):
    """Text that may be typed plainly, as Lithuanian typography has it."""
    return lithuanian.typeset(str(text))


@register.filter
def moment(time):
    """A moment as pages tell it: „2014 m. gruodžio 31 d. 09.00 val.“"""
    return lithuanian.moment(time)


@register.filter
def quoted(title):
    """A title in Lithuanian quotation marks."""
    return lithuanian.typeset(lithuanian.quoted(str(title)))


_ITEMS = {
    "ul": re.compile(r"[ \t\xa0]*[–—•·▪*-][ \t\xa0]+(?=\S)"),
    "ol": re.compile(r"[ \t\xa0]*(\d+)[.)][ \t\xa0]+(?=\S)"),
}


@register.filter
def paragraphs(text):
    """Plain text as staff write it, as paragraphs and lists.

    An empty line ends a paragraph. Lines that begin with dashes, or with 1., 2. and so on, are
    the items of a list, with or without empty lines between them.
    """
    lines = text.replace("\r", "").strip().split("\n")
    parts = []
    for kind, group in groupby(zip(_kinds(lines), lines, strict=True), itemgetter(0)):
        typed = [line for _kind, line in group if line.strip()]
        if kind == "p":
            shown = map(escape, lithuanian.typeset("\n".join(typed)).split("\n"))
            parts.append(f"<p>{'<br>'.join(shown)}</p>")
        elif kind in _ITEMS:
            items = (lithuanian.typeset(_ITEMS[kind].sub("", line, 1)) for line in typed)
            shown = "".join(f"<li>{escape(item)}</li>" for item in items)
            parts.append(f'<{kind} class="items">{shown}</{kind}>')
    return mark_safe("\n".join(parts))  # noqa: S308 - escaped above


def _kinds(lines):
    """Return what each of `lines` is part of: "p", "ul", "ol", or "" between such parts.

    A single item is no list, and numbers count from 1.
    """
    kinds = [_begins_as(line) for line in lines]
    for at in range(1, len(lines) - 1):
        following = next(kind for kind in kinds[at + 1 :] if kind)  # the last line is not empty
        if not kinds[at] and kinds[at - 1] == following in _ITEMS:
            kinds[at] = following
    decided = []
    for kind, group in groupby(zip(kinds, lines, strict=True), itemgetter(0)):
        typed = [line for _kind, line in group]
        items = [line for line in typed if line.strip()]
        is_list = kind in _ITEMS and len(items) > 1
        if is_list and kind == "ol":
            numbers = [int(_ITEMS[kind].match(line)[1]) for line in items]
            is_list = numbers == list(range(1, len(items) + 1))
        if is_list or not kind:
            decided += [kind] * len(typed)
        else:
            decided += ["p" if line.strip() else "" for line in typed]
    return decided


def _begins_as(line):
    kinds = (kind for kind, item in _ITEMS.items() if item.match(line))
    return next(kinds, "p" if line.strip() else "")


@register.filter
def uncapfirst(sentence):
    """A sentence that goes on after a dash: the opposite of Django's `capfirst`."""
    text = str(sentence)
    return text[:1].lower() + text[1:]


@register.filter
def shortened(text, length):
    """Text for a narrow place, in about `length` characters, never cut within a word."""
    return lithuanian.typeset(lithuanian.shortened(str(text), length))


@register.filter
def file_facts(document):
    """What a reader wants to know of a document before following its link: „PDF, 214 KB“."""
    size = document.file_size
    facts = [document.file_type, filesizeformat(size) if size is not None else ""]
    return lithuanian.typeset(", ".join(fact for fact in facts if fact))
