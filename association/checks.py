"""System checks for slips that are ours to make."""

from collections import Counter

from django.core.checks import Error, register

from .files import file_fields


@register()
def files_have_an_owner(app_configs, **kwargs):
    """Each model with uploaded files says who may see them, in a folder that is its own."""
    fields = list(file_fields())
    folders = Counter(field.upload_to for field in fields)
    ownerless = [
        Error(
            f"{field} keeps files, but {field.model.__name__}.objects has no visible_to().",
            hint="Give its QuerySet visible_to(user): association.files asks it.",
            id="association.E001",
        )
        for field in fields
        if not hasattr(field.model._default_manager.all(), "visible_to")
    ]
    shared = [
        Error(
            f"{field} shares the folder {field.upload_to!r} with another field.",
            hint="Give it a folder of its own: association.files finds the owner by it.",
            id="association.E002",
        )
        for field in fields
        if folders[field.upload_to] > 1
    ]
    return ownerless + shared
