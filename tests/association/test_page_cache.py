from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from association import page_cache
from association.page_cache import ASKED, PUBLIC, SHARED
from tests import factories
from tests.logins import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    factories.details(name="Asociacija")
    return factories.full_project(title="Mugė")


@pytest.fixture
def kept(monkeypatch):
    """Return the list of the addresses whose pages have been kept."""
    addresses, put = [], page_cache.Shelf.put

    def noted(shelf, address, kept):
        addresses.append(address)
        put(shelf, address, kept)

    monkeypatch.setattr(page_cache.Shelf, "put", noted)
    return addresses


def test_page_is_made_once_for_each_state_of_the_content(
    visitor, project, django_assert_num_queries
):
    first = visitor.get("/")
    with django_assert_num_queries(1):
        again = visitor.get("/")
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "Vary", "Cache-Control"):
        assert again[header] == first[header]
    assert again["X-Request-ID"] != first["X-Request-ID"]


def test_what_is_done_to_an_answer_does_not_reach_what_is_kept():
    made = HttpResponse("Mugė")
    kept = page_cache.Kept(None, made.content, page_cache.copy_of(made.headers))
    for headers in (made, kept.answer()):
        headers["X-Request-ID"] = "1"
    assert "X-Request-ID" not in kept.answer()
    assert kept.answer()["Content-Type"] == made["Content-Type"]


def test_edit_publication_and_withdrawal_are_seen_at_once(visitor, project, monkeypatch):
    assert "Mugė" in visitor.get("/").text
    project.title = "Dirbtuvės"
    project.save()
    assert "Dirbtuvės" in visitor.get("/").text
    address = project.get_absolute_url()
    assert visitor.get(address).status_code == 200
    project.withdraw()
    assert "Dirbtuvės" not in visitor.get("/").text
    assert visitor.get(address).status_code == 404
    now = timezone.now()
    project.publish_at(now + timedelta(hours=1))
    assert visitor.get(address).status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert visitor.get(address).status_code == 200
    assert "Dirbtuvės" in visitor.get("/").text


def test_page_turns_at_midnight(visitor, project, monkeypatch):
    project.starts_on, project.ends_on = "2014-01-01", "2014-12-31"
    project.save()
    last_evening = timezone.datetime(2014, 12, 31, 23, 59, tzinfo=timezone.get_default_timezone())
    for now, is_current in ((last_evening, True), (last_evening + timedelta(minutes=2), False)):
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        project.publish_at(last_evening - timedelta(days=9))
        assert visitor.get("/").context["current"] == ([project] if is_current else [])


def test_browser_that_has_the_page_is_told_so(visitor, project):
    for address in ("/", "/projektai/igyvendinti/?metai=2014", "/duomenys/projektai.json"):
        first = visitor.get(address)
        list(first)
        again = visitor.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again["ETag"]) == (304, first["ETag"])
        project.title += "!"
        project.save()
    assert visitor.get("/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_page_that_must_be_another_one_is_not_sent(visitor, project):
    of_today = visitor.get("/")["ETag"]
    for etag, status in ((of_today, 200), ('"kitas"', 412)):
        assert visitor.get("/", headers={"if-match": etag}).status_code == status


def test_each_public_page_may_be_kept_for_seconds_and_asks_no_cookie(visitor, project):
    for address in ("/", project.get_absolute_url(), "/naujienos.atom", "/duomenys/projektai.csv"):
        response = visitor.get(address)
        assert (response["Cache-Control"], response.cookies) == (SHARED, {}), address
        assert response["ETag"]


def test_answer_to_a_question_is_marked_and_stored_nowhere(visitor, project, kept):
    for number in range(21):
        factories.finished_project(title=f"Baigtas {number}")
    archive = "/projektai/igyvendinti/"
    for query in ("metai=2014", "puslapis=1", "puslapis=02", "puslapis=2&puslapis=2", "x=1"):
        response = visitor.get(f"{archive}?{query}")
        assert (response.status_code, response["Cache-Control"]) == (200, ASKED), query
        assert response["ETag"]
    for query in ("?q=muge", "?puslapis=99"):
        assert visitor.get(f"/paieska/{query}")["Cache-Control"] == ASKED
    assert visitor.get(f"{archive}?puslapis=2")["Cache-Control"] == SHARED
    assert kept == [(archive, "puslapis=2")]


@pytest.mark.parametrize("address", ["/prisijungti/", "/nera-tokio/", "/admin/", "/healthz"])
def test_other_answers_are_not_marked(visitor, kept, address):
    response = visitor.get(address, follow=True)
    assert "public" not in response.get("Cache-Control", "")
    assert kept == []


def test_who_is_logged_in_gets_a_page_of_their_own_that_nobody_else_gets(visitor, project):
    person = log_in(Client(), factories.representative().user)
    person.handler = visitor.handler  # one process answers both
    for _ in range(2):
        assert "PRISIJUNGTI" in visitor.get("/").text
        page = person.get("/")
        assert "PRISIJUNGTI" not in page.text
        assert page["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "kita.example"},
        {"x-original-url": "/admin/"},
        {"accept-language": "en"},
        {"accept": "application/json"},
        {"x-http-method-override": "DELETE"},
        {"cookie": "a=b; c"},
        {"authorization": "Basic YTpi"},
        {"range": "bytes=0-5"},
    ],
)
def test_no_header_poisons_a_page(project, headers):
    client = Client()
    expected = Client().get("/").content
    client.get("/", headers=headers)
    assert client.get("/").content == expected


def test_other_host_gets_nothing_from_the_shelf(visitor, project):
    visitor.get("/")
    assert visitor.get("/", headers={"host": "kita.example"}).status_code == 400
    assert visitor.get("/").status_code == 200


def test_old_host_is_led_on_though_the_page_is_kept(visitor, project, settings):
    settings.OLD_HOSTS, settings.ALLOWED_HOSTS = ["sena.example"], ["localhost", "sena.example"]
    visitor.get("/", headers={"host": "localhost"})
    assert visitor.get("/", headers={"host": "sena.example"}).status_code == 301


def test_head_and_post_get_what_is_theirs(visitor, project):
    visitor.get("/")
    assert visitor.head("/").status_code == 200
    assert visitor.post("/").status_code == 405


def test_shelf_holds_as_much_as_it_may_and_drops_what_is_not_asked_for():
    shelf = page_cache.Shelf(5000)
    kept = page_cache.Kept(None, b"x" * 1000, {})
    for number in (1, 2):
        shelf.put(number, kept)
    assert shelf.get(1) is kept
    shelf.put(3, kept)
    assert (shelf.get(1), shelf.get(2), shelf.get(3)) == (kept, None, kept)
    shelf.put(3, kept)
    assert shelf.taken == 4000
    shelf.put(4, page_cache.Kept(None, b"x" * 9000, {}))
    assert (shelf.taken, list(shelf.answers)) == (0, [])


def test_each_page_of_the_site_map_is_public_or_has_a_reason_not_to_be():
    private = {
        *("projects:draft", "association:favicon", "association:security", "healthz", "readyz"),
        *("file", "projects:detail_by_number", "projects:funder_by_number"),
        "association:library_by_number",
    }
    names = set()
    for pattern in get_resolver().url_patterns:
        namespace = getattr(pattern, "namespace", None)
        if namespace in {"projects", "association"}:
            names |= {f"{namespace}:{each.name}" for each in pattern.url_patterns if each.name}
    assert names - PUBLIC - private == set()
    assert names >= PUBLIC
