"""Which passwords are refused, in which words, and how they are kept."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from association.settings import PASSWORD_HASHERS
from tests import factories
from tests.accounts.test_login import log_in, text_of

pytestmark = pytest.mark.django_db

COMMON = "Toks slaptažodis pasitaiko per dažnai."
OWN = (
    "Slaptažodyje negali būti jūsų el. pašto adreso, jūsų vardo ir pavardės arba Asociacijos "
    "pavadinimo."
)


def refusals(password):
    """Return why Ona, of the library in Zarasai, may not have `password`."""
    factories.details(name="Lietuvos viešųjų bibliotekų asociacija", short_name="LVBA")
    ona = User(email="Ona.Žilytė@zarasu-vb.example", name="Ona Žilytė-Paukštienė")
    try:
        validate_password(password, ona)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(
    "password",
    [
        factories.PASSWORD,
        "kx7fq2mbt9zw",
        "7#9!k2$8&4@1",
        "trys žirgai šoko per tvorą",
        "obuoliai kriaušės ir slyvos",
        "correct horse battery staple",
        "ąčęėįšųūžąčęėįšųūž-Švyturys",
        "x" * 40 + "Lietuva mano 1990",
    ],
)
def test_password_that_nobody_would_guess_is_taken(password):
    assert refusals(password) == []


def test_short_password_is_refused():
    assert refusals("kx7fq2mbt9z") == [
        "Slaptažodis per trumpas. Jį turi sudaryti bent 12 simbolių."
    ]


@pytest.mark.parametrize(
    "password",
    [
        "Slaptažodis123",
        "slaptazodis1234",
        "Sl@pta20d15!!!",
        "5l4p74z0d15!!!!",
        "Biblioteka2014",
        "bibliotekoje-99",
        "LabasRytas2026",
        "labas labas labas",
        "slaptažodis" * 4,
        "Lietuva-Vilnius1",
        "Žalgiris1944!!",
        "qwertyuiop12",
        "Password123456",
        "iloveyou123456",
        "ababababababab",
        "Gabija20260101",
    ],
)
def test_common_password_is_refused(password):
    assert refusals(password) == [COMMON]


def test_password_of_digits_is_refused():
    assert "Slaptažodį sudaro vien skaitmenys." in refusals("739184620175")


@pytest.mark.parametrize(
    "password",
    [
        "ona.zilyte@zarasu-vb.example",
        "kx7-Žilytė-q2mbt9",
        "kx7-zilyt3-q2mbt9",
        "paukstiene:kx7fq2",
        "kx7fq2+ZARASU-VB+",
        "Lietuvos viešųjų bibliotekų asociacija 7",
        "kx7fq2mb.LVBA.9zw",
    ],
)
def test_password_with_what_others_know_is_refused(password):
    (refusal,) = refusals(password)
    assert refusal == OWN or refusal.startswith("Slaptažodis pernelyg panašus")


def test_password_of_nobody_in_particular_is_judged_too():
    validate_password("kx7fq2mbt9zw")


def test_refused_password_is_explained_at_its_field(member):
    answers = {"oldpassword": factories.PASSWORD, "password1": "Slaptažodis123"}
    response = member.post("/paskyra/slaptazodis/", answers | {"password2": "Slaptažodis123"})
    assert response.context["form"].errors == {"password1": [COMMON]}
    page = text_of(response)
    assert "Slaptažodį turi sudaryti bent 12 simbolių." in page
    assert OWN in page


@pytest.fixture
def hashers(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def test_password_is_kept_by_argon2id_with_the_values_for_a_small_server(hashers):
    assert make_password("kx7fq2mbt9zw").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_password_kept_otherwise_is_kept_anew_when_its_owner_logs_in(hashers):
    user = factories.user()
    user.password = PBKDF2PasswordHasher().encode(factories.PASSWORD, "druska", iterations=1)
    user.save()
    assert log_in(Client(), user.email).status_code == 302
    user.refresh_from_db()
    assert identify_hasher(user.password).algorithm == "argon2"
    assert user.check_password(factories.PASSWORD)
