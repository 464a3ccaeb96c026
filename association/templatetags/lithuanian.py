"""Template filters for text that is shown: `{% load lithuanian %}`."""

import re

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import escape, format_html_join
from django.utils.safestring import mark_safe

from association import lithuanian

register = template.Library()


@register.filter
def typeset(text):
    """Text with no-break spaces where Lithuanian typography has them."""
    return lithuanian.typeset(str(text))


@register.filter
def quoted(title):
    """A title in Lithuanian quotation marks."""
    return lithuanian.typeset(lithuanian.quoted(str(title)))


@register.filter
def paragraphs(text):
    """Plain text as staff write it, an empty line between paragraphs, as `<p>` elements."""
    plain = lithuanian.typeset(text.replace("\r", "").strip())
    parts = [part.split("\n") for part in re.split(r"\n\s*\n", plain) if part]
    lines = ((mark_safe("<br>".join(map(escape, part))),) for part in parts)  # noqa: S308
    return format_html_join("\n", "<p>{}</p>", lines)


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
