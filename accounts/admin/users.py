from copy import deepcopy

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
)
from django.shortcuts import redirect
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from association.admin import TranslatableHistory

from .. import erasures, roles
from ..models import User
from ..refusals import NotPossible
from .representatives import RepresentativeInline


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


class UserForm(UserChangeForm):
    """What staff change of an account; what they may do themselves limits the roles."""

    role = forms.ChoiceField(
        label=_("rights on the site"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].label_suffix = ""
            self.initial["role"] = roles.role_of(self.instance).value

    def clean(self):
        """Keep somebody who may do everything: nobody else could give these rights again."""
        cleaned = super().clean()
        lost = [
            name
            for name, kept in (("role", roles.Role.ALL_RIGHTS), ("is_active", True))
            if cleaned.get(name, kept) != kept
        ]
        if lost and erasures.is_last_superuser(self.instance):
            self.add_error(lost[0], erasures.LAST_SUPERUSER)
        return cleaned


class PasswordChangeForm(AdminPasswordChangeForm):
    # Django's own has a sentence in it that cannot be translated.
    usable_password_help_text = format_lazy(
        '<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        _("Without a password one logs in by making a new one. The present one will be lost."),
    )


@admin.register(User)
class UserAdmin(TranslatableHistory, BaseUserAdmin):
    """Accounts, known by their e-mail address."""

    form = UserForm
    add_form = UserCreationForm
    change_password_form = PasswordChangeForm
    ordering = ["email"]
    list_display = ["email", "name", "access", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email__folded", "name__folded", "representations__library__name__folded"]
    search_help_text = _("Looks at e-mail addresses, names, and libraries that a person acts for.")
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Rights"), {"fields": ["is_active", "role"]}),
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
    filter_horizontal = []
    inlines = [RepresentativeInline]

    def get_queryset(self, request):
        """Show persons: what stands where erased ones stood is not to be edited, nor chosen."""
        return super().get_queryset(request).people()

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if "role" in form.base_fields:
            given = roles.given_by(request.user)
            # A copy: the field is one for all forms, and another thread may offer more just now.
            form.base_fields["role"] = field = deepcopy(form.base_fields["role"])
            field.choices = [(each.value, each.label) for each in given]
        return form

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or roles.may_look_after(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return roles.may_look_after(request.user, obj) and not erasures.why_not(obj)

    def get_deleted_objects(self, objs, request):
        """Name the accounts alone: what is kept without them is not deleted."""
        refused = (
            each == request.user or not self.has_delete_permission(request, each) for each in objs
        )
        lacking = {self.opts.verbose_name} if any(refused) else set()
        told = [str(each) for each in objs]
        return told, {self.opts.verbose_name_plural: len(told)}, lacking, []

    def log_deletions(self, request, queryset):
        """Leave it to erase(), which notes it without the name."""

    def delete_model(self, request, obj):
        erasures.erase(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for user in queryset:
            erasures.erase(user, by=request.user)

    def delete_view(self, request, object_id, extra_context=None):
        """Lead to the page for the own account, which says what goes and asks who it is."""
        if object_id == str(request.user.pk):
            return redirect("erase_my_data")
        return self.telling(super().delete_view, request, object_id, extra_context)

    def changelist_view(self, request, *args, **kwargs):
        return self.telling(super().changelist_view, request, *args, **kwargs)

    def telling(self, view, request, *args, **kwargs):
        """Return what `view` answers; tell why somebody could not be erased."""
        try:
            return view(request, *args, **kwargs)
        except NotPossible as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect("admin:accounts_user_changelist")

    def save_model(self, request, user, form, change):
        if change:  # what was changed alone: the person may just be making another password
            user.save(update_fields=[name for name in form.changed_data if name != "role"])
        else:
            super().save_model(request, user, form, change)
        if "role" in form.changed_data:
            roles.give(user, roles.Role(form.cleaned_data["role"]))
        if "email" in form.changed_data:
            user.keep_address()

    @admin.display(description=_("access"))
    def access(self, user):
        """In words: the icons that Django shows for yes and no have English names."""
        return user.access
