"""In the admin: the states of a record, to compare and to restore, and the bin."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from reversion.models import Version

from . import versions
from .admin_pages import OwnPages
from .state_differences import told
from .versions import State

PAGE_LENGTH = 20


class KeptStates(OwnPages):
    """Keeps the state of a record with each note in its history, which tells and restores them.

    Whatever is done with a record in the admin is noted by log_addition(), log_change() or
    log_deletions(): so nothing is kept twice, and nothing passes by.
    """

    # Fields that stay as they are when a record that is there comes back: those that say who sees
    # it, which is never changed by the way.
    not_restored = ()
    change_list_template = "association/admin/list_with_bin.html"
    object_history_template = "association/admin/history.html"

    def get_urls(self):
        view, model = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("siuksliadeze/", view(self.bin_view), name=f"{model}_bin"),
            path("<int:pk>/busenos/", view(self.states_view), name=f"{model}_states"),
            path(
                "<int:pk>/busenos/<int:revision>/",
                view(require_POST(self.restore_view)),
                name=f"{model}_restore",
            ),
        ]
        return [*own, *super().get_urls()]

    def name_of(self, page):
        """Return the name of the address of one of the model's pages here, such as "states"."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def save_model(self, request, obj, form, change):
        if change:
            versions.keep_first(obj)
        super().save_model(request, obj, form, change)

    def log_addition(self, request, obj, message):
        entry = super().log_addition(request, obj, message)
        versions.keep(obj, by=request.user, told=entry.change_message)
        return entry

    def log_change(self, request, obj, message):
        entry = super().log_change(request, obj, message)
        versions.keep(obj, by=request.user, told=entry.change_message)
        return entry

    def changelist_view(self, request, extra_context=None):
        """Show the list, and lead to the bin those who may open it.

        What is done with it is done whole, and by one at a time.
        """
        context = {"may_open_bin": self.has_delete_permission(request)} | (extra_context or {})
        if request.method != "POST":
            return super().changelist_view(request, context)
        with transaction.atomic():
            versions.wait_for_others()
            return super().changelist_view(request, context)

    def delete_view(self, request, object_id, extra_context=None):
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with transaction.atomic():
            versions.wait_for_others()
            return super().delete_view(request, object_id, extra_context)

    def log_deletions(self, request, queryset):
        """Keep what is deleted as it is in this moment: nobody changes it before it is gone."""
        versions.lock(self.model, [record.pk for record in queryset])
        for record in queryset:
            versions.keep(record, by=request.user, told=gettext("Deleted."))
        return super().log_deletions(request, queryset)

    def restore_state(self, request, revision, pk):
        """Bring the record `pk` back to `revision`; return it. Raise versions.NotRestored."""
        return versions.restore(revision, self.model, pk, keeping=self.not_restored)

    def states_view(self, request, pk):
        """Show the states of the record, the latest first, and what was changed to each."""
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        revisions = versions.states(record)
        page = Paginator(revisions, PAGE_LENGTH).get_page(request.GET.get("p"))
        shown = list(page)
        older = revisions.filter(pk__lt=shown[-1].pk).first() if shown else None
        states = [State(revision) for revision in [*shown, *([older] if older else [])]]
        before = [*states[1:], None][: len(shown)]
        return self.own_page(
            request,
            "association/admin/states.html",
            _("States and changes"),
            subtitle=str(record),
            original=record,
            page=page,
            states=[
                (state.revision, told(earlier, state, self.model))
                for state, earlier in zip(states, before, strict=False)
            ],
            may_restore=self.has_change_permission(request, record),
            restore_name=self.name_of("restore"),
        )

    def bin_view(self, request):
        """Show what was deleted and can come back."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        page = Paginator(versions.deleted(self.model), PAGE_LENGTH).get_page(request.GET.get("p"))
        return self.own_page(
            request,
            "association/admin/bin.html",
            _("Bin"),
            page=page,
            days=versions.KEPT_IN_BIN.days,
            restore_name=self.name_of("restore"),
        )

    def restore_view(self, request, pk, revision):
        """Restore a state, of a record that is there or was deleted."""
        with transaction.atomic():
            versions.wait_for_others()
            return self.restore_or_tell(request, pk, revision)

    def restore_or_tell(self, request, pk, revision):
        """Do what restore_view() does, where nobody else is at it."""
        record = self.get_object(request, str(pk))
        allowed = (
            self.has_change_permission(request, record)
            if record
            else self.has_add_permission(request) and self.has_delete_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        kept = Version.objects.get_for_object_reference(self.model, pk)
        version = kept.filter(revision__pk=revision).select_related("revision").first()
        if version is None:
            raise Http404
        try:
            with transaction.atomic():
                restored = self.restore_state(request, version.revision, pk)
                if record:
                    self.log_change(request, restored, gettext("An earlier state was restored."))
                else:
                    self.log_addition(request, restored, gettext("Brought back from the bin."))
        except versions.NotRestored as error:
            self.message_user(request, error.args[0], messages.ERROR)
        else:
            message = gettext("“%(record)s” is as it was then.") % {"record": restored}
            self.message_user(request, message, messages.SUCCESS)
            return redirect(self.name_of("states"), pk)
        return redirect(self.name_of("states"), pk) if record else redirect(self.name_of("bin"))
