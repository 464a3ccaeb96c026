"""Pictures: which uploads are taken, and how what visitors get is made of them.

Pillow reads and writes them, pi-heif adds what iPhones take. Nothing here knows of records.
"""

import fcntl
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir

import pi_heif
from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
# Nothing else of what Pillow reads is tried: fewer parsers to attack.
READ = ["JPEG", "PNG", "WEBP", "GIF", "HEIF"]
# How the name of a file ends, by what Pillow calls its format; MPO is a JPEG that has more.
SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif"
# How a HEIF file says that it is one, beside videos: ISO/IEC 23008-12, 10.
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
LYING = range(5, 9)  # the EXIF orientations of a picture that is stored on its side
SRGB = ImageCms.createProfile("sRGB")

# Digests of the last HEIC files that could be read: each is opened several times when it comes.
_tried = deque(maxlen=20)

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True)
class Kind:
    """A kind of file that renditions are made in: how it is saved, and what browsers call it."""

    name: str
    options: dict = field(default_factory=dict)

    @property
    def content_type(self):
        return f"image/{self.name}"


# For photos. At these qualities no difference is seen beside the original at its size.
PHOTO_KINDS = (
    Kind("avif", {"quality": 50, "speed": 6}),
    Kind("webp", {"quality": 72, "method": 5}),
    Kind("jpeg", {"quality": 74, "progressive": True, "optimize": True}),
)
# For logos: sharp edges, pure colours, transparency.
LOGO_KINDS = (
    Kind("avif", {"quality": 80, "subsampling": "4:4:4", "speed": 6}),
    Kind("png", {"optimize": True}),
)


@contextmanager
def opened(file):
    """Yield the picture in the open binary `file`, of which only the head has been read.

    Raise ValidationError where it is none that the site takes; leave `file` at its beginning.
    """
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    if head[4:8] == b"ftyp":
        if head[8:] not in HEIF_BRANDS:  # a video
            raise not_a_picture()
        data = file.read(MAX_BYTES + 1)
        file.seek(0)
        if len(data) > MAX_BYTES:
            raise too_large()
        refuse_what_ends_a_process(data)
    try:
        image = Image.open(file, formats=READ)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels() from error
    except Exception as error:  # Pillow raises whatever its parsers meet
        raise not_a_picture() from error
    try:
        if image.width * image.height > MAX_PIXELS:
            raise too_many_pixels()
        yield image
    finally:
        file.seek(0)


def refuse_what_ends_a_process(data):
    """Raise ValidationError where the HEIC in `data` cannot be read, tried in another process."""
    digest = sha256(data).digest()
    if digest not in _tried:
        command = [sys.executable, Path(__file__).with_name("heif.py"), str(MAX_PIXELS)]
        try:
            subprocess.run(  # noqa: S603 - a file of ours, which is told nothing but a number
                command, input=data, check=True, capture_output=True, timeout=60
            )
        except subprocess.SubprocessError as error:
            raise damaged() from error
        _tried.append(digest)


def not_a_picture():
    return ValidationError(
        _("This is not a picture that the site can read. Send a JPEG, PNG, WebP or HEIC file."),
        code="not_a_picture",
    )


def damaged():
    return ValidationError(
        _("The picture is damaged or was cut short on its way. Send it again."), code="damaged"
    )


def too_large():
    return ValidationError(
        _("The file is larger than 20 MB. Make the picture smaller and send it again."),
        code="too_large",
    )


def too_many_pixels():
    return ValidationError(
        _("The picture has more than 50 megapixels. Make it smaller and send it again."),
        code="too_many_pixels",
    )


def load(image):
    """Decode `image`; raise ValidationError where the file is cut short or damaged."""
    try:
        image.load()
    except Exception as error:  # as above
        raise damaged() from error


@contextmanager
def alone():
    """Let one picture at a time be decoded, in whichever process: it may take 200 MB."""
    with open(Path(gettempdir()) / "svetaine-picture.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given up when the file is closed
        yield


def look_at(file):
    """Return the format of the picture in `file`, as Pillow calls it, having decoded all of it.

    Raise ValidationError where it is none, is too large, or is not whole.
    """
    with alone(), opened(file) as image:
        image.draft("RGB", (1, 1))  # a JPEG shows whether it is whole at an eighth, too
        load(image)
        return image.format


@deconstructible
class PictureValidator:
    """Takes an upload that is a whole picture of at most MAX_BYTES and MAX_PIXELS.

    What the file says of itself counts, not its name. A file that is stored already is left
    alone: it was looked at when it came.
    """

    def __call__(self, value):
        if getattr(value, "_committed", False):
            return
        if value.name.lower().endswith((".svg", ".svgz")):
            raise ValidationError(
                _("An SVG drawing can hold programs. Save it as PNG and send that."), code="svg"
            )
        if value.size > MAX_BYTES:
            raise too_large()
        look_at(value.file)

    def __eq__(self, other):
        return isinstance(other, PictureValidator)

    def __hash__(self):
        return hash(PictureValidator)


def suffix_of(file):
    """Return how the name of the picture in `file` should end, whatever it was called."""
    with opened(file) as image:
        return SUFFIXES.get(image.format, ".heic")


def upright_size(file):
    """Return the width and height at which the picture in `file` is to be seen."""
    with opened(file) as image:
        lies = image.getexif().get(ExifTags.Base.Orientation) in LYING
        return image.size[::-1] if lies else image.size


def upright(file, width):
    """Return the picture in `file` as it is to be seen, in sRGB, and nothing that is not seen.

    Place, camera, comments and profiles are gone. It is `width` pixels wide, or as wide as the
    original where that is narrower; RGBA where it is transparent, else RGB. Raise
    ValidationError where it cannot be read.
    """
    with opened(file) as image:
        lies = image.getexif().get(ExifTags.Base.Orientation) in LYING
        original = image.size[::-1] if lies else image.size
        size = scaled(original, width)
        image.draft("RGB", size[::-1] if lies else size)
        load(image)
        image = plain(image)
        image = ImageOps.exif_transpose(image)
        if image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
        image = in_srgb(image)
    image.info = {}
    return image


def scaled(size, width):
    """Return `size` (width and height) brought to `width`, but never made larger."""
    width = min(width, size[0])
    return width, max(1, round(size[1] * width / size[0]))


def plain(image):
    """Return `image` with a colour of its own for each pixel, of 8 bits a channel."""
    if image.mode in {"L", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        # Only PNG has such greys here, of 16 bits; convert() would cut them off at 255.
        image = image.convert("I").point(lambda value: value / 257)
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_srgb(image):
    """Return `image` in the colours that a browser assumes where it is told no profile."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, source, SRGB, outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is broken, or that of another kind of picture
    return image.convert(mode)


def on_white(image):
    """Return `image` without transparency."""
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def encode(image, kind):
    """Return the bytes of `image` as a file of `kind`."""
    data = BytesIO()
    opaque = on_white(image) if kind.name == "jpeg" else image
    opaque.save(data, kind.name, **kind.options)
    return data.getvalue()


def widths_for(original, widths):
    """Return those of `widths` that an original of the width `original` fills, at least one."""
    return [*(each for each in sorted(widths) if each < original), min(max(widths), original)]


def renditions(file, widths, kinds):
    """Yield (width, kind, bytes) for each of `widths` and `kinds`, the widest first.

    Each width is made of the next wider one: the original is decoded once.
    """
    image = upright(file, max(widths))
    for width in reversed(widths_for(image.width, widths)):
        size = scaled(image.size, width)
        if size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        for kind in kinds:
            yield width, kind, encode(image, kind)
