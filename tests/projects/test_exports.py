"""The files of open data, read back by csv, json and jsonschema."""

import csv
import json
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest
from jsonschema import Draft202012Validator

from projects import exports, grants
from projects.models import Funding
from tests import factories

pytestmark = pytest.mark.django_db

CSV, JSON = "/duomenys/projektai.csv", "/duomenys/projektai.json"

TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^https?://[^ ]+$"}
ORGANIZATION = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": TEXT, "name": TEXT},
    "additionalProperties": False,
}
DAY = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$"}


def list_of(item):
    return {"type": "array", "minItems": 1, "items": item}


def thing(**properties):
    return {"type": "object", "properties": properties, "additionalProperties": False}


# The rules of version 1.4 for the fields that we have, in our words, from its schema:
# https://github.com/ThreeSixtyGiving/standard/tree/1.4.3/schema. Stricter in this: a field that
# the standard does not have is refused, and an address begins with http.
GRANT = {
    "type": "object",
    "required": [
        *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
        *("recipientOrganization", "fundingOrganization"),
    ],
    "properties": {
        "id": TEXT,
        "title": TEXT,
        "description": TEXT,
        "currency": {"enum": ["EUR", "LTL"]},
        "amountAwarded": {"type": "number"},
        "awardDate": DAY,
        "plannedDates": list_of(thing(startDate=DAY, endDate=DAY)),
        "recipientOrganization": list_of(ORGANIZATION),
        "fundingOrganization": list_of(ORGANIZATION),
        "grantProgramme": list_of(thing(title=TEXT)),
        "beneficiaryLocation": list_of(thing(name=TEXT)),
        "relatedActivity": list_of(TEXT),
        "url": ADDRESS,
        "dateModified": {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$",
        },
    },
    "additionalProperties": False,
}
PACKAGE = {
    "type": "object",
    "required": ["grants"],
    "properties": {
        "version": {"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
        "publisher": {"type": "object", "required": ["name"]},
        "license": ADDRESS,
        "accessURL": ADDRESS,
        "downloadURL": ADDRESS,
        "grants": {"type": "array", "minItems": 1, "items": GRANT, "uniqueItems": True},
    },
}


def text_of(client, address):
    return client.get(address).getvalue().decode()


def rows(client):
    return list(
        csv.DictReader(StringIO(text_of(client, CSV).removeprefix("\ufeff")), delimiter=";")
    )


def package(client):
    return json.loads(text_of(client, JSON))


def problems(value):
    errors = Draft202012Validator(PACKAGE).iter_errors(value)
    return sorted(f"{error.json_path}: {error.message}" for error in errors)


def awarded_project(amount=None, currency="", awarded_on=None, **fields):
    made = factories.project(**fields)
    Funding.objects.create(
        project=made,
        funder=factories.funder(),
        awarded_amount=amount,
        awarded_currency=currency,
        awarded_on=awarded_on,
    )
    return made


def test_json_keeps_the_rules_of_its_standard(visitor):
    factories.details(name="Bibliotekų asociacija", code="300000000")
    full = factories.full_project(starts_on="2014-03-01", ends_on="2014-12-31", summary="Apie.")
    full.fundings.update(programme="Skaitymas", awarded_on="2014-02-03")
    awarded_project(Decimal("12.50"), "EUR", "2026-02-28")
    factories.project(title="Be finansavimo")
    found = package(visitor)
    assert problems(found) == []
    sums = [(each["amountAwarded"], each["currency"]) for each in found["grants"]]
    assert sums == [(80000, "LTL"), (12.5, "EUR")]
    assert [each["awardDate"] for each in found["grants"]] == ["2014-02-03", "2026-02-28"]


def test_grant_of_which_something_is_unknown_lacks_it_and_breaks_no_other_rule(visitor):
    awarded_project(None, "", "2026-02-28")
    awarded_project(1, "EUR")
    assert problems(package(visitor)) == [
        "$.grants[0]: 'amountAwarded' is a required property",
        "$.grants[0]: 'currency' is a required property",
        "$.grants[1]: 'awardDate' is a required property",
    ]


def test_rules_of_the_standard_refuse_what_breaks_them(visitor):
    awarded_project(1, "EUR", "2026-02-28")
    broken = package(visitor)
    del broken["grants"][0]["title"], broken["grants"][0]["currency"]
    broken["grants"][0]["suma"] = 1
    assert len(problems(broken)) == 3


def test_json_keeps_the_largest_sum_exactly(visitor):
    awarded_project(Decimal("999999999999.99"), "EUR")
    found = json.loads(text_of(visitor, JSON), parse_float=Decimal)
    assert found["grants"][0]["amountAwarded"] == Decimal("999999999999.99")


def test_json_says_who_publishes_and_under_which_licence(visitor):
    factories.details(name="Bibliotekų asociacija")
    found = package(visitor)
    assert (found["publisher"]["name"], found["license"], found["version"]) == (
        "Bibliotekų asociacija",
        "https://creativecommons.org/licenses/by/4.0/",
        "1.4",
    )
    assert found["accessURL"] == "http://localhost:8000/duomenys/"


def test_files_of_an_empty_site_are_empty_and_whole(visitor):
    found = package(visitor)
    assert (found["grants"], found["projectsWithoutGrants"], rows(visitor)) == ([], [], [])


def test_each_awarded_funding_is_a_record_and_so_is_a_project_without_one(visitor):
    project = awarded_project(title="Mugė")
    Funding.objects.create(project=project, funder=factories.funder())
    asked = factories.project(title="Prašytas")
    Funding.objects.create(project=asked, funder=factories.funder(), state="asked")
    Funding.objects.create(project=asked, funder=factories.funder(), state="refused")
    found = package(visitor)
    assert [each["title"] for each in found["grants"]] == ["Mugė", "Mugė"]
    assert [each["title"] for each in found["projectsWithoutGrants"]] == ["Prašytas"]
    assert [row["title"] for row in rows(visitor)] == ["Mugė", "Mugė", "Prašytas"]
    assert rows(visitor)[2]["fundingOrganization/0/name"] == ""


def test_identifiers_stay_when_the_site_moves(visitor, settings):
    factories.details()
    awarded_project()
    [before] = package(visitor)["grants"]
    settings.SITE_URL = "https://nauja.example"
    [after] = package(visitor)["grants"]
    assert after["url"].startswith("https://nauja.example/")
    for name in ("id", "relatedActivity", "recipientOrganization", "fundingOrganization"):
        assert after[name] == before[name]


def test_csv_and_json_say_the_same(visitor):
    factories.full_project(starts_on="2014-03-01")
    factories.project()
    found = package(visitor)
    records = found["grants"] + found["projectsWithoutGrants"]
    for row, record in zip(rows(visitor), records, strict=True):
        assert row["id"] == record["id"]
        assert row["recipientOrganization/0/name"] == record["recipientOrganization"][0]["name"]
        assert row["relatedActivity/0"] == record["relatedActivity"][0]
        assert row["dateModified"] == record["dateModified"]


def test_csv_opens_in_a_lithuanian_spreadsheet(visitor):
    awarded_project(Decimal("4923.54"), "EUR", title="Šiaulių „Aušra“; mugė")
    awarded_project(80000, "LTL", title="Pirma\nantra")
    response = visitor.get(CSV)
    raw = response.getvalue()
    assert raw.startswith(b"\xef\xbb\xbfid;title;")
    assert response["Content-Disposition"] == 'attachment; filename="projektai.csv"'
    cells = [(row["title"], row["amountAwarded"], row["currency"]) for row in rows(visitor)]
    assert cells == [
        ("Šiaulių „Aušra“; mugė", "4923,54", "EUR"),
        ("Pirma\nantra", "80000", "LTL"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_csv_cell_that_a_spreadsheet_would_run_is_defused(start):
    assert exports.cell(f"{start}1+1") == f"'{start}1+1"


def test_csv_text_that_begins_a_formula_arrives_defused(visitor):
    factories.project(title="=HYPERLINK(1)")
    assert [row["title"] for row in rows(visitor)] == ["'=HYPERLINK(1)"]


@pytest.mark.parametrize("address", [CSV, JSON])
def test_files_are_the_same_for_staff_and_hold_no_draft(visitor, editor, address):
    factories.draft(title="Juodraštis")
    awarded_project(title="Paskutinis", published_at=None)
    factories.project(title="Viešas")
    seen = text_of(visitor, address)
    assert text_of(editor, address) == seen
    assert ("Viešas" in seen, "Juodraštis" in seen, "Paskutinis" in seen) == (True, False, False)


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("address", [CSV, JSON])
def test_files_ask_the_database_the_same_whatever_their_length(
    visitor, django_assert_num_queries, item_count, address
):
    for _ in range(item_count):
        factories.full_project()
        unpaid = factories.project()
        unpaid.activities.create(text="Mugė.").places.create(town="Vilnius")
    with django_assert_num_queries(10):
        assert len(text_of(visitor, address)) > 0


@pytest.mark.parametrize("address", [CSV, JSON])
def test_files_come_in_parts_of_a_bounded_length(visitor, monkeypatch, address):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for _ in range(5):
        awarded_project()
    parts = [part.decode() for part in visitor.get(address)]
    assert max(part.count("finansavimas") for part in parts) == 2
    found = package(visitor)
    assert len({each["id"] for each in found["grants"]}) == 5
    assert len(rows(visitor)) == 5


def test_page_explains_each_field_in_lithuanian_and_names_the_licence(visitor):
    page = unescape(visitor.get("/duomenys/").content.decode())
    assert [field.path for field in grants.FIELDS if f"<code>{field.path}</code>" not in page] == []
    assert "projekto pavadinimas" in page
    assert '<a href="https://creativecommons.org/licenses/by/4.0/deed.lt" rel="license">' in page


def test_page_of_open_data_leads_to_the_files_and_the_footer_to_the_page(visitor):
    page = visitor.get("/duomenys/").content.decode()
    assert [f'href="{address}"' in page for address in (CSV, JSON)] == [True, True]
    assert '<a href="/duomenys/">Atviri duomenys</a>' in visitor.get("/").content.decode()
