from datetime import date

import pytest
from django.db import DatabaseError, connection
from django.db.models import BigIntegerField, DateField, F

from association.prepared import KeysField, prepared
from projects.models import Funding, Project
from tests import factories

pytestmark = pytest.mark.django_db


@prepared(today=DateField())
def finished(latest, today):
    return Project.objects.finished(today)[:latest]


@prepared(keys=KeysField(), least=BigIntegerField())
def fundings(keys, least):
    of_projects = Funding.objects.filter(project__is_one_of=keys, pk__gte=least, pk__gt=0)
    return of_projects.select_related("funder").order_by("pk")


@pytest.fixture
def projects():
    return [factories.full_project(ends_on=f"20{year}-12-31") for year in (14, 15, 16)]


def ended(latest, year):
    return [each.ends_on.year for each in finished(latest, today=date(year, 1, 1))]


def test_same_is_found_as_by_the_queryset_for_each_value(projects, django_assert_num_queries):
    assert ended(2, 2014) == []
    assert ended(2, 2016) == [2015, 2014]
    with django_assert_num_queries(1):
        assert ended(2, 2018) == [2016, 2015]
    assert ended(1, 2018) == [2016]
    Project.objects.filter(ends_on__year=2016).delete()
    assert ended(2, 2018) == [2015, 2014]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_any_number_of_keys_is_one_statement(projects, count, django_assert_num_queries):
    keys = [each.pk for each in projects[:count]]
    with django_assert_num_queries(1):
        found = [each.funder.name for each in fundings(keys=keys, least=1)]
    expected = Funding.objects.filter(project__in=keys).order_by("pk")
    assert found == [each.funder.name for each in expected]
    assert fundings(keys=keys, least=expected.last().pk + 1 if keys else 1) == []


def test_records_are_ones_own(projects):
    (first,) = finished(1, today=date(2018, 1, 1))
    first.title = "Pakeista"
    (second,) = finished(1, today=date(2018, 1, 1))
    assert second.title == projects[-1].title


def told():
    """Return how many statements PostgreSQL was told in this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return cursor.fetchone()[0]


@pytest.fixture
def anew():
    connection.close()
    yield
    connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_told_a_statement_once_in_each_connection(projects, anew):
    assert ended(2, 2016) == ended(2, 2016) == [2015, 2014]
    assert told() == 1
    assert len(fundings(keys=[each.pk for each in projects], least=1)) == 3
    assert told() == 2
    connection.close()
    assert told() == 0
    assert ended(2, 2016) == [2015, 2014]
    assert told() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_connection_that_forgets_statements_is_told_them_in_full(projects, anew):
    assert ended(2, 2016) == [2015, 2014]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as a pool does that puts another connection behind it
    assert ended(2, 2016) == ended(2, 2016) == [2015, 2014]
    assert told() == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_statement_whose_table_was_changed_meanwhile_is_told_in_full(projects, anew):
    whole = Project.objects.order_by("pk")
    query = prepared()(lambda: whole.annotate(copy=F("short_title")))
    assert len(query()) == 3
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_project ALTER short_title TYPE text")
        try:
            assert len(query()) == 3
        finally:
            cursor.execute("ALTER TABLE projects_project ALTER short_title TYPE varchar(80)")


@pytest.mark.postgresql
def test_transaction_is_not_put_at_risk(projects):
    assert ended(2, 2016) == [2015, 2014]
    assert told() == 0


def test_query_that_is_wrong_says_so(projects):
    wrong = prepared(key=BigIntegerField())(
        lambda key: Project.objects.filter(pk=key).extra(where=["nothing = 1"])
    )
    with pytest.raises(DatabaseError, match="nothing"):
        wrong(key=1)


def test_parameter_without_a_value_says_so():
    with pytest.raises(KeyError):
        finished(1)
