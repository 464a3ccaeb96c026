"""Whether the site lives and can serve, for those who watch it, and in words for staff.

A stranger is told yes or no and nothing else; which part is amiss stands in the log.
"""

import logging
import shutil
from datetime import timedelta
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult, get_date_max

from . import backups
from .cache import shared_answers
from .lithuanian import moment

LEAST_SPACE = 200 * 2**20  # bytes that must be left on a disk on which the site writes
SLOW_WORKER = timedelta(minutes=10)
OLD_BACKUP = timedelta(hours=36)  # one is made each night

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def alive(request):
    """Say that this process answers; it asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request):
    """Say whether pages can be served: 200, or 503."""
    for name, works in CHECKS.items():
        try:
            is_well = works()
        except (DatabaseError, OSError) as error:
            logger.warning("Not ready: %s: %s", name, type(error).__name__)
            is_well = False
        else:
            if not is_well:
                logger.warning("Not ready: %s", name)
        if not is_well:
            return HttpResponse("unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def database_answers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def is_migrated():
    """Whether each migration of this code has been applied; later ones may have been, too."""
    return _migrations() <= set(MigrationRecorder(connection).applied_migrations())


@once
def _migrations():
    """Return the migrations of the code, which stay the same while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def cache_answers():
    key, value = f"ready:{get_random_string(12)}", get_random_string(12)
    cache.set(key, value, 10)
    kept = cache.get(key)
    cache.delete(key)
    return kept == value


def disks_have_space():
    return all(space >= LEAST_SPACE for space in free_space().values())


def free_space():
    """Return the bytes that are left at each place where the site writes, by the folder."""
    places = set()
    if not settings.S3:
        places = {Path(settings.MEDIA_ROOT), Path(settings.ERASURES_FILE).parent}
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        places.add(Path(connection.settings_dict["NAME"]).parent)
    return {str(place): shutil.disk_usage(_existing(place)).free for place in places}


def _existing(place):
    """Return `place`, or the folder above it in which it will be made."""
    return place if place.exists() or place == place.parent else _existing(place.parent)


CHECKS = {
    "database": database_answers,
    "migrations": is_migrated,
    "cache": cache_answers,
    "disk": disks_have_space,
}


def troubles():
    """Return a sentence for each thing that is amiss, in words for staff; [] where all is well."""
    found = []
    long_ago = timezone.now() - SLOW_WORKER
    # What was not put off to a time of its own is due since it was asked for.
    at_once = Q(run_after=get_date_max(), enqueued_at__lt=long_ago)
    if DBTaskResult.objects.ready().filter(at_once | Q(run_after__lt=long_ago)).exists():
        found.append(
            _(
                "Letters and pictures wait: what does them in the background is not running. Tell"
                " the owner of the server."
            )
        )
    if not disks_have_space():
        found.append(
            _(
                "There is hardly any space left on the server's disk: soon nothing can be saved"
                " any more. Tell the owner of the server."
            )
        )
    found += _of_what_hosts_share()
    if settings.BACKUPS:
        found += _of_backups()
    return found


def _of_what_hosts_share():
    if not shared_answers():
        yield _(
            "The server that counts attempts to log in does not answer. The site does its work"
            " meanwhile, more slowly. Tell the owner of the server."
        )
    if settings.S3 and not default_storage.answers():
        yield _(
            "The store of uploaded files does not answer: photos and documents are neither shown"
            " nor taken. Tell the owner of the server."
        )


def _of_backups():
    last = last_backup()
    if last is None:
        yield _("There is no backup of the site yet. Tell the owner of the server.")
    elif timezone.now() - last > OLD_BACKUP:
        told = _(
            "The last backup of the site was made long ago, %(when)s: what has been written since"
            " could be lost. Tell the owner of the server."
        )
        yield told % {"when": moment(last)}


def last_backup():
    """Return when the last backup was made; None where there is none, or no folder for them."""
    try:
        return max(backups.made(settings.BACKUPS), default=None) if settings.BACKUPS else None
    except OSError:
        return None
