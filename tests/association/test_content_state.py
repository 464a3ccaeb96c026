import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from association import content_state
from association.models import Library, Page
from association.page_cache import PUBLIC as KEPT
from projects.models import Goal, Project
from tests import factories
from tests.test_site import PUBLIC, content  # noqa: F401

pytestmark = pytest.mark.django_db


def changes(change):
    """Whether the content is in another state after `change()`."""
    before = content_state.current()
    change()
    return content_state.current() != before


def test_state_is_another_after_each_way_to_write():
    project, other = factories.full_project(), factories.full_project()
    for change in (
        lambda: Project.objects.create(title="Nauja"),
        lambda: Project.objects.filter(pk=project.pk).update(title="Kita"),
        lambda: Goal.objects.bulk_create([Goal(project=project, text="Tikslas")]),
        lambda: Library.objects.bulk_create(
            [Library(name="Nauja", municipality="Rajonas", county="utena")], ignore_conflicts=True
        ),
        lambda: Goal.objects.filter(project=project).delete(),
        lambda: other.delete(),
        lambda: factories.page(slug="naujas"),
        lambda: connection.cursor().execute("UPDATE association_page SET title = 'Ranka'"),
    ):
        assert changes(change)


def test_state_stays_where_nothing_is_written_or_only_what_pages_do_not_show():
    factories.full_project()
    assert not changes(lambda: list(Project.objects.all()))
    assert not changes(lambda: factories.user())
    assert not changes(lambda: Page.objects.filter(pk=0).count())


def test_state_turns_when_a_record_becomes_public_and_at_midnight(monkeypatch):
    now = timezone.now()
    factories.project(published_at=now + timedelta(hours=1))
    factories.page(published_at=now + timedelta(hours=2))
    states = []
    noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
    for moment in (
        now,
        now + timedelta(minutes=61),
        now + timedelta(minutes=121),
        noon + timedelta(days=2),
        noon + timedelta(days=2, hours=11, minutes=59),
        noon + timedelta(days=2, hours=12),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        states.append(content_state.current())
    assert states[3] == states[4]
    assert len(set(states)) == len(states) - 1


def test_state_asks_once_and_looks_for_what_is_timed_only_when_it_is_a_new_one(
    django_assert_num_queries,
):
    factories.project()
    with django_assert_num_queries(3):
        content_state.current()
    with django_assert_num_queries(1):
        content_state.current()


def test_each_table_that_a_page_for_strangers_is_made_from_is_watched(content):  # noqa: F811
    addresses = [*PUBLIC, "/paieska/?q=mug%C4%97", "/kalendorius.ics", "/naujienos.atom"]
    addresses += ["/duomenys/projektai.csv", "/duomenys/projektai.json", "/sitemap.xml"]
    addresses += ["/sitemap-sarasai.xml", "/sitemap-projektai.xml", "/robots.txt"]
    names = connection.introspection.table_names()
    indexes = {name for name in names if "_fts" in name}  # which triggers keep
    kept = set()
    for address in addresses:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = Client().get(address.format(**content), follow=True)
            list(response)
        if response.resolver_match.view_name not in KEPT:
            continue
        kept.add(response.resolver_match.view_name)
        statements = " ".join(query["sql"] for query in asked)
        tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', statements))
        tables -= indexes
        assert tables - {content_state.TABLE} <= set(content_state.watched_tables()), address
    assert len(kept) > 12


@pytest.mark.django_db(transaction=True)
def test_each_table_is_watched_after_a_migration_that_makes_it_anew():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute('DROP TRIGGER "association_page_content_UPDATE"')
        assert not changes(lambda: Page.objects.update(title="Kita"))
    call_command("migrate", verbosity=0)
    factories.page()
    assert changes(lambda: Page.objects.update(title="Trečia"))


@pytest.mark.django_db(transaction=True)
def test_numbers_of_transactions_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(content_state, "MOST_TRANSACTIONS", 3)
    for number in range(5):
        factories.page(slug=f"puslapis-{number}")
    state = content_state.current()
    content_state.forget_transactions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM association_content_state")
        assert cursor.fetchone() == (1,)
    if connection.vendor == "postgresql":
        assert content_state.current() != state
