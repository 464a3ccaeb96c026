"""The one door to uploaded files: no file is public by its address alone."""

from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.db import models
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.utils.http import http_date, quote_etag
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from projects import project_pages
from projects.models import DraftLink

from . import ranges
from .models import may_change
from .renditions import PictureField
from .storage import StoreAway

SHOWN_IN_BROWSER = {".pdf", ".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"}
# What somebody uploaded is looked at: it runs nothing, and is no part of this site.
NOTHING_RUNS = {
    "default-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "sandbox": True,
}


def file_fields():
    """Yield each model field that keeps uploaded files."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield field


@require_safe
@csp_override(NOTHING_RUNS)
def serve(request, name):
    """Send the file `name`, or the range of it asked for, if the visitor may see its record.

    Anything else is a 404, so that an address tells nothing of what exists. The visitor's
    browser may keep a file, but asks each time whether it still may show it. Where files are in a
    store that hosts share, an answer leads there.
    """
    if "\x00" in name:  # which PostgreSQL cannot even be asked for
        raise Http404
    storage = next(filter(None, (storage_of(name, user) for user in askers(request))), None)
    if storage is None:
        raise Http404
    try:
        if settings.S3:
            return led_to_store(request, storage, name)
        changed, size = int(storage.get_modified_time(name).timestamp()), storage.size(name)
        # As nginx writes it, so that the answers of both are about the same file. No name is
        # given to a second file, hence it is a strong one.
        etag = quote_etag(f"{changed:x}-{size:x}")
        response = get_conditional_response(request, etag, changed)
        response = response or sent(request, storage, name, size, etag, http_date(changed))
    except StoreAway:
        raise  # it is not lost
    except OSError as error:
        raise Http404 from error
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "private, no-cache"
    return response


def askers(request):
    """Yield who asks for a file: the user, and who was sent the link to a draft."""
    yield request.user
    key = request.GET.get(project_pages.KEY)
    if key and (reader := DraftLink.objects.reader(key)):
        yield reader


def headed(name):
    """Return what FileResponse needs to know of the file `name` for its headers."""
    path = PurePosixPath(name)
    return {"as_attachment": path.suffix.lower() not in SHOWN_IN_BROWSER, "filename": path.name}


def led_to_store(request, storage, name):
    """Return an answer that leads to the store by an address that holds for a minute.

    Raise OSError where the file is lost. No header of ours keeps what the store sends from
    running; but its address is not that of this site, and knows none of its cookies.
    """
    if not storage.exists(name):
        raise FileNotFoundError(name)
    told = FileResponse(BytesIO(), **headed(name)).headers
    response = HttpResponseRedirect(
        storage.signed_address(
            name, told["Content-Type"], told["Content-Disposition"], request.method
        )
    )
    response["Cache-Control"] = "private, no-store"
    return response


def sent(request, storage, name, size, etag, last_modified):
    """Return the answer with the file: from the web server where there is one, or from here."""
    if settings.X_ACCEL:  # the web server cuts ranges itself
        accel = settings.X_ACCEL + quote(name)
        return FileResponse(BytesIO(), headers={"X-Accel-Redirect": accel}, **headed(name))
    try:
        part = ranges.asked_for(request, size, etag, last_modified)
    except ranges.UnsatisfiableError:
        return ranges.unsatisfiable(size)
    file = storage.open(name, "rb")
    response = FileResponse(file, headers={"Accept-Ranges": "bytes"}, **headed(name))
    return response if part is None else ranges.cut(response, file, part, size)


def storage_of(name, user):
    """Return where the file `name` is kept, None if no record that `user` may see has it."""
    folder = name.partition("/")[0]
    for field in file_fields():
        if folder == field.upload_to:
            return field.storage if may_see_upload(field, name, user) else None
        if isinstance(field, PictureField) and folder == field.renditions_folder:
            return field.storage if may_see_rendition(field, name, user) else None
    return None


def may_see_upload(field, name, user):
    """Whether `name` is the upload of a record that `user` may see.

    A picture as it was uploaded tells where and with what it was taken: it is for those who may
    change the record, and others get its renditions.
    """
    if isinstance(field, PictureField) and not may_change(user, field.model):
        return False
    return field.model._default_manager.visible_to(user).filter(**{field.name: name}).exists()


def may_see_rendition(field, name, user):
    """Whether `name` is a rendition of today's picture of a record that `user` may see."""
    pk = "".join(name.split("/")[1:2])
    if not pk.isdecimal() or len(pk) > 18:  # the longest that both databases take for a number
        return False
    record = field.model._default_manager.visible_to(user).filter(pk=pk).first()
    file = record and getattr(record, field.name)
    return bool(file) and name in file.rendition_names
