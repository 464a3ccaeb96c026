"""Template filters for text that is shown: `{% load lithuanian %}`."""

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import mark_safe

from association import lithuanian, rich_text

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


@register.filter
def headings_from(html, level):
    """What an HTMLField holds, with headings from `level` on, below that of its place."""
    return mark_safe(rich_text.headings_from(html, level))  # noqa: S308 - sanitised when stored


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
