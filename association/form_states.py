"""What a form of a record shows: in which state, how it is told, and how a browser sends it.

A state is kept in the page as digests, one for each field: they tell later which of its fields
somebody else has changed, and which the person has not touched, without sending all of it twice.
"""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePosixPath

from django import forms
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.forms.models import InlineForeignKeyField
from django.utils import timezone
from django.utils.choices import flatten_choices

from .lithuanian import in_words

DIGEST_LENGTH = 6  # hexadecimal digits: that a change goes unnoticed is one chance in 16 million


def names_of(form):
    """Return the names of the fields of `form` that a person fills in."""
    own = {forms.formsets.DELETION_FIELD_NAME, form._meta.model._meta.pk.name}
    return [
        name
        for name, field in form.fields.items()
        if name not in own and not isinstance(field, InlineForeignKeyField)
    ]


def plain(value):
    """Return `value`, of a form's field, as one text that is the same for what is the same."""
    if value is None or value == "":
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, (list, tuple)) or hasattr(value, "iterator"):
        return " ".join(sorted(map(plain, value)))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat() if timezone.is_aware(value) else str(value)
    return str(getattr(value, "name", value)).replace("\r\n", "\n")


def digest(text):
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:DIGEST_LENGTH]


def digests(form):
    """Return {name: digest} of what the record of `form` holds."""
    return {name: digest(plain(form[name].initial)) for name in names_of(form)}


def typed_digest(bound):
    """Return the digest of what was typed into the field `bound`; "" where it says nothing."""
    field, data = bound.field, bound.data
    if isinstance(field, forms.FileField):
        return ""
    try:
        if isinstance(field, forms.MultiValueField):
            data = field.clean(data)
        elif not isinstance(field, forms.ModelChoiceField):
            data = field.to_python(data)
    except forms.ValidationError:
        return ""
    return digest(plain(data))


class FormState:
    """What a form and the rows of its inlines hold: {prefix of an inline: {key: form}}."""

    def __init__(self, form, formsets):
        self.form = form
        self.formsets = {formset.prefix: formset for formset in formsets}
        self.rows = {
            formset.prefix: {str(each.instance.pk): each for each in formset.initial_forms}
            for formset in formsets
        }

    def __str__(self):
        """As the page keeps it: the second of its making, and the digests."""
        rows = {
            prefix: {key: "".join(digests(form).values()) for key, form in forms_.items()}
            for prefix, forms_ in self.rows.items()
        }
        state = {"form": "".join(digests(self.form).values()), "rows": rows}
        return f"{int(timezone.now().timestamp())}:{json.dumps(state, separators=(',', ':'))}"


class Seen:
    """The state that a page was made from, as it came back: nothing in it need be true."""

    def __init__(self, text):
        at, _, state = text.partition(":")
        seconds = int(at) if at.isascii() and at.isdecimal() and len(at) <= 10 else None
        self.at = timezone.now() if seconds is None else datetime.fromtimestamp(seconds, UTC)
        try:
            self.state = json.loads(state)
        except (ValueError, RecursionError):
            self.state = {}

    def of(self, form, prefix=None, key=None):
        """Return {name: digest} of what the page showed in `form`; {} where that is not known."""
        state = self.state if isinstance(self.state, dict) else {}
        if prefix is None:
            text = state.get("form")
        else:
            rows = state.get("rows")
            rows = rows.get(prefix) if isinstance(rows, dict) else None
            text = rows.get(key) if isinstance(rows, dict) else None
        names = names_of(form)
        if not isinstance(text, str) or len(text) != len(names) * DIGEST_LENGTH:
            return {}
        starts = range(0, len(text), DIGEST_LENGTH)
        return {name: text[at : at + DIGEST_LENGTH] for name, at in zip(names, starts, strict=True)}


def shown(form, name):
    """Return in words what the record of `form` holds in the field `name`."""
    field, value = form.fields[name], form[name].initial
    if isinstance(field, forms.ModelMultipleChoiceField):
        value = ", ".join(map(str, value or ()))
    elif isinstance(field, forms.ModelChoiceField):
        value = value and str(getattr(form.instance, name, value))
    elif isinstance(value, FieldFile):
        value = PurePosixPath(value.name or "").name
    elif isinstance(field, forms.ChoiceField) and not isinstance(value, bool):
        value = dict(flatten_choices(field.choices)).get(value, value)
    return in_words(value)


def as_sent(form, name, prefix):
    """Return {name: [texts]} as a browser sends what the record of `form` holds in `name`.

    The names begin with `prefix`, or with nothing where it is None.
    """
    bound = form[name]
    name = name if prefix is None else f"{prefix}-{name}"
    widget, value = bound.field.widget, bound.field.prepare_value(bound.initial)
    if isinstance(bound.field, forms.FileField):
        return {}
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else widget.decompress(value)
        return {
            f"{name}{suffix}": [each.format_value(part) or ""]
            for suffix, each, part in zip(widget.widgets_names, widget.widgets, parts, strict=True)
        }
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"]} if value else {}
    text = widget.format_value(value)
    if isinstance(text, (list, tuple)):
        return {name: [str(each) for each in text]}
    return {name: ["" if text is None else str(text)]}
