from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from association.admin import TranslatableHistory
from association.admin_pages import OwnPages
from association.forms import TextForm
from association.spreadsheets import write_csv

from .. import invitation_lists, invitation_tables, invitations
from ..invitation_lists import Fate
from ..invitation_tables import COLUMNS, Unreadable
from ..models import Invitation
from ..refusals import NotPossible


def may_invite(request):
    """Whether staff may let others in: only those who may change accounts."""
    return request.user.has_perm("accounts.change_user")


class InvitationForm(forms.ModelForm):
    def _get_validation_exclusions(self):
        """Let the form know of one that is unanswered: the constraint names fields it has not."""
        return super()._get_validation_exclusions() - {"accepted_at", "withdrawn_at"}


class ListForm(TextForm):
    """A table of whom to invite: a file, or its text."""

    max_bytes = invitation_tables.MAX_BYTES
    is_missing = _("Choose a file, or paste the table.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        file, text = self.fields["file"], self.fields["text"]
        file.label, text.label = _("CSV file"), _("Table")
        file.widget.attrs["accept"] = ".csv,.txt,text/csv,text/plain"
        file.help_text = _("CSV of 1 MB at most; it is read instead of the text below.")
        text.widget.attrs |= {"rows": 12, "class": "table-text", "spellcheck": "false"}
        text.help_text = _("Can be pasted from a spreadsheet, and corrected here.")

    def decode(self, data):
        try:
            return invitation_tables.decode(data)
        except Unreadable as error:
            raise ValidationError(error.args[0]) from error

    def read(self, text):
        try:
            return invitation_tables.read(text)
        except Unreadable as error:
            raise ValidationError(error.args[0]) from error


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("unanswered", _("waits or has run out")), *Invitation.State.choices]

    def queryset(self, request, queryset):
        found = {
            "unanswered": queryset.unanswered,
            Invitation.State.WAITING: queryset.waiting,
            Invitation.State.RUN_OUT: queryset.run_out,
            Invitation.State.ACCEPTED: lambda: queryset.filter(accepted_at__isnull=False),
            Invitation.State.WITHDRAWN: lambda: queryset.filter(withdrawn_at__isnull=False),
        }
        return found.get(self.value(), queryset.all)()


@admin.register(Invitation)
class InvitationAdmin(OwnPages, TranslatableHistory, admin.ModelAdmin):
    """Who has been invited for which library, who waits; one that is sent is not rewritten."""

    form = InvitationForm
    list_display = ["email", "library", "role", "state", "sent_at", "inviter"]
    list_select_related = ["library", "invited_by"]
    list_filter = [StateFilter]
    search_fields = ["email__folded", "library__name__folded"]
    search_help_text = _("Looks at e-mail addresses and names of libraries.")
    autocomplete_fields = ["library"]
    actions = ["send_again", "withdraw"]
    change_list_template = "accounts/admin/invitation_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("csv/", view(self.csv_view), name="accounts_invitation_csv"),
            path(
                "csv/lentele/",
                view(require_safe(self.table_view)),
                name="accounts_invitation_csv_table",
            ),
            path(
                "siusti-is-naujo/",
                view(self.send_again_view),
                name="accounts_invitation_send_again",
            ),
        ]
        return [*own, *super().get_urls()]

    def csv_view(self, request):
        """Show what a table of whom to invite would do; do it, if that has been seen."""
        if not may_invite(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None)
        judged, is_done = [], False
        if request.method == "POST" and form.is_valid():
            is_done = "_invite" in request.POST and form.is_seen
            if is_done:
                judged = self.invite_listed(request, form.found)
                left = [each.row for each in judged if each.is_wrong]
                if not left:
                    return redirect("admin:accounts_invitation_changelist")
                form = ListForm(initial={"text": form.found.text_of(left)})
            else:
                judged = invitation_lists.judge(form.found)
                if "_invite" in request.POST:
                    told = gettext("The table has changed: look at what will happen once more.")
                    self.message_user(request, told, messages.WARNING)
        return self.own_page(
            request,
            "accounts/admin/invite_from_csv.html",
            _("Invite from CSV"),
            form=form,
            fields=AdminForm(form, [(None, {"fields": ["file", "text"]})], {}),
            judged=judged,
            is_done=is_done,
            sums=[] if is_done else sums(judged),
            can_invite=not is_done and any(each.is_invited for each in judged),
            columns=COLUMNS,
            without_anybody=invitation_lists.without_anybody().count(),
        )

    @transaction.atomic
    def invite_listed(self, request, table):
        """Invite whom the table names; note each in the history and tell what was done."""
        judged = invitation_lists.invite(table, by=request.user)
        made = [each.invitation for each in judged if each.invitation]
        for invitation in made:
            self.log_addition(request, invitation, gettext("Invited from a table."))
        if made:
            self.message_user(request, letters_sent(len(made)), messages.SUCCESS)
        for told, level in not_done(judged):
            self.message_user(request, told, level)
        return judged

    def table_view(self, request):
        """The table to be filled in: member libraries without a director, and nobody invited."""
        if not may_invite(request):
            raise PermissionDenied
        libraries = invitation_lists.without_anybody().values_list("name", flat=True)
        rows = [list(COLUMNS.values()), *([name, "", ""] for name in libraries)]
        return HttpResponse(
            write_csv(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="kvietimai.csv"'},
        )

    def send_again_view(self, request):
        """Send again to all who did not answer, once it has been seen who that is."""
        if not may_invite(request):
            raise PermissionDenied
        waiting = Invitation.objects.to_send_again().select_related("library")
        waiting = waiting.order_by("library__sort_key", "email")
        if request.method == "POST":
            self.send_again(request, waiting)
            return redirect("admin:accounts_invitation_changelist")
        found = list(waiting)
        number = len(found)
        button = ngettext("Send %(number)s letter", "Send %(number)s letters", number)
        return self.own_page(
            request,
            "accounts/admin/send_again.html",
            _("Send again to those who did not answer"),
            invitations=found,
            run_out=sum(each.state == Invitation.State.RUN_OUT for each in found),
            patience=Invitation.PATIENCE.days,
            button=button % {"number": number},
        )

    def lookup_allowed(self, lookup, value, request):
        """Let the page of a library lead to its invitations."""
        return lookup == "library__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request, obj=None):
        return may_invite(request)

    def has_module_permission(self, request):
        return may_invite(request)

    def has_add_permission(self, request):
        return may_invite(request)

    def has_change_permission(self, request, obj=None):
        """Let what is done in the list be done; a letter that is on its way stays as it was."""
        return obj is None and may_invite(request)

    def has_delete_permission(self, request, obj=None):
        """Let an address be forgotten whose owner never answered; else one withdraws."""
        return may_invite(request)

    def get_fields(self, request, obj=None):
        fields = ["email", "library", "is_director"]
        if obj is None:
            return fields
        moments = ["made_at", "sent_at", "accepted_at", "withdrawn_at"]
        return ["email", "library", "role", "state", "inviter", *moments]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def save_model(self, request, invitation, form, change):
        invitations.invite(invitation, by=request.user)

    @admin.display(description=_("role"), ordering="is_director")
    def role(self, invitation):
        """In words: the icons that Django shows for yes and no have English names."""
        return _("director") if invitation.is_director else ""

    @admin.display(description=_("invited by"), ordering="invited_by")
    def inviter(self, invitation):
        """The person, or the library itself, which had a code sent to its address."""
        if invitation.is_by_library:
            return _("the library, by a code")
        return invitation.invited_by or "–"

    @admin.display(description=_("state"))
    def state(self, invitation):
        return invitation.state.label

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request, queryset):
        done = self._do(request, queryset, invitations.send_again, gettext("Sent again."))
        if done:
            self.message_user(request, letters_sent(done), messages.SUCCESS)

    @admin.action(description=_("Withdraw"), permissions=["change"])
    def withdraw(self, request, queryset):
        done = self._do(
            request, queryset, invitations.withdraw, pgettext("invitation", "Withdrawn.")
        )
        if done:
            told = ngettext(
                "%(done)s invitation withdrawn.", "%(done)s invitations withdrawn.", done
            )
            self.message_user(request, told % {"done": done}, messages.SUCCESS)

    def _do(self, request, queryset, verb, record):
        """Call `verb` with each, note it in the history, tell refusals; return how many went."""
        done = 0
        for invitation in queryset:
            try:
                verb(invitation)
            except (NotPossible, ValidationError) as error:
                reasons = getattr(error, "messages", error.args)
                told = " ".join([*map(str, reasons), str(invitation)])
                self.message_user(request, told, messages.WARNING)
            else:
                done += 1
                self.log_change(request, invitation, record)
        return done


def letters_sent(number):
    told = ngettext("%(done)s letter sent.", "%(done)s letters sent.", number)
    return told % {"done": number}


def sums(judged):
    """Return the sentences that tell how many of `judged` will be invited, and the others."""
    if not judged:
        return []
    number = sum(each.is_invited for each in judged)
    told = ngettext("%(number)s letter will be sent.", "%(number)s letters will be sent.", number)
    return [told % {"number": number}, *(told for told, _level in not_done(judged))]


def not_done(judged):
    """Yield (sentence, level of a message) for the rows that are left out, and for wrong ones."""
    skipped = sum(each.fate == Fate.SKIPPED for each in judged)
    wrong = sum(each.is_wrong for each in judged)
    if skipped:
        told = ngettext("%(number)s line is left out.", "%(number)s lines are left out.", skipped)
        yield told % {"number": skipped}, messages.INFO
    if wrong:
        told = ngettext("%(number)s line has errors.", "%(number)s lines have errors.", wrong)
        yield told % {"number": wrong}, messages.WARNING
