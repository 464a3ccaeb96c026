"""Reads the HEIC file at its standard input, and ends well if it can be read.

To be started as a program of its own: at some damaged files libheif ends the process that it is
in, which is not to be the one that serves the site. Nothing of the site is read here.
"""

import sys
from io import BytesIO

import pi_heif
from PIL import Image


def read(data, max_pixels):
    """Decode the HEIC in `data`, unless it has more than `max_pixels`, for which it is refused.

    Raise whatever libheif and Pillow do where they cannot.
    """
    with Image.open(BytesIO(data), formats=["HEIF"]) as image:
        if image.width * image.height <= max_pixels:
            image.load()


if __name__ == "__main__":
    pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    read(sys.stdin.buffer.read(), int(sys.argv[1]))
