"""A table on its way: received, read by the worker, looked at, and imported by the worker.

What the worker does can be seen from outside while it is at it, though the database shows none of
it until the end: how far it is stands in a small file beside the upload.
"""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from ..models import TableImport
from . import doing
from .cells import CONTROLS
from .drafts import CHANGED, NEW, REFUSED
from .files import Unreadable, look_over, read_file
from .plans import make_plan
from .previews import fingerprint, preview_of
from .registry import table_of

KEPT = timedelta(days=7)
SOON = 5  # priority: somebody waits before the page
NAME_LENGTH = 200
State = TableImport.State


class Refused(Exception):
    """Something that cannot be done with an import just now; args[0] is a sentence for staff."""


@transaction.atomic
def receive(model, name, data, by):
    """Keep the file `name` with the bytes `data`, a table for `model`, to be read by the worker.

    Raise Unreadable where it is seen at once that it is none. Return the TableImport.
    """
    look_over(name, data)
    name = CONTROLS.sub("", name)[-NAME_LENGTH:]
    received = TableImport(by=by, model=model._meta.label_lower, name=name)
    suffix = Path(name).suffix.lower()
    known = suffix if suffix in {".xlsx", ".csv", ".zip"} else ""
    received.file.save(f"{uuid4()}{known}", ContentFile(data), save=False)
    received.save()
    _enqueue(received, read)
    return received


def _enqueue(found, verb):
    """Let the worker do `verb`: it is told within the transaction of what has led to it."""
    found.task = verb.enqueue(found.pk).id
    TableImport.objects.filter(pk=found.pk).update(task=found.task)


@task(priority=SOON)
def read(pk):
    """Read the table with the number `pk`, and keep what it would change."""
    found = _begun(pk, (State.SENT, State.READING), State.READING)
    if found is None:
        return
    steps = Steps(found)
    try:
        plan = make_plan(table_of(found.model), _sheets(found), steps.told)
    except Unreadable as error:
        _refuse(found, str(error))
    else:
        _keep_preview(found, preview_of(plan), State.READ)
    finally:
        steps.end()


@task(priority=SOON)
def bring_in(pk):
    """Import the table with the number `pk`: all of it, or nothing where it is another by now."""
    found = _begun(pk, (State.AGREED, State.IMPORTING), State.IMPORTING)
    if found is None:
        return
    steps = Steps(found)
    try:
        with transaction.atomic():
            _import(found, steps)
    except Unreadable as error:
        _refuse(found, str(error))
    except IntegrityError:
        told = _("Somebody has changed the same records meanwhile, and nothing was imported.")
        TableImport.objects.filter(pk=pk).update(state=State.READ, told=told)
    finally:
        steps.end()


def _begun(pk, before, state):
    """Return the import `pk`, in `state` now; None where it is not in one of those `before`."""
    if not TableImport.objects.filter(pk=pk, state__in=before).update(state=state):
        return None
    return TableImport.objects.select_related("by").get(pk=pk)


def _sheets(found):
    try:
        with found.file.open() as file:
            return read_file(found.name, file.read())
    except OSError as error:
        raise Unreadable(_("The file is no more: send it again.")) from error


def _refuse(found, told):
    TableImport.objects.filter(pk=found.pk).update(state=State.REFUSED, told=told, preview={})
    delete_file(found)


def _keep_preview(found, preview, state, told=""):
    TableImport.objects.filter(pk=found.pk).update(
        state=state, told=told, counts=preview["counts"], preview=preview, only_right=False
    )


def _import(found, steps):
    """Do what was agreed to, if the database is still as it was when it was looked at."""
    table, sheets = table_of(found.model), _sheets(found)
    plan = make_plan(table, sheets, lambda done, total: steps.told(done, 3 * total), lock=True)
    preview = preview_of(plan)
    if fingerprint(preview) != fingerprint(found.preview):
        told = _(
            "What the table would change was changed meanwhile, and nothing was imported. Look at"
            " it once more."
        )
        _keep_preview(found, preview, State.READ, told)
        return
    doing.do(plan, by=found.by, progress=lambda d, total: steps.told(total + 2 * d, 3 * total))
    TableImport.objects.filter(pk=found.pk).update(
        state=State.DONE, told="", counts=preview["counts"], preview=_left(preview)
    )
    transaction.on_commit(lambda: delete_file(found))


def _left(preview):
    """Return of `preview` what is still of use once it is imported: what was left out."""
    entries = [entry for entry in preview["entries"] if entry["fate"] == REFUSED]
    return preview | {"entries": entries}


def agree(found, *, only_right=False):
    """Let the worker import what the person has looked at: with errors, `only_right` is said.

    Pressed twice it is done once. Raise Refused where there is nothing to import.
    """
    counts = found.counts
    if counts.get(REFUSED) and not only_right:
        raise Refused(_("There are rows with errors: correct the table, and send it again."))
    if not counts.get(NEW) and not counts.get(CHANGED):
        raise Refused(_("There is nothing to import."))
    with transaction.atomic():
        waiting = TableImport.objects.filter(pk=found.pk, state=State.READ)
        if waiting.update(state=State.AGREED, only_right=only_right, told="", task=""):
            _enqueue(found, bring_in)


def is_stuck(found):
    """Return whether the worker has given up what it was to do."""
    if not found.is_at_work:
        return False
    kept = DBTaskResult.objects.filter(pk=found.task or None)
    status = kept.values_list("status", flat=True).first()
    if status in {TaskResultStatus.READY, TaskResultStatus.RUNNING}:
        return False
    # Unless it has come to its end just now.
    same = TableImport.objects.filter(pk=found.pk, state=found.state, task=found.task)
    return same.exists()


def try_again(found):
    """Let what the worker has given up begin anew: it had changed nothing."""
    if not is_stuck(found):
        return
    with transaction.atomic():
        TableImport.objects.filter(pk=found.pk).update(state=State.SENT, told="", task="")
        _enqueue(found, read)


def discard(found):
    """Delete an import with its file; one that is just being done stays."""
    with transaction.atomic():
        kept = TableImport.objects.filter(pk=found.pk)
        kept.exclude(state__in=[State.AGREED, State.IMPORTING]).delete()
        if not kept.exists():
            transaction.on_commit(lambda: delete_file(found))


def delete_file(found):
    _remove_files(found)
    if found.file:
        TableImport.objects.filter(pk=found.pk).update(file="")


def old():
    """Return the imports that began KEPT ago."""
    return TableImport.objects.light().filter(made_at__lt=timezone.now() - KEPT)


def forget_old():
    """Delete imports that began KEPT ago, with their files; return how many."""
    found = list(old())
    TableImport.objects.filter(pk__in=[each.pk for each in found]).delete()
    for each in found:
        _remove_files(each)
    remove_left_over()
    return len(found)


def _remove_files(found):
    """Remove what is on the disk of an import."""
    Steps(found).end()
    if found.file:
        found.file.storage.delete(found.file.name)


def remove_left_over():
    """Delete files of imports that are no more, such as those of an erased account."""
    field = TableImport._meta.get_field("file")
    try:
        stored = field.storage.listdir(field.upload_to)[1]
    except FileNotFoundError:
        return
    kept = set(TableImport.objects.exclude(file="").values_list("file", flat=True))
    kept |= {f"{name}{Steps.SUFFIX}" for name in kept}
    an_hour_ago = timezone.now() - timedelta(hours=1)
    for name in stored:
        path = f"{field.upload_to}/{name}"
        if path not in kept and field.storage.get_modified_time(path) < an_hour_ago:
            field.storage.delete(path)


class Steps:
    """How far the worker is with an import: kept in a file, since the transaction shows nothing."""

    SUFFIX = ".eiga"
    PAUSE = 0.3  # seconds between two notes

    def __init__(self, found):
        self.storage = found.file.storage
        self.name = f"{found.file.name}{self.SUFFIX}" if found.file else ""
        self.last = 0

    def told(self, done, total):
        """Note that `done` of `total` are done; 0 of 0 where that is not known yet."""
        if not self.name or time.monotonic() - self.last < self.PAUSE:
            return
        self.last = time.monotonic()
        try:
            replace(self.storage, self.name, json.dumps([done, total]).encode())
        except OSError:
            self.name = ""  # it is only told

    def now(self):
        """Return (done, total); None where nothing was noted."""
        if not self.name:
            return None
        try:
            with self.storage.open(self.name) as file:
                done, total = json.load(file)
        except (OSError, ValueError):
            return None
        return done, total

    def end(self):
        if self.name:
            self.storage.delete(self.name)


def replace(storage, name, data):
    """Let the bytes `data` be the file `name`, at once for whoever reads it."""
    if settings.S3:
        storage.replace(name, ContentFile(data))
        return
    path = Path(storage.path(name))
    new = path.with_suffix(".nauja")
    new.write_bytes(data)
    os.replace(new, path)
