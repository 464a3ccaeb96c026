"""A Plan in words, as JSON: kept with the import, told on its page, handed back where it is wrong.

What it says of the records is all that is compared when the import is done: where anybody has
changed in the meantime what it would change, it says something else.
"""

import hashlib
import json

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..differences import differences
from ..lithuanian import quoted, shortened
from . import cells
from .drafts import CHANGED, NEW, REFUSED, SAME
from .plans import ERROR_HEADING

FACT_LENGTH = 300  # characters that the preview of something new tells of a text
COMPARED = 8_000  # characters that are compared word by word


def preview_of(plan):
    """Return what the page tells of `plan`: counts, remarks, and each record in words."""
    return {
        "counts": counts_of(plan),
        "remarks": plan.remarks,
        "sheets": [
            [str(sheet.name), list(map(handed_back, heads))]
            for sheet, heads in plan.headings.items()
        ],
        "entries": [told_entry(plan, entry) for entry in plan.entries],
    }


def counts_of(plan):
    """Return how many records are of each fate, and how many values empty cells would delete."""
    counts = {fate: plan.counts.get(fate, 0) for fate in (NEW, CHANGED, SAME, REFUSED)}
    changes = (
        change
        for entry in plan.of_fate(CHANGED)
        for draft in entry.drafts
        for change in draft.changes
    )
    emptied = sum(not column.told(after) for column, _before, after in changes)
    return counts | {"emptied": emptied}


def fingerprint(preview):
    """Return a digest of what would be done: the same as long as nobody has changed it."""
    done = [
        [entry[name] for name in ("fate", "key", "facts", "changes", "parts")]
        for entry in preview["entries"]
    ]
    return hashlib.sha256(json.dumps(done, sort_keys=True).encode()).hexdigest()


def told_entry(plan, entry):
    table, record, fate = plan.table, entry.record, entry.fate
    own = entry.own
    is_there = record is not None and record.pk is not None
    opts = table.model._meta
    told = {
        "fate": fate,
        "key": record.pk if is_there else None,
        "title": told_title(table, entry),
        "line": own.line.number if own else None,
        "address": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])
        if is_there
        else "",
        "is_public": bool(is_there and table.is_public(record)),
        "facts": [],
        "changes": [],
        "parts": [],
    }
    if fate == REFUSED:
        told["errors"] = [
            [str(line.sheet.name), line.number, heading, sentence]
            for line, heading, sentence in entry.errors()
        ]
        told["rows"] = [told_row(plan, line, errors) for line, errors in rows_of(entry)]
    elif fate != SAME:
        if own:
            told["facts"], told["changes"] = facts_of(own), changes_of(own)
        told["parts"] = [told_part(entry, draft) for draft in entry.parts if draft.is_written]
    return told


def told_title(table, entry):
    if entry.record is None:
        line = entry.strays[0][0]
        return _("%(sheet)s, line %(line)s") % {"sheet": line.sheet.name, "line": line.number}
    return table.title(entry.record) or _("without a name")


def told_part(entry, draft):
    sheet = draft.line.sheet
    number = next((n for n, each in entry.numbered[sheet].items() if each is draft.record), "")
    return {
        "what": f"{capfirst(sheet.model._meta.verbose_name)} {number}".strip(),
        "is_new": draft.is_new,
        "facts": facts_of(draft),
        "changes": changes_of(draft),
    }


def facts_of(draft):
    """Return what is known of something new: the names of its columns, and what they say."""
    if not draft.is_new:
        return []
    return [
        [str(column.heading), shortened(column.told(value), FACT_LENGTH)]
        for column, value in draft.values.items()
    ]


def changes_of(draft):
    """Return what is changed, word by word."""
    return [
        [str(column.heading), compared(column.told(before), column.told(after))]
        for column, before, after in draft.changes
    ]


def compared(before, after):
    if len(before) + len(after) > COMPARED:
        told = [("removed", before), ("added", after)]
        return [[kind, shortened(words, FACT_LENGTH)] for kind, words in told if words]
    return [list(part) for part in differences(before, after)]


def rows_of(entry):
    """Yield (line, sentences) of each row of the file that `entry` is made of."""
    strayed = {id(line): told for line, told in entry.strays}
    for draft in entry.drafts:
        yield draft.line, [error_in_words(*error) for error in draft.errors]
    for line, _told in entry.strays:
        yield line, [strayed[id(line)]]


def error_in_words(heading, told):
    return f"{quoted(heading)}: {told}" if heading else told


def told_row(plan, line, errors):
    """Return (place of the sheet, cells as they came, what is wrong), to be handed back."""
    place = list(plan.headings).index(line.sheet)
    return [place, [handed_back(cell) for cell in line.raw], " ".join(errors)]


def handed_back(cell):
    return cells.CONTROLS.sub("", cells.plain(cell))


def wrong_sheets(preview):
    """Return the rows of `preview` that are refused, as sheets to be written: with what is wrong.

    The column of errors comes first: it is what one looks for, and it is passed over when the
    table comes back.
    """
    rows = [row for entry in preview["entries"] for row in entry.get("rows", ())]
    sheets = []
    for place, (name, heads) in enumerate(preview["sheets"]):
        kept = [at for at, head in enumerate(heads) if head != ERROR_HEADING]
        own = [
            [errors, *(cells_[at] if at < len(cells_) else "" for at in kept)]
            for where, cells_, errors in rows
            if where == place
        ]
        if own:
            headings = [ERROR_HEADING, *(heads[at] for at in kept)]
            sheets.append((name, headings, [50, *[20] * len(kept)], own))
    return sheets
