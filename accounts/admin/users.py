from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from association.admin import TranslatableHistory

from ..models import User
from .representatives import RepresentativeInline


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
        return user.access
