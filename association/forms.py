import hashlib
from datetime import date
from itertools import pairwise

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .inserts import NAMES
from .models import LAST, Document, Page

DOCUMENT_HELP = {
    "file": _(
        "PDF, Word, Excel, PowerPoint, LibreOffice, CSV, ZIP, JPEG or PNG, of 50 MB at most."
    ),
    "audience": _("What is for members is seen by representatives of libraries who log in."),
}


# What the editor of texts needs. Its words stand on the script itself, as those of ordering do.
EDITOR = [
    forms.Script("js/vendor/prosemirror.min.js", defer=True),
    *(
        forms.Script(f"js/editor_{part}.js", defer=True)
        for part in ("notation", "writing", "pasting", "commands")
    ),
    forms.Script(
        "js/editor.js",
        defer=True,
        **{
            "data-toolbar": _("Look of the text"),
            "data-heading": _("Heading"),
            "data-subheading": _("Smaller heading"),
            "data-bullets": _("List"),
            "data-numbers": _("Numbered list"),
            "data-strong": _("Make bold"),
            "data-em": _("Emphasise"),
            "data-link": _("Link"),
            "data-undo": _("Undo"),
            "data-redo": _("Redo"),
            "data-address": _("Address of the link"),
            "data-set-link": _("Link it"),
            "data-remove-link": _("Remove the link"),
            "data-cancel": _("Close"),
            "data-bad-address": _(
                "Write the whole address: https://www.biblioteka.lt, or vardas@biblioteka.lt for"
                " letters."
            ),
        },
    ),
]


class RichTextarea(forms.Textarea):
    """A text in the marks of notation: with a script an editor, without one they are explained.

    The script hides the explanation.
    """

    class Media:
        css = {"all": ["css/admin_editor.css"]}
        js = EDITOR

    def __init__(self, *, headings=True, attrs=None):
        self.headings = headings
        kind = "headings" if headings else "text"
        super().__init__({"rows": 6, "cols": 90, "data-rich": kind} | (attrs or {}))

    def render(self, name, value, attrs=None, renderer=None):
        field = super().render(name, value, attrs, renderer)
        told = [
            _("An empty line begins a new paragraph."),
            _("Lines that begin with “- ” or with “1. ”, “2. ” are items of a list."),
            _("**Bold**, *emphasised*, [words of a link](https://www.biblioteka.lt)."),
        ]
        if self.headings:
            told.insert(
                1, _("A line that begins with “## ” is a heading, with “### ” a smaller one.")
            )
        help_text = " ".join(map(str, told))
        return field + format_html('<div class="help notation-help">{}</div>', help_text)


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

    def has_changed(self):
        """Whether anything is to be saved: a new row with a number alone has been left empty."""
        if self.empty_permitted and self.changed_data == ["position"]:
            return False
        return super().has_changed()

    @property
    def moves(self):
        """What OrderedQuerySet.renumber() wants to know of a record whose number was changed."""
        if "position" not in self.changed_data or not self.has_changed():
            return {}
        before = self.initial.get("position") or LAST
        return {self.instance.pk: 1 if self.cleaned_data["position"] > before else -1}

    def clean_position(self):
        position = self.cleaned_data["position"]
        return LAST if position is None else position


class DocumentForm(forms.ModelForm):
    class Meta:
        model = Document
        fields = ["title", "dated", "audience", "kind", "file"]
        help_texts = DOCUMENT_HELP | {"title": _("What its link says: Asociacijos įstatai")}


class PageForm(forms.ModelForm):
    class Meta:
        model = Page
        fields = ["published_at", "title", "slug", "text"]
        widgets = {"text": RichTextarea(attrs={"rows": 20})}
        help_texts = {
            "slug": _(
                "The last part of the address, in letters without marks: privatumas. Who has the"
                " old address finds nothing there once it is changed."
            ),
            "text": format_lazy(
                _("In the place of a name in braces the page shows what is known now: {names}."),
                names=", ".join(f"{{{name}}}" for name in NAMES),
            ),
        }


class MembershipForm(forms.ModelForm):
    def _get_validation_exclusions(self):
        # That one membership goes on is asked of all rows together: the one that the database
        # still has may end with this very save.
        return super()._get_validation_exclusions() | {"library"}


class LabelledFormSet(forms.BaseInlineFormSet):
    """Rows of a table whose fields tell what they are: the heads of its columns are no labels."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", field.label)


class MembershipFormSet(LabelledFormSet):
    """Refuses memberships of one library that overlap: a day has one membership at most."""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form.is_valid() and form not in self.deleted_forms]
        refuse_overlaps(
            (
                form.cleaned_data.get("starts_on") or date.min,
                form.cleaned_data.get("ends_on") or date.max,
            )
            for form in kept
            if form.has_changed() or form.instance.pk
        )


def refuse_overlaps(periods):
    """Raise ValidationError where two of `periods`, pairs of first and last days, share a day."""
    for earlier, later in pairwise(sorted(periods)):
        if later[0] <= earlier[1]:
            raise ValidationError(_("Memberships overlap: end one before another begins."))


class TextForm(forms.Form):
    """A text to be read: from a file, or pasted into the field where it can be corrected.

    A subclass says how with decode() and read(). The text of a file is put into the field; `found`
    is what read() returned, and `is_seen` whether it is that of the preview on the page before.
    """

    max_bytes = 1_000_000
    is_missing = _("Choose a file, or paste the text.")

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        help_text=_("If you choose one, it is read instead of the text below."),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    # Of what the page has shown: what nobody has seen is not done.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    found, is_seen = None, False

    def decode(self, data):
        """Return the text in `data` (bytes, more than max_bytes where there is more).

        Raise ValidationError where it cannot be told.
        """
        raise NotImplementedError

    def read(self, text):
        """Return what is in `text`; raise ValidationError where it cannot be told."""
        raise NotImplementedError

    def shown(self):
        """Return what the preview shows of `found`, as text: what was seen is known by it."""
        return self.data["text"]

    def clean_file(self):
        """Put the text of the file into the field where it can be corrected."""
        file = self.cleaned_data["file"]
        if file:
            text = self.decode(file.read(self.max_bytes + 1))
            self.data = self.data.copy()
            self.data["text"] = text.lstrip("\ufeff")
        return file

    def clean(self):
        """Read the text; where a file cannot be read, what was pasted is not read instead of it."""
        super().clean()
        if self.errors:
            return
        try:
            if not self.data.get("text", "").strip():
                raise ValidationError(self.is_missing)
            self.found = self.read(self.data["text"])
        except ValidationError as error:
            self.add_error("text", error)
            return
        digest = _digest(self.shown())
        self.is_seen = self.cleaned_data["seen"] == digest
        self.data = self.data.copy()
        self.data["seen"] = digest


def _digest(text):
    """Return what tells `text` from another, whatever its ends of lines."""
    return hashlib.sha256("\n".join(text.splitlines()).encode(errors="replace")).hexdigest()
