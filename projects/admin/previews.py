"""„Peržiūrėti“: the page as visitors will see it, of what is typed in the form, saved or not."""

from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..models import DraftReader
from ..project_pages import page_of_draft


class PreviewMixin:
    """Saves what is typed as ever, shows the page, and takes it all back.

    So there is no second way from a form to a project. The button opens a page of its own: the form
    stays as it is.
    """

    def response_add(self, request, obj, post_url_continue=None):
        return self.preview(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.preview(request, obj) or super().response_change(request, obj)

    def preview(self, request, project):
        """Return the page of `project`, and undo its saving; None if no preview was asked for."""
        if "_preview" not in request.POST:
            return None
        told = _("So visitors will see the page. What you see is not saved: go back to the form.")
        try:
            return page_of_draft(request, DraftReader(project.pk), told)
        finally:
            transaction.set_rollback(True)
            for file in request.uploads_of_preview:
                file.storage.delete(file.name)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "_preview" in request.POST:
            request.uploads_of_preview = list(uploads(formsets))

    def render_change_form(self, request, context, *args, **kwargs):
        """Where nothing can be shown, say why on the page of its own; the form stays as it is."""
        if "_preview" in request.POST:
            errors = list(errors_of(context["adminform"].form, context["inline_admin_formsets"]))
            context = self.admin_site.each_context(request) | {"told": errors}
            return render(request, "projects/admin/preview_refused.html", context)
        return super().render_change_form(request, context, *args, **kwargs)


def uploads(formsets):
    """Yield each file that saving `formsets` has stored."""
    for formset in formsets:
        for form in formset.forms:
            for name in form.changed_data:
                file = getattr(form.instance, name, None)
                if isinstance(file, FieldFile) and file and not form.instance._state.adding:
                    yield file


def errors_of(form, inline_formsets):
    """Yield (where, what is wrong) for all that keeps the form from being saved."""
    yield from _errors(form, "")
    for each in inline_formsets:
        part = each.opts.verbose_name
        yield from ((capfirst(part), error) for error in each.formset.non_form_errors())
        for number, form in enumerate(each.formset.forms, start=1):
            yield from _errors(form, f"{capfirst(part)} {number}")


def _errors(form, part):
    for name, errors in form.errors.items():
        label = str(capfirst(form.fields[name].label)) if name in form.fields else ""
        where = ", ".join(filter(None, [part, label]))
        yield from ((where, error) for error in errors)
