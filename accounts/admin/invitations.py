from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from association.admin import TranslatableHistory

from .. import invitations
from ..models import Invitation
from ..refusals import NotPossible


def may_invite(request):
    """Whether staff may let others in: only those who may change accounts."""
    return request.user.has_perm("accounts.change_user")


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
