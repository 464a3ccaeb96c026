"""What belongs to a project, on its page in the admin."""

from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from association.admin import ExplainedTable, OrderedInline

from ..forms import ActivityForm, DocumentForm, FundingForm, PartnerForm
from ..models import Activity, Document, Funding, Goal, Partner, ResultLink


class FundingInline(OrderedInline, admin.StackedInline):
    model = Funding
    form = FundingForm
    autocomplete_fields = ["funder"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "position",
                    ("funder", "programme"),
                    ("state", "is_partial", "awarded_on"),
                ]
            },
        ),
        (
            None,
            {
                "fields": [
                    ("awarded_amount", "awarded_currency", "awarded_as_written"),
                    ("asked_amount", "asked_currency", "asked_as_written"),
                ]
            },
        ),
    ]


class GoalInline(OrderedInline, ExplainedTable):
    model = Goal
    explanation = _(
        "One goal to a row, without its number: the page numbers them. For example: Stiprinti"
        " bendradarbiavimą tarp Lietuvos ir Europos šalių viešųjų bibliotekų, skatinti užsienio"
        " šalių domėjimąsi Lietuva."
    )
    fields = ["position", "text"]


class PartnerInline(OrderedInline, admin.StackedInline):
    model = Partner
    form = PartnerForm
    fields = [("position", "library"), ("name", "country")]
    autocomplete_fields = ["library"]


class ActivityInline(OrderedInline, admin.StackedInline):
    model = Activity
    form = ActivityForm
    fieldsets = [
        (None, {"fields": ["position", "text", ("kind", "short_title"), ("days", "places")]}),
        (_("Partners and goals"), {"classes": ["collapse"], "fields": [("partners", "goals")]}),
        (
            _("What came of it"),
            {"classes": ["collapse"], "fields": [("was_done", "participants"), "outcome"]},
        ),
    ]

    def get_formset(self, request, obj=None, **kwargs):
        self.project = obj
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request):
        related = ("days", "places", "partners", "goals")
        return super().get_queryset(request).prefetch_related(*related)

    # Read by those who may only look; others have the fields of the form under these names.
    @admin.display(description=_("Days"))
    def days(self, activity):
        return "\n".join(map(str, activity.days.all()))

    @admin.display(description=_("Places"))
    def places(self, activity):
        return "\n".join(map(str, activity.places.all()))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Offer what belongs to this project, and nothing else."""
        kwargs["queryset"] = db_field.related_model.objects.filter(project=self.project)
        kwargs["widget"] = CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.help_text = ""
        return field


class DocumentInline(OrderedInline, admin.StackedInline):
    model = Document
    form = DocumentForm
    fields = [("position", "file"), ("title", "dated", "audience")]


class ResultLinkInline(OrderedInline, ExplainedTable):
    model = ResultLink
    explanation = _(
        "Where one finds what came of the project: a publication, a virtual exhibition, an"
        " article. Copy the whole address from the browser, with its https://."
    )
    fields = ["position", "title", "url"]
