from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from association.admin import FIELDS, ExplainedTable, FoldedSearch, TranslatableHistory, UploadForm
from association.admin_conflicts import SavedMeanwhile
from association.admin_states import KeptStates
from association.admin_tables import TablesPages

from ..forms import FunderAliasFormSet
from ..indexing import collect_words
from ..models import Funder, FunderAlias, Project
from ..share_images import draw_later


class FunderAliasInline(ExplainedTable):
    model = FunderAlias
    explanation = _(
        "How it is written elsewhere, or was called before: LR Kultūros ministerija. Texts that"
        " name it so are understood."
    )
    formset = FunderAliasFormSet
    extra = 0


@admin.register(Funder)
class FunderAdmin(
    TablesPages,
    SavedMeanwhile,
    KeptStates,
    TranslatableHistory,
    FoldedSearch,
    UploadForm,
    admin.ModelAdmin,
):
    list_display = ["name", "kind", "website"]
    list_filter = ["kind", ("logo", admin.EmptyFieldListFilter)]
    search_fields = ["folded_name", "aliases__folded_name"]
    formfield_overrides = FIELDS
    fieldsets = [
        (None, {"fields": ["name", "kind", "website"]}),
        (_("Publicity"), {"fields": ["logo", "publicity_statement"]}),
        (
            _("What it requires to be published"),
            {
                "description": _(
                    "What is ticked stops the publication of a project that lacks it. Of the rest"
                    " you are only reminded."
                ),
                "fields": [
                    ("requires_logo", "requires_statement", "requires_sum"),
                    ("requires_period", "requires_alternative_texts", "requires_results"),
                ],
            },
        ),
    ]
    inlines = [FunderAliasInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.tell_projects(form.instance)

    def restore_state(self, request, revision, pk):
        funder = super().restore_state(request, revision, pk)
        self.tell_projects(funder)
        return funder

    def tell_projects(self, funder):
        """Let the projects of `funder` be found by its names, and shared with them."""
        collect_words(Project.objects.funded_by(funder))
        draw_later(Project.objects.funded_by(funder))
