import json
from datetime import UTC

import pytest

from association import structured_data
from association.models import Details
from tests import factories
from tests.structured_data import BLOCK, graph_of, problems, things

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
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
    assert things(visitor.get("/"))["NGO"] == {
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


def test_organization_without_a_name_is_called_as_the_header_calls_it(visitor):
    [organization] = graph_of(visitor.get("/asociacija/"))
    assert organization["name"] == "Asociacija"


@pytest.mark.parametrize(
    ("thing", "found"),
    [
        (
            {"@type": "Projektas", "name": "A"},
            {"type Projektas", "Projektas.name: not a property of it"},
        ),
        ({"@type": "Person", "suma": 1}, {"Person.suma: no such property"}),
        ({"@type": "Event", "members": "A"}, {"Event.members: no such property"}),
        (
            {"@type": "Person", "foundingDate": "2014-01-01"},
            {"Person.foundingDate: not a property of it"},
        ),
        ({"@type": "NGO", "foundingDate": "2014"}, {"NGO.foundingDate: 2014"}),
        ({"@type": "NGO", "url": "/"}, {"NGO.url: /"}),
        (
            {"@type": "Event", "eventStatus": "EventForgotten"},
            {"Event.eventStatus: EventForgotten"},
        ),
        (
            {"@type": "NGO", "member": {"@id": "https://a.example/"}},
            {"NGO.member: https://a.example/", "https://a.example/ is not described"},
        ),
    ],
)
def test_what_the_vocabulary_does_not_allow_is_noticed(thing, found):
    assert problems([thing]) == found


def test_library_page_tells_where_it_is_and_whose_member_and_partner(visitor):
    library = factories.member_library(
        name="Zarasų biblioteka", website="https://zarasai.example", county="utena"
    )
    project = factories.project(title="Mugė")
    project.partners.create(library=library)
    found = things(visitor.get(library.get_absolute_url()))
    assert found["Library"] == {
        "@type": "Library",
        "@id": f"{SITE}/bibliotekos/{library.pk}/",
        "name": "Zarasų biblioteka",
        "url": "https://zarasai.example",
        "mainEntityOfPage": SITE + library.get_absolute_url(),
        "areaServed": {
            "@type": "AdministrativeArea",
            "name": "Zarasų rajono savivaldybė",
            "containedInPlace": {"@type": "AdministrativeArea", "name": "Utenos apskritis"},
        },
        "memberOf": {"@id": f"{SITE}/#asociacija"},
    }
    assert found["Project"]["name"] == "Mugė"
    assert found["Project"]["member"] == [{"@id": f"{SITE}/bibliotekos/{library.pk}/"}]


def test_library_that_is_no_member_is_said_to_be_none(visitor):
    library = factories.library()
    assert "memberOf" not in things(visitor.get(library.get_absolute_url()))["Library"]


def test_list_of_libraries_names_each(visitor):
    made = [factories.member_library(name=name) for name in ("Alytaus", "Zarasų")]
    found = things(visitor.get("/bibliotekos/"))["ItemList"]
    assert found["numberOfItems"] == 2
    assert [(each["position"], each["item"]["@id"]) for each in found["itemListElement"]] == [
        (number, f"{SITE}/bibliotekos/{library.pk}/") for number, library in enumerate(made, 1)
    ]


def test_plain_page_says_when_it_changed(visitor):
    page = factories.page(title="Privatumas", text="Pirma.")
    found = things(visitor.get(page.get_absolute_url()))["WebPage"]
    assert (found["name"], found["description"]) == ("Privatumas", "Pirma.")
    assert found["dateModified"] == page.last_change.astimezone(UTC).isoformat()


@pytest.mark.parametrize("text", TEXTS)
def test_text_cannot_break_out_of_its_block_and_arrives_as_it_was(visitor, text):
    factories.details(name=text)
    page = visitor.get("/asociacija/").content.decode()
    (block,) = BLOCK.findall(page)
    assert json.loads(block)["@graph"][0]["name"] == text
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
                "item": {"@type": "WebPage", "@id": f"{SITE}/", "name": "Projektai"},
            },
            {
                "@type": "ListItem",
                "position": 2,
                "item": {
                    "@type": "WebPage",
                    "@id": f"{SITE}/projektai/1-muge/",
                    "name": "Mugė",
                },
            },
        ],
    }
