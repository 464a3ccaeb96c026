"""Documents that staff upload: which files are taken, by what is in them and not by their names.

Visitors get them as they came, so each is to be what it says: no page in disguise, no macros.
"""

import re
import zipfile
from pathlib import PurePosixPath

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from . import pictures
from .spreadsheets import text_of

DOCUMENT_TYPES = [
    *("pdf", "doc", "docx", "odt", "rtf", "txt", "xls", "xlsx", "ods", "csv"),
    *("ppt", "pptx", "odp", "zip", "jpg", "jpeg", "png"),
]
MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024  # bytes, of an archive that visitors will unpack
MAX_ENTRIES = 10_000
LOOKED_AT = 1024 * 1024  # bytes of a text that tell what it is
# PDF: ISO 32000-1, 7.5.2 and 7.5.5. What writes PDFs may put some empty bytes around them.
PDF_START, PDF_END = re.compile(rb"[\x00\s\xef\xbb\xbf]*%PDF-"), b"%%EOF"
TAIL = 16 * 1024  # bytes in which the end of a PDF stands
# The programs of Microsoft Office until 2007: [MS-CFB], 2.2.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED = b"PK\x03\x04"
# What the part [Content_Types].xml, or the entry mimetype, says that the document is.
OFFICE = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
    "pptx": b"presentationml.presentation.main+xml",
}
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
MACROS = re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/", re.IGNORECASE)
PROGRAMS = re.compile(
    r"\.(bat|cmd|com|cpl|dll|exe|hta|jar|jse?|lnk|msi|ps1|reg|scr|vb[es]?|wsf)$", re.IGNORECASE
)
PICTURES = {"jpg": {"JPEG", "MPO"}, "jpeg": {"JPEG", "MPO"}, "png": {"PNG"}}
MARKUP = re.compile(r"\s*<(!doctype|!--|\?xml|html|head|body|script|svg)", re.IGNORECASE)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


def refusal(code, sentence, **told):
    return ValidationError(sentence, code=code, params=told)


def damaged():
    return refusal("damaged", _("The file is damaged or was cut short on its way. Send it again."))


def something_else(suffix):
    return refusal(
        "something_else",
        _(
            "The name of the file ends with .%(type)s, but the file is of another kind. Open it in"
            " its program, save it as .%(type)s, and send that."
        ),
        type=suffix,
    )


@deconstructible
class DocumentValidator:
    """Takes an upload that is what its name says, whole, and of at most MAX_BYTES.

    One that is stored already is left alone, and another suffix is for others to refuse.
    """

    def __call__(self, value):
        if getattr(value, "_committed", False):
            return
        if value.size > MAX_BYTES:
            raise refusal(
                "too_large",
                _("The file is larger than 50 MB. Make it smaller or divide it, and send that."),
            )
        suffix = PurePosixPath(value.name).suffix.lower().lstrip(".")
        file = value.file
        file.seek(0)
        try:
            if suffix in DOCUMENT_TYPES:
                look_into(file, suffix)
        finally:
            file.seek(0)

    def __eq__(self, other):
        return isinstance(other, DocumentValidator)

    def __hash__(self):
        return hash(DocumentValidator)


def look_into(file, suffix):
    """Raise ValidationError where the open binary `file` is not what `suffix` says."""
    if suffix in PICTURES:
        if pictures.look_at(file) not in PICTURES[suffix]:
            raise something_else(suffix)
    elif suffix in {"zip", *OFFICE, *OPEN_DOCUMENT}:
        look_at_archive(file, suffix)
    elif suffix == "pdf":
        look_at_pdf(file)
    elif suffix in {"txt", "csv"}:
        look_at_text(file, suffix)
    elif not file.read(len(OLE)).startswith(b"{\\rtf" if suffix == "rtf" else OLE):
        raise something_else(suffix)


def look_at_pdf(file):
    if not PDF_START.match(file.read(1024)):
        raise something_else("pdf")
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    if PDF_END not in file.read():
        raise damaged()


def look_at_text(file, suffix):
    data = file.read(LOOKED_AT + 1)
    text = text_of(data[:LOOKED_AT], is_whole=len(data) <= LOOKED_AT)
    if text is None or CONTROLS.search(text) or MARKUP.match(text):
        raise something_else(suffix)


def look_at_archive(file, suffix):
    """Nothing is unpacked but the few bytes that tell what a document is."""
    if file.read(len(PACKED)) != PACKED:
        raise something_else(suffix)
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
        said = what_it_says(archive, suffix)
    except Exception as error:  # whatever a damaged archive makes the reader stumble over
        raise damaged() from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise refusal(
            "too_large",
            _("Unpacked, the file is larger than 500 MB. Divide it into several, and send those."),
        )
    if not said:
        raise something_else(suffix)
    refuse_programs([entry.filename for entry in entries], suffix)


def what_it_says(archive, suffix):
    """Return whether `archive` says that it is what `suffix` says; a .zip may hold anything."""
    names = set(archive.namelist())
    if suffix in OFFICE:
        return OFFICE[suffix] in beginning_of(archive, "[Content_Types].xml", names)
    if suffix in OPEN_DOCUMENT:
        return beginning_of(archive, "mimetype", names).strip() == OPEN_DOCUMENT[suffix]
    return True


def beginning_of(archive, name, names):
    if name not in names:
        return b""
    with archive.open(name) as part:
        return part.read(LOOKED_AT)


def refuse_programs(names, suffix):
    if suffix != "zip":
        if any(MACROS.search(name) for name in names):
            raise refusal(
                "macros",
                _("The document has macros. Save it as .%(type)s without them, and send that."),
                type=suffix,
            )
        return
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise damaged()
        if PROGRAMS.search(name):
            shown = "".join(each for each in path.name if each.isprintable())[:60]
            raise refusal(
                "programs",
                _("The archive has a program in it: %(name)s. Take it out, and send it again."),
                name=shown,
            )


class UploadField(forms.FileField):
    """Cuts the name of a file where it is longer than can be kept, instead of refusing it."""

    def to_python(self, data):
        if data and self.max_length and len(data.name) > self.max_length:
            name = PurePosixPath(data.name)
            data.name = name.stem[: self.max_length - len(name.suffix)].strip() + name.suffix
        return super().to_python(data)


class DocumentFormField(UploadField):
    """Offers files that may be sent; what is taken is for DocumentValidator to say."""

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        if isinstance(widget, forms.FileInput):
            attrs["accept"] = ",".join(f".{suffix}" for suffix in DOCUMENT_TYPES)
        return attrs


class DocumentField(models.FileField):
    """A file for visitors or members as it was uploaded: a document of the DOCUMENT_TYPES."""

    default_validators = [DocumentValidator()]

    def deconstruct(self):
        """As any file: what is taken is no concern of the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs

    def formfield(self, **options):
        return super().formfield(**{"form_class": DocumentFormField, **options})
