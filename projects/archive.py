"""How a visitor narrows the finished projects down."""

from dataclasses import dataclass
from functools import lru_cache

from django import forms
from django.core.paginator import Paginator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.lithuanian import typeset

from .models import Funder


class LongSelect(forms.Select):
    """A list of tens or hundreds, for each of which Django's own renders a template."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, {"name": name} | (attrs or {}))
        choices = tuple((str(each), str(label)) for each, label in self.choices)
        # What was typed and is not offered marks no option, and fills no memory.
        options = options_of(choices, str(value) if str(value) in dict(choices) else "")
        return format_html("<select{}>{}</select>", flatatt(attrs), options)


@lru_cache(maxsize=100)
def options_of(choices, chosen):
    """Return the options of `choices`, pairs of a value and a label, as HTML."""
    told = ((each, " selected" if each == chosen else "", label) for each, label in choices)
    return format_html_join("\n", '<option value="{}"{}>{}</option>', told)


@dataclass(frozen=True)
class Choices:
    """What some projects can be narrowed down by: the years in which they end, and who pays."""

    years: list[int]
    funders: dict[str, Funder]  # by number, in order
    labels: list[tuple[str, str]]  # of the funders

    @classmethod
    def of(cls, projects):
        """Return the Choices among `projects`, a QuerySet."""
        funders = {str(each.pk): each for each in Funder.objects.paying_for(projects)}
        labels = [(number, typeset(str(each))) for number, each in funders.items()]
        return cls(projects.years_of_end(), funders, labels)


class ArchiveForm(forms.Form):
    """Filters `projects`, a QuerySet of what its visitor may see, by year of the end and funder.

    It offers only `choices`, what is among them. One that is refused is told, and does not filter.
    """

    is_filter = True
    # What the fields are called in an address, which visitors read.
    parameters = {"year": "metai", "funder": "finansuotojas"}

    year = forms.TypedChoiceField(
        label=_("Year"),
        widget=LongSelect,
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("No projects ended in such a year: choose another.")},
    )
    funder = forms.TypedChoiceField(
        label=_("Funder"),
        widget=LongSelect,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("There is no such funder here: choose another.")},
    )

    def __init__(self, data, *, projects, choices):
        super().__init__(data)
        self.projects = projects
        years = ((year, str(year)) for year in choices.years)
        self.fields["year"].choices = [("", _("All years")), *years]
        self.fields["funder"].choices = [("", _("All funders")), *choices.labels]
        self.fields["funder"].coerce = choices.funders.__getitem__
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


class TwoEndedPaginator(Paginator):
    """Asks for what is nearer to the end from there: a database counts all that it passes over."""

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        if start <= self.count - end:
            return super().page(number)
        from_the_end = self.object_list.reverse()[self.count - end : self.count - start]
        return self._get_page(list(from_the_end)[::-1], number, self)
