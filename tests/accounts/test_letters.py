"""Each letter that allauth can send is ours, Lithuanian, with a name and a reason; ours are too."""

import re
from html import unescape
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import timezone

from accounts.adapter import CODE_TIMEOUTS
from accounts.models import Invitation
from association.models import Library
from tests import factories
from tests.test_catalogue import ENGLISH

pytestmark = pytest.mark.django_db

APPS = ["account", "mfa", "usersessions"]
TEMPLATES = Path(allauth.__file__).parent / "templates"
SUFFIX = "_subject.txt"
LETTERS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix(SUFFIX)
    for app in APPS
    for path in (TEMPLATES / app).glob(f"email/*{SUFFIX}")
)
LINK = "account/email/password_reset_key"  # not sent where the code is
LETTERS.remove(LINK)
LETTERS += ["accounts/email/invitation", "accounts/email/erased"]
NAME = "Lietuvos savivaldybių „Pirmoji“ asociacija"
EMAIL = "ona@biblioteka.example"
FILLED_IN = {
    "invitation": Invitation(is_director=True, library=Library(name="Zarasų biblioteka")),
    "address": "http://localhost:8000/kvietimas/raktas/",
    "code": "012345",
    "ip": "192.0.2.7",
    "user_agent": "Mozilla/5.0",
    "from_email": EMAIL,
    "to_email": "onute@biblioteka.example",
    "deleted_email": "sena@biblioteka.example",
    "signup_url": "http://localhost:8000/registracija/",
    "password_reset_url": "http://localhost:8000/slaptazodis/",
}


@pytest.fixture
def write():
    """Return a function that writes a letter of allauth's, as allauth asks for it."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    def write_letter(name, details=True):
        if details:
            factories.details(name=NAME, email="info@biblioteka.example")
        with context.request_context(request):
            filled_in = FILLED_IN | {"email": EMAIL, "timestamp": timezone.now()}
            return get_adapter().render_mail(name, EMAIL, filled_in)

    return write_letter


def html_of(letter):
    (alternative,) = letter.alternatives
    assert alternative.mimetype == "text/html"
    return alternative.content


def words_of(html):
    html = re.sub("<(style|title)>.*?</(style|title)>|</?a[^>]*>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def test_letter_with_a_link_to_a_new_password_is_switched_off():
    assert settings.ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED


@pytest.mark.parametrize("name", LETTERS)
def test_letter_is_ours(name):
    for part in ("subject", "message"):
        path = Path(get_template(f"{name}_{part}.txt").origin.name)
        assert path.is_relative_to(settings.BASE_DIR / "templates")


@pytest.mark.parametrize("name", LETTERS)
def test_letter_is_lithuanian_in_text_and_html(write, name):
    letter = write(name)
    html = html_of(letter)
    for words in (letter.subject, letter.body, words_of(html)):
        assert not ENGLISH.search(words)
    assert re.search("[ąčęėįšųūž]", letter.body)
    assert html.count('lang="lt"') == 2  # some mail programs keep only what is in the body


@pytest.mark.parametrize("name", LETTERS)
def test_letter_says_the_same_in_text_and_html(write, name):
    letter = write(name)
    body = " ".join(letter.body.replace("\n-- \n", "\n").split())
    assert words_of(html_of(letter)) == f"{NAME} {letter.subject} {body}"


@pytest.mark.parametrize("name", LETTERS)
def test_letter_bears_the_name_of_the_association_and_the_reason(write, name):
    letter = write(name)
    content, _, signature = letter.body.partition("\n\n-- \n")
    assert signature.startswith(f"{NAME}\nhttp://localhost:8000\n\nŠį laišką gavote, nes ")
    assert content == content.strip()
    assert "\n\n\n" not in letter.body
    assert letter.message()["From"] == f"{NAME} <svetaine@localhost>"


def test_letter_names_the_site_where_the_association_has_no_name_yet(write):
    letter = write("account/email/login_code", details=False)
    assert "\n-- \nhttp://localhost:8000\n" in letter.body
    assert letter.message()["From"] == "svetaine@localhost"
    assert "http://localhost:8000/asociacija/#kontaktai" in (
        write("account/email/unknown_account", details=False).body
    )


@pytest.mark.parametrize("name", LETTERS)
def test_letter_asks_for_no_answer_from_a_program(write, name):
    assert write(name).message()["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", LETTERS)
def test_letter_loads_nothing_from_elsewhere(write, name):
    assert not re.search(r"<(img|link|script)|url\(|@import", html_of(write(name)))


@pytest.mark.parametrize("name", LETTERS)
def test_letter_with_a_code_shows_it_large_and_says_how_long_it_is_valid(write, name):
    letter = write(name)
    has_code = name in CODE_TIMEOUTS
    assert ("\n\n012345\n\nKodas galioja " in letter.body) is has_code
    assert ('<p class="code">012345</p>' in html_of(letter)) is has_code
    assert ("Expires" in letter.extra_headers) is has_code


def test_letter_shows_what_was_typed_as_text(write):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with context.request_context(request):
        letter = get_adapter().render_mail(
            "account/email/unknown_account", EMAIL, {"email": "<b>&@biblioteka.example"}
        )
    assert "<b>&@biblioteka.example" in letter.body
    assert "<b>" not in html_of(letter)
