"""The states in which a record was, with all that belongs to it, as one: to see and to restore.

django-reversion keeps them: a revision is a state of everything at one moment, with who made it
and what was done. It is told by keep(), at the end of a verb and never by itself, so that what is
written in bulk is in it as well. What is deleted stays for KEPT_IN_BIN in its last state.
"""

import json
from datetime import timedelta

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _
from reversion.models import Revision, Version

from .fields import DerivedField
from .renditions import PictureFile, make_renditions
from .search import CollectedStemsField

KEPT_IN_BIN = timedelta(days=90)

# Models of the parts of each root, by root, in the order in which they can be written.
_PARTS = {}
# The fields of each model that are kept, and the names of what belongs to a record of it.
_FIELDS, _FOLLOWED = {}, {}


class NotRestored(Exception):
    """A state that cannot come back; args[0] is a sentence for staff."""


def register(model, *, follow=(), exclude=(), parts=None):
    """Let states of `model` be kept: its columns but those that are computed or in `exclude`.

    `follow` names what belongs to each record of it. A root, which has states of its own, names
    the models of all its `parts`, each of which has to be registered too, in the order in which
    they can be written.
    """
    fields = [
        field.name
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if not isinstance(field, DerivedField | CollectedStemsField)
        and not getattr(field, "auto_now", False)
        and field.name not in exclude
    ]
    reversion.register(model, fields=fields, follow=follow)
    _FIELDS[model], _FOLLOWED[model] = fields, follow
    if parts is not None:
        _PARTS[model] = [model, *parts]


def wait_for_others():
    """Let one at a time write what has states that are kept, until the end of the transaction.

    Who saves, deletes or restores would else see half of what another does just then: both write
    what belongs to a record, and the places of others. On SQLite whoever writes waits anyway.
    """
    revisions = ContentType.objects.get_for_model(Revision)
    ContentType.objects.select_for_update(no_key=True).get(pk=revisions.pk)


def lock(model, numbers):
    """Let nobody write the records `numbers` of `model`; return the numbers of those there are.

    Within a transaction, until its end.
    """
    found = model._base_manager.select_for_update().filter(pk__in=numbers).order_by("pk")
    return list(found.values_list("pk", flat=True))


def keep(record, *, by, told):
    """Keep the state in which `record`, a root, and its parts are in the database now.

    `by` is the user who made it, or None; `told` says what was done, as a LogEntry has it.
    """
    fresh = type(record)._default_manager.get(pk=record.pk)
    with reversion.create_revision(manage_manually=True):
        reversion.set_user(by)
        reversion.set_comment(told)
        reversion.add_to_revision(fresh)


def keep_first(record):
    """Keep the state of `record` before its first change that is kept, so that it can come back."""
    if not Version.objects.get_for_object(record).exists():
        keep(record, by=None, told=_("As it was before."))


def keep_many(records, *, by, told, first=False):
    """Keep the state of each of `records`, a QuerySet of roots of one model, as keep() does.

    In a few queries for all. Where it is the `first`, of those alone of which no state is kept.
    """
    model = records.model
    records = list(records.prefetch_related(*_FOLLOWED[model]))
    if first:
        numbers = [str(record.pk) for record in records]
        of_model = Version.objects.get_for_model(model).filter(object_id__in=numbers)
        kept = set(of_model.values_list("object_id", flat=True))
        records = [record for record in records if str(record.pk) not in kept]
    now = timezone.now()
    revisions = [Revision(date_created=now, user=by, comment=told) for _record in records]
    Revision.objects.bulk_create(revisions)
    Version.objects.bulk_create(
        _version(part, revision)
        for record, revision in zip(records, revisions, strict=True)
        for part in _with_parts(record)
    )


def _with_parts(record):
    """Yield `record` and all that belongs to it."""
    yield record
    for name in _FOLLOWED[type(record)]:
        for part in getattr(record, name).all():
            yield from _with_parts(part)


def _version(record, revision):
    """Return the Version of `record` in `revision`, as django-reversion makes one."""
    return Version(
        revision=revision,
        object_id=str(record.pk),
        content_type=ContentType.objects.get_for_model(record),
        db=router.db_for_write(type(record), instance=record),
        format="json",
        serialized_data=serializers.serialize("json", [record], fields=_FIELDS[type(record)]),
        object_repr=str(record),
    )


def states(record):
    """Return the revisions in which `record` is, the latest first."""
    found = Version.objects.get_for_object(record)
    return Revision.objects.filter(version__in=found).select_related("user").order_by("-pk")


class State:
    """What a revision holds: the values of each record in it, by its model and number."""

    def __init__(self, revision):
        self.revision = revision
        self.values, self.names = {}, {}
        for version in revision.version_set.select_related("content_type").order_by("pk"):
            model = version.content_type.model_class()
            if model is not None:
                key = model, int(version.object_id)
                self.values[key], self.names[key] = version.field_dict, version.object_repr

    def of(self, model):
        """Return {number: values} of the records of `model`."""
        return {pk: values for (each, pk), values in self.values.items() if each is model}


@transaction.atomic
def restore(revision, model, pk, *, keeping=()):
    """Bring the record `pk` of `model`, a root, and its parts back to the state in `revision`.

    Parts that are there now and were not then are deleted. Fields named in `keeping` stay as they
    are where the record is there. Return the record. Raise NotRestored, with nothing changed,
    where a rule forbids it now.
    """
    lock(model, [pk])
    state = State(revision)
    root = None
    for each in reversed(_PARTS[model][1:]):
        _remove_others(each, model, pk, state)
    for each in _PARTS[model]:
        for number, values in state.of(each).items():
            record = _written(each, number, values, keeping if each is model else ())
            if each is model and number == pk:
                root = record
    if root is None:
        raise NotRestored(_("This state cannot be restored: it is not whole."))
    for each in _PARTS[model]:
        _relate(each, state)
    return root


def _remove_others(part, model, pk, state):
    """Delete the records of `part` that belong to the root and are not in `state`.

    Where no two may be alike all go, to be written anew: two may have changed places since.
    """
    others = part._base_manager.filter(**{_path_to(part, model): pk})
    if not _has_unique_values(part):
        others = others.exclude(pk__in=state.of(part))
    others.delete()


def _has_unique_values(model):
    rules = (isinstance(rule, models.UniqueConstraint) for rule in model._meta.constraints)
    return any(rules) or any(
        field.unique and not field.primary_key for field in model._meta.local_fields
    )


def _path_to(part, model):
    """Return the lookup by which records of `part` know their root, if need be by a part above."""
    for field in part._meta.local_fields:
        if field.related_model is model:
            return field.name
    for field in part._meta.local_fields:
        above = field.related_model
        if above and above in _PARTS[model]:
            return f"{field.name}__{_path_to(above, model)}"
    raise ValueError(f"{part} does not belong to {model}")


def _written(model, number, values, keeping):
    record = model._base_manager.filter(pk=number).first()
    is_new = record is None
    record = record or model(pk=number)
    related = {field.attname for field in model._meta.local_many_to_many}
    related |= {field.name for field in model._meta.local_many_to_many}
    for name, value in values.items():
        if name in related or (name in keeping and not is_new):
            continue
        is_file = isinstance(value, FieldFile)
        setattr(record, name, value.name if is_file else value)
    _bring_back_what_it_needs(record)
    try:
        record.full_clean(validate_unique=True)
    except ValidationError as error:
        raise NotRestored(
            _("“%(record)s” cannot be restored. %(reasons)s")
            % {"record": record, "reasons": " ".join(error.messages)}
        ) from error
    record.save(force_insert=is_new)
    for field in model._meta.local_fields:
        file = getattr(record, field.name)
        if isinstance(file, PictureFile) and file and not file.has_renditions():
            make_renditions.enqueue(model._meta.label, field.name, file.name)
    return record


def _bring_back_what_it_needs(record):
    """Restore what `record` points at from the bin, where that was deleted after it."""
    for field in record._meta.local_fields:
        target, number = field.related_model, getattr(record, field.attname)
        if target is None or number is None or target not in _PARTS:
            continue
        if not target._base_manager.filter(pk=number).exists():
            latest = Version.objects.get_for_object_reference(target, number).first()
            if latest is None:
                told = _("“%(record)s” cannot be restored: what it belongs to is no more.")
                raise NotRestored(told % {"record": record})
            restore(latest.revision, target, number)


def _relate(model, state):
    for field in model._meta.local_many_to_many:
        for number, values in state.of(model).items():
            wanted = values.get(field.attname, values.get(field.name))
            if wanted is not None:
                there = field.related_model._base_manager.filter(pk__in=wanted)
                getattr(model._base_manager.get(pk=number), field.name).set(there)


def rewrite(version, change):
    """Make `change`, a function of what JSON can hold, to each value that `version` keeps.

    What could not be restored then, such as an address, is emptied; names of files stay, since
    files are found by them.
    """
    model = version.content_type.model_class()
    fields = {field.name: field for field in model._meta.local_fields} if model else {}
    records = json.loads(version.serialized_data)
    for record in records:
        record["fields"] = {
            name: _rewritten(fields.get(name), value, change)
            for name, value in record["fields"].items()
        }
    version.serialized_data = json.dumps(records, ensure_ascii=False)
    version.object_repr = change(version.object_repr)
    version.save(update_fields=["serialized_data", "object_repr"])


def _rewritten(field, value, change):
    new = change(value)
    if isinstance(field, models.FileField):
        return value
    if field is None or new == value:
        return new
    try:
        field.run_validators(new)
    except ValidationError:
        return "" if field.blank else new
    return new


def deleted(model):
    """Return the last Version of each record of `model` that was deleted within KEPT_IN_BIN."""
    since = timezone.now() - KEPT_IN_BIN
    found = Version.objects.get_deleted(model).filter(revision__date_created__gt=since)
    return found.select_related("revision__user").order_by("-revision__date_created", "-pk")


def _too_long_in_bin():
    """Yield each root, and the last Versions of its records that were deleted KEPT_IN_BIN ago."""
    long_ago = timezone.now() - KEPT_IN_BIN
    for model in _PARTS:
        yield model, Version.objects.get_deleted(model).filter(revision__date_created__lte=long_ago)


def count_in_bin_too_long():
    """Return how many records empty_bin() would forget."""
    return sum(found.count() for _model, found in _too_long_in_bin())


def empty_bin():
    """Forget for good what was deleted more than KEPT_IN_BIN ago, files too; return how many."""
    done = 0
    for model, found in _too_long_in_bin():
        for version in found:
            _forget(model, version.object_id)
            done += 1
    return done


@transaction.atomic
def _forget(model, number):
    own = Version.objects.get_for_object_reference(model, number)
    revisions = Revision.objects.filter(version__in=own)
    files = set()
    for version in Version.objects.filter(revision__in=revisions).select_related("content_type"):
        files |= set(_files_of(version))
    revisions.delete()
    transaction.on_commit(lambda: [_remove_unused(*file) for file in files])


def _files_of(version):
    """Yield (model, name of the field, name of the file) for each file in `version`."""
    model = version.content_type.model_class()
    for field in model._meta.local_fields if model else ():
        if isinstance(field, models.FileField) and version.field_dict.get(field.name):
            yield model, field.name, str(version.field_dict[field.name])


def _remove_unused(model, field, name):
    """Delete the file `name` where neither a record nor a state that is kept has it."""
    if model._base_manager.filter(**{field: name}).exists():
        return
    type_ = ContentType.objects.get_for_model(model)
    if Version.objects.filter(content_type=type_, serialized_data__contains=name).exists():
        return
    model._meta.get_field(field).storage.delete(name)
