import pytest

from association.models import CouncilMember, Document
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [("/asociacija/", 3), ("/bibliotekos/", 2), ("/privatumas/", 2)]
)
def test_page_asks_the_database_the_same_whatever_it_shows(
    visitor, django_assert_num_queries, item_count, address, queries
):
    factories.page(slug="privatumas")
    for _ in range(item_count):
        library = factories.member_library()
        CouncilMember.objects.create(name="Vardenė Pavardenė", library=library)
        Document.objects.create(title="Įstatai", file=factories.upload())
    with django_assert_num_queries(queries):
        assert visitor.get(address).status_code == 200


def test_libraries_are_the_members_by_county_in_lithuanian_order(visitor):
    factories.member_library(name="Zarasų biblioteka", county="utena")
    factories.member_library(name="Šakių biblioteka", county="marijampole")
    factories.member_library(name="Skuodo biblioteka", county="klaipeda")
    factories.member_library(name="Ignalinos biblioteka", county="utena")
    factories.library(name="Ne narė", county="utena")
    response = visitor.get("/bibliotekos/")
    assert [library.name for library in response.context["object_list"]] == [
        *("Skuodo biblioteka", "Šakių biblioteka", "Ignalinos biblioteka", "Zarasų biblioteka")
    ]


def test_about_hides_documents_for_members_from_a_stranger(visitor, member):
    Document.objects.create(title="Protokolas", audience="members", file=factories.upload())
    seen = [
        "Protokolas" in client.get("/asociacija/").content.decode() for client in (visitor, member)
    ]
    assert seen == [False, True]


def test_about_shows_the_council_in_office_in_its_order(visitor):
    CouncilMember.objects.create(name="Antroji", position=2)
    CouncilMember.objects.create(name="Pirmoji", position=1)
    CouncilMember.objects.create(name="Buvusioji", position=3, ends_on="2013-12-31")
    page = visitor.get("/asociacija/").content.decode()
    assert page.index("Pirmoji") < page.index("Antroji")
    assert "Buvusioji" not in page


def test_plain_page_draft_is_not_found_by_a_stranger(visitor, editor):
    factories.page(slug="privatumas", published_at=None)
    assert [client.get("/privatumas/").status_code for client in (visitor, editor)] == [404, 200]


def test_plain_page_has_the_paragraphs_of_its_text(visitor):
    factories.page(
        slug="privatumas", text="Pirma <b>pastraipa</b>.\r\n\r\n \r\nAntra,\r\nperkelta.\n"
    )
    page = visitor.get("/privatumas/").content.decode()
    assert "<p>Pirma &lt;b&gt;pastraipa&lt;/b&gt;.</p>\n<p>Antra,<br>perkelta.</p>" in page


def test_first_page_of_an_empty_site_opens(visitor):
    assert visitor.get("/").status_code == 200
    assert visitor.get("/asociacija/").status_code == 200
    assert visitor.get("/bibliotekos/").status_code == 200
