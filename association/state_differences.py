"""What is different between two states of a record, in the words of its forms."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .differences import differences
from .lithuanian import in_words, quoted, shortened
from .models import LAST

NAME_LENGTH = 60  # characters of a part by which it is told from others
# Told by where it stands, and by who sees it.
LEFT_OUT = {"id", "added_at", "uid", "width", "height", "logo_width", "logo_height"}


@dataclass(frozen=True)
class Difference:
    """One thing that was changed: `label` says what, `parts` are those of differences()."""

    label: str
    parts: list


def told(before, after, model):
    """Return the Differences from the State `before`, or None, to `after`, of a root of `model`."""
    found = []
    earlier = before.values if before else {}
    stayed = _stayed(earlier, after.values, model)
    for key, values in after.values.items():
        if key not in earlier:
            if before and key[0] is not model:
                found.append(_whole(key, after, "added"))
            continue
        for field, old, new in _changed(key[0], earlier[key], values):
            if field.name == "position" and key in stayed:
                continue
            name = "" if key[0] is model else f"{_named(key, before)}: "
            parts = list(differences(_text(field, old), _text(field, new)))
            found.append(Difference(f"{name}{field.verbose_name}", parts))
    for key in earlier:
        if key not in after.values:
            found.append(_whole(key, before, "removed"))
    return found


def _stayed(before, after, root):
    """Return the keys of the parts that stand in the same order as before, whatever their number.

    A part that was moved past others is not among them. The number of the `root` itself is its
    place among others, which are not in the state.
    """
    by_model = {}
    for key in after:
        if key in before and key[0] is not root and "position" in after[key]:
            by_model.setdefault(key[0], []).append(key)
    stayed = set()
    for keys in by_model.values():
        old, new = (
            sorted(keys, key=lambda key: (state[key]["position"], key[1]))
            for state in (before, after)
        )
        steps = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        stayed.update(key for step in steps for key in old[step.a : step.a + step.size])
    return stayed


def _whole(key, state, kind):
    model, _number = key
    label = {"added": _("added: %(what)s"), "removed": _("deleted: %(what)s")}[kind]
    text = shortened(state.names[key], 300)
    return Difference(label % {"what": model._meta.verbose_name}, [(kind, text)])


def _named(key, state):
    name = quoted(shortened(" ".join(state.names[key].split()), NAME_LENGTH))
    return f"{capfirst(key[0]._meta.verbose_name)} {name}"


def _changed(model, before, after):
    """Yield (field, old value, new value) of what differs, in the order of the model."""
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        for name in (field.attname, field.name):
            if name in before and name in after:
                old, new = before[name], after[name]
                is_unnumbered = field.name == "position" and LAST in (old, new)
                if field.name in LEFT_OUT or is_unnumbered:
                    break
                if _plain(old) != _plain(new):
                    yield field, old, new
                break


def _plain(value):
    if isinstance(value, list | tuple | set):
        return sorted(map(str, value))
    return str(value) if isinstance(value, models.fields.files.FieldFile) else value


def _text(field, value):
    """Return `value` of `field` as somebody reads it; "" where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(field, models.ManyToManyField):
        return ", ".join(map(str, field.related_model._base_manager.filter(pk__in=value)))
    if field.related_model:
        record = field.related_model._base_manager.filter(pk=value).first()
        return str(record or _("what is no more"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.FileField):
        return PurePosixPath(str(value)).name
    return in_words(value)
