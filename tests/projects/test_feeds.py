from datetime import UTC, datetime, timedelta
from time import struct_time

import feedparser
import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def published_long_ago(project):
    project.published_at = timezone.now() - timedelta(days=300)
    project.save()
    return project


def news(client):
    """Return the title and the text of each entry that tells of news."""
    entries = [each for each in read(client).entries if each.title.startswith("Projekto naujienos")]
    return [(each.title, each.summary) for each in entries]


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
    after = read(Client())
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
        published_long_ago(factories.full_project())
    with django_assert_num_queries(11):
        assert len(read(visitor).entries) == 2 * item_count


def test_each_page_names_the_feed(visitor):
    page = visitor.get("/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/naujienos.atom"' in page


def test_feed_tells_what_was_added_to_a_project_after_its_publication(visitor):
    project = published_long_ago(factories.full_project(title="Mugė"))
    factories.photo(project)
    factories.photo(project)
    project.documents.create(title="Ataskaita.", file=factories.upload())
    [entry] = [each for each in read(visitor).entries if "naujienos" in each.title]
    today = timezone.localdate()
    assert entry.title == "Projekto naujienos: „Mugė“"
    assert entry.summary == (
        "Veiklos: Veikla 1; Veikla 2. Rezultatai: Leidinys. Nuotraukos: 2. Dokumentai: Ataskaita."
    )
    assert entry.id == f"tag:localhost,2026:projektai/{project.pk}/{today}"
    assert entry.link == SITE + project.get_absolute_url()
    first, last = (getattr(project, name).earliest("added_at") for name in ("activities", "photos"))
    assert moment(entry.published_parsed) == first.added_at.replace(microsecond=0)
    assert moment(entry.updated_parsed) >= last.added_at.replace(microsecond=0)


def test_feed_tells_of_each_day_with_news_once_the_latest_first(visitor):
    project = published_long_ago(factories.project(title="Mugė"))
    now = timezone.now()
    for days, title in ((3, "Pirmas"), (3, "Antras"), (1, "Trečias")):
        project.links.create(
            title=title, url="https://biblioteka.example", added_at=now - timedelta(days=days)
        )
    assert [text for _title, text in news(visitor)] == [
        "Rezultatai: Trečias.",
        "Rezultatai: Pirmas; Antras.",
    ]


def test_feed_takes_what_came_with_the_publication_or_before_for_no_news(visitor):
    published_at = datetime(2014, 3, 1, 6, tzinfo=UTC)
    before, on_the_day = published_at - timedelta(days=2), published_at + timedelta(hours=15)
    for added_at in (None, before, on_the_day):
        project = factories.project(published_at=published_at)
        project.links.create(title="A", url="https://biblioteka.example", added_at=added_at)
    assert news(visitor) == []


def test_feed_tells_no_news_of_what_a_stranger_may_not_see(visitor, editor):
    project = published_long_ago(factories.project())
    project.documents.create(title="Narių", file=factories.upload(), audience="members")
    factories.draft().links.create(title="A", url="https://biblioteka.example")
    factories.photo(project, alt="")
    withdrawn = published_long_ago(factories.full_project())
    withdrawn.withdraw()
    assert (news(visitor), news(editor)) == ([], [])
