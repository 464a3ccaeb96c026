from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from association.admin import LibraryAdmin as AssociationLibraryAdmin
from association.models import Library

from .invitations import may_invite
from .representatives import RepresentativeInline

admin.site.unregister(Library)


@admin.register(Library)
class LibraryAdmin(AssociationLibraryAdmin):
    """A library with the persons who act for it."""

    inlines = [*AssociationLibraryAdmin.inlines, RepresentativeInline]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "invite"] if obj and may_invite(request) else fields

    @admin.display(description=_("invitations"))
    def invite(self, library):
        """Lead to the form that invites a person for this library, and to those invited."""
        add = reverse("admin:accounts_invitation_add", query={"library": library.pk})
        listed = reverse(
            "admin:accounts_invitation_changelist", query={"library__id__exact": library.pk}
        )
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            *(add, _("Invite a person"), listed, _("Those invited")),
        )
