"""A project with what belongs to it on one page, and its photos on another."""

from django.contrib import admin, messages
from django.db.models import F, TextField
from django.shortcuts import redirect
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association.admin import FIELDS, TranslatableHistory, UploadForm
from association.admin_conflicts import SavedMeanwhile
from association.admin_lists import LatePaginator, PublicColumn, PublicFilter
from association.admin_states import KeptStates
from association.admin_tables import TablesPages
from association.models import LAST
from association.versions import keep_first

from .. import publication, versions
from ..forms import ProjectForm
from ..indexing import collect_words
from ..models import Project
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
from .lists import (
    MOST_FOUND,
    EndFilter,
    FunderFilter,
    StateFilter,
    WaitingFilter,
    first_found,
    found_by,
)
from .photos import PhotosPage
from .previews import PreviewMixin
from .publication import AT_ONCE, PublicationMixin

UNREAD = [field.name for field in Project._meta.concrete_fields if isinstance(field, TextField)]


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
    PublicColumn,
    UploadForm,
    admin.ModelAdmin,
):
    form = ProjectForm
    change_form_template = "projects/admin/project_form.html"
    change_list_template = "projects/admin/project_list.html"
    list_display = ["title", "period", "public", "paid_by", "number"]
    list_filter = [WaitingFilter, PublicFilter, StateFilter, EndFilter, FunderFilter]
    list_per_page = 50
    ordering = [F("ends_on").desc(nulls_first=True), "position", "pk"]
    paginator = LatePaginator
    # Of very many projects each count is dear.
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["collected_stems"]
    search_help_text = _(
        "Looks for words, or how they begin, in titles, texts, goals, activities, places and years,"
        " and in names of partners, libraries and funders."
    )
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
    readonly_fields = ["publication", "seen_by"]
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

    @admin.display(description=_("period"), ordering=F("ends_on").asc(nulls_last=True))
    def period(self, project):
        """When it is, and whether that is now, in a line each."""
        lines = [project.period, project.state.label]
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines if line))

    @admin.display(description=_("funders"))
    def paid_by(self, project):
        """Each funder, and what it gave or was asked for."""
        lines = ((str(funding),) for funding in project.fundings.all())
        return format_html_join(mark_safe("<br>"), "{}", lines)

    def with_columns(self, records):
        """Leave texts unread that a list does not show."""
        return records.with_fundings().defer(*UNREAD)

    def get_search_results(self, request, queryset, search_term):
        condition = found_by(search_term)
        if condition is None:
            return queryset, False
        keys, are_all = first_found(queryset, condition)
        if not are_all:
            told = gettext(
                "More than %(number)s projects were found, and only so many are listed: write one"
                " more word, or choose a filter."
            )
            self.message_user(request, told % {"number": localize(MOST_FOUND)}, messages.WARNING)
        return queryset.filter(pk__in=keys), False

    def get_fieldsets(self, request, obj=None):
        """Lead to where a project is published those alone who may publish it."""
        (name, first), *others = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            fields = ["seen_by" if each == "publication" else each for each in first["fields"]]
            first = first | {"fields": fields}
        return [(name, first), *others]

    @admin.display(description=_("who sees it"))
    def seen_by(self, project):
        if project.pk is None:
            return gettext("A draft: only those who run the site see it.")
        return publication.visibility(project)

    @admin.display(description=_("who sees it"))
    def publication(self, project):
        """Who sees it, and the way to where that is changed."""
        if project.pk is None:
            return self.seen_by(project)
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
