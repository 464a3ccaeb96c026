"""Nobody learns from the site whether an address is known: by words, status, cookies or time."""

import random
import re
import statistics
import time
from itertools import combinations

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django_tasks_db.models import DBTaskResult

from accounts import passwords
from tests import factories
from tests.accounts.test_letters import EMAIL
from tests.accounts.test_login import log_in

pytestmark = pytest.mark.django_db

TRIES = 200
NOTICEABLE = 0.001  # seconds; less is lost among those of any network


def is_routed(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return False


POINTS = [
    name
    for name in ("account_login", "account_request_login_code", "account_reset_password")
    if is_routed(name)
]
KINDS = ["known", "unknown", "disabled", "without_a_password"]


class QuickArgon2(passwords.Argon2):
    """Argon2 that is still slow enough for the lack of it to be noticed."""

    memory_cost = 4096
    time_cost = 1


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickArgon2"]
    settings.MAILERS = {"default": {"BACKEND": "association.letters.QueueBackend"}}
    settings.ACCOUNT_RATE_LIMITS = False


def address(kind, number=0):
    return f"{kind}{number}@biblioteka.example"


@pytest.fixture(autouse=True)
def accounts(as_in_production):
    factories.details()
    factories.user(email=address("known"))
    factories.user(email=address("disabled"), is_active=False)
    factories.user(email=address("without_a_password"), password=None)


def send(point, kind):
    typed = {"login": address(kind), "password": "ne tas"} | {"email": address(kind)}
    return Client().post(reverse(point), typed)


def shown_by(point, kind):
    """Return all that an answer says, and that of the page it leads to, without the address."""
    client = Client()
    typed = {"login": address(kind), "password": "ne tas"} | {"email": address(kind)}
    response = client.post(reverse(point), typed, follow=True)
    page = response.content.decode().replace(address(kind), "…")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    cookies = {name: len(morsel.value) for name, morsel in client.cookies.items()}
    cookies.pop("messages", None)  # signed, and with the address: its words are on the page
    chain = response.redirect_chain
    return response.status_code, chain, sorted(response.headers), cookies, page


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", KINDS[1:])
def test_answer_is_the_same_whatever_the_address(point, kind):
    assert shown_by(point, kind) == shown_by(point, "known")


@pytest.mark.parametrize("point", [point for point in POINTS if point != "account_login"])
def test_each_address_gets_one_letter(point):
    for kind in KINDS:
        before = DBTaskResult.objects.count()
        send(point, kind)
        assert DBTaskResult.objects.count() == before + 1
    assert mail.outbox == []


def difference(pairs):
    """Return by how much the first of each pair is greater, and how far chance may lead.

    Pairs are taken one after the other, so that what else the machine does touches both alike.
    """
    differences = [first - second for first, second in pairs]
    middle = statistics.median(differences)
    spread = statistics.median(abs(each - middle) for each in differences)
    # The standard error of a median, by the median absolute deviation; four of them.
    return middle, 4 * 1.2533 * 1.4826 * spread / len(pairs) ** 0.5


@pytest.mark.parametrize("point", POINTS)
def test_answer_takes_the_same_time_whatever_the_address(point):
    kinds = ["known", "unknown"]
    if point == "account_login":
        kinds.append("without_a_password")
    seconds = {kind: [] for kind in kinds}
    for _ in range(TRIES):
        for kind in random.sample(kinds, len(kinds)):
            begun = time.perf_counter()
            send(point, kind)
            seconds[kind].append(time.perf_counter() - begun)
    for one, other in combinations(kinds, 2):
        found, by_chance = difference(list(zip(seconds[one], seconds[other], strict=True)))
        assert abs(found) < NOTICEABLE + by_chance, (one, other)


@pytest.mark.parametrize("leak", [0, 0.005])
def test_difference_of_time_is_found_on_a_busy_machine(leak):
    chance = random.Random(5)  # noqa: S311 - no secret
    pairs = [
        (0.03 + leak + chance.expovariate(200), 0.03 + chance.expovariate(200))
        for _ in range(TRIES)
    ]
    found, by_chance = difference(pairs)
    assert (abs(found) > NOTICEABLE + by_chance) is bool(leak)


ELSEWHERE = [
    *("https://piktas.example/", "//piktas.example", "/\\piktas.example", "javascript:x"),
    "https://sena-piktas.example/",  # a name of the site once
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_next_never_leads_off_the_site(settings, elsewhere):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "sena-piktas.example"]
    for point in POINTS:
        typed = {"login": EMAIL, "email": EMAIL, "password": "ne tas", "next": elsewhere}
        client = Client()
        response = client.get(reverse(point), {"next": elsewhere})
        # As a parameter of a page of ours it does no harm: that page asks again.
        led_to = re.findall(r'(?:href|action)="([^"?]*)', response.text)
        assert not [each for each in led_to if re.search("piktas|javascript", each)]
        response = client.post(reverse(point), typed, follow=True)
        assert all("piktas" not in url for url, _ in response.redirect_chain)
    assert log_in(Client(), address("known"), next=elsewhere).url == "/"
    member = Client()
    member.force_login(factories.user())
    assert member.get("/prisijungti/", {"next": elsewhere}).url == "/"
    assert member.post("/atsijungti/", {"next": elsewhere}).url == "/"
