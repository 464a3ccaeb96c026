"""A project with what belongs to it on one page, and its photos on another."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association.admin import FIELDS, FoldedSearch, TranslatableHistory, UploadForm
from association.admin_conflicts import SavedMeanwhile
from association.admin_states import KeptStates
from association.admin_tables import TablesPages
from association.models import LAST
from association.versions import keep_first

from .. import publication, versions
from ..forms import ProjectForm
from ..indexing import collect_words
from ..models import Activity, Project
from ..share_images import draw_later
from .deletion import without_links
from .drafts import KeptDrafts
from .from_text import FromTextMixin
from .inlines import (
    ActivityInline,
    DocumentInline,
    FundingInline,
    GoalInline,
    PartnerInline,
    ResultLinkInline,
)
from .photos import PhotosPage
from .previews import PreviewMixin
from .publication import AT_ONCE, PublicationMixin


class WaitingFilter(admin.SimpleListFilter):
    """What the start page lists, whole."""

    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("drafts", _("to be published")),
            ("results", _("tells no results")),
            ("activities", _("activities without what was done")),
            ("photos", _("photos without an alternative text")),
        ]

    def queryset(self, request, queryset):
        found = {
            "drafts": queryset.unpublished,
            "results": lambda: queryset.published().lacking_results(),
            "activities": lambda: queryset.filter(
                pk__in=Activity.objects.untold().values("project")
            ),
            "photos": queryset.with_undescribed_photos,
        }
        return found.get(self.value(), queryset.all)()


@admin.register(Project)
class ProjectAdmin(
    FromTextMixin,
    PublicationMixin,
    PreviewMixin,
    PhotosPage,
    TablesPages,
    KeptDrafts,
    SavedMeanwhile,
    KeptStates,
    TranslatableHistory,
    FoldedSearch,
    UploadForm,
    admin.ModelAdmin,
):
    form = ProjectForm
    change_form_template = "projects/admin/project_form.html"
    change_list_template = "projects/admin/project_list.html"
    list_display = ["__str__", "state", "period", "published_at", "number"]
    list_filter = [WaitingFilter, "cover"]
    search_fields = ["folded_title"]
    date_hierarchy = None
    save_on_top = True
    formfield_overrides = FIELDS
    actions = ["publish", "withdraw", "export_selected"]
    fieldsets = [
        (None, {"fields": ["title", "short_title", ("starts_on", "ends_on"), "publication"]}),
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
    readonly_fields = ["publication"]
    inlines = [
        FundingInline,
        GoalInline,
        ActivityInline,
        PartnerInline,
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

    @admin.display(description=_("who sees it"))
    def publication(self, project):
        """Who sees it, and the way to where that is changed."""
        if project.pk is None:
            return gettext("A draft: only those who run the site see it.")
        link = format_html(
            '<a href="{}">{}</a>', publication.address_of([project]), gettext("Publish or withdraw")
        )
        return format_html("{} {}", publication.visibility(project), link)

    @admin.action(description=_("Publish the selected projects"), permissions=["change"])
    def publish(self, request, queryset):
        """Lead to the page on which one sees what is missing, and publishes."""
        projects = list(queryset.only("pk")[: AT_ONCE + 1])
        if len(projects) > AT_ONCE:
            told = gettext("Choose at most %(number)s projects to publish at once.")
            self.message_user(request, told % {"number": AT_ONCE}, messages.WARNING)
            return None
        return redirect(publication.address_of(projects))

    @admin.action(description=_("Withdraw the selected projects"), permissions=["change"])
    def withdraw(self, request, queryset):
        timed = list(queryset.exclude(published_at=None))
        for project in timed:
            keep_first(project)
            publication.withdraw(project)
            self.log_change(request, project, gettext("Withdrawn."))
        done = ngettext(
            "%(number)s project was withdrawn.",
            "%(number)s projects were withdrawn.",
            len(timed),
        )
        self.message_user(request, done % {"number": len(timed)})

    def response_add(self, request, obj, post_url_continue=None):
        return self.lead_on(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.lead_on(request, obj) or super().response_change(request, obj)

    def render_change_form(self, request, context, *args, **kwargs):
        """Without a button that nobody needs: one does not type project after project."""
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def restore_state(self, request, revision, pk):
        return versions.restore(revision, pk)

    def lead_on(self, request, project):
        """Lead to the page on which a project is published, if that is what was pressed."""
        if "_publish" not in request.POST or not self.has_change_permission(request):
            return None
        told = gettext("Saved. Now look whether anything is missing, and publish.")
        self.message_user(request, told, messages.SUCCESS)
        return redirect(publication.address_of([project]))

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
