"""What is typed into the form of a project is kept in the browser until it is saved."""

from urllib.parse import quote

from django.conf import settings
from django.forms import Media, Script

SAVED = "saved_form"  # the cookie that tells the script which form has been saved


class KeptDrafts:
    """Keeps what is typed by static/js/drafts.js, and tells it when it is saved.

    By a cookie: the page that comes next may be any, and has nothing to do with it. The script
    takes the cookie away.
    """

    @property
    def media(self):
        return super().media + Media(js=[Script("js/drafts.js", defer=True)])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        request.is_saved = "_preview" not in request.POST

    def changeform_view(self, request, *args, **kwargs):
        response = super().changeform_view(request, *args, **kwargs)
        if getattr(request, "is_saved", False):
            response.set_cookie(
                SAVED,
                quote(f"{request.user.pk}:{request.path}", safe=""),
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response
