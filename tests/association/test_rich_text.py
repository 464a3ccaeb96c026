"""A text as staff write it, and what pages, the search and exports make of it."""

import json
import re
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import example, given
from hypothesis import strategies as st

from association.models import Page
from association.notation import first_paragraph, plain, read
from association.rich_text import TAGS, headings_from, html, sanitised
from association.search import refresh
from projects.models import Project

CASES = json.loads(Path(__file__).with_name("notation.json").read_text(encoding="utf-8"))
PIECES = [
    "",
    " ",
    "Q",
    "– R",
    "- S",
    "  - s",
    "1. T",
    "2. U",
    "   1. t",
    "<i>V",
    "## W",
    "  w",
    "*x*",
]
texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES)).map("\n".join),
    st.text(alphabet='ab*_\\[]()<>&"„“.-–#1 \n\t', max_size=60),
)


def words_of(made):
    """Return the words of the HTML `made`, as a browser would show them."""
    return unescape(re.sub("<[^>]+>", " ", made))


@pytest.mark.parametrize(("typed", "shown", "_written"), CASES)
def test_marks_become_what_they_say(typed, shown, _written):
    assert html(typed) == shown


@pytest.mark.parametrize(("typed", "shown", "written"), CASES)
def test_text_that_the_editor_writes_says_the_same(typed, shown, written):
    assert html(written) == shown


@given(texts)
@example("[a](javascript:alert(1))")
@example('[a](https://x.lt/"onclick="alert(1))')
def test_whatever_is_typed_has_allowed_elements_alone(typed):
    made = html(typed)
    found = re.findall(r"<(/?)(\w+)([^>]*)>", made)
    assert {name for _, name, _ in found} <= TAGS
    assert {rest for _, name, rest in found if name != "a"} <= {"", ' class="items"'}
    for rest in {rest for _, name, rest in found if name == "a" and rest}:
        assert re.fullmatch(r' href="(https?:|mailto:|tel:|/|#)[^"]*"', rest, re.IGNORECASE)
    assert made == sanitised(made)


@given(st.lists(st.sampled_from(PIECES)))
def test_no_line_is_lost(lines):
    typed = "\n".join(lines)
    letters = re.findall("[Q-Zs-x]", typed)
    assert re.findall("[Q-Zs-x]", words_of(html(typed))) == letters
    assert re.findall("[Q-Zs-x]", plain(typed)) == letters


@given(texts)
def test_plain_words_are_those_of_the_page(typed):
    def letters(text):
        return re.sub(r"[\W\d]", "", text).replace("Eur", "")

    assert letters(plain(typed)) == letters(words_of(html(typed)))


@given(st.text(alphabet='ab "„“.-€5 ', max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_emphasis_changes_no_typography(words, start, end):
    emphasised = f"{words[:start]}**{words[start:end]}**{words[end:]}"
    shown = unescape(re.sub("<[^>]+>", "", html(emphasised)))
    assert "*" in shown or shown == unescape(re.sub("<[^>]+>", "", html(words)))


def test_quotation_marks_pair_over_emphasis_and_sums_do_not_break():
    assert html("\"*Aušra*\" ir ,,**A**''... 5 **€**") == (
        "<p>„<em>Aušra</em>“ ir „<strong>A</strong>“… 5\xa0<strong>Eur</strong></p>"
    )


def test_addresses_are_left_as_they_are_typed():
    assert html('[a - "b"](https://x.lt/a...b--c)') == (
        '<p><a href="https://x.lt/a...b--c">a\xa0– „b“</a></p>'
    )


def test_places_without_headings_show_them_in_strong_letters():
    assert html("## Kas padaryta\nViskas.", headings=False) == (
        "<p><strong>Kas padaryta</strong></p>\n<p>Viskas.</p>"
    )


def test_headings_come_below_that_of_their_place():
    made = html("## A\n### B\n<h2>")
    assert headings_from(made, 2) == made
    assert headings_from(made, 3) == "<h3>A</h3>\n<h4>B</h4>\n<p>&lt;h2&gt;</p>"


def test_html_from_elsewhere_loses_what_texts_may_not_have():
    made = '<p class="x" onclick="a()">A<img src=x onerror=a()><a href="javascript:a()">b</a></p>'
    assert sanitised(made + "<style>p{}</style><script>a()</script>") == "<p>A<a>b</a></p>"


def test_plain_words_keep_paragraphs_and_items():
    assert plain("## A\n**B** [c](https://x.lt)\n\n- d\n  1. e\n- f") == (
        "A\n\nB c\n\n– d\n  1. e\n– f"
    )
    assert first_paragraph("## A\n\n- b\n- c\n\n**D**\ne\n\nF") == "D e"
    assert first_paragraph("## A") == ""


def test_a_long_text_is_read_at_once():
    for typed in ("- a\n" * 20_000, "*a " * 20_000, "[" * 20_000, "**" * 20_000, "\n" * 50_000):
        assert read(typed) is not None
        assert html(typed) is not None


@pytest.mark.django_db
def test_saving_makes_the_html_and_the_command_corrects_what_passed_it_by():
    page = Page.objects.create(title="A", slug="a", text="**B**")
    Project.objects.create(title="A", text="C")
    assert page.text_html == "<p><strong>B</strong></p>"
    Page.objects.update(text_html="<p>Kita</p>")
    out = StringIO()
    call_command("rebuild_texts", stdout=out)
    page.refresh_from_db()
    assert page.text_html == "<p><strong>B</strong></p>"
    assert "association.Page: 1 corrected\n" in out.getvalue()
    assert "projects.Project: 0 corrected\n" in out.getvalue()


@pytest.mark.django_db
def test_search_finds_words_of_a_text_and_not_its_addresses():
    page = Page.objects.create(title="A", slug="a", text="biblio**teka** [čia](https://slaptas.lt)")
    assert page.stems.split() == ["a", "bibliotek", "ci"]
    assert refresh(Page) == 0
