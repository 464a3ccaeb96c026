"""Text as staff type it, and what a page makes of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.templatetags.lithuanian import paragraphs


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("Viena.\n\nKita.", "<p>Viena.</p>\n<p>Kita.</p>"),
        ("Viena\nir kita.", "<p>Viena<br>ir kita.</p>"),
        ("<b>", "<p>&lt;b&gt;</p>"),
        (
            "Sritys:\r\n– viena;\r\n– kita.\r\n\r\nToliau.",
            '<p>Sritys:</p>\n<ul class="items"><li>viena;</li><li>kita.</li></ul>\n<p>Toliau.</p>',
        ),
        ("•\tviena\n\n•\tkita", '<ul class="items"><li>viena</li><li>kita</li></ul>'),
        ("1. Viena\n2. <i>", '<ol class="items"><li>Viena</li><li>&lt;i&gt;</li></ol>'),
        ("2. Viena\n3. Kita", "<p>2. Viena<br>3. Kita</p>"),
        ("Ji paklausė:\n– Kur?", "<p>Ji paklausė:<br>– Kur?</p>"),
        ("-5 laipsniai\n-7 laipsniai", "<p>-5 laipsniai<br>-7 laipsniai</p>"),
    ],
)
def test_paragraphs_and_lists_are_told_from_what_was_typed(typed, shown):
    assert paragraphs(typed) == shown


@given(st.lists(st.sampled_from(["", " ", "Q", "– R", "- S", "1. T", "2. U", "<i>V"])))
def test_paragraphs_lose_no_line_and_let_no_markup_through(lines):
    shown = paragraphs("\n".join(lines))
    assert re.findall("[Q-V]", shown) == re.findall("[Q-V]", "".join(lines))
    assert "<i>" not in shown
