"""Two at once: who saves over somebody else's newer save is told, and nothing typed is lost."""

import logging

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages.storage import default_storage
from django.db import DatabaseError, transaction
from django.forms import Media, Script
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from . import versions
from .admin_merges import Merge, as_new
from .form_states import FormState, Seen
from .lithuanian import moment
from .storage import is_full, will_pass

logger = logging.getLogger(__name__)

SEEN = "_seen"  # the hidden field with the state that a page was made from


class Told:
    """A form that is not saved: what somebody else has saved meanwhile has to be seen first."""

    told = ()

    def clean(self):
        cleaned = super().clean()
        for sentence in self.told:
            self.add_error(None, sentence)
        return cleaned


def told_of(error):
    """Return why nothing is saved, and what to do about it."""
    if is_full(error):
        return gettext(
            "There is no space left on the server’s disk, and nothing is saved. All that you"
            " typed is still here: leave this page open, tell the owner of the server, and save"
            " once there is space again."
        )
    return gettext(
        "The store of uploaded files does not answer just now, and nothing is saved. All that you"
        " typed is still here: choose the files once more, and save again in a few minutes."
    )


class SavedMeanwhile:
    """Each ModelAdmin has it whose records several people write.

    Nothing is saved where somebody else has saved since the form was opened. It comes back with
    all that was typed, and says beside each field that both have changed what is saved now; what
    the person had not touched is as the other has saved it. The form as it comes back is of the
    newest state: sent once more, it is saved. So it is where a disk is full, or the store of
    files away: nothing is saved then, and all that was typed comes back.
    """

    change_form_template = "association/admin/change_form.html"

    @property
    def media(self):
        return super().media + Media(js=[Script("js/unsaved.js", defer=True)])

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            return self.take(request, object_id, form_url, extra_context)
        except (OSError, DatabaseError) as error:
            if not will_pass(error):
                raise
            logger.error("Nothing can be kept: %s", type(error).__name__)
            request._messages = default_storage(request)  # which have told that it is saved
            request.not_saved = told_of(error)
            return self.take(request, object_id, form_url, extra_context)

    def take(self, request, object_id, form_url, extra_context):
        """Return the answer to a form that was sent."""
        with transaction.atomic():
            versions.wait_for_others()
            if object_id is None:
                return super().changeform_view(request, None, form_url, extra_context)
            if self.is_gone(request, unquote(object_id)):
                request.POST = as_new(request.POST, parent=self.opts.model_name)
                request.told_of_newer = [
                    gettext("Somebody else deleted this record while you were writing."),
                    gettext("What you typed is here as a new one: look it through, and save it."),
                ]
                add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
                return super().changeform_view(request, None, add, extra_context)
            self.look_for_newer(request, unquote(object_id))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def is_gone(self, request, object_id):
        """Whether a form was sent whose record is no longer there, and which may be a new one."""
        return (
            SEEN in request.POST
            and "_preview" not in request.POST
            and self.has_add_permission(request)
            and self.get_object(request, object_id) is None
        )

    def look_for_newer(self, request, object_id):
        """Note in `request` what has been saved since the form was opened, if there is anything.

        The record is locked until the end of the transaction.
        """
        record = self.get_object(request, object_id)
        if record is None or not self.has_change_permission(request, record):
            return
        if not versions.lock(self.model, [record.pk]):
            return
        stored = self.stored_state(request, self.get_object(request, object_id))
        request.stored_state = str(stored)
        if SEEN not in request.POST or "_preview" in request.POST:
            return
        seen = Seen(request.POST[SEEN])
        merge = Merge(stored, seen, request.POST, request.FILES)
        if not merge.is_needed:
            return
        request.POST, request.merge = merge.data, merge
        if merge.is_told:
            request.told_of_newer = [self.who_saved(request, record, seen), *sentences(merge)]

    def stored_state(self, request, record):
        """Return the FormState of `record`, of which the form shows what the person may change."""
        form = self.get_form(request, record, change=True)(instance=record)
        formsets = [
            made(instance=record, prefix=made.get_default_prefix(), queryset=queryset)
            for made, queryset in (
                (made, inline.get_queryset(request))
                for made, inline in self.get_formsets_with_inlines(request, record)
                if inline.has_change_permission(request, record)
            )
        ]
        return FormState(form, formsets)

    def who_saved(self, request, record, seen):
        """Return the sentence that says who has saved `record` since it was `seen`, and when."""
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model),
            object_id=str(record.pk),
            action_time__gte=seen.at,
        )
        entry = entries.select_related("user").order_by("-action_time", "-pk").first()
        if entry is None:
            return gettext("While you were writing, somebody else changed this record.")
        when = moment(entry.action_time)
        if entry.user_id == request.user.pk:
            told = gettext(
                "You have saved this record already (%(when)s): in another window, or before you"
                " came back to this page."
            )
            return told % {"when": when}
        told = gettext("While you were writing, %(who)s saved this record (%(when)s).")
        return told % {"who": entry.user, "when": when}

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        told = [*getattr(request, "told_of_newer", [])]
        told += filter(None, [getattr(request, "not_saved", None)])
        return type(form.__name__, (Told, form), {"told": told}) if told else form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if hasattr(request, "merge") and "files" in kwargs:
            kwargs["files"] = MultiValueDict(request.merge.files)
        return kwargs

    def render_change_form(self, request, context, *args, **kwargs):
        form, inlines = context["adminform"].form, context["inline_admin_formsets"]
        if hasattr(request, "stored_state"):
            context["seen"] = request.stored_state
        elif context["original"] and self.has_change_permission(request, context["original"]):
            context["seen"] = str(FormState(form, [each.formset for each in editable(inlines)]))
        if hasattr(request, "merge"):
            tell_beside(form, [each.formset for each in editable(inlines)], request.merge)
        return super().render_change_form(request, context, *args, **kwargs)


def editable(inlines):
    return [each for each in inlines if each.has_change_permission]


def sentences(merge):
    """Return what is told above the form of what `merge` has brought together."""
    told = [gettext("Your changes are not saved yet, and all that you typed is here.")]
    if merge.clashes:
        told.append(gettext("Beside what both of you changed it says what is saved now."))
    if merge.is_order_changed:
        told.append(gettext("The order was changed too; here it is yours."))
    if merge.taken:
        fields = "; ".join(dict.fromkeys(merge.taken))
        told.append(
            gettext("Where you had changed nothing, you see what is saved now: %(fields)s.")
            % {"fields": fields}
        )
    if merge.dropped:
        rows = "; ".join(merge.dropped)
        told.append(gettext("Deleted meanwhile: %(rows)s.") % {"rows": rows})
    told.append(gettext("Look it through and save once more."))
    return told


def tell_beside(form, formsets, merge):
    """Say beside each field and each row of `merge` what is saved now."""
    prefixes = {None: form}
    for formset in formsets:
        prefixes |= {each.prefix: each for each in formset.forms}
    for prefix, fields in merge.clashes.items():
        for name, value in fields.items():
            told = gettext("Now saved: %(value)s") if value else gettext("Now it is saved empty.")
            prefixes[prefix].add_error(name, told % {"value": value} if value else told)
    for prefix in merge.added:
        prefixes[prefix].add_error(None, gettext("This row was added meanwhile."))
    for prefix in merge.revived:
        told = gettext(
            "This row was deleted meanwhile. What you typed is here as a new row: once saved, it is"
            " there again. If it is not needed, take it out or empty it."
        )
        prefixes[prefix].add_error(None, told)
    for prefix in merge.deleted_though_changed:
        told = gettext("You delete this row, which was changed meanwhile: look whether it may go.")
        prefixes[prefix].add_error(None, told)
