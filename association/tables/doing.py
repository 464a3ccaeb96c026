"""What a Plan wants, done: within a transaction, with the states and the history of each record."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.utils.translation import gettext as _

from .. import versions
from ..models.shared import LAST
from .drafts import CHANGED, NEW
from .plans import nothing_told

CHUNK = 200  # records


def do(plan, *, by, progress=nothing_told):
    """Write the records of `plan` that are new or changed, in the name of the user `by`.

    Those that are refused are left. Return the numbers of those written. `progress(done, total)`
    is told how far it is.
    """
    table, entries = plan.table, plan.of_fate(NEW, CHANGED)
    changed = [entry.record.pk for entry in entries if not entry.is_new]
    keep_many(table, changed, by=None, told=_("As it was before."), first=True)
    for at in range(0, len(entries), CHUNK):
        progress(at, 2 * len(entries))
        write(table, entries[at : at + CHUNK])
    made = [entry.record for entry in entries if entry.own and entry.own.is_new]
    changed = [entry.record for entry in entries if not (entry.own and entry.own.is_new)]
    numbers = [record.pk for record in [*made, *changed]]
    table.follow_up(table.model._default_manager.filter(pk__in=numbers))
    told = _("Imported from a table.")
    for flag, records in ((ADDITION, made), (CHANGE, changed)):
        if records:
            LogEntry.objects.log_actions(by.pk, records, flag, change_message=told)

    def keeping(done, total):
        progress(len(entries) + done, 2 * len(entries))

    keep_many(table, numbers, by=by, told=told, progress=keeping)
    return numbers


def write(table, entries):
    """Save the records of `entries`, those too of which parts alone are new: they have changed."""
    save(table.sheets[0], [(entry.record, entry.is_new) for entry in entries])
    relate(table.sheets[0], [(entry, entry.own) for entry in entries if entry.own])
    for sheet in table.sheets[1:]:
        parts = [
            (entry, draft)
            for entry in entries
            for draft in entry.parts
            if draft.line.sheet is sheet and draft.is_written
        ]
        for entry, draft in parts:
            setattr(draft.record, sheet.owner, entry.record)
            if draft.is_new:
                draft.record.position = place_of(entry, draft)
        save(sheet, [(draft.record, draft.is_new) for _entry, draft in parts])
        for owner in {e.record.pk for e, draft in parts if draft.is_new and not e.is_new}:
            sheet.model.objects.filter(**{sheet.owner: owner}).renumber()
    # Parts name one another, so they are all there first.
    for sheet in table.sheets[1:]:
        relate(sheet, [(e, d) for e in entries for d in e.parts if d.line.sheet is sheet])


def place_of(entry, draft):
    """Return the position of a new part: at the end, behind the others of the table."""
    if not entry.is_new:
        return LAST
    numbered = sorted(entry.numbered[draft.line.sheet].items())
    return 1 + next(at for at, (_n, each) in enumerate(numbered) if each is draft.record)


def save(sheet, records):
    new = [record for record, is_new in records if is_new]
    sheet.model._base_manager.bulk_create(new)
    for record, is_new in records:
        if not is_new:
            record.save()


def relate(sheet, drafts):
    """Keep what had to wait until the records of `drafts`, (entry, draft) each, were saved."""
    for column in sheet.columns:
        told = [
            (draft.record, draft.values[column], entry.numbered)
            for entry, draft in drafts
            if column in draft.values and (draft.is_new or draft.changed(column))
        ]
        if told:
            column.relate(told)


def keep_many(table, numbers, *, by, told, first=False, progress=nothing_told):
    """Keep the state of the records of these `numbers`; of the `first` only those without one."""
    for at in range(0, len(numbers), CHUNK):
        progress(at, len(numbers))
        records = table.records().filter(pk__in=numbers[at : at + CHUNK])
        versions.keep_many(records, by=by, told=told, first=first)
