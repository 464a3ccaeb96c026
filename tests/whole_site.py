"""All that the site keeps, in tables and in files, as one text to look for somebody in."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection


def tables():
    """Return {table: all of it, as text}, what is escaped or packed in it, too."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {}
        for name in names:
            cursor.execute("SELECT * FROM " + connection.ops.quote_name(name))  # noqa: S608
            found[name] = "\n".join(str(value) for row in cursor for value in row)
    found["django_session"] += "\n".join(str(s.get_decoded()) for s in Session.objects.all())
    return {name: readable(text) for name, text in found.items()}


def files():
    """Return {file: its text} of what was uploaded or made, and of the journal of erasures."""
    paths = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    journal = Path(settings.ERASURES_FILE)
    paths += [journal] if journal.exists() else []
    return {str(path): readable(f"{path} {path.read_text(errors='replace')}") for path in paths}


def readable(text):
    r"""Return `text` and what it says where „ė“ is written \u0117, &#x117; or %C4%97."""
    text = re.sub(r"\\+u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return " ".join(f"{text} {unescape(text)} {unquote_plus(text)}".casefold().split())


def places_of(*words):
    """Return the names of the tables and files that hold one of `words`."""
    words = [word.casefold() for word in words]
    held = tables() | files()
    return {name for name, text in held.items() if any(word in text for word in words)}
