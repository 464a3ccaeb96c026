import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from association import pictures
from tests.pictures import (
    GREEN,
    HONEY,
    SECRETS,
    cut_short,
    drawing,
    exif,
    from_iphone,
    from_phone,
    in_disguise,
    png_of,
    saved,
    that_ends_a_process,
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HTML = b"<!doctype html><script>alert(1)</script>"


def refusal(file):
    """Return the code with which an upload is refused, None where it is taken."""
    try:
        pictures.PictureValidator()(Upload(file))
    except ValidationError as error:
        return error.code
    return None


class Upload:
    """A file on its way into a record, as a validator gets it."""

    def __init__(self, file):
        self.file, self.name, self.size = file, file.name, file.size


def read(data):
    return Image.open(BytesIO(data))


def colour_at(picture, x, y):
    """Return the colour near to which the point of `picture` is."""
    red = picture.convert("RGB").getpixel((x, y))[0]
    return HONEY if red > 128 else GREEN


@pytest.mark.parametrize(
    "file",
    [
        from_phone(),
        from_phone(orientation=6),
        from_iphone(),
        saved(drawing(), "PNG", "a.png"),
        saved(drawing(), "WEBP", "a.webp"),
        saved(drawing(), "MPO", "du-viename.jpg", save_all=True, append_images=[drawing((8, 8))]),
        saved(drawing(mode="L"), "GIF", "a.gif"),
        saved(drawing(), "PNG", "klaidingas-vardas.jpg"),
    ],
    ids=lambda file: file.name,
)
def test_picture_of_a_phone_or_camera_is_taken(file):
    assert refusal(file) is None
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (png_of(13000, 13000), "too_many_pixels"),
        (png_of(7100, 7100), "too_many_pixels"),
        (png_of(100_000, 100_000), "too_many_pixels"),
        (cut_short(), "damaged"),
        (that_ends_a_process(), "damaged"),
        (png_of(300, 200), "damaged"),
        (in_disguise(b""), "not_a_picture"),
        (in_disguise(HTML), "not_a_picture"),
        (in_disguise(SVG), "not_a_picture"),
        (in_disguise(SVG, "zenklas.svg"), "svg"),
        (in_disguise(b"%PDF-1.4"), "not_a_picture"),
        (in_disguise(b"\0\0\0\x18ftypmp42" + b"\0" * 100, "vaizdo įrašas.heic"), "not_a_picture"),
        (in_disguise(b"\xff\xd8\xff\xe0" + HTML), "not_a_picture"),
        (saved(drawing(), "TIFF", "a.tiff"), "not_a_picture"),
        (saved(drawing(), "BMP", "a.jpg"), "not_a_picture"),
        (in_disguise(from_phone().read() + b"\0" * pictures.MAX_BYTES), "too_large"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_no_sound_picture_is_refused(file, code):
    assert refusal(file) == code


def test_picture_that_is_a_page_too_is_shown_as_the_picture_alone():
    both = in_disguise(from_phone().read() + HTML)
    assert refusal(both) is None
    made = [data for _width, _kind, data in pictures.renditions(both, [32], pictures.PHOTO_KINDS)]
    assert [HTML in data for data in made] == [False] * 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_is_turned_as_the_camera_was_held(orientation):
    turned = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}[orientation]
    mirrored = orientation in {2, 4, 5, 7}
    wanted = drawing((64, 48))
    stored = wanted.rotate(turned, expand=True)
    if mirrored:
        way = (
            Image.Transpose.FLIP_LEFT_RIGHT if orientation < 5 else Image.Transpose.FLIP_TOP_BOTTOM
        )
        stored = stored.transpose(way)
    file = saved(stored, exif=exif(orientation))
    assert pictures.upright_size(file) == (64, 48)
    seen = pictures.upright(file, 64)
    assert seen.size == (64, 48)
    assert [colour_at(seen, 32, 4), colour_at(seen, 32, 40)] == [HONEY, GREEN]


def test_picture_of_an_iphone_is_turned_too():
    size = pictures.upright_size(from_iphone())
    seen = pictures.upright(from_iphone(), 64)
    assert size == seen.size == (64, 128)
    assert [colour_at(seen, 60, 64), colour_at(seen, 4, 64)] == [HONEY, GREEN]


@pytest.mark.parametrize("file", [from_phone(), from_iphone()], ids=lambda file: file.name)
@pytest.mark.parametrize("kinds", [pictures.PHOTO_KINDS, pictures.LOGO_KINDS])
def test_renditions_tell_nothing_of_place_camera_and_programs(file, kinds):
    for _width, kind, data in pictures.renditions(file, [16, 32], kinds):
        assert [secret for secret in SECRETS if secret in data] == []
        picture = read(data)
        assert picture.info.keys() & {"exif", "xmp", "comment", "icc_profile"} == set(), kind
        assert dict(picture.getexif()) == {}


def test_picture_that_holds_a_second_one_is_shown_as_the_first():
    both = saved(drawing(), "MPO", save_all=True, append_images=[drawing((8, 8))])
    assert pictures.upright_size(both) == pictures.upright(both, 64).size == (64, 48)
    assert pictures.suffix_of(both) == ".jpg"


def test_renditions_are_never_larger_than_the_original():
    made = pictures.renditions(from_phone((500, 300)), [360, 720, 1600], pictures.PHOTO_KINDS)
    sizes = [(width, kind.name, read(data).size) for width, kind, data in made]
    assert sizes == [
        (width, kind, size)
        for width, size in [(500, (500, 300)), (360, (360, 216))]
        for kind in ("avif", "webp", "jpeg")
    ]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_each_kind_of_png_becomes_a_picture(mode):
    drawn = drawing((64, 48), "RGB")
    picture = Image.new("I;16", (64, 48), 40000) if mode == "I;16" else drawn.convert(mode)
    seen = pictures.upright(saved(picture, "PNG", "a.png"), 32)
    assert (seen.size, seen.mode) == ((32, 24), "RGBA" if mode in {"LA", "RGBA"} else "RGB")
    if mode == "I;16":
        assert seen.getpixel((5, 5)) == (155, 155, 155)


def test_picture_for_print_is_shown_in_colours_of_screens():
    seen = pictures.upright(saved(Image.new("CMYK", (40, 30), (0, 255, 255, 0))), 40)
    assert (seen.mode, seen.getpixel((5, 5))[0] > 200) == ("RGB", True)


def test_colours_are_those_that_the_profile_means():
    # A profile in which red and green have changed places.
    swapped = SRGB.replace(b"rXYZ", b"xXYZ").replace(b"gXYZ", b"rXYZ").replace(b"xXYZ", b"gXYZ")
    plain = saved(Image.new("RGB", (8, 8), (200, 60, 30)), "PNG", "a.png", icc_profile=swapped)
    red, green, _blue = pictures.upright(plain, 8).getpixel((4, 4))
    assert red < green


@pytest.mark.parametrize("profile", [b"", b"jokio profilio", SRGB[:200], SRGB])
def test_profile_that_does_not_fit_is_passed_over(profile):
    grey = saved(drawing(mode="L"), icc_profile=profile)
    assert pictures.upright(grey, 64).getpixel((5, 5)) == (60, 60, 60)


def test_transparent_logo_stays_so_and_is_white_where_it_cannot():
    logo = saved(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG", "a.png")
    avif, png = (data for *_, data in pictures.renditions(logo, [40], pictures.LOGO_KINDS))
    assert read(png).getpixel((5, 5))[3] == read(avif).getpixel((5, 5))[3] == 0
    *_, jpeg = (data for *_, data in pictures.renditions(logo, [40], pictures.PHOTO_KINDS))
    assert read(jpeg).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("place", [5, 40, 90, 170, 176, 300, 500, 640])
def test_photo_of_an_iphone_that_is_damaged_ends_nothing(place):
    whole = from_iphone().read()
    for file in (whole[:place], whole[:place] + b"\xff\0" + whole[place + 2 :]):
        refusal(in_disguise(file))


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(data=st.binary(max_size=200), place=st.floats(0, 1))
def test_picture_that_is_damaged_anywhere_is_taken_or_refused_and_breaks_nothing(data, place):
    for file in (from_phone(), saved(drawing(), "WEBP"), saved(drawing(), "PNG")):
        whole = file.read()
        at = int(place * len(whole))
        refusal(in_disguise(whole[:at] + data + whole[at + len(data) :]))
        refusal(in_disguise(whole[:at]))


def test_pictures_are_decoded_one_after_another(monkeypatch):
    under_way, most = [], []

    def load(image):
        under_way.append(image)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.pop()

    monkeypatch.setattr(pictures, "load", load)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(refusal, [from_phone() for _ in range(8)])) == [None] * 8
    assert most == [1] * 8
