"""Tables of projects and funders: what goes out comes in again, and what comes in is looked at."""

from collections import Counter
from datetime import date, time
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from association.models import Library
from association.tables import doing, drafts, exports, files, plans, writing
from association.tables.registry import table_of
from projects.models import (
    ActivityKind,
    Cover,
    Currency,
    Funder,
    FundingState,
    Project,
)
from projects.money import write_sum
from tests import factories

pytestmark = pytest.mark.django_db

# What people write, and what spreadsheets stumble over.
ODD = [
    "=1+1",
    "'=1",
    "-",
    "+370 600",
    "@x",
    "a;b",
    'a"b',
    "a|b",
    "a\\b",
    "_x000D_",
    "2014-05-03",
    "1e5",
]
LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" ")
WORDS = st.one_of(
    st.sampled_from([*ODD, "Mugė", "„Ąžuolo“ biblioteka", "taip", "00123"]),
    st.text(LETTERS, min_size=1, max_size=40).map(str.strip),
).filter(bool)
MAYBE = st.one_of(st.just(""), WORDS)
TEXTS = st.one_of(MAYBE, st.lists(WORDS, min_size=1, max_size=3).map("\r\n\r\n".join))
DAYS = st.one_of(st.none(), st.dates(date(1850, 1, 1), date(2100, 1, 1)))
PERIODS = st.tuples(DAYS, DAYS).map(lambda pair: tuple(sorted(pair)) if None not in pair else pair)
CENTS = st.integers(0, 10**13).map(lambda cents: Decimal(cents) / 100)


@st.composite
def sums(draw, prefix):
    if draw(st.booleans()):
        return {}
    amount, currency = draw(CENTS), draw(st.sampled_from(Currency.values))
    written = draw(st.sampled_from(["", write_sum(amount, currency).replace("\u00a0", " ")]))
    return {
        f"{prefix}_amount": amount,
        f"{prefix}_currency": currency,
        f"{prefix}_as_written": written,
    }


@st.composite
def own_values(draw):
    start, end = draw(PERIODS)
    return {
        "title": draw(WORDS.map(lambda words: f"{words} ž")),
        "short_title": draw(MAYBE),
        "starts_on": start,
        "ends_on": end,
        "summary": draw(TEXTS),
        "text": draw(TEXTS),
        "contact_person": draw(MAYBE),
        "cover": draw(st.sampled_from(Cover.values)),
        **draw(sums("budget")),
    }


@st.composite
def funding_values(draw):
    state = draw(st.sampled_from(FundingState.values))
    awarded = draw(sums("awarded")) if state == FundingState.AWARDED else {}
    return {
        "programme": draw(MAYBE),
        "state": state,
        "is_partial": draw(st.booleans()),
        "awarded_on": draw(DAYS) if state == FundingState.AWARDED else None,
        **draw(sums("asked")),
        **awarded,
    }


@st.composite
def activity_values(draw):
    days = draw(
        st.lists(
            st.tuples(
                st.dates(date(1990, 1, 1), date(2100, 1, 1)),
                st.sampled_from([None, time(10, 0), time(9, 5)]),
            ),
            max_size=3,
        )
    )
    places = st.tuples(MAYBE, MAYBE, MAYBE).filter(any)
    return {
        "text": draw(TEXTS.filter(bool)),
        "kind": draw(st.sampled_from(["", *ActivityKind.values])),
        "short_title": draw(MAYBE),
        "was_done": draw(st.sampled_from([None, True, False])),
        "outcome": draw(TEXTS),
        "participants": draw(st.one_of(st.none(), st.integers(0, 1_000_000))),
        "days": days,
        "places": draw(st.lists(places, max_size=3)),
        "goals": draw(st.sets(st.integers(0, 2))),
        "partners": draw(st.sets(st.integers(0, 1))),
    }


@st.composite
def whole_projects(draw):
    return {
        "own": draw(own_values()),
        "fundings": draw(st.lists(funding_values(), max_size=2)),
        "goals": draw(st.lists(TEXTS.filter(bool), max_size=3)),
        "partners": draw(st.lists(st.tuples(WORDS, MAYBE), max_size=2)),
        "activities": draw(st.lists(activity_values(), max_size=2)),
        "links": draw(st.lists(WORDS, max_size=2)),
    }


def make(told, funder, library):
    project = Project.objects.create(**told["own"])
    project.full_clean()
    project.save()
    for number, values in enumerate(told["fundings"], start=1):
        project.fundings.create(funder=funder, position=number, **values)
    goals = [
        project.goals.create(text=text, position=number)
        for number, text in enumerate(told["goals"], start=1)
    ]
    partners = [
        project.partners.create(name=name, country=country, position=number)
        for number, (name, country) in enumerate(told["partners"], start=1)
    ]
    project.partners.create(library=library, position=9)
    for number, values in enumerate(told["activities"], start=1):
        plain = {
            name: value for name, value in values.items() if not isinstance(value, (list, set))
        }
        activity = project.activities.create(position=number, **plain)
        for day, at in values["days"]:
            activity.days.create(starts_on=day, starts_at=at)
        for order, (town, country, host) in enumerate(values["places"], start=1):
            activity.places.create(town=town, country=country, host=host, position=order)
        activity.goals.set(goals[at] for at in values["goals"] if at < len(goals))
        activity.partners.set(partners[at] for at in values["partners"] if at < len(partners))
    for number, title in enumerate(told["links"], start=1):
        project.links.create(title=title, url="https://x.example/=1", position=number)
    return project


def content(table):
    """Return all that the table tells of each record, without its number and moments."""
    told = Counter()
    sheets = exports.sheets_of(table, table.model.objects.all())
    keys = {}
    for name, headings, _widths, rows in sheets:
        for row in rows:
            key = keys.setdefault(row[0], row[1])  # the title, on the first sheet
            cells = [
                cell
                for heading, cell in zip(headings[1:], row[1:], strict=True)
                if heading not in {"Skelbiama nuo", "Pakeista", "Vieta sąraše"}
            ]
            told[name, key, repr(cells)] += 1
    return told


def exported(table, write):
    with exports.file_of(exports.sheets_of(table, table.model.objects.all()), write) as file:
        return file.read()


def planned(table, data):
    return plans.make_plan(table, files.read_file("lentele", data))


def errors(plan):
    return [
        (line.sheet.name, line.number, heading, told)
        for entry in plan.entries
        for line, heading, told in entry.errors()
    ]


@pytest.fixture
def staff(db):
    return factories.user(is_staff=True)


@given(whole=st.lists(whole_projects(), min_size=1, max_size=3))
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.parametrize("write", [writing.write_workbook, writing.write_archive])
def test_projects_come_in_again_as_they_went_out(staff, write, whole):
    table = table_of(Project)
    with transaction.atomic():
        funder, library = factories.funder(), factories.library()
        for number, told in enumerate(whole):
            told["own"]["title"] += f" {number}"
            make(told, funder, library)
        before, data = content(table), exported(table, write)
        plan = planned(table, data)
        assert errors(plan) == []
        assert plan.counts == {drafts.SAME: len(whole)}
        Project.objects.all().delete()
        plan = planned(table, data)
        assert errors(plan) == []
        doing.do(plan, by=staff)
        assert content(table) == before
        transaction.set_rollback(True)


FUNDERS = st.fixed_dictionaries(
    {
        "publicity_statement": TEXTS,
        "requires_logo": st.booleans(),
        "requires_results": st.booleans(),
        "website": st.sampled_from(["", "https://fondas.example/"]),
    }
)


@given(whole=st.lists(st.tuples(WORDS, FUNDERS, st.lists(WORDS, max_size=3)), max_size=3))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_funders_come_in_again_as_they_went_out(staff, whole):
    table = table_of(Funder)
    with transaction.atomic():
        for number, (name, values, aliases) in enumerate(whole):
            funder = Funder(name=f"Fondas {number} {name}", **values)
            funder.full_clean()
            funder.save()
            for place, alias in enumerate(aliases):
                funder.aliases.create(name=f"F{number}-{place} {alias}")
        factories.funder(name="Kitas")
        before, data = content(table), exported(table, writing.write_workbook)
        assert planned(table, data).counts == {drafts.SAME: len(whole) + 1}
        Funder.objects.all().delete()
        doing.do(planned(table, data), by=staff)
        assert content(table) == before
        transaction.set_rollback(True)


@given(
    whole=st.lists(
        st.tuples(WORDS, DAYS, st.lists(st.tuples(MAYBE, PERIODS), max_size=3), PERIODS),
        max_size=3,
    )
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_libraries_come_in_again_as_they_went_out(staff, whole):
    table = table_of(Library)
    with transaction.atomic():
        for number, (name, since, formers, (start, end)) in enumerate(whole):
            library = factories.library(name=f"{name} {number}", name_since=since)
            for former, (first, last) in formers:
                library.former_names.create(name=former, starts_on=first, ends_on=last)
            library.memberships.create(starts_on=start, ends_on=end)
        factories.library(name="Kita")
        before, data = content(table), exported(table, writing.write_archive)
        assert planned(table, data).counts == {drafts.SAME: len(whole) + 1}
        Library.objects.all().delete()
        plan = planned(table, data)
        assert errors(plan) == []
        doing.do(plan, by=staff)
        assert content(table) == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", [1, 3])
def test_table_over_itself_writes_nothing_and_asks_the_same_for_any_number(
    number, django_assert_num_queries
):
    for _project in range(number):
        factories.full_project()
    table = table_of(Project)
    data = exported(table, writing.write_workbook)
    with django_assert_num_queries(14) as asked:
        plan = planned(table, data)
    assert plan.counts == {drafts.SAME: number}
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


@pytest.mark.parametrize("number", [1, 3])
def test_export_asks_the_same_for_any_number(number, django_assert_num_queries):
    for _project in range(number):
        factories.full_project()
    with django_assert_num_queries(17):
        exported(table_of(Project), writing.write_archive)


@pytest.mark.parametrize("number", [1, 3])
def test_new_projects_are_looked_at_without_a_query_for_each(number, django_assert_num_queries):
    rows = "".join(f"Mugė {each};2014-05-01;2014-05-03\n" for each in range(number))
    with django_assert_num_queries(1):
        planned(table_of(Project), f"Pavadinimas;Pradžia;Pabaiga\n{rows}".encode())
