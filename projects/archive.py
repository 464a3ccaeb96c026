"""How a visitor narrows the finished projects down."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.lithuanian import typeset

from .models import Funder


class ArchiveForm(forms.Form):
    """Filters `projects`, a QuerySet of what its visitor may see, by year of the end and funder.

    It offers only what is among them. A choice that is refused is told, and does not filter.
    """

    is_filter = True
    # What the fields are called in an address, which visitors read.
    parameters = {"year": "metai", "funder": "finansuotojas"}

    year = forms.TypedChoiceField(
        label=_("Year"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("No projects ended in such a year: choose another.")},
    )
    funder = forms.ModelChoiceField(
        label=_("Funder"),
        queryset=Funder.objects.none(),
        required=False,
        empty_label=_("All funders"),
        error_messages={"invalid_choice": _("There is no such funder here: choose another.")},
    )

    def __init__(self, data, *, projects):
        super().__init__(data)
        self.projects = projects
        years = ((year, str(year)) for year in projects.years_of_end())
        self.fields["year"].choices = [("", _("All years")), *years]
        self.fields["funder"].label_from_instance = lambda funder: typeset(str(funder))
        self.fields["funder"].queryset = Funder.objects.paying_for(projects)
        self.full_clean()  # a filter is never sent back: what of it is valid holds at once

    def add_prefix(self, field_name):
        return self.parameters.get(field_name, field_name)

    def filtered(self):
        """Return those of the projects that were chosen, by the choices that are valid."""
        projects = self.projects
        if year := self.cleaned_data.get("year"):
            projects = projects.filter(ends_on__year=year)
        if funder := self.cleaned_data.get("funder"):
            projects = projects.funded_by(funder)
        return projects

    @property
    def chosen_names(self):
        """The parameters of the address that hold a valid choice."""
        return [self.add_prefix(name) for name in self.fields if self.cleaned_data.get(name)]

    @property
    def chosen(self):
        """The valid choices in words, „2010 m., Lietuvos kultūros taryba“; "" if there are none."""
        words = []
        if year := self.cleaned_data.get("year"):
            words.append(gettext("Year %(year)s") % {"year": year})
        if funder := self.cleaned_data.get("funder"):
            words.append(str(funder))
        return ", ".join(words)
