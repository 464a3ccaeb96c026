"""Attempts are limited by account and by address; the refusal says when to try again."""

from itertools import count

import pytest
from allauth.core.internal import ratelimit
from django.core import mail
from django.test import Client

from accounts import limits
from association.settings import CACHES
from tests import factories
from tests.accounts.test_login import LOGIN, text_of

pytestmark = pytest.mark.django_db

RESET = "/slaptazodis/"
EMAIL = "ona@biblioteka.example"
_addresses = count(1)


def new_address():
    return f"198.51.100.{next(_addresses)}"


def log_in(email=EMAIL, password=None, **more):
    request = {"REMOTE_ADDR": new_address()} | more
    return Client().post(LOGIN, {"login": email, "password": password or "ne tas"}, **request)


def ask_for_code(email=EMAIL, **more):
    return Client().post(RESET, {"email": email}, **{"REMOTE_ADDR": new_address()} | more)


def refused_after(attempt, most=30):
    """Return after how many attempts `attempt(number)` is refused."""
    for number in range(most):
        if attempt(number).status_code == 429:
            return number
    return None


@pytest.fixture
def clock(monkeypatch):
    """Return a function that lets seconds pass for the counters."""
    passed = [0]
    now = ratelimit.time.time
    monkeypatch.setattr(ratelimit.time, "time", lambda: now() + passed[0])
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


@pytest.mark.parametrize("known", [True, False])
def test_failed_logins_of_an_account_are_limited_from_wherever_they_come(known):
    if known:
        factories.user(email=EMAIL)
    spelling = [EMAIL, EMAIL.upper()]
    assert refused_after(lambda number: log_in(spelling[number % 2])) == 5
    response = log_in(password=factories.PASSWORD)
    assert response.status_code == 429
    assert 840 < int(response["Retry-After"]) <= 900
    assert "Per daug bandymų. Bandykite po 15 minučių." in text_of(response)
    assert "Klaida:" in text_of(response)


def test_failed_logins_from_an_address_are_limited_whatever_the_account():
    assert (
        refused_after(lambda number: log_in(f"{number}@a.example", REMOTE_ADDR="192.0.2.1")) == 10
    )
    response = log_in("kitas@a.example", REMOTE_ADDR="192.0.2.1")
    assert "Bandykite po 1 minutės." in text_of(response)
    assert int(response["Retry-After"]) <= 60
    assert log_in("kitas@a.example", REMOTE_ADDR="192.0.2.2").status_code == 200


def test_a_login_that_succeeds_is_not_counted():
    factories.user(email=EMAIL)
    assert refused_after(lambda number: log_in(password=factories.PASSWORD)) is None


def test_time_to_wait_grows_less_until_one_may_try_again(clock):
    refused_after(lambda number: log_in())
    clock(11 * 60)
    assert "Bandykite po 4 minučių." in text_of(log_in())
    clock(4 * 60)
    assert log_in().status_code == 200


@pytest.mark.parametrize("email", [EMAIL, "nera@biblioteka.example"])
def test_codes_for_an_account_are_limited_from_wherever_they_are_asked_for(email):
    factories.user(email=EMAIL)
    assert refused_after(lambda number: ask_for_code(email)) == 5
    assert len(mail.outbox) == 5
    response = ask_for_code(email)
    assert 840 < int(response["Retry-After"]) <= 900
    assert "<h1>Per daug bandymų</h1>" in response.content.decode()
    assert "Bandykite po 15 minučių." in text_of(response)


def test_codes_for_an_account_are_limited_by_the_day(clock):
    for _ in range(4):
        refused_after(lambda number: ask_for_code(), most=5)
        clock(15 * 60 + 1)
    assert "Bandykite po 23 valandų." in text_of(ask_for_code())


@pytest.mark.parametrize(
    ("proxies", "header"),
    [
        (0, "203.0.113.{number}"),
        (1, "203.0.113.{number}, 192.0.2.1"),
        (2, "203.0.113.{number}, 192.0.2.1, 10.0.0.1"),
    ],
)
def test_forged_header_does_not_help(settings, proxies, header):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    def attempt(number):
        forged = header.format(number=number)
        return log_in(f"{number}@a.example", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=forged)

    assert refused_after(attempt) == 10


def test_visitors_behind_a_proxy_are_told_apart(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def attempt(number):
        address = f"203.0.113.{number}"
        return log_in(f"{number}@a.example", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=address)

    assert refused_after(attempt) is None


def test_addresses_of_one_network_are_counted_together():
    def attempt(number):
        return log_in(f"{number}@a.example", REMOTE_ADDR=f"2001:db8::{number:x}")

    assert refused_after(attempt) == 10


def test_second_factor_is_limited_and_says_when_to_try_again(rf):
    user = factories.user()
    request = rf.post("/")
    request.user = user
    key = f"mfa-auth-user-{user.pk}"
    for _ in range(5):
        ratelimit.consume(request, app="allauth.account", action="login_failed", key=key)
    assert 890 < limits.seconds_to_wait(request) <= 900


def test_where_no_counter_says_it_the_longest_time_is_told(rf):
    request = rf.post("/")
    request.user = factories.user()
    assert limits.seconds_to_wait(request) == 3600
    assert limits.refusal(request) == "Per daug bandymų. Bandykite po 60 minučių."


def test_counters_are_shared_by_all_processes(settings):
    settings.CACHES = CACHES
    assert refused_after(lambda number: log_in()) == 5
    assert 840 < int(log_in()["Retry-After"]) <= 900
