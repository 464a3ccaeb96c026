"""Libraries and their new names, by which their projects are found too."""

from django.contrib import admin
from django.db import transaction

from accounts.admin import LibraryAdmin as AccountsLibraryAdmin
from accounts.admin import NameChangeAdmin as AccountsNameChangeAdmin
from accounts.models import NameChange
from association.models import Library

from ..indexing import collect_words
from ..models import Project

admin.site.unregister(Library)


@admin.register(Library)
class LibraryAdmin(AccountsLibraryAdmin):
    """A library, by whose name its projects are found too."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        collect_words_of(form.instance)

    def restore_state(self, request, revision, pk):
        library = super().restore_state(request, revision, pk)
        collect_words_of(library)
        return library


admin.site.unregister(NameChange)


@admin.register(NameChange)
class NameChangeAdmin(AccountsNameChangeAdmin):
    """A new name of a library, by which its projects are found too."""

    @transaction.atomic
    def accept(self, request, change, seen, answer):
        super().accept(request, change, seen, answer)
        collect_words_of(change.library)


def collect_words_of(library):
    """Let the projects of `library` be found by the name that it bears now."""
    collect_words(Project.objects.filter(partners__library=library).distinct())
