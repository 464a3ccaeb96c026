"""Texts that staff write with headings, lists, emphasis and links: what pages show of them.

A model keeps the text as it is written, in the marks of notation, and beside it in an HTMLField
what pages show. That is made, set as Lithuanian typography has it, and sanitised when the text is
saved: making a page parses nothing.
"""

import re
from difflib import SequenceMatcher
from itertools import accumulate

import nh3
from django.utils.html import escape

from .fields import DerivedField, correct
from .lithuanian import typeset
from .notation import Heading, List, inline, is_safe_address, read

TAGS = {"p", "br", "h2", "h3", "ul", "ol", "li", "strong", "em", "a"}
_LISTS = {"ul": {"items"}, "ol": {"items"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_HEADING_TAG = re.compile("(?<=<)(/?)h([23])(?=>)")


def html(text, *, headings=True):
    """Return the HTML of `text`: safe, and with typography. Headings are h2 and h3.

    Without `headings` they are paragraphs in strong letters, for places that have no room in the
    outline of the page.
    """
    made = "\n".join(_block(block, headings) for block in read(text))
    return sanitised(made)


def sanitised(made):
    """Return the HTML `made` with what texts may have, and nothing else."""
    clean = nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}},
        allowed_classes=_LISTS,
        url_schemes=_SCHEMES,
        attribute_filter=_safe_attribute,
        link_rel=None,
    )
    return clean.replace("&nbsp;", "\xa0")


def _safe_attribute(tag, name, value):
    return value if name != "href" or is_safe_address(value) else None


def _block(block, headings):
    if isinstance(block, List):
        return _list(block)
    if isinstance(block, Heading):
        shown = _shown([block.text])
        tag = f"h{block.level}"
        return f"<{tag}>{shown}</{tag}>" if headings else f"<p><strong>{shown}</strong></p>"
    return f"<p>{_shown(block.lines)}</p>"


def _list(block):
    tag = "ol" if block.is_ordered else "ul"
    items = (
        f"<li>{_shown(item.lines)}{''.join(map(_list, item.lists))}</li>" for item in block.items
    )
    return f'<{tag} class="items">{"".join(items)}</{tag}>'


_TAGS = {
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "em_open": "<em>",
    "em_close": "</em>",
    "link_close": "</a>",
}


def _shown(lines):
    """Return the HTML of `lines`, each set by itself, over its tags: „*Aušra*“ is one quotation."""
    shown, pieces = [], []
    for token in inline(lines):
        if token.type in {"softbreak", "hardbreak"}:
            shown.append(_set(pieces))
            pieces = []
        elif token.type == "link_open":
            pieces.append((f'<a href="{escape(token.attrs["href"])}">', False))
        elif token.type in _TAGS:
            pieces.append((_TAGS[token.type], False))
        else:
            pieces.append((token.content, True))
    return "<br>".join([*shown, _set(pieces)])


def _set(pieces):
    """Return as HTML the `pieces` of a line: pairs of a text or a tag, and whether it is a text."""
    texts = [piece for piece, is_text in pieces if is_text]
    words = iter(_divided_alike(texts, typeset("".join(texts))))
    return "".join(escape(next(words)) if is_text else piece for piece, is_text in pieces)


def _divided_alike(texts, whole):
    """Return `whole`, which typography made of `texts`, divided where they are."""
    typed = "".join(texts)
    ends = list(accumulate(map(len, texts)))
    if len(texts) > 1 and len(typed) != len(whole):
        codes = SequenceMatcher(None, typed, whole, autojunk=False).get_opcodes()
        ends = [_moved(end, codes) for end in ends]
    ends[-1:] = [len(whole)] if ends else []
    return [whole[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _moved(end, codes):
    """Return where `end` of a text is after its changes `codes`, those of a SequenceMatcher."""
    for _kind, start, stop, new_start, new_stop in codes:
        if start < end <= stop:
            return new_stop if end == stop else min(new_start + end - start, new_stop)
    return 0


def headings_from(made, level):
    """Return the HTML `made` by html() with its headings beginning at `level` (2 to 5)."""
    return _HEADING_TAG.sub(lambda tag: f"{tag[1]}h{int(tag[2]) + level - 2}", made)


class HTMLField(DerivedField):
    """A column with the HTML of the text in the field `source`, which is in the notation."""

    def __init__(self, *, source, headings=True, **options):
        self.headings = headings
        super().__init__(**{"source": source, "by": html} | options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["by"]
        return name, path, args, {**kwargs, "headings": self.headings}

    def derive(self, record):
        return html(getattr(record, self.source), headings=self.headings)


def html_fields(model):
    """Return the fields of `model` that each save fills with HTML."""
    return [field for field in model._meta.concrete_fields if isinstance(field, HTMLField)]


def refresh(model):
    """Correct the HTML of all records of `model`; return how many records had a wrong one.

    Saving keeps it right. This is for what passes saving by, and for rules that have changed.
    """
    return correct(model, html_fields(model))


def refresh_all(apps, schema_editor):
    """Correct the HTML of all records, for a migration after the rules have changed."""
    for model in apps.get_models():
        if html_fields(model):
            refresh(model)
