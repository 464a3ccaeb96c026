from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from association.admin import LimitedRows, SearchedChoices, TranslatableHistory
from association.forms import LabelledFormSet

from .. import representations
from ..models import Representative
from ..refusals import NotPossible


class RepresentativeForm(forms.ModelForm):
    def clean_ends_on(self):
        """Keep the last day of one that was ended at once: its doors stay closed."""
        ends_on = self.cleaned_data["ends_on"]
        if self.instance.ended_at and ends_on != self.instance.ends_on:
            raise forms.ValidationError(
                _("It was ended at once. To let the person act anew, add another line.")
            )
        return ends_on


class RepresentativeFormSet(LabelledFormSet):
    """Refuses two lines that go on for one person and library: the database allows one."""

    def clean(self):
        super().clean()
        going_on = set()
        for form in self.forms:
            if not form.is_valid() or not form.cleaned_data or form in self.deleted_forms:
                continue
            # By number: the one on whose page it is may be a new one, and have none.
            pair = form.cleaned_data["user"].pk, form.cleaned_data["library"].pk
            if form.cleaned_data["ends_on"] is None:
                if pair in going_on:
                    raise forms.ValidationError(_("The person acts for this library already."))
                going_on.add(pair)


class RepresentativeInline(LimitedRows, SearchedChoices, admin.TabularInline):
    model = Representative
    form = RepresentativeForm
    formset = RepresentativeFormSet
    extra = 0
    autocomplete_fields = ["user", "library"]
    readonly_fields = ["ended_at"]


class ActingFilter(admin.SimpleListFilter):
    title = _("who acts today")
    parameter_name = "acting"

    def lookups(self, request, model_admin):
        return [("yes", _("acts today")), ("no", _("does not act any more, or not yet"))]

    def queryset(self, request, queryset):
        acting = Representative.objects.acting().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=acting)
        return queryset.exclude(pk__in=acting) if self.value() == "no" else queryset


class ComeFilter(admin.SimpleListFilter):
    title = _("login")
    parameter_name = "come"

    def lookups(self, request, model_admin):
        return [("no", _("has not come in yet")), ("yes", _("has come in"))]

    def queryset(self, request, queryset):
        wanted = {"no": {"user__last_login": None}, "yes": {"user__last_login__isnull": False}}
        return queryset.filter(**wanted.get(self.value(), {}))


@admin.register(Representative)
class RepresentativeAdmin(TranslatableHistory, admin.ModelAdmin):
    """Who acts for which library: who has not come in yet, too."""

    form = RepresentativeForm
    list_display = ["user", "library", "role", "starts_on", "ends_on", "ended_at", "last_login"]
    list_select_related = ["user", "library"]
    list_filter = [ActingFilter, ComeFilter]
    search_fields = ["user__email__folded", "user__name__folded", "library__name__folded"]
    search_help_text = _("Looks at e-mail addresses and names of persons, and names of libraries.")
    autocomplete_fields = ["user", "library"]
    readonly_fields = ["ended_at"]
    actions = ["end"]

    @admin.display(description=_("role"), ordering="is_director")
    def role(self, representative):
        """In words: the icons that Django shows for yes and no have English names."""
        return _("director") if representative.is_director else ""

    @admin.display(description=_("last login"), ordering="user__last_login")
    def last_login(self, representative):
        return representative.user.last_login

    @admin.action(description=_("End now"), permissions=["change"])
    def end(self, request, queryset):
        """Close the doors at once to those chosen; tell of whom that was not possible."""
        done = 0
        for representative in queryset:
            try:
                representations.end(representative)
            except NotPossible as error:
                told = f"{error} {representative}"
                self.message_user(request, told, messages.WARNING)
                continue
            done += 1
            if representative.is_to_come:
                self.log_deletions(request, [representative])
            else:
                self.log_change(request, representative, gettext("Ended at once."))
        if done:
            told = ngettext(
                "%(done)s representation ended.", "%(done)s representations ended.", done
            )
            self.message_user(request, told % {"done": done}, messages.SUCCESS)
