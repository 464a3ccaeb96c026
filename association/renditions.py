"""A field for pictures: the upload is kept as it came, and visitors get renditions of it.

They lie in a folder of their own, `<upload_to>-vaizdai/<id of the record>/<key>/<width>.<kind>`,
and a column of the record says which there are. The key tells one upload, and one way of making
renditions, from another; so an address never shows something else than it did. The worker makes
them: neither a visitor nor an editor waits. Until then there are none, and a page keeps their
place free. association.files asks who may see them.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from django.forms import FileInput
from django.tasks import task
from django.utils.translation import gettext_lazy as _

from . import pictures
from .documents import UploadField
from .tasks import again_if_full

LATER = -10  # letters go before


@dataclass(frozen=True)
class Source:
    """What the element source, or img, says of the renditions of one kind."""

    content_type: str
    srcset: str
    src: str


class PictureFile(ImageFieldFile):
    """A picture in its record; width and height are those at which it is to be seen."""

    def _get_image_dimensions(self):
        if not hasattr(self, "_dimensions_cache"):
            self._dimensions_cache = self._read_dimensions()
        return self._dimensions_cache

    def _read_dimensions(self):
        try:
            was_closed = self.closed
            self.open()
        except OSError:  # lost: one file that is missing breaks no page
            names = (self.field.width_field, self.field.height_field)
            return tuple(getattr(self.instance, name) for name in names)
        try:
            return pictures.upright_size(self.file)
        except ValidationError:  # the validator tells it
            return None, None
        finally:
            if was_closed:
                self.close()

    @property
    def made(self):
        """The column that tells of the renditions: {} or their key, widths and kinds."""
        return getattr(self.instance, self.field.renditions_field)

    def save(self, name, content, save=True):
        """Store a new upload; in the same transaction, ask the worker for its renditions.

        Raise ValidationError where it is no picture.
        """
        setattr(self.instance, self.field.renditions_field, {})
        # The name decides how it is sent to staff: a page that is a picture too is no page.
        name = PurePosixPath(name).with_suffix(pictures.suffix_of(content))
        super().save(str(name), content, save)
        make_renditions.enqueue(self.field.model._meta.label, self.field.name, self.name)

    @property
    def sources(self):
        """A Source for each kind, last the one that every browser shows; none until made."""
        return [self._source(kind) for kind in self.made.get("kinds", [])]

    @property
    def rendition_names(self):
        """The names of all renditions in the storage."""
        return [
            self.rendition_name(width, kind)
            for kind in self.made.get("kinds", [])
            for width in self.made["widths"]
        ]

    @property
    def largest(self):
        """The address of the widest rendition, in the kind that every browser shows."""
        return self.storage.url(
            self.rendition_name(self.made["widths"][-1], self.made["kinds"][-1])
        )

    @property
    def smallest(self):
        """The address of the narrowest rendition, in that kind too."""
        return self.storage.url(self.rendition_name(self.made["widths"][0], self.made["kinds"][-1]))

    def _source(self, kind):
        addresses = [
            (self.storage.url(self.rendition_name(width, kind)), width)
            for width in self.made["widths"]
        ]
        srcset = ", ".join(f"{address} {width}w" for address, width in addresses)
        return Source(f"image/{kind}", srcset, addresses[-1][0])

    def rendition_name(self, width, kind):
        return f"{self.record_folder}/{self.made['key']}/{width}.{kind}"

    @property
    def record_folder(self):
        return f"{self.field.renditions_folder}/{self.instance.pk}"

    @property
    def key(self):
        """The key that renditions would have if they were made now."""
        made_of = (self.name, self.field.widths, self.field.kinds)
        return sha256(repr(made_of).encode()).hexdigest()[:12]

    def has_renditions(self):
        """Whether they are those that would be made now, and all there."""
        return self.made.get("key") == self.key and all(
            self.storage.exists(name) for name in self.rendition_names
        )

    def make_renditions(self):
        """Make them anew, and remove what was made before.

        Raise ValidationError where the upload cannot be read, and OSError where it is lost.
        """
        folder = f"{self.record_folder}/{self.key}"
        remove_folder(self.storage, folder)
        widths = []
        with self.storage.open(self.name) as original:
            size = pictures.upright_size(original)
            for width, kind, data in pictures.renditions(
                original, self.field.widths, self.field.kinds
            ):
                self.storage.save(f"{folder}/{width}.{kind.name}", ContentFile(data))
                widths.append(width)
        made = {
            "key": self.key,
            "widths": sorted(set(widths)),
            "kinds": [kind.name for kind in self.field.kinds],
        }
        columns = [self.field.renditions_field, self.field.width_field, self.field.height_field]
        values = dict(zip(columns, (made, *size), strict=True))
        same = self.field.model._base_manager.filter(
            pk=self.instance.pk, **{self.field.name: self.name}
        )
        # Nothing else of the record is written: it may have changed in the meantime.
        if not same.update(**values):
            remove_folder(self.storage, folder)
            return
        for name, value in values.items():
            setattr(self.instance, name, value)
        for key in folders(self.storage, self.record_folder):
            if key != self.key:
                remove_folder(self.storage, f"{self.record_folder}/{key}")


class PictureFormField(UploadField):
    """Offers the pictures of the device; what it takes is for PictureValidator to say."""

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        if isinstance(widget, FileInput):
            attrs["accept"] = pictures.ACCEPTED
        return attrs


class PictureField(models.ImageField):
    """An upload of staff, and renditions of it in `widths` (pixels) and `kinds` for visitors.

    `renditions_field` names a JSONField after it in the model, with `width_field` and
    `height_field`: `save(update_fields=…)` has to name them too. The upload itself is for those
    alone who may change the record.
    """

    attr_class = PictureFile
    default_validators = [pictures.PictureValidator()]

    def __init__(self, verbose_name=None, *, widths=(), kinds=(), renditions_field="", **options):
        self.widths, self.kinds, self.renditions_field = widths, kinds, renditions_field
        told = _("JPEG, PNG, WebP or HEIC, at most 20 MB and 50 megapixels.")
        super().__init__(verbose_name, **{"help_text": told, **options})

    def deconstruct(self):
        """Without `widths` and `kinds`, which are no concern of the database."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "renditions_field": self.renditions_field}

    def formfield(self, **options):
        return super().formfield(**{"form_class": PictureFormField, **options})

    @property
    def renditions_folder(self):
        return f"{self.upload_to}-vaizdai"


def picture_fields():
    """Yield each PictureField of the site's models."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, PictureField):
                yield field


def folders(storage, path):
    """Return the names of the folders in `path`, none where there is no such folder."""
    try:
        return storage.listdir(path)[0]
    except FileNotFoundError:
        return []


def remove_folder(storage, path):
    """Remove what is in the folder `path`, and the folder; that it is not there is no error."""
    try:
        inner, names = storage.listdir(path)
    except FileNotFoundError:
        return
    for folder in inner:
        remove_folder(storage, f"{path}/{folder}")
    for name in names:
        storage.delete(f"{path}/{name}")
    storage.delete(path)


def remove_left_over(field):
    """Remove the renditions of records that are no more, or have no picture; return how many."""
    kept = field.model._base_manager.exclude(**{field.name: ""}).values_list("pk", flat=True)
    left = set(folders(field.storage, field.renditions_folder)) - {str(pk) for pk in kept}
    for pk in left:
        remove_folder(field.storage, f"{field.renditions_folder}/{pk}")
    return len(left)


def remove_all_left_over():
    """Do remove_left_over() for each PictureField; nobody has to think of it on deleting."""
    return sum(remove_left_over(field) for field in picture_fields())


@task(priority=LATER)
def make_renditions(label, field_name, name):
    """Make the renditions of the upload `name` of a PictureField, if a record still has it.

    Again later, where the disk is full.
    """
    model = apps.get_model(label)
    for record in model._base_manager.filter(**{field_name: name}):
        file = getattr(record, field_name)
        if not file.has_renditions():
            try:
                file.make_renditions()
            except OSError as error:
                return again_if_full(error)
    return None
