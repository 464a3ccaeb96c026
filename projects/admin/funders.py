from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association.admin import FIELDS, ExplainedTable, TranslatableHistory, UploadForm
from association.admin_conflicts import SavedMeanwhile
from association.admin_states import KeptStates
from association.admin_tables import TablesPages

from ..forms import FunderAliasFormSet, FunderForm
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


class PayingFilter(admin.SimpleListFilter):
    """Whether a funder is noted with any project."""

    title = _("projects")
    parameter_name = "projects"

    def lookups(self, request, model_admin):
        return [("yes", _("has projects")), ("no", _("has no projects"))]

    def queryset(self, request, queryset):
        wanted = {"yes": {"project_count__gt": 0}, "no": {"project_count": 0}}
        return queryset.filter(**wanted.get(self.value(), {}))


class LogoFilter(admin.SimpleListFilter):
    title = _("logo")
    parameter_name = "logo"

    def lookups(self, request, model_admin):
        return [("no", _("without a logo")), ("yes", _("with a logo"))]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.filter(logo="")
        return queryset.exclude(logo="") if self.value() == "yes" else queryset


@admin.register(Funder)
class FunderAdmin(
    TablesPages, SavedMeanwhile, KeptStates, TranslatableHistory, UploadForm, admin.ModelAdmin
):
    form = FunderForm
    list_display = ["name", "kind", "projects", "has_logo", "website"]
    list_filter = [PayingFilter, "kind", LogoFilter]
    search_fields = ["folded_name", "aliases__folded_name"]
    search_help_text = _("Looks at names, and at other names that are written down.")
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

    def get_list_display(self, request):
        """Lead to projects those alone who may look at them."""
        may_look = self.admin_site.get_model_admin(Project).has_view_permission(request)
        columns = super().get_list_display(request)
        return columns if may_look else [each for each in columns if each != "projects"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_project_count()

    @admin.display(description=_("projects"), ordering="project_count")
    def projects(self, funder):
        """How many it is, or was, to pay for; leads to them."""
        if not funder.project_count:
            return ""
        address = reverse("admin:projects_project_changelist", query={"funder": funder.pk})
        told = ngettext("%(number)s project", "%(number)s projects", funder.project_count)
        return format_html('<a href="{}">{}</a>', address, told % {"number": funder.project_count})

    @admin.display(description=_("logo"), ordering="logo")
    def has_logo(self, funder):
        """In words: the icons that Django shows for yes and no have English names."""
        return gettext("there is one") if funder.logo else ""

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
