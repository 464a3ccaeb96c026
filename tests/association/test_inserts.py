"""Names in braces, in whose place a page shows what is known of the association."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association import inserts, ready_texts
from association.models import Details, Page
from tests import factories
from tests.forms import form_data
from tests.reading import text_of
from tests.structured_data import graph_of

pytestmark = pytest.mark.django_db

FORM = "/admin/association/page/add/"


def main(response):
    """Return the content of a page as HTML, without the frame, in which the details stand too."""
    return re.search("(?s)<main.*</main>", response.content.decode())[0]


def shown(visitor, text):
    """Return what a visitor reads of a page with `text`, without its title and day."""
    Page.objects.filter(slug="privatumas").delete()
    factories.page(slug="privatumas", text=text)
    made = re.search(r'(?s)<div class="prose text">(.*)<p class="changed"', main(get(visitor)))
    return made[1].strip().replace("\u00a0", " ")


def words_of(response):
    return " ".join(unescape(re.sub("<[^>]*>", " ", main(response))).split())


def get(visitor):
    return visitor.get("/privatumas/")


def test_page_shows_the_details_as_they_are_at_that_moment(visitor):
    details = factories.details(code="123456789")
    assert shown(visitor, "Kodas {juridinio asmens kodas}.") == "<p>Kodas 123456789.</p>"
    details.code = "987654321"
    details.save()
    assert "Kodas 987654321." in text_of(get(visitor))


def test_names_may_be_typed_in_capitals_and_with_other_spaces(visitor):
    factories.details(code="123")
    assert shown(visitor, "{Juridinio  asmens\u00a0KODAS} ") == "<p>123</p>"


def test_addresses_and_phones_are_links(visitor):
    factories.details(email="info+web@biblioteka.example", phone="(8 5) 239 0000")
    assert shown(visitor, "{el. paštas}\n{telefonas}") == (
        '<p><a href="mailto:info+web@biblioteka.example">info+web@biblioteka.example</a><br>'
        '<a href="tel:852390000">(8 5) 239 0000</a></p>'
    )


def test_line_that_names_what_is_not_known_is_left_out(visitor):
    factories.details(seat="Vilnius")
    items = "- Kodas: {juridinio asmens kodas}.\n- Buveinė: {buveinė}."
    assert shown(visitor, f"Pirma.\n\n{items}\n\nPabaiga {{telefonas}}.") == (
        '<p>Pirma.</p>\n<ul class="items"><li>Buveinė: Vilnius.</li></ul>'
    )


def test_association_without_a_name_is_the_association(visitor):
    assert shown(visitor, "{pavadinimas} yra.") == "<p>Asociacija yra.</p>"


def test_full_stop_is_not_doubled(visitor):
    factories.details(seat="Vilnius, Gedimino pr.")
    assert shown(visitor, "{buveinė}. Toliau {buveinė}") == (
        "<p>Vilnius, Gedimino pr. Toliau Vilnius, Gedimino pr.</p>"
    )


def test_brace_after_a_backslash_and_what_was_never_a_name_stay(visitor):
    assert shown(visitor, r"\{telefonas} {kas nors} {") == "<p>{telefonas} {kas nors} {</p>"


@given(st.text(alphabet='ab*_\\[](){}<>&"„“.–-#1: ', min_size=1, max_size=30))
def test_details_are_words_whatever_is_in_them(seat):
    page = Page(text="Buveinė: {buveinė}", slug="x")
    made = inserts.filled(page, Details(seat=f"a{seat}")).text_html
    words = unescape(re.sub("<[^>]*>", "", made))
    assert re.fullmatch("<p>[^<]*</p>", made)
    plain = str.maketrans("", "", ' \u00a0"„“–-.…')  # which typography changes
    assert words.translate(plain) == f"Buveinė: a{seat}".translate(plain)


@pytest.mark.parametrize("slug", list(ready_texts.TITLES))
def test_ready_texts_leave_no_brace_and_no_gap_whatever_is_known(visitor, slug):
    known = {"code": "1", "seat": "Vilnius", "email": "a@b.example", "phone": "8", "register": "R"}
    factories.page(**ready_texts.initial(slug))
    for details in ({"name": ""}, known):
        Details.objects.all().delete()
        factories.details(**details)
        text = words_of(visitor.get(f"/{slug}/"))
        assert not re.search(r"[{}]|None|\.\.|: ?(\.|$)|–\s*\.", text)
        assert ("a@b.example" in text) is (details is known)


def test_what_others_are_told_of_a_page_has_no_braces(visitor):
    factories.details(name="Bibliotekų asociacija")
    factories.page(slug="privatumas", text="{pavadinimas} – valdytoja.\n\nSlapukų nėra.")
    response = get(visitor)
    description = "Bibliotekų asociacija – valdytoja."
    told = re.search('<meta name="description" content="([^"]*)"', response.text)
    assert told[1].replace("\u00a0", " ") == description
    assert graph_of(response)[-1]["description"] == description
    found = visitor.get("/paieska/?q=slapukų")
    assert "Slapukų" in text_of(found)
    assert "{" not in main(found)
    assert "privatumas" not in main(visitor.get("/paieska/?q=pavadinimas"))


@pytest.mark.parametrize("number", [1, 3])
def test_page_with_names_asks_the_database_no_more_than_others(
    visitor, django_assert_num_queries, number
):
    factories.details(email="a@b.example", seat="Vilnius")
    factories.page(slug="privatumas", text="{buveinė} {el. paštas}\n" * number)
    with django_assert_num_queries(6):  # as many as a page without names
        assert get(visitor).status_code == 200


def test_page_of_the_association_is_filled_too(visitor):
    factories.details(seat="Vilnius")
    factories.page(slug="apie", text="Posėdžiai: {buveinė}.")
    assert "<p>Posėdžiai: Vilnius.</p>" in main(visitor.get("/asociacija/"))


def test_unknown_name_is_refused_with_those_there_are_and_nothing_is_lost(editor):
    data = {
        "title": "Kontaktai",
        "slug": "kontaktai",
        "text": "Fakso numeris {faksas}, {telefonas}",
    }
    response = editor.post(FORM, data)
    told = text_of(response)
    assert "„{faksas}“ nežinoma. Riestiniuose skliaustuose gali būti: {pavadinimas}," in told
    assert "Fakso numeris {faksas}, {telefonas}" in response.text
    assert not Page.objects.exists()
    assert editor.post(FORM, data | {"text": "{Telefonas}"}).status_code == 302
    assert Page.objects.get().text == "{Telefonas}"


def test_form_of_a_page_that_a_site_must_have_begins_with_its_text(editor):
    data = form_data(editor.get(f"{FORM}?slug=prieinamumas").text, "page_form")
    assert (data["title"], data["slug"]) == (["Prieinamumo pareiškimas"], ["prieinamumas"])
    assert data["text"][0].startswith("{pavadinimas} siekia")
    assert editor.post(FORM, data).status_code == 302
    assert not Page.objects.get().is_published


@pytest.mark.parametrize("slug", ["", "kita", "../settings", "%00", "a" * 300])
def test_form_of_any_other_page_begins_empty(editor, slug):
    data = form_data(editor.get(f"{FORM}?slug={slug}").text, "page_form")
    assert (data["title"], data["text"]) == ([""], [""])
