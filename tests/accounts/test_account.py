"""The page of the account, and the ways to change what is on it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.adapter import AccountAdapter
from accounts.models import User
from tests import factories
from tests.logins import app_code, log_in, passkey_of, set_up_app
from tests.reading import text_of
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
OLD_LOGIN = 3600  # seconds


def last_letter():
    run_tasks()
    return mail.outbox[-1]


def code_in(letter):
    return re.search(r"^\d{6}$", letter.body, re.MULTILINE)[0]


def log_in_by_password(user, **headers):
    client = Client(headers=headers)
    client.post("/prisijungti/", {"login": user.email, "password": factories.PASSWORD})
    return client


def is_in(client):
    return client.get("/paskyra/").status_code == 200


def test_account_is_for_who_is_logged_in(visitor):
    assert visitor.get("/paskyra/").url == "/prisijungti/?next=/paskyra/"


@pytest.mark.parametrize("count", [1, 3])
def test_account_asks_the_database_the_same_for_its_passkeys_and_sessions(
    count, django_assert_num_queries
):
    user = factories.user()
    for number in range(count):
        client = log_in_by_password(user)
        passkey_of(user, f"Raktas {number}")
    client.get("/paskyra/")  # shows the greeting
    with django_assert_num_queries(8):
        page = text_of(client.get("/paskyra/"))
    assert page.count("Prisijungta 2") == count
    assert page.count("Pervadinti") == count


def test_account_without_a_password_offers_to_make_one():
    user = factories.user(password=None)
    client = log_in(Client(), user)
    assert "Susikurti slaptažodį" in text_of(client.get("/paskyra/"))
    assert client.get("/paskyra/slaptazodis/").url == "/paskyra/slaptazodis/sukurti/"
    new = {"password1": "visai-Naujas-914", "password2": "visai-Naujas-914"}
    assert client.post("/paskyra/slaptazodis/sukurti/", new).url == "/paskyra/"
    user.refresh_from_db()
    assert user.check_password("visai-Naujas-914")


def test_password_is_not_made_long_after_the_login():
    client = log_in(Client(), factories.user(password=None), ago=OLD_LOGIN)
    response = client.get("/paskyra/slaptazodis/sukurti/")
    assert response.url.startswith("/paskyra/patvirtinti/is-naujo/?next=")


# Sessions.


def test_sessions_are_listed_with_their_devices_and_the_present_one_is_told():
    user = factories.user()
    client = log_in_by_password(user, user_agent=FIREFOX)
    log_in_by_password(user, user_agent="Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1")
    page = text_of(client.get("/paskyra/"))
    assert "„Firefox“, „Windows“ – šis įrenginys Prisijungta" in page
    assert "„Safari“, „iPhone“ Prisijungta" in page


def test_session_is_ended_alone():
    user = factories.user()
    here, there, elsewhere = (log_in_by_password(user) for _ in range(3))
    session = UserSession.objects.get(session_key=there.session.session_key)
    response = here.post(f"/paskyra/prisijungimai/{session.pk}/", follow=True)
    assert "Įrenginys atjungtas." in text_of(response)
    assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, True]


def test_session_of_another_person_is_not_to_be_ended(member):
    theirs = log_in_by_password(factories.user())
    session = UserSession.objects.get(session_key=theirs.session.session_key)
    assert member.post(f"/paskyra/prisijungimai/{session.pk}/").status_code == 404
    assert is_in(theirs)


def test_session_is_not_ended_by_a_link():
    client = log_in_by_password(factories.user())
    session = UserSession.objects.get()
    assert client.get(f"/paskyra/prisijungimai/{session.pk}/").status_code == 405
    assert is_in(client)


def test_all_other_sessions_are_ended_at_once():
    user = factories.user()
    here, there, elsewhere = (log_in_by_password(user) for _ in range(3))
    response = here.post("/paskyra/prisijungimai/", follow=True)
    assert "Atsijungėte visur kitur." in text_of(response)
    assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, False]


def test_list_of_sessions_is_on_the_page_of_the_account(member):
    assert member.get("/paskyra/prisijungimai/").url == "/paskyra/"


def test_session_that_has_expired_is_not_listed():
    user = factories.user()
    client, expired = log_in_by_password(user), log_in_by_password(user)
    Session.objects.filter(pk=expired.session.session_key).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )
    assert text_of(client.get("/paskyra/")).count("Prisijungta 2") == 1


def test_changed_password_ends_the_other_sessions():
    user = factories.user()
    here, there = log_in_by_password(user), log_in_by_password(user)
    new = {"password1": "visai-Naujas-914", "password2": "visai-Naujas-914"}
    response = here.post("/paskyra/slaptazodis/", {"oldpassword": factories.PASSWORD} | new)
    assert response.url == "/paskyra/"
    assert [is_in(client) for client in (here, there)] == [True, False]
    assert text_of(here.get("/paskyra/")).count("Prisijungta 2") == 1
    assert last_letter().to == [user.email]


def test_password_changed_by_staff_ends_all_sessions(superuser):
    user = factories.user()
    there = log_in_by_password(user)
    superuser.post(
        f"/admin/accounts/user/{user.pk}/password/",
        {"password1": "visai-Naujas-914", "password2": "visai-Naujas-914"},
    )
    assert not is_in(there)


def test_disabled_account_is_out_at_its_next_click(member):
    User.objects.update(is_active=False)
    assert not is_in(member)


def test_demoted_account_is_out_of_the_admin_at_its_next_click(editor, editor_user):
    assert editor.get("/admin/").status_code == 200
    User.objects.filter(pk=editor_user.pk).update(is_staff=False)
    assert editor.get("/admin/", follow=True).status_code == 403
    assert is_in(editor)


# The address.


def change_address(client, new, code=None):
    """Ask for the change to `new`, enter the code that came, or `code`; return the answer."""
    client.post("/paskyra/el-pastas/", {"email": new, "action_add": "1"})
    entered = code or code_in(last_letter())
    return client.post("/paskyra/el-pastas/kodas/", {"code": entered}, follow=True)


def test_address_is_changed_once_the_new_one_is_confirmed_and_the_old_one_is_told():
    user = factories.user(email="ona@biblioteka.example")
    client = log_in(Client(), user)
    response = change_address(client, "nauja@biblioteka.example")
    assert response.redirect_chain[-1][0] == "/paskyra/"
    user.refresh_from_db()
    assert user.email == "nauja@biblioteka.example"
    assert [letter.to for letter in mail.outbox] == [
        ["nauja@biblioteka.example"],
        ["ona@biblioteka.example"],
    ]
    assert "nauja@biblioteka.example" in last_letter().body
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("nauja@biblioteka.example", True, True)
    ]
    assert not is_in(log_in_by_password(User(email="ona@biblioteka.example")))
    assert is_in(log_in_by_password(user))


def test_address_stays_until_the_new_one_is_confirmed():
    user = factories.user(email="ona@biblioteka.example")
    client = log_in(Client(), user)
    page = change_address(client, "nauja@biblioteka.example", code="ne tas")
    assert "Kodas neteisingas." in text_of(page)
    user.refresh_from_db()
    assert user.email == "ona@biblioteka.example"


def test_address_change_with_a_wrong_code_too_many_times_begins_anew():
    client = log_in(Client(), factories.user())
    change_address(client, "nauja@biblioteka.example", code="ne tas")
    for _ in range(2):
        response = client.post("/paskyra/el-pastas/kodas/", {"code": "ne tas"}, follow=True)
    assert response.redirect_chain[-1][0] == "/paskyra/el-pastas/"
    assert "Kodas įvestas neteisingai per daug kartų. Gaukite naują kodą." in text_of(response)


def test_address_of_another_account_cannot_be_taken_and_is_not_told_at_once():
    factories.user(email="kita@biblioteka.example")
    user = factories.user(email="ona@biblioteka.example")
    client = log_in(Client(), user)
    response = client.post(
        "/paskyra/el-pastas/", {"email": "kita@biblioteka.example", "action_add": "1"}
    )
    assert response.url == "/paskyra/el-pastas/kodas/"
    client.post("/paskyra/el-pastas/kodas/", {"code": code_in(last_letter())})
    user.refresh_from_db()
    assert user.email == "ona@biblioteka.example"


def test_address_change_long_after_the_login_asks_for_the_password():
    client = log_in(Client(), factories.user(), ago=OLD_LOGIN)
    response = client.get("/paskyra/el-pastas/")
    assert response.url == "/paskyra/patvirtinti/?next=%2Fpaskyra%2Fel-pastas%2F"
    assert client.post(response.url, {"password": "ne tas"}).status_code == 200
    response = client.post(response.url, {"password": factories.PASSWORD})
    assert response.url == "/paskyra/el-pastas/"
    assert client.get("/paskyra/el-pastas/").status_code == 200


def test_address_change_long_after_the_login_by_code_asks_to_log_in_anew():
    user = factories.user(password=None)
    client = log_in(Client(), user, ago=OLD_LOGIN)
    response = client.get("/paskyra/el-pastas/")
    assert response.url == "/paskyra/patvirtinti/is-naujo/?next=%2Fpaskyra%2Fel-pastas%2F"
    assert 'value="/prisijungti/?next=%2Fpaskyra%2Fel-pastas%2F"' in client.get(response.url).text
    way_back = "/prisijungti/?next=%2Fpaskyra%2Fel-pastas%2F"
    assert client.post("/atsijungti/", {"next": way_back}).url == way_back
    client.post("/prisijungti/kodas/", {"email": user.email})
    response = client.post(
        "/prisijungti/kodas/ivesti/?next=/paskyra/el-pastas/", {"code": code_in(last_letter())}
    )
    assert response.url == "/paskyra/el-pastas/"
    assert client.get("/paskyra/el-pastas/").status_code == 200


def test_member_with_a_passkey_elsewhere_confirms_by_logging_in_anew():
    user = factories.user(password=None)
    passkey = passkey_of(user, "Darbo kompiuteris")
    RecoveryCodes.activate(user)
    client = log_in(Client(), user, ago=OLD_LOGIN)
    response = client.get(f"/paskyra/prieigos-raktas/{passkey.pk}/")
    assert response.url.startswith("/paskyra/patvirtinti/prieigos-raktas/")
    client.get("/paskyra/patvirtinti/kodas/")  # codes that nobody has seen
    methods = [each["url"] for each in AccountAdapter().get_reauthentication_methods(user)]
    assert methods == ["/paskyra/patvirtinti/prieigos-raktas/", "/paskyra/patvirtinti/is-naujo/"]


def test_passkey_that_cannot_be_read_is_asked_for_again_on_the_way_to_the_same_page():
    user = factories.user(password=None)
    passkey_of(user, "Darbo kompiuteris")
    client = log_in(Client(), user, ago=OLD_LOGIN)
    response = client.post(
        "/paskyra/patvirtinti/prieigos-raktas/",
        {"credential": "{}", "next": "/paskyra/el-pastas/"},
        follow=True,
    )
    way = "/paskyra/patvirtinti/prieigos-raktas/?next=%2Fpaskyra%2Fel-pastas%2F"
    assert response.redirect_chain == [(way, 302)]
    assert "Prieigos rakto nuskaityti nepavyko." in text_of(response)


NO_LIBRARY = {"representations-TOTAL_FORMS": 0, "representations-INITIAL_FORMS": 0}


def test_address_that_staff_have_changed_logs_in_no_more(superuser):
    user = factories.user(email="ona@biblioteka.example")
    superuser.post(
        f"/admin/accounts/user/{user.pk}/change/",
        {"email": "Nauja@biblioteka.example", "is_active": "on", **NO_LIBRARY},
    )
    assert is_in(log_in_by_password(User(email="nauja@biblioteka.example")))
    assert not is_in(log_in_by_password(User(email="ona@biblioteka.example")))


def test_account_that_staff_have_made_logs_in_by_its_address(superuser):
    superuser.post(
        "/admin/accounts/user/add/",
        {
            "email": "Nauja@biblioteka.example",
            "usable_password": "true",
            "password1": factories.PASSWORD,
            "password2": factories.PASSWORD,
            **NO_LIBRARY,
        },
    )
    assert is_in(log_in_by_password(User(email="nauja@biblioteka.example")))


# The second factor.


@pytest.mark.django_db(transaction=True)  # the letter goes when all is saved
def test_app_is_set_up_with_its_code_and_recovery_codes_are_shown():
    user = factories.user()
    client = log_in(Client(), user)
    page = client.get("/paskyra/programele/")
    key = re.search('<code class="secret">([A-Z2-7]+)</code>', page.text)[1]
    assert 'src="data:image/svg+xml;base64,' in page.text
    wrong = client.post("/paskyra/programele/", {"code": "000000"})
    assert key in wrong.text
    assert "Klaida:" in wrong.text
    response = client.post("/paskyra/programele/", {"code": app_code(key)}, follow=True)
    assert response.redirect_chain[-1][0] == "/paskyra/atkurimo-kodai/"
    codes = re.findall(r"<code>(\d{8})</code>", response.text)
    assert len(codes) == 10
    download = client.get("/paskyra/atkurimo-kodai.txt")
    assert download.text.split() == codes
    assert download["Content-Disposition"] == 'attachment; filename="atkurimo-kodai.txt"'
    assert last_letter().to == [user.email]
    anew = log_in_by_password(user)
    assert not is_in(anew)
    anew.post("/prisijungti/antras-zingsnis/", {"code": codes[0]})
    assert is_in(anew)


def test_recovery_codes_are_shown_with_the_app_though_a_passkey_came_first():
    user = factories.user()
    passkey_of(user, "Telefonas")
    RecoveryCodes.activate(user)
    client = log_in(Client(), user)
    key = re.search('secret">([A-Z2-7]+)<', client.get("/paskyra/programele/").text)[1]
    response = client.post("/paskyra/programele/", {"code": app_code(key)})
    assert response.url == "/paskyra/atkurimo-kodai/"


@pytest.mark.parametrize(
    "path", ["atkurimo-kodai/", "atkurimo-kodai/nauji/", "prieigos-raktas/", "programele/isjungti/"]
)
@pytest.mark.parametrize("ago", [0, OLD_LOGIN])
def test_session_from_before_the_second_factor_changes_nothing_of_it(path, ago):
    user = factories.user()
    client = log_in(Client(), user, ago=ago)
    set_up_app(user)
    way = f"/paskyra/patvirtinti/kodas/?next=%2Fpaskyra%2F{path.replace('/', '%2F')}"
    assert client.get(f"/paskyra/{path}").url == way
    by_password = "/paskyra/patvirtinti/"
    client.post(by_password, {"password": factories.PASSWORD})
    assert client.get(f"/paskyra/{path}").url == way
    assert client.post(way, {"code": app_code()}).url == f"/paskyra/{path}"
    assert client.get(f"/paskyra/{path}").status_code == 200


def test_recovery_code_works_once():
    user = factories.user()
    code = set_up_app(user)[0]
    for works in (True, False):
        client = log_in_by_password(user)
        client.post("/prisijungti/antras-zingsnis/", {"code": code})
        assert is_in(client) == works


def test_recovery_codes_made_anew_replace_the_old_ones():
    user = factories.user()
    old = set_up_app(user)
    client = log_in(Client(), user)
    page = client.post("/paskyra/atkurimo-kodai/nauji/", follow=True)
    new = re.findall(r"<code>(\d{8})</code>", page.text)
    assert len(new) == 10
    assert set(new).isdisjoint(old)


def test_app_is_removed_with_its_recovery_codes():
    user = factories.user()
    set_up_app(user)
    client = log_in(Client(), user)
    assert client.post("/paskyra/programele/isjungti/").url == "/paskyra/"
    assert not Authenticator.objects.exists()
    assert is_in(log_in_by_password(user))


def test_passkey_of_a_member_locks_no_other_way_in():
    user = factories.user()
    passkey_of(user, "Darbo kompiuteris")
    assert is_in(log_in_by_password(user))


def test_passkey_of_staff_is_their_second_step():
    user = factories.user(is_staff=True)
    passkey_of(user, "Darbo kompiuteris")
    assert not is_in(log_in_by_password(user))


def test_passkey_is_renamed_and_removed():
    user = factories.user()
    client = log_in(Client(), user)
    passkey = passkey_of(user, "Telefonas")
    client.post(f"/paskyra/prieigos-raktas/{passkey.pk}/", {"name": "Planšetė"})
    assert "Planšetė" in text_of(client.get("/paskyra/"))
    assert client.post(f"/paskyra/prieigos-raktas/{passkey.pk}/pasalinti/").url == "/paskyra/"
    assert not Authenticator.objects.exists()


def test_passkey_of_another_person_is_not_found(member):
    passkey = passkey_of(factories.user(), "Telefonas")
    for address in ("", "pasalinti/"):
        path = f"/paskyra/prieigos-raktas/{passkey.pk}/{address}"
        assert member.get(path).status_code == 404
        assert member.post(path, {"name": "Mano"}).status_code == 404


def test_passkey_that_the_browser_has_not_signed_is_refused(member):
    member.get("/paskyra/prieigos-raktas/")
    for credential in ("", "{}", '{"id": "AAAA"}'):
        page = member.post(
            "/paskyra/prieigos-raktas/", {"name": "Raktas", "credential": credential}
        )
        assert "Prieigos rakto nuskaityti nepavyko." in text_of(page)
        assert "Klaida:" in page.text
    assert not Authenticator.objects.exists()


def test_session_whose_time_is_over_is_forgotten_with_its_device():
    user = factories.user()
    over, on = log_in_by_password(user), log_in_by_password(user)
    assert UserSession.objects.count() == 2
    Session.objects.filter(pk=over.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    sessions.forget_ended()
    assert [each.session_key for each in UserSession.objects.all()] == [on.session.session_key]
    assert Session.objects.count() == 1
    assert is_in(on)
