"""In the admin: the records of a list out of the site as a table, and in again, looked at first."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from .admin_pages import OwnPages
from .models import TableImport
from .tables import exports, files, imports, previews, telling, writing
from .tables.drafts import CHANGED, NEW, REFUSED, SAME
from .tables.registry import table_of

PAGE_LENGTH = 50
# What of the address of a list says how it is shown, and not what is in it.
NOT_FILTERS = {"p", "o", "all", "e", "_popup", "_to_field"}
FATES = {
    REFUSED: pgettext_lazy("records", "With errors"),
    CHANGED: pgettext_lazy("records", "Changed"),
    NEW: pgettext_lazy("records", "New"),
    SAME: pgettext_lazy("records", "Unchanged"),
}


class TableForm(forms.Form):
    """A table that is sent."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_("XLSX, CSV or a .zip of CSV, of 10 MB at most."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.zip"}),
    )

    def clean_file(self):
        """Leave the bytes of the file, of one that is too large a few more than may be."""
        file = self.cleaned_data["file"]
        data = file.read(files.MAX_BYTES + 1)
        try:
            files.look_over(file.name, data)
        except files.Unreadable as error:
            raise ValidationError(str(error)) from error
        return file.name, data


class ExportForm(forms.Form):
    """What the exported table is to be."""

    kind = forms.ChoiceField(label=_("What to download"), widget=forms.RadioSelect)

    def __init__(self, data, table):
        super().__init__(data, initial={"kind": "xlsx"})
        self.fields["kind"].choices = [
            ("xlsx", _("XLSX, for Excel and LibreOffice")),
            *(_several_csv(table) if len(table.sheets) > 1 else [("0", _("CSV"))]),
        ]


def _several_csv(table):
    yield "zip", _("CSV, all sheets in one .zip")
    for number, sheet in enumerate(table.sheets):
        yield str(number), gettext("CSV: %(sheet)s") % {"sheet": sheet.name}


class TablesPages(OwnPages):
    """The pages „Importuoti lentelę“ and „Eksportuoti lentelę“ of a model that has a Table."""

    actions = ["export_selected"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = {
            "importuoti/": (self.imports_view, "imports"),
            "importuoti/tuscia/": (require_safe(self.empty_table_view), "empty_table"),
            "importuoti/<int:number>/": (self.import_view, "import"),
            "importuoti/<int:number>/eiga/": (require_safe(self.progress_view), "import_progress"),
            "importuoti/<int:number>/klaidos/": (
                require_safe(self.wrong_rows_view),
                "import_errors",
            ),
            "eksportuoti/": (self.export_view, "export"),
        }
        own = [
            path(route, self.admin_site.admin_view(view), name=f"{name}_{page}")
            for route, (view, page) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def address_of(self, page, *args, **options):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args, **options)

    @property
    def table(self):
        return table_of(self.model)

    def may_import_tables(self, request):
        """Whether staff may make records and change those there are: a table may do both."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None):
        links = [(self.address_of("export", query=filters_of(request)), _("Export a table"))]
        if self.may_import_tables(request):
            links.insert(0, (self.address_of("imports"), _("Import a table")))
        return super().changelist_view(request, {"table_links": links} | (extra_context or {}))

    @admin.action(description=_("Export the selected as a table"), permissions=["view"])
    def export_selected(self, request, queryset):
        """Lead to the page on which one chooses the kind of file."""
        query = filters_of(request)
        if request.POST.get("select_across") != "1":
            query = {"pk__in": ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))}
        return redirect(self.address_of("export", query=query))

    def export_view(self, request):
        """Show what can be downloaded of what the list shows; send it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            records = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(self.address_of("export"))
        form = ExportForm(request.POST if request.method == "POST" else None, self.table)
        if form.is_bound and form.is_valid():
            try:
                return self.exported(records, form.cleaned_data["kind"])
            except writing.TooLong as error:
                form.add_error("kind", str(error))
        number = records.order_by().count()
        count = ngettext("%(number)s record", "%(number)s records", number)
        return self.own_page(
            request,
            "association/admin/table_export.html",
            gettext("Export a table"),
            form=form,
            fields=AdminForm(form, [(None, {"fields": ["kind"]})], {}),
            count=count % {"number": localize(number)},
            is_narrowed=bool(filters_of(request)),
            query=request.GET.urlencode(),
        )

    def exported(self, records, kind):
        """Return the answer with `records` as a file of this `kind`."""
        name = f"{self.table.sheets[0].name}-{timezone.localdate()}".lower()
        if kind.isdecimal():
            (sheet,) = exports.sheets_of(self.table, records, [self.table.sheets[int(kind)]])
            return sent_csv(sheet, f"{sheet[0]}-{timezone.localdate()}".lower())
        sheets = exports.sheets_of(self.table, records)
        if kind == "zip":
            file = exports.file_of(sheets, writing.write_archive)
            return FileResponse(file, as_attachment=True, filename=f"{name}.zip")
        return sent_workbook(sheets, name)

    def empty_table_view(self, request):
        """Send a table with the names of the columns alone."""
        if not self.may_import_tables(request):
            raise PermissionDenied
        sheets = exports.sheets_of(self.table, self.model._default_manager.none())
        return sent_workbook(sheets, f"{self.table.sheets[0].name}-nauji".lower())

    def imports_view(self, request):
        """Take a table; tell what of earlier ones waits for the person."""
        if not self.may_import_tables(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = TableForm(*sent)
        if sent and form.is_valid():
            name, data = form.cleaned_data["file"]
            received = imports.receive(self.model, name, data, by=request.user)
            return redirect(self.address_of("import", received.pk))
        return self.own_page(
            request,
            "association/admin/table_imports.html",
            gettext("Import a table"),
            form=form,
            fields=AdminForm(form, [(None, {"fields": ["file"]})], {}),
            table=self.table,
            waiting=[
                (each, self.address_of("import", each.pk)) for each in self.own_imports(request)
            ],
            kept=imports.KEPT.days,
            export_address=self.address_of("export"),
            empty_address=self.address_of("empty_table"),
        )

    def own_imports(self, request):
        found = TableImport.objects.visible_to(request.user).light()
        return found.filter(model=self.opts.label_lower)

    def get_import(self, request, number):
        if not self.may_import_tables(request):
            raise PermissionDenied
        found = self.own_imports(request).filter(pk=min(number, 2**63 - 1)).first()
        if found is None:
            raise Http404
        return found

    def import_view(self, request, number):
        """Show how far an import is, what it would change or has changed; go on with it."""
        found = self.get_import(request, number)
        if request.method == "POST":
            return self.go_on(request, found)
        done = imports.Steps(found).now()
        context = {
            "found": found,
            "page_address": request.path,
            "list_address": self.address_of("changelist"),
            "imports_address": self.address_of("imports"),
        }
        if found.is_at_work:
            context |= {
                "is_stuck": imports.is_stuck(found),
                "progress_address": self.address_of("import_progress", found.pk),
                "done": done,
                "words": telling.words_of(found, done),
            }
        elif found.state in {TableImport.State.READ, TableImport.State.DONE}:
            context |= self.preview_context(request, found)
        title = gettext("Import a table")
        template = "association/admin/table_import.html"
        return self.own_page(request, template, title, subtitle=found.name, **context)

    def preview_context(self, request, found):
        preview, counts = found.preview, found.counts
        entries = preview.get("entries", [])
        tabs = [fate for fate in FATES if counts.get(fate)]
        is_done = found.state == TableImport.State.DONE
        if is_done:
            tabs = [fate for fate in tabs if fate == REFUSED]
        chosen = request.GET.get("rodyti")
        chosen = chosen if chosen in tabs else next(iter(tabs), None)
        shown = [entry for entry in entries if entry["fate"] == chosen]
        page = Paginator(shown, PAGE_LENGTH).get_page(request.GET.get("p"))
        for entry in page:
            entry["brief"] = telling.brief(entry)
        good = counts.get(NEW, 0) + counts.get(CHANGED, 0)
        return {
            "preview": preview,
            "sums": (telling.done_sums if is_done else telling.sums)(counts),
            "warnings": telling.warnings(entries, counts),
            "tabs": [(fate, FATES[fate], counts[fate], fate == chosen) for fate in tabs],
            "chosen": chosen,
            "page": page,
            "wrong": counts.get(REFUSED, 0),
            "good": good,
            "errors_address": self.address_of("import_errors", found.pk),
            "next_steps": self.table.next_steps(counts),
        }

    def go_on(self, request, found):
        """Do what was pressed."""
        if "_discard" in request.POST:
            imports.discard(found)
            self.message_user(request, gettext("The table was deleted, and nothing imported."))
            return redirect(self.address_of("imports"))
        try:
            if "_again" in request.POST:
                imports.try_again(found)
            elif "_import" in request.POST or "_import_right" in request.POST:
                imports.agree(found, only_right="_import_right" in request.POST)
        except imports.Refused as refused:
            self.message_user(request, str(refused), messages.WARNING)
        return redirect(request.path)

    def progress_view(self, request, number):
        """Tell the script of the page how far it is."""
        found = self.get_import(request, number)
        done = imports.Steps(found).now()
        told = {
            "state": found.state,
            "words": telling.words_of(found, done),
            "part": telling.part(done),
        }
        return JsonResponse(told | {"is_stuck": imports.is_stuck(found)})

    def wrong_rows_view(self, request, number):
        """Send the rows with errors, to be corrected and sent again."""
        found = self.get_import(request, number)
        sheets = previews.wrong_sheets(found.preview) if found.preview else []
        if not sheets:
            raise Http404
        return sent_workbook(sheets, f"{self.table.sheets[0].name}-klaidos".lower())


def filters_of(request):
    """Return what of the address says which records the list shows."""
    return {
        name: values for name, values in request.GET.lists() if name not in NOT_FILTERS and values
    }


def sent_workbook(sheets, name):
    file = exports.file_of(sheets)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.xlsx", content_type=writing.XLSX
    )


def sent_csv(sheet, name):
    _name, headings, _widths, rows = sheet
    return StreamingHttpResponse(
        writing.csv_parts(headings, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
