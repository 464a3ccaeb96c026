import pytest

from association.models import Details
from projects import grants
from projects.models import Funding
from tests import factories

pytestmark = pytest.mark.django_db

SITE = "https://biblioteka.example"
HOST = {"name": "Bibliotekų asociacija", "identifier_host": "sena.example"}


def publisher(**details):
    return grants.Publisher(Details(**HOST | details), SITE)


def funding(project=None, **fields):
    project = project or factories.project(title="Mugė")
    return Funding.objects.create(
        project=project, funder=factories.funder(name="Kultūros taryba"), **fields
    )


def record(given, **details):
    return grants.record(given.project, given, publisher(**details))


def test_grant_of_a_full_funding_has_what_is_known_and_no_more():
    project = factories.project(
        title="Mugė", summary="Apie mugę.", starts_on="2014-03-01", ends_on="2014-12-31"
    )
    project.activities.create(text="Mugė.").places.create(town="Vilnius", country="Lietuva")
    given = funding(
        project,
        programme="Skaitymas",
        awarded_amount="72400.50",
        awarded_currency="LTL",
        awarded_on="2014-02-03",
    )
    saved = Funding.objects.get(pk=given.pk)
    assert record(saved, code="300000000") == {
        "id": f"sena.example-finansavimas-{saved.pk}",
        "title": "Mugė",
        "description": "Apie mugę.",
        "currency": "LTL",
        "amountAwarded": saved.awarded_amount,
        "awardDate": "2014-02-03",
        "plannedDates": [{"startDate": "2014-03-01", "endDate": "2014-12-31"}],
        "recipientOrganization": [
            {"id": "sena.example-asociacija-1", "name": "Bibliotekų asociacija"}
        ],
        "fundingOrganization": [
            {
                "id": f"sena.example-finansuotojas-{saved.funder_id}",
                "name": "Kultūros taryba",
            }
        ],
        "grantProgramme": [{"title": "Skaitymas"}],
        "beneficiaryLocation": [{"name": "Vilnius, Lietuva"}],
        "relatedActivity": [f"sena.example-projektas-{project.pk}"],
        "url": f"{SITE}/projektai/{project.pk}-muge/",
        "dateModified": saved.project.changed_at.isoformat(),
    }


def test_grant_of_an_unknown_sum_says_neither_sum_nor_currency():
    assert {"amountAwarded", "currency"} & record(funding()).keys() == set()


def test_grant_of_nothing_is_nothing_and_not_unknown():
    given = funding(awarded_amount=0, awarded_currency="EUR")
    assert (record(given)["amountAwarded"], record(given)["currency"]) == (0, "EUR")


def test_project_without_funding_has_its_own_identifier_and_no_funder():
    project = factories.project(title="Mugė")
    made = grants.record(project, None, publisher())
    assert made["id"] == f"sena.example-projektas-{project.pk}"
    assert "fundingOrganization" not in made


@pytest.mark.parametrize(
    ("texts", "description"),
    [
        ({"summary": "Santrauka.", "text": "Tekstas."}, "Santrauka."),
        ({"text": "Tekstas."}, "Tekstas."),
        ({}, "Mugė"),
    ],
)
def test_grant_is_described_by_the_best_text_there_is(texts, description):
    given = funding(factories.project(title="Mugė", **texts))
    assert record(given)["description"] == description


def test_grant_names_each_place_once_in_order():
    given = funding()
    for town, country in [("Nica", "Prancūzija"), ("", "Latvija"), ("Nica", "Prancūzija")]:
        given.project.activities.create(text="Išvyka.").places.create(town=town, country=country)
    assert record(given)["beneficiaryLocation"] == [{"name": "Nica, Prancūzija; Latvija"}]


def test_place_known_only_by_its_host_is_no_town():
    given = funding()
    given.project.activities.create(text="Mugė.").places.create(host="Biblioteka")
    assert "beneficiaryLocation" not in record(given)


def test_identifiers_stay_when_a_project_is_renamed_and_the_association_has_no_code():
    given = funding()
    before = record(given)
    given.project.title = "Knygų mugė"
    after = record(given)
    assert (after["id"], after["relatedActivity"]) == (before["id"], before["relatedActivity"])
    assert after["recipientOrganization"][0]["id"] == "sena.example-asociacija-1"
