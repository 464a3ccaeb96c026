"""A project with all that belongs to it on one page, and the funders."""

from django.contrib import admin
from django.db import transaction
from django.forms import CheckboxSelectMultiple
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import LibraryAdmin as AccountsLibraryAdmin
from accounts.admin import NameChangeAdmin as AccountsNameChangeAdmin
from accounts.models import NameChange
from association.admin import FIELDS, FoldedSearch, OrderedInline, TranslatableHistory, UploadForm
from association.models import Library
from association.pictures import scaled

from .forms import ActivityForm, FunderAliasFormSet, ProjectForm
from .indexing import collect_words
from .models import (
    Activity,
    Document,
    Funder,
    FunderAlias,
    Funding,
    Goal,
    Partner,
    Photo,
    Project,
    ResultLink,
)
from .share_images import draw_later

PREVIEW_WIDTH = 240  # pixels


class FundingInline(OrderedInline, admin.StackedInline):
    model = Funding
    autocomplete_fields = ["funder"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("funder", "programme", "position"),
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


class GoalInline(OrderedInline, admin.TabularInline):
    model = Goal
    fields = ["position", "text"]


class PartnerInline(OrderedInline, admin.StackedInline):
    model = Partner
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

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Offer what belongs to this project, and nothing else."""
        kwargs["queryset"] = db_field.related_model.objects.filter(project=self.project)
        kwargs["widget"] = CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.help_text = ""
        return field


class PhotoInline(OrderedInline, admin.StackedInline):
    model = Photo
    fields = ["preview", ("position", "image"), ("alt", "is_decorative"), "caption"]
    readonly_fields = ["preview"]

    @admin.display(description=_("preview"))
    def preview(self, photo):
        """The photo, small: who writes its words has to see it."""
        if not photo.image or not photo.image.made:
            return ""
        width, height = scaled(photo.size, PREVIEW_WIDTH)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy">',
            photo.image.smallest,
            width,
            height,
        )


class DocumentInline(OrderedInline, admin.StackedInline):
    model = Document
    fields = [("position", "file"), ("title", "dated", "audience")]


class ResultLinkInline(OrderedInline, admin.TabularInline):
    model = ResultLink
    fields = ["position", "title", "url"]


@admin.register(Project)
class ProjectAdmin(TranslatableHistory, FoldedSearch, UploadForm, admin.ModelAdmin):
    form = ProjectForm
    list_display = ["__str__", "state", "period", "published_at", "position"]
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


class FunderAliasInline(admin.TabularInline):
    model = FunderAlias
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


admin.site.unregister(Library)


@admin.register(Library)
class LibraryAdmin(AccountsLibraryAdmin):
    """A library, by whose name its projects are found too."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        collect_words_of(form.instance)


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
