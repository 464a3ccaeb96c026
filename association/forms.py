from django import forms
from django.utils.translation import gettext_lazy as _

from .models import LAST


class OrderedForm(forms.ModelForm):
    """The form of an Ordered record: an empty position means the end."""

    position = forms.IntegerField(
        label=_("No."),
        min_value=0,
        max_value=LAST,
        required=False,
        widget=forms.NumberInput(attrs={"class": "position"}),
        help_text=_("Empty: at the end."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.initial.get("position") == LAST:
            self.initial["position"] = None

    def clean_position(self):
        position = self.cleaned_data["position"]
        return LAST if position is None else position
