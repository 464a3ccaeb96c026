"""The styles agree with one another, and the fonts have every letter that pages need."""

import re
import string
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

LETTERS = "aąbcčdeęėfghiįyjklmnoprsštuųūvzž" + "qwx"
NEEDED = string.ascii_letters + string.digits + LETTERS + LETTERS.upper() + "„“–€—…’‚‘§°×−•"
NEEDED += string.punctuation + " \u00a0"
CSS = settings.BASE_DIR / "static" / "css" / "site.css"
OF_ADMIN = sorted(CSS.parent.glob("admin*.css"))
FILES = sorted(set(CSS.parent.glob("*.css")) - set(OF_ADMIN))


def faces():
    """Return each face that site.css takes from a file: its path and the ranges of its letters."""
    found = re.findall(
        r'url\("\.\./fonts/([^"]+)"\)[^}]*?unicode-range:([^;]+);', CSS.read_text(encoding="utf-8")
    )
    return [(settings.BASE_DIR / "static" / "fonts" / name, ranges) for name, ranges in found]


def covered(ranges):
    """Return the code points of a unicode-range."""
    points = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
        points |= set(range(int(first, 16), int(last or first, 16) + 1))
    return points


@pytest.mark.parametrize("name", ["commissioner-lt.woff2", "hedvig-serif-lt.woff2"])
def test_first_file_of_a_font_has_every_lithuanian_letter(name):
    ((path, ranges),) = [face for face in faces() if face[0].name == name]
    needed = {ord(letter) for letter in NEEDED}
    assert needed - set(TTFont(path).getBestCmap()) == set()
    assert needed - covered(ranges) == set()


@pytest.mark.parametrize("face", faces(), ids=lambda face: face[0].stem)
def test_font_is_asked_for_by_a_page_with_a_letter_it_has(face):
    path, ranges = face
    assert set(TTFont(path).getBestCmap()) - covered(ranges) == set()


def test_styles_of_pages_are_in_layers_whose_order_is_declared_once():
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    (order,) = re.findall(r"^@layer ([^{;]+);", "".join(texts), re.MULTILINE)
    blocks = set(re.findall(r"^(\S.*) {$", "".join(texts), re.MULTILINE)) - {"@font-face"}
    assert blocks == {f"@layer {layer}" for layer in order.split(", ")}


def test_custom_properties_are_all_known_and_all_used():
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    known = set(re.findall(r"^\s*(--[\w-]+):", text, re.MULTILINE))
    assert known == set(re.findall(r"var\((--[\w-]+)", text))


def test_custom_properties_of_the_admin_are_known_to_django():
    own = "".join(path.read_text(encoding="utf-8") for path in OF_ADMIN)
    django = Path(finders.find("admin/css/base.css")).read_text(encoding="utf-8")
    used = set(re.findall(r"var\((--[\w-]+)", own))
    assert used <= set(re.findall(r"^\s*(--[\w-]+):", django, re.MULTILINE))
