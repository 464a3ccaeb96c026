from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from projects import publication
from projects.models import DraftLink, Project
from projects.publicity import lacks
from tests import factories

pytestmark = pytest.mark.django_db

VILNIUS = ZoneInfo("Europe/Vilnius")


def told(project, **options):
    return [lack.told for lack in lacks(project, **options)]


def whole_project(funder, **fields):
    """A project whose publicity lacks nothing: it pays, it is dated, and both are known."""
    values = {"starts_on": date(2026, 1, 1), "ends_on": date(2099, 12, 31)} | fields
    made = factories.draft(**values)
    factories.funding(made, funder, awarded_amount=80000, awarded_currency="LTL")
    return made


def generous_funder(**fields):
    values = {"name": "Taryba", "logo": factories.picture(), "publicity_statement": "Finansuoja."}
    return factories.funder(**values | fields)


def test_publicity_of_a_whole_project_lacks_nothing():
    assert told(whole_project(generous_funder())) == []


def test_publicity_lacks_a_funder_where_none_pays():
    project = factories.draft(starts_on=date(2026, 1, 1), ends_on=date(2099, 12, 31))
    project.fundings.create(funder=generous_funder(), state="asked")
    assert told(project) == ["Nenurodytas finansuotojas."]


@pytest.mark.parametrize(
    ("funder", "item", "lacking"),
    [
        ({"logo": ""}, "logo", "Trūksta finansuotojo logotipo: Taryba."),
        (
            {"publicity_statement": ""},
            "statement",
            "Trūksta finansuotojo viešinimo teksto: Taryba.",
        ),
    ],
)
def test_publicity_lacks_what_the_funder_has_not_got(funder, item, lacking):
    made = generous_funder(**funder)
    project = whole_project(made)
    assert told(project) == [lacking]
    assert [lack.stops for lack in lacks(project)] == [False]
    setattr(made, f"requires_{item}", True)
    made.save()
    (lack,) = lacks(Project.objects.get())
    assert lack.required_by == ("Taryba",)


@pytest.mark.parametrize(
    ("item", "spoil", "lacking"),
    [
        (
            "sum",
            lambda project: project.fundings.update(awarded_amount=None, awarded_currency=""),
            "Trūksta skirtos sumos: Taryba.",
        ),
        (
            "period",
            lambda project: Project.objects.update(starts_on=None),
            "Trūksta laikotarpio: kada projektas prasideda ir kada baigiasi.",
        ),
        (
            "alternative_texts",
            lambda project: factories.photo(project, alt=""),
            "1 nuotrauka neturi alternatyviojo teksto, todėl lankytojams nebus rodoma.",
        ),
        (
            "results",
            lambda project: Project.objects.update(ends_on="2026-02-01"),
            "Projektas pasibaigė, o rezultatų nėra.",
        ),
    ],
)
def test_publicity_lacks_what_the_project_has_not_got(item, spoil, lacking):
    made = generous_funder(**{f"requires_{item}": True})
    other = generous_funder(name="Fondas")
    project = whole_project(made)
    factories.funding(project, other, awarded_amount=1, awarded_currency="EUR")
    spoil(project)
    if item == "sum":
        project.fundings.filter(funder=other).delete()
    (lack,) = lacks(Project.objects.get())
    assert (lack.told, lack.required_by) == (lacking, ("Taryba",))


def test_publicity_counts_photos_in_lithuanian():
    project = whole_project(generous_funder())
    for _ in range(10):
        factories.photo(project, alt="")
    factories.photo(project, is_decorative=True)
    assert told(project) == [
        "10 nuotraukų neturi alternatyviojo teksto, todėl lankytojams nebus rodoma."
    ]


@pytest.mark.parametrize("result", ["link", "outcome"])
def test_publicity_is_content_with_any_result(result):
    project = whole_project(generous_funder(), ends_on=date(2026, 2, 1))
    if result == "link":
        project.links.create(title="Leidinys", url="https://biblioteka.example/")
    else:
        project.activities.create(text="Mugė.", outcome="Dalyvavo visi.")
    assert told(project) == []


def test_publicity_asks_for_results_on_the_day_of_publication():
    project = whole_project(generous_funder(), ends_on=date(2099, 12, 31))
    assert told(project, on=date(2099, 12, 31)) == []
    assert told(project, on=date(2100, 1, 1)) == ["Projektas pasibaigė, o rezultatų nėra."]


def test_publishing_is_stopped_by_what_a_funder_requires():
    project = whole_project(generous_funder(logo="", requires_logo=True))
    with pytest.raises(publication.Stopped) as stopped:
        publication.publish(project)
    assert [lack.told for lack in stopped.value.lacks] == ["Trūksta finansuotojo logotipo: Taryba."]
    assert Project.objects.get().published_at is None


def test_publishing_goes_on_with_a_reason_that_is_told():
    project = whole_project(generous_funder(logo="", requires_logo=True))
    assert publication.publish(project, reason="Logotipas dar kuriamas.") == (
        "Paskelbta. Trūksta finansuotojo logotipo: Taryba. Skelbiama nepaisant"
        " trūkumų. Priežastis: Logotipas dar kuriamas."
    )
    assert Project.objects.get().is_published


def test_publishing_goes_on_where_what_is_missing_is_only_good_to_have():
    assert publication.publish(factories.draft()) == "Paskelbta."


def test_publishing_at_a_time_waits_for_it():
    project, at = factories.draft(), timezone.now() + timedelta(days=3)
    at = at.astimezone(VILNIUS).replace(hour=9, minute=5)
    sentence = publication.publish(project, at=at)
    assert sentence.startswith("Bus paskelbta: ")
    assert sentence.endswith("d. 09.05\u00a0val.")
    assert not project.is_published
    assert Project.objects.published(at).get() == project


def test_withdrawing_ends_the_link_to_the_draft_too():
    project = factories.project()
    DraftLink.renew(project)
    publication.withdraw(project)
    assert Project.objects.get().published_at is None
    assert not DraftLink.objects.exists()


@pytest.mark.parametrize(
    ("published_at", "sentence"),
    [
        (None, "Juodraštis: mato tik svetainės tvarkytojai."),
        (
            datetime(2014, 4, 3, 9, 5, tzinfo=VILNIUS),
            "Viešas nuo 2014 m. balandžio 3 d. 09.05 val.",
        ),
        (
            datetime(2099, 1, 1, 0, 0, tzinfo=VILNIUS),
            "Bus viešas nuo 2099 m. sausio 1 d. 00.00 val. Iki tol mato tik svetainės tvarkytojai.",
        ),
    ],
)
def test_visibility_is_told_in_words(published_at, sentence):
    told = publication.visibility(factories.project(published_at=published_at))
    assert told.replace("\u00a0", " ") == sentence


@pytest.mark.parametrize(
    ("dates", "sentences"),
    [
        (
            (date(2098, 3, 1), date(2098, 12, 31)),
            [
                "Planuojamas: vykdomu taps 2098 m. kovo 1 d.",
                "Nuo 2099 m. sausio 1 d. bus rodomas tarp įgyvendintų projektų.",
            ],
        ),
        (
            (date(2014, 3, 1), date(2098, 12, 31)),
            ["Nuo 2099 m. sausio 1 d. bus rodomas tarp įgyvendintų projektų."],
        ),
        (
            (None, date(2014, 12, 31)),
            ["Įgyvendintas: jo vieta – tarp įgyvendintų projektų."],
        ),
        (
            (None, None),
            [
                "Pabaigos data nenurodyta, todėl bus rodomas tarp vykdomų projektų, kol ją"
                " nurodysite."
            ],
        ),
    ],
)
def test_prospects_say_what_will_happen_by_itself(dates, sentences):
    project = factories.project(starts_on=dates[0], ends_on=dates[1])
    assert [told.replace("\u00a0", " ") for told in publication.prospects(project)] == sentences
