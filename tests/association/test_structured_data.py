import json

import pytest

from association import structured_data
from association.models import Details
from tests import factories
from tests.structured_data import BLOCK, blocks, unknown_words

pytestmark = pytest.mark.django_db

TEXTS = ["</script><script>alert(1)</script>", "<!--", "A & B", "„Aušra“", 'a"b\\c']


def test_organization_tells_what_is_known_of_it(visitor):
    factories.details(
        name="Bibliotekų asociacija",
        short_name="BA",
        code="300000000",
        seat="Gedimino pr. 51, Vilnius",
        email="info@biblioteka.example",
        phone="+370 600 00000",
    )
    assert blocks(visitor.get("/"))["NGO"] == {
        "@context": "https://schema.org",
        "@type": "NGO",
        "@id": "http://localhost:8000/#asociacija",
        "name": "Bibliotekų asociacija",
        "alternateName": "BA",
        "url": "http://localhost:8000/",
        "identifier": {"@type": "PropertyValue", "propertyID": "LT-RC", "value": "300000000"},
        "address": "Gedimino pr. 51, Vilnius",
        "email": "info@biblioteka.example",
        "telephone": "+370 600 00000",
    }


def test_organization_leaves_out_what_is_unknown():
    organization = structured_data.organization(Details(name="Asociacija"))
    assert sorted(organization) == ["@id", "@type", "name", "url"]


def test_organization_without_a_name_says_nothing(visitor):
    assert blocks(visitor.get("/")) == {}


@pytest.mark.parametrize("address", ["/", "/asociacija/", "/duomenys/", "/prisijungti/", "/nera/"])
def test_each_page_tells_whose_it_is_in_words_of_the_vocabulary(visitor, address):
    factories.details(code="300000000")
    found = blocks(visitor.get(address))
    assert {name: unknown_words(block) for name, block in found.items()} == {"NGO": set()}


def test_word_that_the_vocabulary_lacks_is_noticed():
    block = {"@context": "https://schema.org", "@type": "Projektas", "name": "A", "suma": 1}
    assert unknown_words(block) == {"Projektas", "suma"}


@pytest.mark.parametrize("text", TEXTS)
def test_text_cannot_break_out_of_its_block_and_arrives_as_it_was(visitor, text):
    factories.details(name=text)
    page = visitor.get("/asociacija/").content.decode()
    (block,) = BLOCK.findall(page)
    assert json.loads(block)["name"] == text
    assert [letter for letter in "<>&" if letter in block] == []
    assert page.count("<script") == 1


def test_breadcrumbs_are_numbered_and_lead_to_absolute_addresses():
    steps = structured_data.breadcrumbs([("Projektai", "/"), ("Mugė", "/projektai/1-muge/")])
    assert steps == {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": 1,
                "name": "Projektai",
                "item": "http://localhost:8000/",
            },
            {
                "@type": "ListItem",
                "position": 2,
                "name": "Mugė",
                "item": "http://localhost:8000/projektai/1-muge/",
            },
        ],
    }
