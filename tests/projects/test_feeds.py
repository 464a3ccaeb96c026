from datetime import UTC, datetime, timedelta
from time import struct_time

import feedparser
import pytest
from django.utils import timezone

from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def read(client):
    feed = feedparser.parse(client.get("/naujienos.atom").content)
    assert feed.bozo is False
    return feed


def moment(parsed):
    assert isinstance(parsed, struct_time)
    return datetime(*parsed[:6], tzinfo=UTC)


def test_feed_names_itself(visitor):
    factories.details(name="Bibliotekų asociacija")
    factories.project()
    response = visitor.get("/naujienos.atom", headers={"host": "127.0.0.1:9000"})
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert (feed.version, feed.feed.language) == ("atom10", "lt")
    assert feed.feed.id == "tag:localhost,2026:projektai"
    assert feed.feed.title == "Asociacijos projektai"
    assert feed.feed.author == "Bibliotekų asociacija"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "alternate": f"{SITE}/",
        "self": f"{SITE}/naujienos.atom",
    }


def test_feed_tells_of_a_project_what_its_page_does(visitor):
    project = factories.project(title="Mugė <b>„A & B“</b>", summary="Knygos & <i>mugė</i>.")
    [entry] = read(visitor).entries
    assert entry.id == f"tag:localhost,2026:projektai/{project.pk}"
    assert entry.link == SITE + project.get_absolute_url()
    assert entry.title_detail.type == "text/plain"
    assert entry.title == "Mugė <b>„A & B“</b>"
    assert entry.summary == "Knygos &amp; &lt;i&gt;mugė&lt;/i&gt;."
    assert moment(entry.published_parsed) == project.published_at
    assert moment(entry.updated_parsed) == project.last_change.replace(microsecond=0)


def test_feed_entry_keeps_its_id_when_the_project_is_renamed(visitor):
    project = factories.project(title="Mugė")
    before = read(visitor).entries[0].id
    project.title = "Knygų mugė"
    project.save()
    [entry] = read(visitor).entries
    assert (entry.id, entry.link) == (before, SITE + project.get_absolute_url())


def test_feed_keeps_its_ids_when_the_site_moves(visitor, settings):
    factories.details()
    factories.project()
    before = read(visitor)
    settings.SITE_URL = "https://nauja.example"
    after = read(visitor)
    assert after.entries[0].link.startswith("https://nauja.example/")
    assert (after.feed.id, after.entries[0].id) == (before.feed.id, before.entries[0].id)


def test_feed_has_public_projects_the_newest_first_even_for_staff(visitor, editor):
    now = timezone.now()
    factories.project(title="Senas", published_at=now - timedelta(days=2))
    factories.project(title="Naujas", published_at=now - timedelta(days=1))
    factories.project(title="Būsimas", published_at=now + timedelta(days=1))
    factories.draft(title="Juodraštis")
    for client in (visitor, editor):
        assert [entry.title for entry in read(client).entries] == ["Naujas", "Senas"]


def test_feed_survives_characters_that_xml_does_not_know(visitor):
    factories.project(title="Mu\x0bgė", summary="Kny\x0cgos\uffff.")
    [entry] = read(visitor).entries
    assert (entry.title, entry.summary) == ("Mugė", "Kny gos.")


def test_feed_is_short(visitor):
    for _ in range(31):
        factories.project()
    assert (len(read(visitor).entries), Project.objects.count()) == (30, 31)


def test_feed_of_an_empty_site_opens(visitor):
    assert read(visitor).entries == []


@pytest.mark.parametrize("item_count", [1, 3])
def test_feed_asks_the_database_the_same_whatever_its_length(
    visitor, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        factories.full_project()
    with django_assert_num_queries(3):
        assert len(read(visitor).entries) == item_count


def test_each_page_names_the_feed(visitor):
    page = visitor.get("/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/naujienos.atom"' in page
