"""The one door to uploaded files: no file is public by its address alone."""

from pathlib import PurePosixPath

from django.apps import apps
from django.db import models
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

SHOWN_IN_BROWSER = {".pdf", ".jpg", ".jpeg", ".png", ".webp", ".gif"}


def file_fields():
    """Yield each model field that keeps uploaded files."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield field


@require_safe
def serve(request, name):
    """Send the uploaded file `name`, if it belongs to a record that the visitor may see.

    Anything else is a 404, so that an address tells nothing of what exists.
    """
    if "\x00" in name:  # which PostgreSQL cannot even be asked for
        raise Http404
    folder = name.partition("/")[0]
    field = next((each for each in file_fields() if each.upload_to == folder), None)
    if field is None:
        raise Http404
    owner = field.model._default_manager.visible_to(request.user).filter(**{field.name: name})
    record = owner.first()
    if record is None:
        raise Http404
    try:
        stream = getattr(record, field.name).open("rb")
    except OSError as error:
        raise Http404 from error
    suffix = PurePosixPath(name).suffix.lower()
    response = FileResponse(stream, as_attachment=suffix not in SHOWN_IN_BROWSER)
    response["Cache-Control"] = "private, no-cache"
    return response
