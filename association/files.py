"""The one door to uploaded files: no file is public by its address alone."""

from pathlib import PurePosixPath

from django.apps import apps
from django.db import models
from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from .models import may_change
from .renditions import PictureField

SHOWN_IN_BROWSER = {".pdf", ".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"}


def file_fields():
    """Yield each model field that keeps uploaded files."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield field


@require_safe
def serve(request, name):
    """Send the file `name`, if it belongs to a record that the visitor may see.

    Anything else is a 404, so that an address tells nothing of what exists. The visitor's
    browser may keep a file, but asks each time whether it still may show it.
    """
    if "\x00" in name:  # which PostgreSQL cannot even be asked for
        raise Http404
    storage = storage_of(name, request.user)
    if storage is None:
        raise Http404
    try:
        changed = int(storage.get_modified_time(name).timestamp())
        etag = quote_etag(f"{changed}-{storage.size(name)}")
        response = get_conditional_response(request, etag, changed) or sent(storage, name)
    except OSError as error:
        raise Http404 from error
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "private, no-cache"
    return response


def sent(storage, name):
    suffix = PurePosixPath(name).suffix.lower()
    return FileResponse(storage.open(name, "rb"), as_attachment=suffix not in SHOWN_IN_BROWSER)


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
