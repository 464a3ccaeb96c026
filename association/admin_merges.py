"""What was typed into a form, brought together with what somebody else has saved meanwhile."""

import re

from django.forms import CharField, FileField
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext

from .form_states import as_sent, digest, digests, names_of, shown, typed_digest
from .lithuanian import shortened

POSITION = "position"  # changes by itself where another record comes or goes
MOST_ROWS = 5000
COUNT = "-INITIAL_FORMS"
NAME_LENGTH = 60  # characters


class Merge:
    """The form that was sent as `data` and `files` on top of the newer FormState `stored`.

    `seen` is the state that it was made from. `self.data` is what was typed, and where nothing
    was, what is stored; its rows are those that are there now, and after them the new ones, and
    those that somebody else deleted while something was typed into them.

    - `clashes`: {prefix of a form, None for the record's own: {name: what is stored, in words}}
    - `taken`: what that is called which was stored where nothing was typed
    - `added`, `revived`, `deleted_though_changed`: prefixes of rows
    - `dropped`: what those rows were called that are gone, and into which nothing was typed
    """

    def __init__(self, stored, seen, data, files):
        self.stored, self.seen = stored, seen
        self.sent, self.sent_files = data, files
        self.data, self.files = data.copy(), MultiValueDict(files)
        self.clashes, self.taken, self.dropped = {}, [], []
        self.added, self.revived, self.deleted_though_changed = [], [], []
        self.is_order_changed = self.is_renumbered = False
        self.merge_record()
        for formset in stored.formsets.values():
            rows = Rows(formset, self)
            if rows.are_changed:
                rows.rewrite()

    @property
    def is_told(self):
        """Whether a person has to see it: a place that moved by itself is no matter."""
        lists = [self.taken, self.dropped, self.added, self.revived, self.deleted_though_changed]
        return bool(self.clashes or self.is_order_changed or any(lists))

    @property
    def is_needed(self):
        return self.is_told or self.is_renumbered

    def merge_record(self):
        """Bring the fields of the record itself together."""
        stored = self.stored.form
        bound = type(stored)(self.sent, self.sent_files, instance=stored.instance)
        clashes, taken = compare(bound, stored, self.seen.of(stored))
        self.is_renumbered = POSITION in taken
        for name in taken:
            take(self.data, stored, name, None)
        self.taken += [str(bound[name].label) for name in taken if name != POSITION]
        clashes.pop(POSITION, None)
        if clashes:
            self.clashes[None] = clashes


class Rows:
    """The rows of one inline: those that are `kept`, those that are `gone`, and `new` ones."""

    def __init__(self, formset, merge):
        self.formset, self.merge = formset, merge
        self.prefix, self.model = formset.prefix, formset.model
        self.stored = merge.stored.rows[self.prefix]
        self.kept, self.gone, self.new = {}, {}, []
        for at in self.sent_rows():
            key = merge.sent.get(f"{at}-{self.model._meta.pk.name}", "")
            if key in self.stored and key not in self.kept:
                self.kept[key] = at
            elif key:
                self.gone[at] = key
            else:
                self.new.append(at)
        self.compared = {key: self.compare(key, at) for key, at in self.kept.items()}

    def sent_rows(self):
        """Return the prefixes of the rows that were sent; none where their number is none."""
        total = self.merge.sent.get(f"{self.prefix}-TOTAL_FORMS", "")
        if not (total.isascii() and total.isdecimal() and len(total) < 6):
            return []
        return [f"{self.prefix}-{index}" for index in range(min(int(total), MOST_ROWS))]

    @property
    def are_changed(self):
        """Whether somebody else has changed one; nothing is known where none could be sent."""
        if f"{self.prefix}-TOTAL_FORMS" not in self.merge.sent:
            return False
        changed = any(clashes or taken for clashes, taken in self.compared.values())
        came = any(key not in self.kept or self.is_unseen(key) for key in self.stored)
        return bool(changed or came or self.gone)

    def form(self, at, **options):
        sent, files = self.merge.sent, self.merge.sent_files
        return self.formset.form(sent, files, prefix=at, **options)

    def compare(self, key, at):
        stored = self.stored[key]
        bound = self.form(at, instance=stored.instance)
        return compare(bound, stored, self.seen_of(key, stored))

    def seen_of(self, key, form):
        return self.merge.seen.of(form, self.prefix, key)

    def is_unseen(self, key):
        """Whether the row came after the state that was seen."""
        merge = self.merge
        return bool(merge.seen.of(merge.stored.form)) and not self.seen_of(key, self.stored[key])

    def is_deleted(self, at):
        return f"{at}-{DELETION_FIELD_NAME}" in self.merge.sent

    def is_touched(self, at):
        """Whether something was typed into a row that is gone."""
        form = self.form(at)
        seen = self.seen_of(self.gone[at], form)
        if not seen or any(name.startswith(f"{at}-") for name in self.merge.sent_files):
            return True
        compared = [
            name
            for name in names_of(form)
            if name != POSITION and not isinstance(form.fields[name], FileField)
        ]
        return any(typed_digest(form[name]) != seen[name] for name in compared)

    def rewrite(self):
        """Number the rows anew, and put into them what is stored where nothing was typed."""
        kept = dict(self.kept) | {key: None for key in self.stored if key not in self.kept}
        there = [at for at in self.gone if not self.is_deleted(at)]
        revived = [at for at in there if self.is_touched(at)]
        self.merge.dropped += [self.name_of(at) for at in there if at not in revived]
        order = [*sorted(kept, key=self.place), *revived, *self.new]
        at_of = {at: f"{self.prefix}-{index}" for index, at in enumerate(order)}
        moved = {kept.get(each, each): at for each, at in at_of.items()}
        self.move(self.merge.data, moved)
        self.move(self.merge.files, moved)
        for key in kept:
            self.bring(key, at_of[key])
        for at in revived:
            self.merge.data.pop(f"{at_of[at]}-{self.model._meta.pk.name}", None)
        self.merge.revived += [at_of[at] for at in revived]
        self.merge.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(kept))
        self.merge.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(order))

    def place(self, key):
        """Return what the row with the number `key` is sorted by: where it stands on the page."""
        stored, at = self.stored[key], self.kept.get(key)
        if POSITION not in stored.fields:
            return 0
        typed = self.merge.sent.get(f"{at}-{POSITION}", "")
        is_taken = at is None or POSITION in self.compared[key][1]
        place = stored[POSITION].initial if is_taken else typed
        return int(place) if re.fullmatch("[0-9]{1,10}", str(place)) else float("inf")

    def move(self, data, moved):
        """Name what `data` has of the rows anew; `moved` tells how."""
        own = re.compile(rf"({re.escape(self.prefix)}-\d+)(-.+)")
        found = [(match, key) for key in list(data) if (match := own.fullmatch(key))]
        values = [(match, data.pop(key)) for match, key in found]
        for match, each in values:
            if match[1] in moved:
                data.setlist(moved[match[1]] + match[2], each)

    def bring(self, key, at):
        """Fill the row `at`, whose record is `key`, with what somebody else has saved in it."""
        merge, stored = self.merge, self.stored[key]
        if key not in self.kept:
            merge.data[f"{at}-{self.model._meta.pk.name}"] = key
            for name in names_of(stored):
                take(merge.data, stored, name, at)
        if key not in self.kept or self.is_unseen(key):
            merge.added.append(at)
        clashes, taken = self.compared.get(key, ({}, []))
        if f"{at}-{DELETION_FIELD_NAME}" in merge.data:
            if clashes or taken:
                merge.deleted_though_changed.append(at)
            return
        had_place = self.seen_of(key, stored).get(POSITION) != digest("")
        for name in taken:
            take(merge.data, stored, name, at)
            if name == POSITION and not had_place:
                merge.is_renumbered = True  # the order is as it was: it was the end for all
            else:
                merge.taken.append(self.told(stored, name))
        merge.is_order_changed |= clashes.pop(POSITION, None) is not None
        if clashes:
            merge.clashes[at] = clashes

    def told(self, stored, name):
        """Return what the field `name` of a row is called."""
        if name == POSITION:
            rows = capfirst(self.model._meta.verbose_name_plural)
            return gettext("%(rows)s: order") % {"rows": rows}
        what = capfirst(self.model._meta.verbose_name)
        return f"{what} „{shortened(str(stored.instance), NAME_LENGTH)}“: {stored[name].label}"

    def name_of(self, at):
        """Return how the row `at`, whose record is gone, is told."""
        form = self.form(at)
        texts = (
            " ".join(str(form[name].data or "").split())
            for name in names_of(form)
            if isinstance(form.fields[name], CharField)
        )
        what = str(self.model._meta.verbose_name)
        text = shortened(next(filter(None, texts), ""), NAME_LENGTH)
        return f"{what} „{text}“" if text else what


def compare(bound, stored, seen):
    """Return what somebody else has saved in the record of `stored` since it was `seen`.

    First {name: what is stored, in words} where `bound`, the form that was sent, has something
    else that was typed; then the names of the fields in which nothing was typed.
    """
    now = digests(stored)
    clashes, taken = {}, []
    for name in names_of(stored):
        before, field = seen.get(name), bound[name]
        if before == now[name]:
            continue
        if isinstance(field.field, FileField) and field.data is None:
            taken += [name] if before else []
        elif field.field.has_changed(field.initial, field.data):
            if before and typed_digest(field) == before:
                taken.append(name)
            else:
                clashes[name] = shown(stored, name)
    return clashes, taken


def take(data, stored, name, prefix):
    """Put into `data` what is stored in the field `name`, as a browser would send it."""
    if isinstance(stored.fields[name], FileField):
        return
    data.pop(name if prefix is None else f"{prefix}-{name}", None)
    for key, values in as_sent(stored, name, prefix).items():
        data.setlist(key, values)


def as_new(data, parent):
    """Return the form that was sent as `data` as one of a new record, with all its rows.

    `parent` is the field by which a row knows the record, which is no more.
    """
    new = data.copy()
    for prefix in [key.removesuffix(COUNT) for key in data if key.endswith(COUNT)]:
        own = re.compile(rf"({re.escape(prefix)}-\d+)-(.+)")
        sent = [(match[1], match[2], key) for key in data if (match := own.fullmatch(key))]
        deleted = {at for at, name, _ in sent if name == DELETION_FIELD_NAME}
        rows = [at for at in dict.fromkeys(at for at, *_ in sent) if at not in deleted]
        for *_, key in sent:
            del new[key]
        for at, name, key in sent:
            if at in rows and name not in {"id", parent, DELETION_FIELD_NAME}:
                new.setlist(f"{prefix}-{rows.index(at)}-{name}", data.getlist(key))
        new[f"{prefix}{COUNT}"] = "0"
        new[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    return new
