"""Pages for everybody, held by nginx: for seconds, and for a day when the site does not answer."""

import os
import re
import signal
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.machine import unit, wait_for
from tests.deploy.visits import answers, asked, get

pytestmark = pytest.mark.deploy

STORED = Path("/run/svetaine-pages")
GONE = 5  # seconds after which a page that was withdrawn is shown nowhere
PAGE = """
from association.models import Page
from django.utils import timezone
Page.objects.update_or_create(slug="{slug}", defaults={{
    "title": "{title}", "text": "{title}.", "published_at": {published_at}}})
"""


def write(machine, slug, title, published_at="timezone.now()"):
    code = PAGE.format(slug=slug, title=title, published_at=published_at)
    machine.manage("shell", "--verbosity=0", "--command", code)


def withdraw(machine, slug, title):
    write(machine, slug, title, published_at="None")


def stored():
    """Return how many answers nginx stores."""
    return sum(path.is_file() for path in STORED.rglob("*"))


@contextmanager
def nobody_at_home(machine):
    """The application is killed, and its socket gone with it."""
    path = unit("svetaine.socket")["ListenStream"][0]
    process = machine.processes.pop("svetaine.service")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    os.rename(path, f"{path}-away")
    try:
        yield
    finally:
        os.rename(f"{path}-away", path)
        machine.start("svetaine.service")
        wait_for(lambda: answers("/readyz"))


@contextmanager
def another_site(machine, *answers_of_it):
    """In place of the application, something that gives `answers_of_it`, one after another."""
    machine.stop("svetaine.service")
    machine.socket.setblocking(True)

    def answer():
        for each in answers_of_it:
            connection, _address = machine.socket.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(each)
                connection.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        thread.join(timeout=5)
        machine.start("svetaine.service")
        wait_for(lambda: answers("/readyz"))


def test_browser_that_has_the_page_is_told_so_compressed_or_not(machine):
    for encoding in ("gzip", "identity"):
        first = get("/", **{"Accept-Encoding": encoding})
        assert "set-cookie" not in first.headers
        assert first.headers["cache-control"].startswith("public, max-age=0,")
        again = get("/", **{"Accept-Encoding": encoding, "If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_edit_is_seen_within_seconds_and_withdrawn_page_is_gone(machine):
    write(machine, "cia", "Pirmas")
    for title in ("Antras", "Trečias"):
        get("/cia/")
        write(machine, "cia", title)
        began = time.monotonic()
        wait_for(lambda title=title: title in get("/cia/").body.decode())
        assert time.monotonic() - began < GONE
    withdraw(machine, "cia", "Trečias")
    began = time.monotonic()
    wait_for(lambda: get("/cia/").status == 404)
    assert time.monotonic() - began < GONE


def test_page_asked_for_long_after_its_withdrawal_is_gone_at_once(machine):
    write(machine, "reta", "Reta")
    assert get("/reta/").status == 200
    withdraw(machine, "reta", "Reta")
    time.sleep(GONE)
    assert get("/reta/").status == 404


def test_public_site_survives_the_application_and_what_was_withdrawn_stays_away(machine):
    write(machine, "lieka", "Lieka")
    write(machine, "dingsta", "Dingsta")
    assert [get(path).status for path in ("/", "/lieka/", "/dingsta/")] == [200, 200, 200]
    withdraw(machine, "dingsta", "Dingsta")
    wait_for(lambda: get("/dingsta/").status == 404)
    time.sleep(4)
    with nobody_at_home(machine):
        assert "Lieka" in get("/lieka/").body.decode()
        assert get("/").status == 200
        for path in ("/dingsta/", "/paieska/?q=muge", "/prisijungti/", "/lieka/?x=1"):
            answer = get(path)
            assert answer.status == 503, path
            assert "Svetainė trumpam neveikia" in answer.body.decode(), path
            assert answer.headers["retry-after"] == "10"


def test_public_site_survives_the_database(machine, database):
    write(machine, "lieka", "Lieka")
    assert get("/lieka/").status == 200
    time.sleep(4)
    database.kill()
    try:
        assert "Lieka" in get("/lieka/").body.decode()
        answer = get("/paieska/?q=muge")
        assert answer.status == 503
        assert "Svetainė trumpam neveikia" in answer.body.decode()
    finally:
        database.start()
        wait_for(lambda: answers("/readyz"))


def test_stale_page_is_shown_as_long_as_the_site_said_and_no_longer(machine):
    """A day is too long for a test: seconds stand for it."""
    head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\nCache-Control: public,"
    head += " max-age=0, s-maxage=1, stale-while-revalidate=1, stale-if-error={}\r\n\r\nLabas"
    long, short = (head.format(held).encode() for held in (60, 3))
    with another_site(machine, long, short):
        assert [get(path).body for path in ("/ilgai/", "/trumpai/")] == [b"Labas"] * 2
    time.sleep(5)
    with nobody_at_home(machine):
        assert [get(path).status for path in ("/ilgai/", "/trumpai/")] == [200, 503]


def test_what_only_some_get_is_not_stored_and_who_has_a_session_is_asked_in_person(machine):
    write(machine, "cia", "Viešas")
    assert get("/cia/").status == 200
    for cookie in ("__Host-sessionid=abc", "a=b; __Host-csrftoken=abc", "x=1;__Host-sessionid=a"):
        number = stored()
        write(machine, "cia", f"Naujas {cookie[:3]}")
        assert f"Naujas {cookie[:3]}" in get("/cia/", Cookie=cookie).body.decode()
        assert stored() == number
    assert "no-store" in get("/cia/", Cookie="__Host-sessionid=abc").headers["cache-control"]


def test_nothing_that_one_asks_fills_the_store(machine):
    get("/")
    number = stored()
    for each in range(30):
        get(f"/?x={each}")
        get(f"/projektai/igyvendinti/?metai={each}")
        get(f"/projektai/igyvendinti/?puslapis={each + 1000}")
        get(f"/nera-tokio-{each}/")
        get("/", Cookie=f"x={each}")
        get("/", **{"Accept": f"text/{each}"})
        get("/", Host=f"kita-{each}.example")
    for path in ("/%61sociacija/", "//", "/./", "/bibliotekos/../", "/asociacija/?", "/#a"):
        get(path)
    assert stored() <= number


POISON = [
    {"Host": "kita.example"},
    {"X-Forwarded-Host": "kita.example"},
    {"X-Forwarded-Proto": "http"},
    {"X-Original-URL": "/admin/"},
    {"Cookie": "messages-not=1; tema=tamsi"},
    {"Range": "bytes=0-9"},
    {"If-None-Match": '"nera"'},
    {"Accept-Encoding": "br, zstd"},
    {"X-Accel-Expires": "9999"},
    {"Cache-Control": "no-cache"},
]


def test_nothing_that_one_sends_poisons_a_page(machine):
    found = get("/bibliotekos/").body.decode()
    paths = list(dict.fromkeys(re.findall(r'href="(/bibliotekos/\d+-[^"]+)"', found)))[
        : len(POISON)
    ]
    expected = {path: get(path).body for path in paths}
    time.sleep(4)  # so that what comes next is what nginx stores
    for path, headers in zip(paths, POISON, strict=True):
        get(path, **headers)
        asked("HEAD", path, headers=headers)
    for path, headers in zip(paths, POISON, strict=True):
        answer = get(path)
        assert (answer.status, answer.body) == (200, expected[path]), headers


def test_other_spellings_of_an_address_do_not_touch_its_page(machine):
    expected = get("/asociacija/").body
    time.sleep(4)
    for path in (
        "//asociacija/",
        "/x/../asociacija/",
        "/asociacija/%00",
        "/asociacija/?puslapis=7",
    ):
        get(path)
    answer = get("/asociacija/")
    assert (answer.status, answer.body) == (200, expected)


def test_configuration_serves_nothing_stale_without_an_end():
    text = Path("deploy/nginx/svetaine.conf").read_text()
    assert not re.search("proxy_cache_use_stale", text)
