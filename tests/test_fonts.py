"""The fonts that the site serves itself have every letter that its pages need."""

import re
import string

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

LETTERS = "aąbcčdeęėfghiįyjklmnoprsštuųūvzž" + "qwx"
NEEDED = string.ascii_letters + string.digits + LETTERS + LETTERS.upper() + "„“–€—…’‚‘§°×−•"
NEEDED += string.punctuation + " \u00a0"
CSS = settings.BASE_DIR / "static" / "css" / "site.css"


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
