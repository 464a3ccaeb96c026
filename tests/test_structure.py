"""The apps import one way: association ← accounts ← projects."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ORDER = ["association", "accounts", "projects"]
# Entry points join the apps and may look anywhere.
ENTRY_POINTS = {"urls.py", "views.py", "files.py", "sitemaps.py", "settings.py"}
ENTRY_FOLDERS = {"commands", "views"}


def imported_apps(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("app", ORDER)
def test_app_imports_only_the_apps_before_it(app):
    later = set(ORDER[ORDER.index(app) + 1 :])
    for path in Path(settings.BASE_DIR, app).rglob("*.py"):
        if path.name not in ENTRY_POINTS and not ENTRY_FOLDERS & set(path.parts):
            assert later.isdisjoint(imported_apps(path)), path


def test_reading_of_texts_knows_no_database():
    for path in Path(settings.BASE_DIR, "projects", "texts").glob("*.py"):
        assert "django.db" not in path.read_text(), path
        assert "models" not in path.read_text(), path
