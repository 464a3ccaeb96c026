"""A project as a picture for those who share its page: 1200 by 630 pixels, as networks want it.

With the cover photo, or else the title as it stands on the cover of the project's page: in the
same cloth, with the same fonts, which are read from static/.
"""

import re
from functools import cache
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont, ImageOps

from association import pictures

SIZE = WIDTH, HEIGHT = 1200, 630
SPINE = 56
GROOVE = (SPINE + 26, SPINE + 30)
LEFT, RIGHT, TOP, BOTTOM = 152, 1110, 68, 562  # of what is written
TITLE_LENGTH = 180  # characters; so many fit at the smallest size
TITLE_SIZES = range(128, 40, -4)
TITLE_HEIGHT = 330  # pixels that a title may fill
LINE_HEIGHT = 1.14
STEP = 12  # pixels by which a title is made narrower until its lines are about equal
SMALL_SIZE = 30
SMALL_LINES = 2
SERIF = ("fonts/hedvig-serif-lt.woff2", "fonts/hedvig-serif-ext.woff2")
SANS = ("fonts/commissioner-lt.woff2", "fonts/commissioner-ext.woff2")
NOWHERE = "\uffff"  # a character that no font has


def found(name):
    """Return the path of the file `name` of static/."""
    return Path(finders.find(name))


@cache
def cloth(name):
    """Return the colours of a Cover in the light scheme: cloth, spine, what is written on it."""
    css = found("css/site.css").read_text()
    properties = "".join(rf"\s*--{each}: (#\w+);" for each in ("cloth", "cloth-deep", "on-cloth"))
    return re.search(rf"\.cloth-{name} {{{properties}", css).groups()


@cache
def has(file, letter):
    """Whether the font in the file `file` of static/ has a form of its own for `letter`."""
    font = ImageFont.truetype(str(found(file)), 16)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(NOWHERE))


class Face:
    """A typeface of the site in one size: its Lithuanian letters, and the other Latin ones."""

    def __init__(self, files, size, weight=None):
        self.size = size
        self.fonts = {file: ImageFont.truetype(str(found(file)), size) for file in files}
        if weight:
            for font in self.fonts.values():
                font.set_variation_by_axes([weight])

    def runs(self, text):
        """Yield (font, text) of the parts of `text`; a letter that no file has is left out."""
        files = (
            (next((each for each in self.fonts if has(each, letter)), None), letter)
            for letter in text
        )
        for file, part in groupby(files, key=itemgetter(0)):
            if file:
                yield self.fonts[file], "".join(letter for _file, letter in part)

    def length(self, text):
        return sum(font.getlength(part) for font, part in self.runs(text))

    def draw(self, canvas, at, text, colour):
        """Write `text` on one line from the point `at` on its base line."""
        x, y = at
        for font, part in self.runs(text):
            canvas.text((x, y), part, font=font, fill=colour, anchor="ls")
            x += font.getlength(part)

    def filled(self, text, width):
        """Return the lines of `text` in `width` pixels, each with as many words as it holds."""
        lines = []
        for word in text.split(" "):  # a no-break space is none
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.length(longer) <= width:
                lines[-1] = longer
            else:
                lines += self.broken(word, width)
        return lines

    def broken(self, word, width):
        """Return the parts of a `word` that is wider than a line, else the word alone."""
        if self.length(word) <= width:
            return [word]
        parts = [""]
        for letter in word:
            if self.length(parts[-1] + letter) > width and parts[-1]:
                parts.append("")
            parts[-1] += letter
        return parts

    def balanced(self, text, width):
        """Return as many lines as filled() does, but about as long as each other."""
        wanted = len(self.filled(text, width))
        while self.holds(text, width - STEP):
            if len(self.filled(text, width - STEP)) > wanted:
                break
            width -= STEP
        return self.filled(text, width)

    def holds(self, text, width):
        """Whether a line of `width` pixels holds each word of `text`."""
        return all(self.length(word) <= width for word in text.split(" "))


def fitted(title):
    """Return the Face in which `title` is as large as there is room for."""
    for size in TITLE_SIZES:
        face = Face(SERIF, size)
        height = len(face.filled(title, RIGHT - LEFT)) * size * LINE_HEIGHT
        if height <= TITLE_HEIGHT and face.holds(title, RIGHT - LEFT):
            break
    return face


def empty_cover(cover):
    """Return a picture of the cloth of `cover`, with spine and groove, and a pen for it."""
    colour, deep, _on_cloth = cloth(cover)
    image = Image.new("RGB", SIZE, colour)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, SPINE - 1, HEIGHT), fill=deep)
    canvas.rectangle((GROOVE[0], 0, GROOVE[1] - 1, HEIGHT), fill=deep)
    return image, canvas


def draw_title(title, sentence, owner, cover):
    """Return the cover with `title` (typeset), below it `sentence` and above it `owner`, as JPEG.

    All are texts, the title of TITLE_LENGTH at most; `cover` is a value of Cover.
    """
    image, canvas = empty_cover(cover)
    ink = cloth(cover)[2]
    small = Face(SANS, SMALL_SIZE, 400)
    Face(SANS, SMALL_SIZE, 600).draw(canvas, (LEFT, TOP + SMALL_SIZE * 0.75), owner, ink)
    face = fitted(title)
    y = TOP + 2.1 * SMALL_SIZE + face.size
    # The opening mark hangs in the margin, as on the page.
    hanging = face.length("„") if title.startswith("„") else 0
    for number, line in enumerate(face.balanced(title, RIGHT - LEFT)):
        face.draw(canvas, (LEFT - (0 if number else hanging), y), line, ink)
        y += face.size * LINE_HEIGHT
    below = small.filled(sentence, RIGHT - LEFT)
    if sentence and len(below) <= SMALL_LINES:
        line_height = SMALL_SIZE * 1.35
        y = BOTTOM - (len(below) - 1) * line_height
        rule = y - SMALL_SIZE * 1.75
        canvas.rectangle((LEFT, rule, RIGHT, rule + 1), fill=ink)
        for line in below:
            small.draw(canvas, (LEFT, y), line, ink)
            y += line_height
    return saved(image, subsampling="4:4:4")


def draw_photo(file, cover, focus):
    """Return the cover with the photo in the open `file` on it, as JPEG.

    It is cut to its place around `focus`, per cent from the left and from above. Raise
    ValidationError where it cannot be read.
    """
    image, _canvas = empty_cover(cover)
    room = (WIDTH - SPINE, HEIGHT)
    photo = pictures.on_white(pictures.upright(file, 2 * WIDTH))
    centering = [each / 100 for each in focus]
    image.paste(ImageOps.fit(photo, room, centering=centering), (SPINE, 0))
    return saved(image)


def saved(image, **options):
    data = BytesIO()
    image.save(data, "JPEG", quality=85, progressive=True, optimize=True, **options)
    return data.getvalue()
