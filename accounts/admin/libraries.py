from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.admin import LibraryAdmin as AssociationLibraryAdmin
from association.models import CouncilMember, Library

from ..models import Invitation, NameChange, Representative
from .invitations import may_invite
from .name_changes import may_decide
from .representatives import RepresentativeInline

# What is known of persons by way of a library: it is neither searched nor told without the right.
PERSONAL = {"representatives", "invitations", "name_changes"}


class PeopleFilter(admin.SimpleListFilter):
    """Whether anybody acts for a library: more than one of these may be so at once."""

    title = _("who acts for it")
    parameter_name = "people"

    def lookups(self, request, model_admin):
        return [
            ("nobody", _("nobody acts, nobody is invited")),
            ("waits", _("an invitation waits or has run out")),
            ("not_come", _("has not come in yet")),
            ("come", _("has come in")),
        ]

    def queryset(self, request, queryset):
        acting = Representative.objects.acting().filter(library=OuterRef("pk"))
        waited_for = Invitation.objects.unanswered().filter(library=OuterRef("pk"))
        conditions = {
            "nobody": [~Exists(acting), ~Exists(waited_for)],
            "waits": [Exists(waited_for)],
            "not_come": [Exists(acting.filter(user__last_login=None))],
            "come": [Exists(acting.filter(user__last_login__isnull=False))],
        }
        return queryset.filter(*conditions.get(self.value(), []))


def with_people(libraries):
    """Return the QuerySet with `acting`, directors first, and `waited_for` of each library."""
    acting = Representative.objects.acting().select_related("user")
    acting = acting.order_by("-is_director", "user__name", "user__email")
    waited_for = Invitation.objects.unanswered().order_by("-is_director", "email")
    return libraries.prefetch_related(
        Prefetch("representatives", acting, to_attr="acting"),
        Prefetch("invitations", waited_for, to_attr="waited_for"),
    )


admin.site.unregister(Library)


@admin.register(Library)
class LibraryAdmin(AssociationLibraryAdmin):
    """A library with the persons who act for it, for those who may know of them."""

    inlines = [*AssociationLibraryAdmin.inlines, RepresentativeInline]

    def get_queryset(self, request):
        libraries = super().get_queryset(request)
        return with_people(libraries) if may_invite(request) else libraries

    def get_list_display(self, request):
        if not may_invite(request):
            return super().get_list_display(request)
        return ["name", "membership", "people", "state"]

    def get_list_filter(self, request):
        filters = super().get_list_filter(request)
        return [PeopleFilter, *filters] if may_invite(request) else filters

    def lookup_allowed(self, lookup, value, request):
        """Let nobody find addresses out by narrowing the list who may not see them."""
        if lookup.split("__")[0] in PERSONAL and not may_invite(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request, obj=None):
        own = []
        if (
            obj
            and may_decide(request)
            and obj.name_changes.filter(state=NameChange.State.WAITING).exists()
        ):
            own.append((_("A new name waits for consent"), {"fields": ["waiting_name"]}))
        own += super().get_fieldsets(request, obj)
        if obj and may_invite(request):
            own.append((None, {"fields": ["invite"]}))
        return own

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "waiting_name", "invite"] if obj else fields

    def get_deleted_objects(self, objs, request):
        """Protect what would not come back from the bin with the library: who acts for it."""
        *told, protected = super().get_deleted_objects(objs, request)
        for model in (Representative, Invitation, CouncilMember):
            protected += map(str, model.objects.filter(library__in=objs))
        return *told, protected

    def told(self, record):
        """Tell a representation without the person: whoever edits libraries sees the history."""
        told = super().told(record)
        if isinstance(record, Representative):
            return {"name": told["name"], "object": record.period}
        return told

    @admin.display(description=_("who acts for it"))
    def people(self, library):
        return format_html_join(", ", "{}{}", ((each.user, _role(each)) for each in library.acting))

    @admin.display(description=_("state"))
    def state(self, library):
        """In words: who has not come in yet, who waits for what."""
        if not library.acting and not library.waited_for:
            return gettext("nobody acts, nobody is invited") if library.is_member else ""
        come = [each.user for each in library.acting if each.user.last_login]
        not_come = [each.user for each in library.acting if not each.user.last_login]
        waiting = [
            each.email for each in library.waited_for if each.state == Invitation.State.WAITING
        ]
        run_out = [
            each.email for each in library.waited_for if each.state == Invitation.State.RUN_OUT
        ]
        told = [
            (gettext("has not come in yet"), not_come),
            (gettext("waits for an answer"), waiting),
            (gettext("the invitation has run out"), run_out),
        ]
        lines = [f"{words}: {', '.join(map(str, who))}" for words, who in told if who]
        if come:
            lines.insert(0, gettext("has come in"))
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    @admin.display(description=_("new name"))
    def waiting_name(self, library):
        change = library.name_changes.get(state=NameChange.State.WAITING)
        address = reverse("admin:accounts_namechange_change", args=[change.pk])
        return format_html('<a href="{}">{}</a>', address, change.name)

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


def _role(representative):
    return f" – {gettext('director')}" if representative.is_director else ""
