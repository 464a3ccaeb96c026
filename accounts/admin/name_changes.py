from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.admin import TranslatableHistory
from association.admin_pages import OwnPages

from .. import name_changes
from ..models import NameChange
from ..refusals import NotPossible


def may_decide(request):
    """Whether staff may agree to a library's new name: those who may change it themselves."""
    return request.user.has_perm("association.change_library")


class DecisionForm(forms.Form):
    """The answer to a library, with the moment of the proposal that was looked at."""

    answer = NameChange._meta.get_field("answer").formfield(
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, is_refusal=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = is_refusal
        self.fields["answer"].error_messages["required"] = _(
            "Write to the library why the name cannot be published."
        )


def seen_of(change):
    return change.proposed_at.isoformat()


@admin.register(NameChange)
class NameChangeAdmin(OwnPages, TranslatableHistory, admin.ModelAdmin):
    """New names that directors have told: staff agree or refuse, and change nothing else."""

    list_display = ["name", "library", "name_since", "proposed_by", "proposed_at", "state"]
    list_select_related = ["library", "proposed_by"]
    list_filter = ["state"]
    search_fields = ["name__folded", "library__name__folded"]
    search_help_text = _("Looks at new and present names of libraries.")
    actions = None

    def has_module_permission(self, request):
        return may_decide(request)

    def has_view_permission(self, request, obj=None):
        return may_decide(request)

    def has_change_permission(self, request, obj=None):
        return may_decide(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The present name and the new one, and two buttons; afterwards what was decided."""
        change = self.get_object(request, unquote(object_id))
        if change is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not may_decide(request):
            raise PermissionDenied
        is_refusal = "_refuse" in request.POST
        form = DecisionForm(
            request.POST or None, is_refusal=is_refusal, initial={"seen": seen_of(change)}
        )
        is_decision = is_refusal or "_accept" in request.POST
        if is_decision and form.is_valid():
            decide = self.refuse if is_refusal else self.accept
            try:
                decide(request, change, form.cleaned_data["seen"], form.cleaned_data["answer"])
            except (NotPossible, ValidationError) as error:
                form.add_error(None, getattr(error, "messages", error.args))
            else:
                return redirect("admin:accounts_namechange_changelist")
        # As it is now, not as the form has made it: somebody else may have decided meanwhile.
        change = self.get_object(request, unquote(object_id)) or change
        if form.errors:
            form.data = form.data.copy()
            form.data["seen"] = seen_of(change)
        return self.own_page(
            request,
            "accounts/admin/name_change.html",
            capfirst(self.opts.verbose_name),
            change=change,
            is_waiting=change.state == NameChange.State.WAITING,
            form=form,
            fields=AdminForm(form, [(None, {"fields": ["answer"]})], {}),
        )

    @transaction.atomic
    def accept(self, request, change, seen, answer):
        """Give the library its new name, and note it; raise as name_changes.accept() does."""
        self._check_seen(change, seen)
        name_changes.accept(change, by=request.user, answer=answer)
        self.log_change(request, change, gettext("The new name was agreed to."))
        told = gettext("The new name is published: %(name)s") % {"name": change.name}
        self.message_user(request, told, messages.SUCCESS)

    @transaction.atomic
    def refuse(self, request, change, seen, answer):
        """Let the library keep its name, and note it; raise as name_changes.refuse() does."""
        self._check_seen(change, seen)
        name_changes.refuse(change, by=request.user, answer=answer)
        self.log_change(request, change, gettext("The new name was refused."))
        self.message_user(request, gettext("The library keeps its name."), messages.SUCCESS)

    def _check_seen(self, change, seen):
        """Refuse to decide on a name that has taken the place of the one looked at."""
        current = NameChange.objects.select_for_update().filter(pk=change.pk).first()
        if current is None:
            raise NotPossible(_("The library has taken it back."))
        if current.state == NameChange.State.WAITING and seen_of(current) != seen:
            raise NotPossible(_("The library has told another name meanwhile: look at it again."))
