from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from association.admin import TranslatableHistory

from ..models import Representative


class RepresentativeInline(admin.TabularInline):
    model = Representative
    extra = 0
    autocomplete_fields = ["user", "library"]


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
