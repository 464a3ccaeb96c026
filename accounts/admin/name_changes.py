from django.contrib import admin

from association.admin import TranslatableHistory

from ..models import NameChange


@admin.register(NameChange)
class NameChangeAdmin(TranslatableHistory, admin.ModelAdmin):
    list_display = ["name", "library", "proposed_at", "state"]
    list_select_related = ["library"]
