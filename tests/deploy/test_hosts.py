"""Two hosts behind nginx, with a Redis, a store of files and a database that they share.

The second is a gunicorn of its own at another address of this machine; what it knows, it knows by
what they share.
"""

import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests import factories, stores
from tests.deploy.machine import unit, wait_for
from tests.deploy.test_deploy import ASKED, Load
from tests.deploy.visits import HOST, PATIENCE, Answer, asked, get
from tests.forms import form_data

pytestmark = pytest.mark.deploy

SECOND = ("127.0.0.2", 8000)
RESTART = float(unit("svetaine.service")["RestartSec"][0])  # seconds
ENVIRONMENT = Path("/etc/svetaine/environment")
UPSTREAMS = Path("/etc/svetaine/nginx-hosts.conf")
PEOPLE = """
from django.test import Client
from django.utils import timezone
from association.models import Page
from tests import factories
from tests.logins import log_in
editor = factories.user(is_staff=True, is_superuser=True)
member = factories.representative().user
Page.objects.update_or_create(slug="bendras", defaults={
    "title": "Pirmas", "text": "Pirmas.", "published_at": timezone.now()})
print(log_in(Client(), editor).session.session_key, member.email,
    Page.objects.get(slug="bendras").pk, factories.project().pk)
"""


class UnixConnection(HTTPConnection):
    """To what listens at the path that stands in place of a host's name."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.host)


class Host:
    """An application, asked by nobody between, as nginx asks it."""

    def __init__(self, make_connection):
        self.make_connection = make_connection

    def ask(self, method, path, body=None, source="10.1.1.1", **headers):
        """Return the Answer; `source` is the address from which nginx was asked."""
        connection = self.make_connection()
        headers = {
            **{"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": source},
            **{"Referer": f"https://{HOST}/", "Connection": "close"},
            **headers,
        }
        try:
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def log_in(self, email, password, source="10.1.1.1"):
        """Return the Answer to what is typed at the login."""
        cookie = f"__Host-csrftoken={TOKEN}"
        data = {"csrfmiddlewaretoken": TOKEN, "login": email, "password": password}
        told = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return self.ask("POST", "/prisijungti/", urlencode(data), source, **told)


TOKEN = "a" * 32  # a visitor may choose it: cookie and form have to have the same
FIRST_HOST = Host(lambda: UnixConnection("/run/svetaine/web.sock", timeout=PATIENCE))
SECOND_HOST = Host(lambda: HTTPConnection(*SECOND, timeout=PATIENCE))
HOSTS = [FIRST_HOST, SECOND_HOST]


class SecondHost:
    """The application of the second host, and its socket, which systemd holds."""

    def __init__(self, machine):
        self.machine, self.socket = machine, None

    def start(self):
        self.socket = self.socket or socket.create_server(SECOND, backlog=1024)
        self.machine.start("svetaine.service", self.socket, "second")
        wait_for(lambda: is_well(SECOND_HOST))

    def vanish(self):
        """End all of it at once: nobody listens there any more."""
        self.socket.close()
        self.socket = None
        self.machine.kill("second")


@contextmanager
def written(path, text):
    """The file at `path` says `text` as long as the block lasts."""
    before = path.read_text() if path.exists() else None
    path.write_text(text)
    try:
        yield
    finally:
        path.unlink() if before is None else path.write_text(before)


def restart(machine):
    for name in ("svetaine.service", "svetaine-worker.service"):
        machine.stop(name)
        machine.start(name)
    wait_for(lambda: is_well(FIRST_HOST))


def is_well(host):
    try:
        return host.ask("GET", "/readyz").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def redis():
    server = stores.Redis()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def bucket():
    with stores.running_store() as address:
        yield stores.new_bucket(address)


@pytest.fixture(scope="module")
def second(machine, redis, bucket):
    """The second host, of which nginx and the first know."""
    own = {"CACHE_URL": redis.url, "MEDIA_ROOT": "", **stores.environment_of(bucket)}
    lines = [f"{name}={value}" for name, value in own.items()]
    text = ENVIRONMENT.read_text() + "\n".join(["", *lines, ""])
    with written(ENVIRONMENT, text), written(UPSTREAMS, f"server {SECOND[0]}:{SECOND[1]};\n"):
        restart(machine)
        host = SecondHost(machine)
        host.start()
        machine.reload_nginx()
        yield host
        host.vanish()
    machine.reload_nginx()
    restart(machine)


@pytest.fixture(scope="module")
def people(machine, second):
    """(session of staff, address of a member, number of a page, number of a project)."""
    return machine.manage("shell", "--verbosity=0", "--command", PEOPLE).split()


def of_staff(people):
    """Return the headers that a browser of staff sends."""
    return {"Cookie": f"__Host-sessionid={people[0]}; __Host-csrftoken={TOKEN}"}


def test_session_of_one_host_works_on_the_other(people):
    entered = FIRST_HOST.log_in(people[1], factories.PASSWORD)
    assert entered.status == 302
    [session] = re.findall("__Host-sessionid=[^;]+", entered.headers["set-cookie"])
    page = SECOND_HOST.ask("GET", "/paskyra/", Cookie=session)
    assert (page.status, people[1] in page.body.decode()) == (200, True)


def test_edit_through_one_host_is_seen_through_the_other_at_once(people):
    path = f"/admin/association/page/{people[2]}/change/"
    for number, (one, other) in enumerate([(FIRST_HOST, SECOND_HOST), (SECOND_HOST, FIRST_HOST)]):
        for _ in range(4):  # in each of its processes, which keep the page
            assert other.ask("GET", "/bendras/").status == 200
        form = form_data(one.ask("GET", path, **of_staff(people)).body.decode(), "page_form")
        form |= {"title": [f"Naujas {number}"], "csrfmiddlewaretoken": [TOKEN]}
        told = {"Content-Type": "application/x-www-form-urlencoded", **of_staff(people)}
        saved = one.ask("POST", path, urlencode(form, doseq=True), **told)
        assert saved.status == 302
        for _ in range(4):
            assert f"Naujas {number}" in other.ask("GET", "/bendras/").body.decode()


def test_photo_sent_through_one_host_is_given_by_the_other_for_a_minute(machine, people, bucket):
    data = factories.picture().read()
    body = (
        b'--riba\r\nContent-Disposition: form-data; name="image"; filename="sale.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + data + b"\r\n--riba--\r\n"
    )
    sent = FIRST_HOST.ask(
        "POST",
        f"/admin/projects/project/{people[3]}/nuotraukos/siusti/",
        body,
        **of_staff(people),
        **{"Content-Type": "multipart/form-data; boundary=riba", "X-CSRFToken": TOKEN},
    )
    assert (sent.status, b'"errors"' in sent.body) == (200, False)
    [name] = stores.contents(bucket)
    assert SECOND_HOST.ask("GET", f"/failai/{name}").status == 404
    led = SECOND_HOST.ask("GET", f"/failai/{name}", **of_staff(people))
    assert (led.status, led.headers["cache-control"]) == (302, "private, no-store")
    address = led.headers["location"]
    assert parse_qs(urlsplit(address).query)["X-Amz-Expires"] == ["60"]
    assert stores.fetched(address).body == data
    policy = get("/").headers["content-security-policy"]
    assert f"img-src 'self' data: {bucket['endpoint_url']}/{bucket['bucket_name']}/;" in policy
    # The worker, wherever it is, makes what visitors get of it.
    wait_for(lambda: len(stores.contents(bucket)) > 3)


def test_limit_reached_on_one_host_holds_on_the_other(second, people):
    tried = [FIRST_HOST.log_in("ona@biblioteka.example", "netikras", "10.2.0.1") for _ in range(3)]
    tried += [SECOND_HOST.log_in("ona@biblioteka.example", "netikras", "10.2.0.2") for _ in "ab"]
    assert [answer.status for answer in tried] == [200] * 5
    for host in (FIRST_HOST, SECOND_HOST):
        assert host.log_in("ona@biblioteka.example", "netikras", "10.2.0.3").status == 429


def test_application_killed_under_load_fails_no_visitor(machine, second, people):
    for path in ("/", ASKED):
        with Load(path=path) as load:
            wait_for(lambda load=load: len(load.statuses) > 10)
            machine.kill("second")
            time.sleep(RESTART)  # its socket holds who comes meanwhile
            second.start()
        assert set(load.statuses) == {200}, path


def test_host_that_is_gone_under_load_fails_no_visitor_and_comes_back(second, people):
    with Load(path=ASKED) as load:
        wait_for(lambda: len(load.statuses) > 10)
        second.vanish()
        wait_for(lambda: len(load.statuses) > 30)
        # Forms too, which the site itself refuses: they have no token.
        assert {asked("POST", "/prisijungti/", "a=b").status for _ in range(8)} == {403}
        second.start()
    assert set(load.statuses) == {200}


@contextmanager
def one_that_hangs_up(machine):
    """In place of the second host, one that takes each request and closes the connection."""
    server, heard = socket.create_server(("127.0.0.4", 8000)), []

    def listen():
        with suppress(OSError):  # closed
            while True:
                connection, _address = server.accept()
                heard.append(connection.recv(65536).split()[0])
                connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    with written(UPSTREAMS, "server 127.0.0.4:8000 max_fails=0;\n"):
        machine.reload_nginx()
        yield heard
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
    machine.reload_nginx()


def test_form_is_not_sent_twice_and_a_page_is_asked_for_elsewhere(machine, second):
    with one_that_hangs_up(machine) as heard:
        pages = [get(ASKED).status for _ in range(6)]
        forms = [asked("POST", "/prisijungti/", "a=b").status for _ in range(6)]
    assert pages == [200] * 6
    assert set(forms) == {403, 503}
    assert (heard.count(b"POST"), b"GET" in heard) == (forms.count(503), True)


def test_site_goes_on_without_redis_and_limits_hold(redis, people):
    redis.kill()
    try:
        assert [host.log_in(people[1], factories.PASSWORD).status for host in HOSTS] == [302, 302]
        tried = [host.log_in("jonas@b.example", "netikras") for host in HOSTS * 3]
        assert [answer.status for answer in tried] == [200] * 5 + [429]
        assert [is_well(host) for host in HOSTS] == [True, True]
        page = SECOND_HOST.ask("GET", "/admin/", **of_staff(people)).body.decode()
        assert "bandymai prisijungti, neatsako" in page
    finally:
        redis.start()
