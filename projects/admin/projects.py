"""A project with all that belongs to it on one page."""

from django.contrib import admin
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association.admin import FIELDS, FoldedSearch, TranslatableHistory, UploadForm
from association.models import LAST

from ..forms import ProjectForm
from ..indexing import collect_words
from ..models import Project
from ..share_images import draw_later
from .deletion import without_links
from .inlines import (
    ActivityInline,
    DocumentInline,
    FundingInline,
    GoalInline,
    PartnerInline,
    PhotoInline,
    ResultLinkInline,
)


@admin.register(Project)
class ProjectAdmin(TranslatableHistory, FoldedSearch, UploadForm, admin.ModelAdmin):
    form = ProjectForm
    list_display = ["__str__", "state", "period", "published_at", "number"]
    list_filter = ["cover", ("published_at", admin.EmptyFieldListFilter)]
    search_fields = ["folded_title"]
    date_hierarchy = None
    save_on_top = True
    formfield_overrides = FIELDS
    actions = ["publish", "withdraw"]
    fieldsets = [
        (None, {"fields": ["title", "short_title", ("starts_on", "ends_on"), "published_at"]}),
        (_("Text"), {"fields": ["summary", "text"]}),
        (
            _("Budget and contacts"),
            {
                "fields": [
                    ("budget_amount", "budget_currency", "budget_as_written"),
                    ("contact_person", "contact_email"),
                ]
            },
        ),
        (_("Look"), {"fields": [("cover", "position")]}),
    ]
    inlines = [
        FundingInline,
        GoalInline,
        ActivityInline,
        PartnerInline,
        PhotoInline,
        DocumentInline,
        ResultLinkInline,
    ]

    @admin.display(description=_("No."), ordering="position")
    def number(self, project):
        """Empty where it comes at the end: the number that keeps it there is none to read."""
        return "" if project.position == LAST else project.position

    @admin.display(description=_("state"))
    def state(self, project):
        return project.state.label

    @admin.display(description=_("period"), ordering="ends_on")
    def period(self, project):
        return project.period

    @admin.action(description=_("Publish the selected projects"), permissions=["change"])
    def publish(self, request, queryset):
        drafts = [project for project in queryset if not project.is_published]
        for project in drafts:
            project.publish()
            self.log_change(request, project, gettext("Published."))
        done = ngettext(
            "%(number)s project was published.",
            "%(number)s projects were published.",
            len(drafts),
        )
        self.message_user(request, done % {"number": len(drafts)})

    @admin.action(description=_("Withdraw the selected projects"), permissions=["change"])
    def withdraw(self, request, queryset):
        timed = list(queryset.exclude(published_at=None))
        for project in timed:
            project.withdraw()
            self.log_change(request, project, gettext("Withdrawn."))
        done = ngettext(
            "%(number)s project was withdrawn.",
            "%(number)s projects were withdrawn.",
            len(timed),
        )
        self.message_user(request, done % {"number": len(timed)})

    def get_deleted_objects(self, objs, request):
        told, counts, *refusals = super().get_deleted_objects(objs, request)
        return *without_links(told, counts), *refusals

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            moves = {}
            for inline_form in formset.forms:
                moves |= inline_form.moves
            formset.model.objects.filter(project=form.instance).renumber(moves)
        Project.objects.unfinished().renumber(form.moves)
        collect_words(Project.objects.filter(pk=form.instance.pk))
        draw_later(Project.objects.filter(pk=form.instance.pk))
