"""Texts of pages that a site has to have, ready to be read through, completed and published.

They are what the form of a new page begins with. Nobody has published them before having seen
them, and nothing but what staff have saved is in the database.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent / "texts"
# The title of each, by the last part of its address.
TITLES = {"privatumas": "Privatumo pranešimas", "prieinamumas": "Prieinamumo pareiškimas"}


def text_for(slug):
    """Return the ready text of the page `slug`, one of TITLES."""
    return (_FOLDER / f"{slug}.txt").read_text(encoding="utf-8").strip()


def initial(slug):
    """Return what the form of a new page with the address `slug`, whatever it is, begins with."""
    if slug not in TITLES:
        return {}
    return {"slug": slug, "title": TITLES[slug], "text": text_for(slug)}
