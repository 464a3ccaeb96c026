from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from association.admin import LibraryAdmin as AssociationLibraryAdmin
from association.admin import TranslatableHistory
from association.models import Library

from . import invitations
from .models import Invitation, NameChange, Representative, User
from .refusals import NotPossible

# An address is changed with its account, never beside it; what a group may do is not set by
# hand, and the names of permissions are English. The secrets of second factors, and from where
# somebody is logged in, are nobody else's business.
admin.site.unregister([EmailAddress, Group, Authenticator, UserSession])


def may_invite(request):
    """Whether staff may let others in: only those who may change accounts."""
    return request.user.has_perm("accounts.change_user")


class RepresentativeInline(admin.TabularInline):
    model = Representative
    extra = 0
    autocomplete_fields = ["user", "library"]


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


class PasswordChangeForm(AdminPasswordChangeForm):
    # Django's own has a sentence in it that cannot be translated.
    usable_password_help_text = format_lazy(
        '<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        _("Without a password one logs in by making a new one. The present one will be lost."),
    )


@admin.register(User)
class UserAdmin(TranslatableHistory, BaseUserAdmin):
    """Accounts, known by their e-mail address."""

    add_form = UserCreationForm
    change_password_form = PasswordChangeForm
    ordering = ["email"]
    list_display = ["email", "name", "access", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "name", "usable_password", "password1", "password2"],
            },
        )
    ]
    filter_horizontal = ["groups"]
    inlines = [RepresentativeInline]

    def save_model(self, request, user, form, change):
        super().save_model(request, user, form, change)
        if "email" in form.changed_data:
            user.keep_address()

    @admin.display(description=_("access"))
    def access(self, user):
        """In words: the icons that Django shows for yes and no have English names."""
        if not user.is_active:
            return _("switched off")
        if user.is_staff:
            return _("administration")
        return _("member area") if user.is_member else _("own account alone")


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


@admin.register(Representative)
class RepresentativeAdmin(TranslatableHistory, admin.ModelAdmin):
    """Who acts for which library: who has not come in yet, too."""

    list_display = ["user", "library", "role", "starts_on", "ends_on", "last_login"]
    list_select_related = ["user", "library"]
    list_filter = [
        ("ends_on", admin.EmptyFieldListFilter),
        ("user__last_login", admin.EmptyFieldListFilter),
    ]
    search_fields = ["user__email", "user__name", "library__name"]
    autocomplete_fields = ["user", "library"]

    @admin.display(description=_("role"), ordering="is_director")
    def role(self, representative):
        """In words: the icons that Django shows for yes and no have English names."""
        return _("director") if representative.is_director else ""

    @admin.display(description=_("last login"), ordering="user__last_login")
    def last_login(self, representative):
        return representative.user.last_login


class InvitationForm(forms.ModelForm):
    def _get_validation_exclusions(self):
        """Let the form know of one that is unanswered: the constraint names fields it has not."""
        return super()._get_validation_exclusions() - {"accepted_at", "withdrawn_at"}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Invitation.State.choices

    def queryset(self, request, queryset):
        found = {
            Invitation.State.WAITING: queryset.waiting,
            Invitation.State.RUN_OUT: queryset.run_out,
            Invitation.State.ACCEPTED: lambda: queryset.filter(accepted_at__isnull=False),
            Invitation.State.WITHDRAWN: lambda: queryset.filter(withdrawn_at__isnull=False),
        }
        return found.get(self.value(), queryset.all)()


@admin.register(Invitation)
class InvitationAdmin(TranslatableHistory, admin.ModelAdmin):
    """Who has been invited for which library, who waits; one that is sent is not rewritten."""

    form = InvitationForm
    list_display = ["email", "library", "role", "state", "sent_at", "invited_by"]
    list_select_related = ["library", "invited_by"]
    list_filter = [StateFilter]
    search_fields = ["email", "library__name"]
    autocomplete_fields = ["library"]
    actions = ["send_again", "withdraw"]

    def lookup_allowed(self, lookup, value, request):
        """Let the page of a library lead to its invitations."""
        return lookup == "library__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request, obj=None):
        return may_invite(request)

    def has_module_permission(self, request):
        return may_invite(request)

    def has_add_permission(self, request):
        return may_invite(request)

    def has_change_permission(self, request, obj=None):
        """Let what is done in the list be done; a letter that is on its way stays as it was."""
        return obj is None and may_invite(request)

    def has_delete_permission(self, request, obj=None):
        """Let an address be forgotten whose owner never answered; else one withdraws."""
        return may_invite(request)

    def get_fields(self, request, obj=None):
        fields = ["email", "library", "is_director"]
        if obj is None:
            return fields
        moments = ["made_at", "sent_at", "accepted_at", "withdrawn_at"]
        return ["email", "library", "role", "state", "invited_by", *moments]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def save_model(self, request, invitation, form, change):
        invitations.invite(invitation, by=request.user)

    @admin.display(description=_("role"), ordering="is_director")
    def role(self, invitation):
        """In words: the icons that Django shows for yes and no have English names."""
        return _("director") if invitation.is_director else ""

    @admin.display(description=_("state"))
    def state(self, invitation):
        return invitation.state.label

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request, queryset):
        done = self._do(request, queryset, invitations.send_again, gettext("Sent again."))
        if done:
            told = ngettext("%(done)s letter sent.", "%(done)s letters sent.", done)
            self.message_user(request, told % {"done": done}, messages.SUCCESS)

    @admin.action(description=_("Withdraw"), permissions=["change"])
    def withdraw(self, request, queryset):
        done = self._do(
            request, queryset, invitations.withdraw, pgettext("invitation", "Withdrawn.")
        )
        if done:
            told = ngettext(
                "%(done)s invitation withdrawn.", "%(done)s invitations withdrawn.", done
            )
            self.message_user(request, told % {"done": done}, messages.SUCCESS)

    def _do(self, request, queryset, verb, record):
        """Call `verb` with each, note it in the history, tell refusals; return how many went."""
        done = 0
        for invitation in queryset:
            try:
                verb(invitation)
            except (NotPossible, ValidationError) as error:
                reasons = getattr(error, "messages", error.args)
                told = " ".join([*map(str, reasons), str(invitation)])
                self.message_user(request, told, messages.WARNING)
            else:
                done += 1
                self.log_change(request, invitation, record)
        return done


@admin.register(NameChange)
class NameChangeAdmin(TranslatableHistory, admin.ModelAdmin):
    list_display = ["name", "library", "proposed_at", "state"]
    list_select_related = ["library"]
