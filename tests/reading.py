"""What somebody reads on a page."""

import re


def text_of(response):
    """Return the text of the page in `response`, without its markup, on one line."""
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())
