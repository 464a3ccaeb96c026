from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from association.lithuanian import fold, sort_key
from projects.models import Activity, Document, Funder, FunderAlias, Funding, Goal, Photo, Project
from tests import factories
from tests.database import refused

DAY = date(2014, 6, 15)
SOME_DATES = st.none() | st.dates(DAY - timedelta(days=2), DAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "state"),
    [
        (None, None, "current"),
        (DAY, None, "current"),
        (DAY + timedelta(days=1), None, "planned"),
        (None, DAY, "current"),
        (None, DAY - timedelta(days=1), "finished"),
        (DAY, DAY, "current"),
        (DAY - timedelta(days=2), DAY - timedelta(days=1), "finished"),
        (DAY + timedelta(days=1), DAY + timedelta(days=1), "planned"),
    ],
)
def test_project_state_follows_its_dates(monkeypatch, starts_on, ends_on, state):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: DAY)
    assert Project(starts_on=starts_on, ends_on=ends_on).state == state


def test_project_state_turns_at_midnight_in_vilnius(monkeypatch):
    project = Project(ends_on=date(2014, 12, 31))
    for utc, state in [("21:59", "current"), ("22:00", "finished")]:
        now = datetime.fromisoformat(f"2014-12-31T{utc}+00:00")
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert project.state == state


class StateInTheDatabase(TestCase):
    @given(starts_on=SOME_DATES, ends_on=SOME_DATES)
    def test_project_state_is_the_same_rule_in_the_database(self, starts_on, ends_on):
        if starts_on and ends_on:
            starts_on, ends_on = sorted([starts_on, ends_on])
        project = factories.project(starts_on=starts_on, ends_on=ends_on)
        only = Project.objects.filter(pk=project.pk)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "localdate", lambda *args, **kwargs: DAY)
            found = {name for name in Project.State.values if getattr(only, name)().exists()}
            assert found == {project.state}
            assert only.unfinished().exists() == (project.state != Project.State.FINISHED)


pytestmark = pytest.mark.django_db


def test_project_draft_is_hidden_from_everybody_but_editors(editor_user):
    factories.draft()
    factories.project(published_at=timezone.now() + timedelta(hours=1))
    seen_by = [AnonymousUser(), factories.user(), editor_user]
    assert [Project.objects.visible_to(user).count() for user in seen_by] == [0, 0, 2]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"starts_on": DAY, "ends_on": DAY - timedelta(days=1)},
        {"budget_amount": -1, "budget_currency": "EUR"},
        {"budget_amount": 1},
        {"budget_currency": "EUR"},
        {"budget_amount": 1, "budget_currency": "USD"},
        {"cover": "pink"},
        {"budget_as_written": "80 tūkst. Lt"},
    ],
)
def test_project_that_breaks_a_rule_is_refused_by_the_database(fields):
    assert refused(lambda: factories.project(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"asked_amount": -1, "asked_currency": "EUR"},
        {"awarded_amount": 1},
        {"awarded_amount": 1, "awarded_currency": "EUR", "state": "refused"},
        {"awarded_amount": 1, "awarded_currency": "EUR", "state": "asked"},
        {"state": "perhaps"},
        {"awarded_as_written": "80 tūkst. Lt"},
    ],
)
def test_funding_that_breaks_a_rule_is_refused_by_the_database(fields):
    project, funder = factories.project(), factories.funder()
    assert refused(lambda: Funding.objects.create(project=project, funder=funder, **fields))


def test_funding_of_an_unknown_sum_is_awarded_all_the_same():
    funding = Funding.objects.create(project=factories.project(), funder=factories.funder())
    assert (funding.state, funding.awarded) == ("awarded", None)


def test_funding_refused_keeps_what_was_asked_for():
    project = factories.project()
    Funding.objects.create(
        project=project,
        funder=factories.funder(),
        state="refused",
        asked_amount=100,
        asked_currency="EUR",
    )
    assert project.fundings.get().asked.amount == 100
    assert project.awarded_fundings == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {
                "is_partial": True,
                "awarded_amount": 80000,
                "awarded_currency": "LTL",
                "awarded_as_written": "80 tūkst. Lt",
            },
            "Dalinį finansavimą – 80 tūkst. Lt skyrė Lietuvos kultūros taryba.",
        ),
        (
            {"awarded_amount": Decimal("6000.50"), "awarded_currency": "EUR"},
            "Finansavimą – 6 000,50 Eur skyrė Lietuvos kultūros taryba.",
        ),
        (
            {"programme": "Bibliotekų plėtros programa"},
            "Finansavimą skyrė Lietuvos kultūros taryba (Bibliotekų plėtros programa).",
        ),
        ({"is_partial": True}, "Dalinį finansavimą skyrė Lietuvos kultūros taryba."),
    ],
)
def test_funding_sentence_is_the_association_s_own(fields, sentence):
    funder = Funder(name="Lietuvos kultūros taryba")
    assert Funding(funder=funder, **fields).sentence.replace("\u00a0", " ") == sentence


def test_funding_in_litas_has_its_legal_value_in_euro():
    funding = Funding(awarded_amount=Decimal(80000), awarded_currency="LTL")
    assert funding.awarded.euro == "23\u00a0169,60\u00a0Eur"


def test_funding_in_euro_has_no_second_value():
    funding = Funding(awarded_amount=Decimal(80000), awarded_currency="EUR")
    assert funding.awarded.euro == ""


def test_funding_written_otherwise_than_its_sum_is_refused():
    funding = Funding(
        awarded_amount=Decimal(27000), awarded_currency="LTL", awarded_as_written="17 tūkst. Lt"
    )
    with pytest.raises(ValidationError) as refusal:
        funding.clean()
    (message,) = refusal.value.message_dict["awarded_as_written"]
    assert message.replace("\u00a0", " ") == (
        "„17 tūkst. Lt“ ir 27 000 Lt – ne ta pati suma."
        " Pataisykite sumą arba tai, kaip ji užrašyta."
    )


def test_funding_written_in_words_only_gets_its_sum():
    funding = Funding(awarded_as_written="80 tūkst. Lt")
    funding.clean()
    assert (funding.awarded_amount, funding.awarded_currency) == (80000, "LTL")


@pytest.mark.parametrize("written", ["daug", "80", "-5 Lt"])
def test_funding_written_as_no_sum_is_refused(written):
    with pytest.raises(ValidationError):
        Funding(awarded_as_written=written).clean()


@pytest.mark.parametrize("name", ["„“", "\u200b", "..."])
def test_name_of_nothing_is_refused(name):
    for record in (Project(title=name), Funder(name=name), FunderAlias(name=name)):
        with pytest.raises(ValidationError):
            record.clean()


@pytest.mark.parametrize("model", [Goal, Activity])
def test_part_without_text_is_refused_by_the_database(model):
    project = factories.project()
    assert refused(lambda: model.objects.create(project=project))


def test_photo_that_is_no_picture_is_refused():
    photo = Photo(project=factories.project(), image=factories.upload("a.jpg"), alt="Salė")
    with pytest.raises(ValidationError) as refusal:
        photo.full_clean()
    assert list(refusal.value.error_dict) == ["image"]


def test_funder_is_found_by_any_of_its_spellings():
    funder = factories.funder(name="LR Kultūros ministerija")
    FunderAlias.objects.create(funder=funder, name="Lietuvos Respublikos kultūros ministerija")
    spellings = ["LR kultūros  ministerija", "„Lietuvos respublikos Kulturos ministerija“", "Kita"]
    assert [Funder.objects.named(spelling) for spelling in spellings] == [funder, funder, None]


def test_funder_of_the_same_name_is_refused():
    factories.funder(name="Kultūros taryba")
    assert refused(lambda: factories.funder(name="kulturos taryba"))


def test_funder_cannot_take_the_alias_of_another():
    FunderAlias.objects.create(funder=factories.funder(), name="LKT")
    with pytest.raises(ValidationError):
        Funder(name="LKT").full_clean()


def test_funder_alias_cannot_be_the_name_of_another():
    factories.funder(name="LKT")
    with pytest.raises(ValidationError):
        FunderAlias(funder=factories.funder(), name="lkt").full_clean()


def test_funder_that_gave_money_cannot_be_deleted():
    project = factories.full_project()
    with pytest.raises(IntegrityError):
        project.fundings.get().funder.delete()


def test_project_title_loses_the_quotation_marks_around_it():
    project = Project(title="„Mugė „Knyga““", short_title='"Mugė"')
    project.clean()
    assert (project.title, project.short_title) == ("„Mugė „Knyga““", "Mugė")


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"title": "Šiaulių ąžuolų mugė"}, "siauliu-azuolu-muge"),
        ({"title": "Ilgas", "short_title": "Trumpas pavadinimas"}, "trumpas-pavadinimas"),
        ({"title": "!!!"}, "projektas"),
        ({"title": "ilgas " * 30}, "ilgas-" * 9 + "ilgas"),
        ({"title": "a" * 90}, "a" * 60),
    ],
)
def test_project_slug_can_be_read(fields, slug):
    assert Project(**fields).slug == slug


def test_project_parts_come_last_until_they_are_numbered():
    project = factories.project()
    for text in ("Pirmas", "Antras", "Trečias"):
        Goal.objects.create(project=project, text=text)
    project.goals.filter(text="Trečias").update(position=1)
    project.goals.filter(text="Pirmas").update(position=2)
    project.renumber_parts()
    numbered = [(goal.position, goal.text) for goal in project.goals.all()]
    assert numbered == [(1, "Trečias"), (2, "Pirmas"), (3, "Antras")]


def test_projects_finished_come_latest_first():
    for year in (2015, 2019, 2017):
        factories.project(title=str(year), ends_on=date(year, 12, 31))
    titles = [project.title for project in Project.objects.finished()]
    assert titles == ["2019", "2017", "2015"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ({"starts_on": DAY}, "2014 m. birželio 15 d."),
        (
            {"starts_on": DAY, "ends_on": DAY + timedelta(days=6)},
            "2014 m. birželio 15–21 d.",
        ),
        (
            {"starts_on": DAY, "starts_at": time(10), "ends_at": time(16)},
            "2014 m. birželio 15 d., 10.00–16.00 val.",
        ),
        ({"starts_on": DAY, "starts_at": time(9, 30)}, "2014 m. birželio 15 d., 09.30 val."),
    ],
)
def test_activity_day_is_told_in_words(day, words):
    made = Activity(text="Seminaras", project=factories.project())
    made.save()
    assert str(made.days.create(**day)).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    "day",
    [
        {"starts_on": DAY, "ends_on": DAY - timedelta(days=1)},
        {"starts_on": DAY, "ends_at": time(10)},
        {"starts_on": DAY, "starts_at": time(10), "ends_at": time(9)},
    ],
)
def test_activity_day_that_breaks_a_rule_is_refused_by_the_database(day):
    activity = Activity.objects.create(text="Seminaras", project=factories.project())
    assert refused(lambda: activity.days.create(**day))


def test_activity_keeps_unknown_apart_from_not_done():
    activity = Activity.objects.create(text="Seminaras", project=factories.project())
    assert (activity.was_done, activity.participants) == (None, None)


def test_place_that_says_nothing_is_refused():
    activity = Activity.objects.create(text="Seminaras", project=factories.project())
    assert refused(lambda: activity.places.create())


def test_partner_without_a_name_needs_a_library():
    project, library = factories.project(), factories.library(name="Zarasų biblioteka")
    assert refused(lambda: project.partners.create(country="Latvija"))
    assert str(project.partners.create(library=library)) == "Zarasų biblioteka"


@pytest.mark.parametrize(
    ("fields", "is_refused"),
    [
        ({"alt": "Pilna salė"}, False),
        ({"alt": "", "is_decorative": True}, False),
        ({"alt": "Pilna salė", "is_decorative": True}, True),
        ({"alt": ""}, False),
        ({"focus_x": 0, "focus_y": 100}, False),
        ({"focus_x": 101}, True),
        ({"focus_y": 101}, True),
    ],
)
def test_photo_that_is_decorative_has_no_words_and_its_main_spot_is_within(fields, is_refused):
    project = factories.project()
    assert refused(lambda: factories.photo(project, **fields)) == is_refused


def test_photo_without_words_is_for_those_who_may_change_the_project(editor_user):
    project = factories.project()
    factories.photo(project, alt="")
    told = [factories.photo(project), factories.photo(project, is_decorative=True)]
    assert list(Photo.objects.visible_to(AnonymousUser())) == told
    assert Photo.objects.visible_to(editor_user).count() == 3
    assert project.cover_photo == told[0]


def test_files_of_a_draft_are_hidden(editor_user):
    draft = factories.draft()
    factories.photo(draft)
    Document.objects.create(project=draft, title="Ataskaita", file=factories.upload())
    for model in (Photo, Document):
        seen_by = [AnonymousUser(), factories.user(), editor_user]
        assert [model.objects.visible_to(user).count() for user in seen_by] == [0, 0, 1]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"summary": "Mugė\nknygoms."}, "Mugė knygoms."),
        ({}, "Vykdomas projektas „Mugė“."),
        (
            {"starts_on": date(2999, 1, 1)},
            "Planuojamas projektas „Mugė“. Laikotarpis: nuo 2999 m. sausio 1 d.",
        ),
        (
            {"starts_on": date(2014, 1, 1), "ends_on": date(2014, 12, 31)},
            "Įgyvendintas projektas „Mugė“. Laikotarpis: 2014 m.",
        ),
    ],
)
def test_project_is_described_by_its_summary_or_by_what_is_known(fields, told):
    project = factories.project(title="Mugė", **fields)
    assert project.description.replace("\u00a0", " ") == told


def test_project_description_names_who_pays():
    project = factories.project(title="Mugė")
    project.fundings.create(funder=factories.funder(name="Kultūros taryba"), is_partial=True)
    assert project.description == (
        "Vykdomas projektas „Mugė“. Dalinį finansavimą skyrė Kultūros taryba."
    )


def test_project_names_each_funder_once():
    project, first, second = factories.project(), factories.funder(), factories.funder()
    for position, funder in enumerate([first, second, first], start=1):
        factories.funding(project, funder, position=position)
    assert project.funders == [first, second]


def test_library_is_known_as_a_partner_by_any_of_its_names():
    library = factories.library(name="Naujoji biblioteka")
    library.former_names.create(name="Senoji biblioteka")
    projects = [factories.project() for _ in range(3)]
    projects[0].partners.create(library=library)
    projects[1].partners.create(name="senoji  Biblioteka")
    projects[2].partners.create(name="Kita biblioteka")
    found = Project.objects.with_library(library)
    assert {project.pk for project in found} == {project.pk for project in projects[:2]}


@pytest.mark.django_db
def test_only_an_awarded_funding_has_a_day_of_the_decision():
    asked = Funding(project=factories.project(), funder=factories.funder(), state="asked")
    asked.awarded_on = DAY
    with pytest.raises(ValidationError, match="Sprendimo data nurodoma tik tada"):
        asked.full_clean()


@pytest.mark.django_db
def test_name_of_a_funder_is_kept_in_lithuanian_marks():
    funder = Funder(name='UAB "Knygų namai"')
    funder.clean()
    assert funder.name == "UAB „Knygų namai“"


@pytest.mark.django_db
def test_names_of_funders_that_were_there_get_lithuanian_marks():
    factories.funder(name='UAB "Knygų namai"')
    import_module("projects.migrations.0013_quotation_marks").write_in_lithuanian_marks(apps, None)
    found = Funder.objects.named("UAB Knygų namai")
    assert (found.name, found.sort_key) == ("UAB „Knygų namai“", sort_key("UAB „Knygų namai“"))


@pytest.mark.django_db
@given(st.text("„“”\"«» ab'", min_size=1, max_size=12).filter(fold))
def test_name_of_a_funder_that_was_set_stays_as_it_is(name):
    funder = Funder(name=name)
    funder.clean()
    once = funder.name
    funder.clean()
    assert funder.name == once
