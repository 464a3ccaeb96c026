from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from association.models import Library, Page
from association.search import Query, StemsField, indexed_fields
from association.search_index import fts_table
from tests import factories

INDEXED = [(model, field) for model in apps.get_models() for field in indexed_fields(model)]


def found(model, text):
    return list(model.objects.filter(title_stems__has_words=Query.read(text)))


@pytest.mark.parametrize("text", ["", " ", "?!", "\"'*()", "\0", "_"])
def test_query_without_words_is_empty(text):
    assert not Query.read(text)


def test_query_leaves_out_short_words_unless_there_are_no_others():
    assert Query.read("knyga ir 21 o").stems == ("knyg", "21")
    assert Query.read("o ir").stems == ("o", "ir")


def test_query_finds_words_that_begin_so_where_it_has_few():
    assert Query.read("biblioteka").finds("bibliotekininkė")
    assert not Query.read("medinis baltas namas biblioteka").finds("bibliotekininkė")
    assert Query.read("medinis baltas namas biblioteka").finds("bibliotekų")


@given(st.text())
def test_mark_changes_nothing_but_what_it_adds(text):
    text = text.replace("\0", "")
    marked = Query.read("biblioteka").mark(text)
    plain = Query.read("").mark(text)
    assert marked.replace("<mark>", "").replace("</mark>", "") == plain


def test_mark_escapes_text_and_marks_each_form_of_the_word():
    query = Query.read("biblioteka")
    assert query.mark("<b>Bibliotekų</b> ir bibliotekininkė") == (
        "&lt;b&gt;<mark>Bibliotekų</mark>&lt;/b&gt; ir <mark>bibliotekininkė</mark>"
    )


def test_snippet_is_cut_at_words_around_the_first_hit():
    text = "pradžia " * 50 + "Šiauliai " + "pabaiga " * 50
    snippet = Query.read("siauliai").snippet(text)
    assert snippet.startswith("… pradžia pradžia")
    assert snippet.endswith("pabaiga pabaiga …")
    assert snippet.count("<mark>Šiauliai</mark>") == 1
    assert len(snippet) < 300


def test_snippet_of_a_text_without_a_hit_is_its_beginning():
    assert Query.read("siauliai").snippet("Trumpas\n\ntekstas.") == "Trumpas tekstas."


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), INDEXED)
def test_index_of_each_stems_field_is_there_after_all_migrations(model, field):
    name = fts_table(model._meta.db_table, field.column)
    if connection.vendor == "postgresql":
        expected = [name]
        query = "SELECT indexname FROM pg_indexes WHERE indexname = %s"
    else:
        expected = [f"{name}_delete", f"{name}_insert", f"{name}_update"]
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ORDER BY 1"
        name = f"{name}\\_%"
        query = query.replace("LIKE %s", "LIKE %s ESCAPE '\\'")
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        assert [row[0] for row in cursor] == expected


@pytest.mark.django_db
def test_index_follows_what_is_made_changed_and_deleted():
    page = factories.page(title="Šiaulių knygynai")
    assert found(Page, "siauliai knygynas") == [page]
    page.title = "Kauno knygynai"
    page.save()
    assert found(Page, "siauliai") == []
    assert found(Page, "kaunas") == [page]
    Page.objects.all().delete()
    assert found(Page, "kaunas") == []


@pytest.mark.django_db
def test_index_follows_records_made_in_bulk():
    libraries = [
        Library(name=f"Šilutės biblioteka {number}", municipality="Šilutė", county="klaipeda")
        for number in (1, 2)
    ]
    Library.objects.bulk_create(libraries)
    assert [each.name for each in found(Library, "silute")] == [each.name for each in libraries]


@pytest.mark.django_db
def test_stems_longer_or_more_than_an_index_holds_are_kept_all_the_same():
    words = " ".join(f"žodis{number}" for number in range(6000))
    page = factories.page(title="ilgas", text="ž" * 10_000 + " " + words)
    assert len(page.stems.split()) == 5000
    assert list(Page.objects.filter(stems__has_words=Query.read("ž" * 10_000))) == [page]


@pytest.mark.django_db
def test_rebuild_search_corrects_what_passed_saving_by():
    page = factories.page(title="Šiauliai")
    Page.objects.update(title="Kaunas", title_stems="siaul")
    output = StringIO()
    call_command("rebuild_search", stdout=output)
    assert "association.Page: 1 corrected" in output.getvalue().splitlines()
    assert (found(Page, "siauliai"), found(Page, "kaunas")) == ([], [page])


def test_stems_field_is_written_into_migrations_with_its_sources():
    _name, _path, args, kwargs = StemsField(sources=["title", "text"]).deconstruct()
    assert (args, kwargs) == (
        [],
        {"sources": ["title", "text"], "editable": False, "default": ""},
    )
