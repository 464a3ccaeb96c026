"""The association's own data in Django's admin."""

import re

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget, AutocompleteSelect
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.forms import Script, Textarea
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from . import ready_texts
from .admin_conflicts import SavedMeanwhile
from .admin_lists import LithuanianLists, PublicColumn, PublicFilter, YearFilter
from .admin_states import KeptStates
from .admin_tables import TablesPages
from .forms import (
    DocumentForm,
    LabelledFormSet,
    MembershipForm,
    MembershipFormSet,
    OrderedForm,
    PageForm,
)
from .lithuanian import period
from .models import (
    Audience,
    CouncilMember,
    Details,
    Document,
    FormerName,
    Library,
    Membership,
    Page,
    Redirect,
)
from .search import Beginnings
from .templatetags.lithuanian import file_facts


class FileInput(AdminFileWidget):
    """A choice of a file with a label, which Django gives to a fieldset around it alone."""

    use_fieldset = False


# A text needs few lines at first, and sums are written as people do: „80 000,50“.
FIELDS = {
    models.TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 90})},
    models.DecimalField: {"localize": True},
    models.FileField: {"widget": FileInput},
    models.ImageField: {"widget": FileInput},
}

admin.site.site_header = admin.site.site_title = _("Administration")
admin.site.index_title = _("Start")
# The arguments of a task are letters with their codes: nobody reads them here.
admin.site.unregister(DBTaskResult)


class SearchedChoice(AutocompleteSelect):
    """A choice that one searches for; Django's own fails where it is sent what is no number."""

    def optgroups(self, name, value, attrs=None):
        known = [each for each in value if not each or re.fullmatch("[0-9]{1,18}", str(each))]
        return super().optgroups(name, known, attrs)


EMPTY_ROWS = "eilutes"  # the parameter that asks for empty rows, which a script adds else
MOST_ROWS = 10
MOST_RECORDS = 200  # of one kind that belong to one record


def empty_rows(request):
    """Return how many empty rows of each kind are asked for by who has no script to add them."""
    asked = request.GET.get(EMPTY_ROWS, "")
    return min(int(asked), MOST_ROWS) if asked.isdecimal() and len(asked) < 9 else 0


class SearchedChoices:
    """What each ModelAdmin and inline with `autocomplete_fields` has."""

    def get_autocomplete_fields(self, request):
        """Searching needs a script: who has none gets the whole list."""
        return () if empty_rows(request) else super().get_autocomplete_fields(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchedChoice(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TranslatableHistory(SearchedChoices, LithuanianLists):
    """Keeps a record's history in words that the catalogue has; each ModelAdmin of ours has it.

    A LogEntry translates the names of fields when it is read. Django keeps the labels of a form,
    which begin with a capital and so are in no catalogue, and tells other records in English;
    here the names are those of the model, and a record is told as the site tells it.
    """

    class Media:
        css = {"all": ["css/admin.css"]}
        js = [Script("js/named_choices.js", defer=True)]

    def construct_change_message(self, request, form, formsets, add=False):
        """Return what LogEntry.get_change_message() reads, as Django's own method does."""
        changes = [{"added": {}}] if add else []
        if form.changed_data and not add:
            changes.append({"changed": {"fields": _names(self.model, form, form.changed_data)}})
        for formset in formsets or ():
            changes += [{"added": self.told(record)} for record in formset.new_objects]
            for record, fields in formset.changed_objects:
                names = _names(formset.model, formset.forms[0], fields)
                changes.append({"changed": self.told(record) | {"fields": names}})
            changes += [{"deleted": self.told(record)} for record in formset.deleted_objects]
        return changes

    def told(self, record):
        """Return how `record`, of an inline, is told to all who may see this history.

        Beside it is noted which record it is, and the numbers of the persons whom it is about:
        by them a name can be taken out of the history that nobody bears any more.
        """
        with override(None):
            name = str(record._meta.verbose_name)
        persons = [
            getattr(record, field.attname)
            for field in record._meta.concrete_fields
            if field.related_model is get_user_model()
        ]
        return {
            "name": name,
            "object": str(record),
            "record": [record._meta.label, record.pk],
            "persons": persons,
        }


def _names(model, form, fields):
    with override(None):
        return [str(_name(model, form, field)) for field in fields]


def _name(model, form, name):
    """Return what the field `name` is called; one that only the form has goes by its label."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return form.fields[name].label or name
    if field.one_to_many:
        return field.related_model._meta.verbose_name_plural
    return field.verbose_name


class UploadForm:
    """Tells which files have to be chosen again, where a form is refused: browsers forget them.

    Each ModelAdmin with files has it.
    """

    def render_change_form(self, request, context, *args, **kwargs):
        if context.get("errors") and request.FILES:
            names = ", ".join(file.name for file in request.FILES.values())
            told = gettext("Choose these files again: %(names)s.") % {"names": names}
            self.message_user(request, told, messages.WARNING)
        return super().render_change_form(request, context, *args, **kwargs)


# What a page needs where rows are put in order. The words stand on the script itself: the page
# waits for no catalogue of them, and the script has none of its own.
ORDERING = [
    Script("js/vendor/sortable.min.js", defer=True),
    Script(
        "js/ordering.js",
        defer=True,
        **{
            "data-up": _("Move up"),
            "data-down": _("Move down"),
            "data-drag": _("Drag to another place"),
            "data-moved": _("Moved to place %(place)s of %(count)s."),
        },
    ),
]


class LimitedRows:
    """An inline of at most MOST_RECORDS rows, whatever a form says of their number.

    Django makes up to 2,000 of them for a form that claims so, which takes a thread for a minute.
    """

    max_num = MOST_RECORDS

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, **{"absolute_max": MOST_RECORDS} | kwargs)


class OrderedInline(LimitedRows, SearchedChoices):
    """What inlines of ordered records share."""

    form = OrderedForm
    extra = 0
    formfield_overrides = FIELDS

    class Media:
        css = {"all": ["css/admin.css"]}
        js = ORDERING

    def get_extra(self, request, obj=None, **kwargs):
        return empty_rows(request)


class ExplainedTable(LimitedRows, admin.TabularInline):
    """Rows of a table with a sentence below it: Django shows help for a column to a mouse alone."""

    template = "association/admin/explained_table.html"
    formset = LabelledFormSet
    explanation = ""


@admin.register(Details)
class DetailsAdmin(SavedMeanwhile, KeptStates, TranslatableHistory, admin.ModelAdmin):
    """One row: its list is its form."""

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Details.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        row = Details.objects.first()
        if row is None:
            return super().changelist_view(request, extra_context)
        return redirect(reverse("admin:association_details_change", args=[row.pk]))


class FormerNameInline(LimitedRows, admin.TabularInline):
    model = FormerName
    formset = LabelledFormSet
    extra = 0


class MembershipInline(LimitedRows, admin.TabularInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0


class MembershipFilter(admin.SimpleListFilter):
    title = _("membership")
    parameter_name = "member"

    def lookups(self, request, model_admin):
        return [("1", _("member")), ("0", _("not a member"))]

    def queryset(self, request, queryset):
        chosen = {"1": True, "0": False}.get(self.value())
        return queryset if chosen is None else queryset.filter(is_member=chosen)


@admin.register(Library)
class LibraryAdmin(TablesPages, SavedMeanwhile, KeptStates, TranslatableHistory, admin.ModelAdmin):
    list_display = ["name", "membership", "municipality", "county", "website"]
    list_filter = [MembershipFilter, "county"]
    search_fields = ["name__folded", "municipality__folded", "former_names__name__folded"]
    search_help_text = _("Looks at names, former ones too, and at municipalities.")
    fieldsets = [
        (None, {"fields": ["name", "name_since"]}),
        (_("Where it is"), {"fields": [("municipality", "county"), "address"]}),
        (_("Contacts"), {"fields": ["email", "phone", "website"]}),
    ]
    inlines = [FormerNameInline, MembershipInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_membership()

    def get_search_results(self, request, queryset, search_term):
        """Find them by words of another form, too: „siauliai“ is in „Šiaulių“ no row of letters."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        words = Beginnings.read(search_term)
        if words:
            named = queryset.filter(stems__has_words=words).values("pk")
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=named))
        return found, may_repeat

    @admin.display(description=_("membership"), ordering="is_member")
    def membership(self, library):
        """In words: the icons that Django shows for yes and no have English names."""
        return _("member") if library.is_member else _("not a member")


class TermFilter(admin.SimpleListFilter):
    """Whether somebody is in the council today."""

    title = _("term")
    parameter_name = "term"

    def lookups(self, request, model_admin):
        return [("now", _("in the council today")), ("other", _("former or to come"))]

    def queryset(self, request, queryset):
        in_force = CouncilMember.objects.in_force().values("pk")
        if self.value() == "now":
            return queryset.filter(pk__in=in_force)
        return queryset.exclude(pk__in=in_force) if self.value() == "other" else queryset


@admin.register(CouncilMember)
class CouncilMemberAdmin(SavedMeanwhile, KeptStates, TranslatableHistory, admin.ModelAdmin):
    form = OrderedForm
    list_display = ["name", "role", "library", "term", "position"]
    list_filter = [TermFilter]
    list_select_related = ["library"]
    search_fields = ["name__folded", "role__folded", "library__name__folded"]
    search_help_text = _("Looks at names, roles and libraries.")
    autocomplete_fields = ["library"]

    @admin.display(description=_("term"), ordering=F("starts_on").asc(nulls_first=True))
    def term(self, member):
        return period(member.starts_on, member.ends_on)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        CouncilMember.objects.renumber(form.moves)


@admin.register(Page)
class PageAdmin(SavedMeanwhile, KeptStates, TranslatableHistory, PublicColumn, admin.ModelAdmin):
    not_restored = ["published_at"]
    form = PageForm
    list_display = ["title", "slug", "public", "changed_at"]
    list_filter = [PublicFilter]
    search_fields = ["title__folded", "slug__folded", "text__folded"]
    search_help_text = _("Looks at titles, addresses and texts.")
    prepopulated_fields = {"slug": ["title"]}

    def add_view(self, request, form_url="", extra_context=None):
        """Say of a ready text what only staff know."""
        if request.method == "GET" and request.GET.get("slug") in ready_texts.TITLES:
            told = gettext(
                "The text is ready: read it through, and write in what the site cannot know, such"
                " as who runs the server and the mail."
            )
            self.message_user(request, told)
        return super().add_view(request, form_url, extra_context)

    def get_changeform_initial_data(self, request):
        """Begin with a ready text where the address, of which there is one, is that of such."""
        return super().get_changeform_initial_data(request) | ready_texts.initial(
            request.GET.get("slug")
        )


class AudienceFilter(admin.SimpleListFilter):
    title = _("for whom")
    parameter_name = "audience"

    def lookups(self, request, model_admin):
        return [(Audience.PUBLIC, _("for everybody")), (Audience.MEMBERS, _("for members only"))]

    def queryset(self, request, queryset):
        return queryset.filter(audience=self.value()) if self.value() else queryset


class DatedFilter(YearFilter):
    title = _("year")
    field = "dated"


@admin.register(Document)
class DocumentAdmin(SavedMeanwhile, KeptStates, TranslatableHistory, UploadForm, admin.ModelAdmin):
    not_restored = ["audience"]
    form = DocumentForm
    list_display = ["title", "kind", "dated", "audience", "facts"]
    list_filter = ["kind", AudienceFilter, DatedFilter]
    search_fields = ["title__folded", "file__folded"]
    search_help_text = _("Looks at titles and names of files.")
    formfield_overrides = FIELDS

    @admin.display(description=_("file"))
    def facts(self, document):
        """Its kind and size; a lost one has no size."""
        if document.file_size is None:
            return gettext("the file is lost")
        return file_facts(document)


@admin.register(Redirect)
class RedirectAdmin(SavedMeanwhile, KeptStates, TranslatableHistory, admin.ModelAdmin):
    list_display = ["old_path", "target"]
    search_fields = ["old_path__folded", "target__folded"]
    search_help_text = _("Looks at both addresses.")
