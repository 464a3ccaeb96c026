import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests import factories
from tests.logins import app_code, log_in

pytestmark = pytest.mark.django_db


def run(*command):
    """Run the command; return what it printed."""
    output = StringIO()
    call_command(*command, stdout=output)
    return output.getvalue()


def enter_password(email, password):
    """Return a client that has got as far as its password leads."""
    client = Client()
    client.post("/prisijungti/", {"login": email, "password": password})
    return client


def test_create_editor_prints_what_lets_into_the_admin():
    printed = run("create_editor")
    email, password = re.search(r": (\S+)\s+password: (\S+)", printed).groups()
    codes = re.findall(r"\b\d{8}\b", printed)
    key = re.search(r"key ([A-Z2-7]+)", printed)[1]
    assert len(codes) == 10
    for code in (codes[0], codes[9], app_code(key)):
        client = enter_password(email, password)
        client.post("/prisijungti/antras-zingsnis/", {"code": code})
        assert client.get("/admin/projects/project/add/").status_code == 200
        assert client.get("/admin/accounts/user/").status_code == 403


def test_create_editor_gives_no_way_past_the_second_step():
    email, password = re.search(r": (\S+)\s+password: (\S+)", run("create_editor")).groups()
    assert enter_password(email, password).get("/admin/").status_code == 302


def test_create_editor_does_nothing_where_somebody_can_enter_the_admin():
    factories.user(is_staff=True)
    assert run("create_editor") == ""
    assert User.objects.count() == 1


def test_create_editor_twice_makes_one_account():
    run("create_editor")
    assert run("create_editor") == ""


def test_first_superuser_is_led_to_a_second_factor(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", factories.PASSWORD)
    run("createsuperuser", "--noinput", "--email", "savininkas@biblioteka.example")
    client = enter_password("savininkas@biblioteka.example", factories.PASSWORD)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/paskyra/antras-zingsnis/?next=%2Fadmin%2F"


def test_remove_second_factor_leads_to_a_new_one_and_tells_the_person():
    factories.details(name="Bibliotekų asociacija")
    user = factories.user(email="ona@biblioteka.example", is_staff=True)
    elsewhere = log_in(Client(), user)
    assert elsewhere.get("/admin/").status_code == 200
    assert run("remove_second_factor", "Ona@biblioteka.example") == (
        "Removed. Sessions ended: 1. A letter went to ona@biblioteka.example.\n"
    )
    assert not Authenticator.objects.exists()
    assert elsewhere.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/prisijungti/")
    client = enter_password("ona@biblioteka.example", factories.PASSWORD)
    assert "/paskyra/antras-zingsnis/" in client.get("/admin/", follow=True).redirect_chain[-1][0]
    (letter,) = mail.outbox
    assert letter.to == ["ona@biblioteka.example"]
    assert letter.subject == "Antras prisijungimo žingsnis panaikintas"
    assert letter.body.strip().split("\n\n") == [
        "Jūsų prašymu panaikinome jūsų paskyros Asociacijos svetainėje prieigos raktus, tapatumo "
        "nustatymo programėlę ir atkūrimo kodus, o pačią paskyrą visur atjungėme. Paskyros "
        "adresas: ona@biblioteka.example.",
        "Prisijunkite slaptažodžiu arba kodu iš laiško. Prieš eidami į administravimą, antrą "
        "žingsnį turėsite nustatyti iš naujo.",
        "Jei to neprašėte, nedelsdami parašykite Asociacijai.",
        "-- \nBibliotekų asociacija\nhttp://localhost:8000",
        "Šį laišką gavote, nes turite paskyrą Asociacijos svetainėje: apie kiekvieną jos saugumui "
        "svarbų pakeitimą pranešame el. paštu.",
    ]


def test_remove_second_factor_leaves_others_alone():
    factories.user(email="ona@biblioteka.example")
    other = factories.user(is_staff=True)
    client = log_in(Client(), other)
    run("remove_second_factor", "ona@biblioteka.example")
    assert client.get("/admin/").status_code == 200


def test_remove_second_factor_of_nobody_is_refused():
    with pytest.raises(CommandError, match="no account with the address nera@"):
        run("remove_second_factor", "nera@biblioteka.example")
