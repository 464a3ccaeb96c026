"""Pictures as phones, cameras and attackers make them.

telefono.heic is 128 by 64 points, green below a honey strip, turned by its EXIF data, which tell
a place and a camera as well.
"""

import struct
import zlib
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageCms

GREEN, HONEY = "#174a3e", "#e6b64c"
SECRETS = [b"SlaptaKamera", b"slaptas komentaras", b"slaptas xmp", b"Exif", b"ICC_PROFILE"]


def drawing(size=(64, 48), mode="RGB"):
    """A green picture with a honey strip along its top."""
    picture = Image.new(mode, size, GREEN if mode.startswith("RGB") else 60)
    if mode.startswith("RGB"):
        picture.paste(HONEY, (0, 0, size[0], size[1] // 4))
    return picture


def exif(orientation=1):
    """EXIF data with a camera, a place and an orientation."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "SlaptaKamera"
    place = data.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (54.0, 41.0, 0.0)
    return data


def saved(picture, kind="JPEG", name="nuotrauka.jpg", **options):
    data = BytesIO()
    picture.save(data, kind, **options)
    return ContentFile(data.getvalue(), name=name)


def from_phone(size=(64, 48), orientation=1, **options):
    """A JPEG that tells all that a phone's does."""
    told = {
        "exif": exif(orientation),
        "comment": b"slaptas komentaras",
        "xmp": b"<x:xmpmeta>slaptas xmp</x:xmpmeta>",
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    return saved(drawing(size), **(told | options))


def from_iphone():
    content = (Path(__file__).parent / "telefono.heic").read_bytes()
    return ContentFile(content, name="IMG_0001.HEIC")


def that_ends_a_process():
    """One byte of an iPhone's photo is another: pi-heif 1.4.0 then ends the process it is in."""
    whole = from_iphone().read()
    return ContentFile(whole.replace(b"Exif", b"\xcexif", 1), name="IMG_0002.HEIC")


def cut_short():
    whole = saved(drawing((640, 480))).read()
    return ContentFile(whole[: len(whole) // 2], name="nutrukusi.jpg")


def png_of(width, height):
    """The beginning of a PNG that says how large it is: as a bomb does, in a hundred bytes."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return ContentFile(b"\x89PNG\r\n\x1a\n" + head + body, name="bomba.png")


def in_disguise(content, name="nuotrauka.jpg"):
    return ContentFile(content, name=name)
