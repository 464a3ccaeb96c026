from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from association.admin import FIELDS, ExplainedTable, FoldedSearch, TranslatableHistory, UploadForm

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
class FunderAdmin(TranslatableHistory, FoldedSearch, UploadForm, admin.ModelAdmin):
    list_display = ["name", "kind", "website"]
    list_filter = ["kind"]
    search_fields = ["folded_name", "aliases__folded_name"]
    formfield_overrides = FIELDS
    inlines = [FunderAliasInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        collect_words(Project.objects.funded_by(form.instance))
        draw_later(Project.objects.funded_by(form.instance))
