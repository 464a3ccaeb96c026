"""Quotation marks of many kinds, read as the Lithuanian „…“."""

import re

from association.lithuanian import in_lithuanian_marks

AFTER_QUOTATION = " .,;"  # may follow a title in quotation marks


class Unclosed(ValueError):
    """A quotation that is opened and never closed, or closed and never opened."""


def starts_quoted(text):
    """Return whether `text` begins with an opening quotation mark."""
    return bool(re.match("""[„“”‟"«]|,,(?! )|''""", text))


def quoted(text):
    """Return what the quotation marks around all of `text` enclose, in Lithuanian marks.

    A full stop, comma or semicolon may follow the marks. An inner closing mark at the very
    end closes the outer quotation too: „Seminaras „A“ encloses Seminaras „A“. Return ""
    where no quotation encloses the whole; raise Unclosed where it does not end.
    """
    if not starts_quoted(text):
        return ""
    text = in_lithuanian_marks(text)
    end, depth = outer_end(text)
    if end:
        return "" if text[end:].strip(AFTER_QUOTATION) else text[1 : end - 1].strip()
    body = text.rstrip(AFTER_QUOTATION)
    if not body.endswith("“"):
        raise Unclosed(text)
    return (body[1:] + "“" * (depth - 1)).strip()


def shown(text):
    """Return `text` as it can stand in the „…“ of a message.

    Quotation marks around all of it and the full stop at its end are left out, since those
    of the message follow. What nothing closes stays as it is.
    """
    try:
        if inner := quoted(text):
            return inner
        text = balanced(text)
    except Unclosed:
        pass
    return text if text.endswith("..") else text.removesuffix(".")


def is_enclosed(text):
    """Return whether one quotation, closed by a mark of its own, encloses all of `text`."""
    if not starts_quoted(text):
        return False
    text = in_lithuanian_marks(text)
    end, _depth = outer_end(text)
    return bool(end) and not text[end:].strip(AFTER_QUOTATION)


def outer_end(text):
    """Return (place behind the mark that closes the first one of `text`, 0).

    `text` begins with „ and has Lithuanian marks. Return (None, the number of quotations
    that stay open) where nothing closes the first.
    """
    depth = 0
    for match in re.finditer("[„“]", text):
        depth += 1 if match[0] == "„" else -1
        if depth == 0:
            return match.end(), 0
    return None, depth


def balanced(text):
    """Return `text` in Lithuanian marks; raise Unclosed where one has no counterpart."""
    text = in_lithuanian_marks(text)
    depth = 0
    for mark in re.findall("[„“]", text):
        depth += 1 if mark == "„" else -1
        if depth < 0:
            break
    if depth:
        raise Unclosed(text)
    return text
