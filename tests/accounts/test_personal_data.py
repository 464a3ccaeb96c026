"""What the site holds on a person: to be taken away whole, and erased wherever it is."""

import json
import re
import uuid
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings as site_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import erasures, history, invitations, journal, name_changes, personal_data
from accounts.models import Invitation, Representative, User
from accounts.person import Person
from accounts.refusals import NotPossible
from association import versions
from association.management.commands.worker import Command as WorkerCommand
from association.tables import imports
from projects.models import Project
from tests import factories, whole_site
from tests.forms import form_data
from tests.logins import SECRET, app_code, log_in
from tests.tasks import run_tasks
from tests.test_catalogue import ENGLISH

pytestmark = pytest.mark.django_db

NAME, OLD_NAME = "Ona Onaitė-Žąsienė", "Ona Žąsytė"
EMAIL, OLD_EMAIL = "ona.zasiene@biblioteka.example", "ona.zasyte@biblioteka.example"
PHONE, POSITION = "+370 612 34567", "Zarasų bibliotekos direktorė"
IP, PASSKEY = "192.0.2.77", "Onutės telefonas"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
HER = [NAME, OLD_NAME, EMAIL, OLD_EMAIL, PHONE, POSITION, IP, PASSKEY]
KEPT = "Žmogus, kuris lieka"
OLD_LOGIN = 3600  # seconds

PAGE, FILE, ERASE = "/paskyra/duomenys/", "/paskyra/duomenys.json", "/paskyra/duomenys/istrinti/"


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.MAILERS = {
        "default": {"BACKEND": "association.letters.QueueBackend"},
        "server": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    settings.CACHES = {
        "default": {"BACKEND": "association.cache.DatabaseCache", "LOCATION": "cache"}
    }


class Busy:
    """A director, staff too, of whom there is something in each table that can hold a person."""

    def __init__(self):
        factories.details(email="info@asociacija.example")
        self.library = factories.member_library(name="Zarasų viešoji biblioteka")
        self.boss = factories.user(name=KEPT, is_staff=True, is_superuser=True)
        self.admin = log_in(Client(), self.boss)
        self.user = self.come_in()
        self.get_new_name_and_address()
        self.get_ways_in()
        self.log_in()
        self.act()
        self.be_acted_on()

    def come_in(self):
        made = Invitation(email=OLD_EMAIL, library=self.library, is_director=True)
        invitations.invite(made, by=self.boss)
        history.note(self.boss, made, "Pakviesta.")
        user = invitations.accept(made, OLD_NAME, by=None)
        user.set_password(factories.PASSWORD)
        user.save()
        return user

    def change(self, **fields):
        """Change the account in the admin, on its page."""
        address = f"/admin/accounts/user/{self.user.pk}/change/"
        data = form_data(self.admin.get(address).text, "user_form")
        assert self.admin.post(address, data | fields).status_code == 302
        self.user.refresh_from_db()

    def get_new_name_and_address(self):
        other = factories.member_library(name="Utenos biblioteka")
        prefix = "representations"
        self.change(
            **{
                f"{prefix}-TOTAL_FORMS": "2",
                f"{prefix}-1-user": self.user.pk,
                f"{prefix}-1-library": other.pk,
                f"{prefix}-1-starts_on": "2020-01-01",
                f"{prefix}-1-ends_on": "2021-12-31",
            }
        )
        self.change(name=NAME, email=EMAIL)
        User.objects.filter(pk=self.user.pk).update(phone=PHONE, position=POSITION)
        self.user.refresh_from_db()

    def get_ways_in(self):
        Authenticator.objects.create(user=self.user, type="webauthn", data={"name": PASSKEY})
        TOTP.activate(self.user, SECRET)
        RecoveryCodes.activate(self.user)

    def log_in(self):
        """Begin sessions of each kind: logged in, by code under way, of others with a message."""
        self.client = Client(REMOTE_ADDR=IP, headers={"user-agent": FIREFOX})
        self.client.post("/prisijungti/", {"login": EMAIL, "password": factories.PASSWORD})
        self.client.post("/prisijungti/antras-zingsnis/", {"code": app_code()})
        assert self.client.get("/paskyra/").status_code == 200
        self.passwordless = Client()
        self.passwordless.post("/prisijungti/kodas/", {"email": EMAIL.upper()})
        Client().post("/slaptazodis/", {"email": EMAIL})
        Client().post("/prisijungti/", {"login": EMAIL, "password": "ne tas"})
        Client().post("/prisijungti/", {"login": EMAIL, "password": factories.PASSWORD})
        session = self.admin.session
        session["told"] = [f"Pakeista: {NAME}", {"email": EMAIL}]
        session.save()

    def act(self):
        User.objects.filter(pk=self.user.pk).update(is_staff=True)
        self.user.refresh_from_db()
        self.user.groups.add(Group.objects.get(name="Redaktoriai"))
        invited = Invitation(email="kolege@biblioteka.example", library=self.library)
        invitations.invite(invited, by=self.user)
        change = name_changes.propose(self.library, "Zarasų biblioteka", None, by=self.user)
        name_changes.refuse(change, by=self.boss, answer=f"Gerb. {NAME}, trūksta įsakymo.")
        other = name_changes.propose(self.library, "Zarasų b-ka", None, by=self.boss)
        name_changes.accept(other, by=self.user)
        LogEntry.objects.log_actions(self.user.pk, [self.library], CHANGE, change_message="Ką?")
        imports.receive(Project, f"{NAME}.csv", f"Pavadinimas\n{NAME}".encode(), by=self.user)

    def be_acted_on(self):
        add = "/admin/accounts/representative/add/"
        third = factories.member_library(name="Rokiškio biblioteka")
        data = {"user": self.user.pk, "library": third.pk, "starts_on": "2022-01-01"}
        assert self.admin.post(add, data | {"ends_on": "2022-12-31"}).status_code == 302
        old = Representative.objects.get(library=third)
        self.admin.post(f"/admin/accounts/representative/{old.pk}/delete/", {"post": "yes"})
        library = f"/admin/association/library/{self.library.pk}/change/"
        self.admin.post(library, form_data(self.admin.get(library).text, "library_form"))
        told_before = factories.project(contact_person=NAME, contact_email=EMAIL)
        versions.keep(told_before, by=self.user, told=f"Pakeitė {NAME}.")
        Project.objects.filter(pk=told_before.pk).update(contact_person="", contact_email="")
        letter = EmailMessage(
            "Apie kitą", f"Rašė {NAME}.", to=["kita@biblioteka.example", f"{NAME} <{EMAIL}>"]
        )
        letter.send()
        EmailMessage("Jums", "Laiškas", to=[EMAIL]).send()
        DBTaskResult.objects.filter(args_kwargs__args__0__subject="Jums").update(status="FAILED")


@pytest.fixture
def busy():
    return Busy()


def erase(user, capture, **more):
    with capture(execute=True):
        erasures.erase(user, **more)


# Erasing.


def test_nothing_that_tells_who_it_was_is_left_in_any_table_or_file(
    busy, django_capture_on_commit_callbacks
):
    before = whole_site.places_of(*HER)
    assert before >= {
        *("accounts_user", "account_emailaddress", "accounts_invitation", "accounts_namechange"),
        *("mfa_authenticator", "usersessions_usersession", "django_session", "django_admin_log"),
        *("django_tasks_database_dbtaskresult", "reversion_revision", "reversion_version"),
        "association_tableimport",
    }
    erase(busy.user, django_capture_on_commit_callbacks)
    assert whole_site.places_of(*set(HER) - {IP}) == set()
    # By it attempts to log in are counted, for a day at most.
    assert whole_site.places_of(IP) == {"cache"}
    assert "accounts_user" in whole_site.places_of(KEPT)


def test_what_the_association_must_keep_is_nobodys(busy, django_capture_on_commit_callbacks):
    kept = list(Representative.objects.order_by("pk").values_list("library", "starts_on"))
    deeds = LogEntry.objects.filter(user=busy.user).count()
    erase(busy.user, django_capture_on_commit_callbacks)
    nobody = User.objects.erased()
    left = Representative.objects.order_by("pk")
    assert list(left.values_list("library", "starts_on")) == kept
    assert {each.user for each in left} == {nobody}
    assert not left.filter(ends_on=None).exists()
    assert str(left[0]) == f"Ištrinta paskyra ({left[0].library})"
    assert LogEntry.objects.filter(user=nobody).count() == deeds
    assert Invitation.objects.get().email == "kolege@biblioteka.example"


def test_history_of_others_is_still_to_be_read(busy, django_capture_on_commit_callbacks):
    erase(busy.user, django_capture_on_commit_callbacks)
    on_user = LogEntry.objects.filter(
        content_type__model="user", object_id=str(busy.user.pk)
    ).order_by("pk")
    assert {entry.object_repr for entry in on_user} == {"Ištrinta paskyra"}
    assert "atstovas (-ė) „Ištrinta paskyra (Utenos biblioteka)“" in (
        on_user[0].get_change_message()
    )
    deleted = LogEntry.objects.filter(content_type__model="representative").latest("pk")
    assert deleted.object_repr == "Ištrinta paskyra (Rokiškio biblioteka)"
    assert all(str(entry) for entry in LogEntry.objects.all())
    library = f"/admin/association/library/{busy.library.pk}/history/"
    assert "Ištrinta paskyra" in busy.admin.get(library).text


def test_letters_to_others_leave_without_the_person(busy, django_capture_on_commit_callbacks):
    erase(busy.user, django_capture_on_commit_callbacks)
    last = mail.outbox[:]
    run_tasks()
    others = [letter for letter in mail.outbox if letter not in last]
    assert EMAIL not in {to for letter in others for to in letter.to}
    about = next(letter for letter in others if letter.subject == "Apie kitą")
    assert about.to == ["kita@biblioteka.example"]
    assert about.body == "Rašė Ištrinta paskyra."
    invited = next(letter for letter in others if letter.to == ["kolege@biblioteka.example"])
    assert "Pakvietė: Ištrinta paskyra" in invited.body


def test_person_is_told_at_once_and_not_by_the_queue(busy, django_capture_on_commit_callbacks):
    erase(busy.user, django_capture_on_commit_callbacks)
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.subject == "Jūsų paskyra Asociacijos svetainėje ištrinta"
    assert "http://localhost:8000/paskyra/istrinta/" in letter.body
    assert NAME not in letter.message().as_string()


def test_everybody_is_out_and_the_others_are_in(busy, django_capture_on_commit_callbacks):
    erase(busy.user, django_capture_on_commit_callbacks)
    assert busy.client.get("/paskyra/").status_code == 302
    assert busy.admin.get("/paskyra/").status_code == 200
    assert busy.passwordless.get("/prisijungti/kodas/ivesti/").status_code == 302
    assert busy.admin.session["told"] == [
        "Pakeista: Ištrinta paskyra",
        {"email": "Ištrinta paskyra"},
    ]


def test_erased_person_is_as_unknown_as_any_stranger(busy, django_capture_on_commit_callbacks):
    erase(busy.user, django_capture_on_commit_callbacks)
    answers = []
    for address in (EMAIL, "niekada@biblioteka.example"):
        client = Client()
        answer = client.post("/prisijungti/kodas/", {"email": address}, follow=True)
        answers.append((answer.status_code, answer.redirect_chain))
        run_tasks()
        assert mail.outbox[-1].to == [address]
        assert not re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)
    assert answers[0] == answers[1]


def test_erased_person_can_be_invited_anew(busy, django_capture_on_commit_callbacks):
    erase(busy.user, django_capture_on_commit_callbacks)
    made = Invitation(email=EMAIL, library=busy.library)
    invitations.invite(made, by=busy.boss)
    assert invitations.accept(made, NAME, by=None).representations.count() == 1


def test_second_person_is_erased_beside_the_first(django_capture_on_commit_callbacks):
    library = factories.member_library()
    for _number in range(2):
        made = factories.representative(library=library)
        erase(made.user, django_capture_on_commit_callbacks)
    assert Representative.objects.filter(library=library).count() == 2
    assert User.objects.count() == 1


def test_erasing_twice_at_once_is_harmless(django_capture_on_commit_callbacks):
    user = factories.user()
    for _click in range(2):
        erase(user, django_capture_on_commit_callbacks)
    assert len(mail.outbox) == 1
    assert len(Path(journal_file()).read_text().splitlines()) == 1


def test_one_to_come_does_not_begin(django_capture_on_commit_callbacks):
    tomorrow = timezone.localdate() + timedelta(days=1)
    made = factories.representative(starts_on=tomorrow)
    erase(made.user, django_capture_on_commit_callbacks)
    assert not Representative.objects.exists()


def test_namesake_keeps_the_own_history(django_capture_on_commit_callbacks):
    one, other = (factories.user(name=NAME) for _ in range(2))
    for user in (one, other):
        LogEntry.objects.log_actions(other.pk, [user], CHANGE)
    erase(one, django_capture_on_commit_callbacks)
    told = LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
    assert list(told) == ["Ištrinta paskyra", NAME]


def test_staff_who_erase_somebody_are_on_record(django_capture_on_commit_callbacks):
    staff, user = factories.user(), factories.user(name=NAME)
    number = str(user.pk)
    erase(user, django_capture_on_commit_callbacks, by=staff)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.object_repr) == (staff, number, "Ištrinta paskyra")
    assert entry.is_deletion()


# Refusals and failures: nothing has changed.


def test_last_superuser_cannot_be_erased():
    last = factories.user(is_superuser=True, is_staff=True)
    factories.user(is_superuser=True, is_active=False)
    with pytest.raises(NotPossible, match="paskutinė paskyra"):
        erasures.erase(last)
    assert User.objects.filter(pk=last.pk).exists()
    factories.user(is_superuser=True)
    erasures.erase(last)
    assert not User.objects.filter(pk=last.pk).exists()


def test_account_of_the_erased_cannot_be_erased():
    with pytest.raises(NotPossible):
        erasures.erase(User.objects.erased())


def journal_file():
    return site_settings.ERASURES_FILE


def test_without_the_journal_nothing_is_erased(busy, settings, tmp_path, caplog):
    before = whole_site.tables()
    settings.ERASURES_FILE = tmp_path / "nera" / "erasures.txt"
    with pytest.raises(NotPossible, match="niekas nepakeista"):
        erasures.erase(busy.user)
    assert whole_site.tables() == before
    assert mail.outbox == []
    assert EMAIL not in caplog.text
    answer = busy.client.post(ERASE, {"understood": "on"})
    assert "Duomenų šiuo metu ištrinti nepavyko, niekas nepakeista." in answer.text
    assert busy.client.get("/paskyra/").status_code == 200


def test_mail_server_that_is_away_keeps_nobody_from_being_erased(
    settings, caplog, django_capture_on_commit_callbacks
):
    refusing = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    refusing["OPTIONS"] = {"host": "127.0.0.1", "port": 9}
    settings.MAILERS = settings.MAILERS | {"server": refusing}
    user = factories.user(email=EMAIL)
    erase(user, django_capture_on_commit_callbacks)
    assert not User.objects.filter(pk=user.pk).exists()
    assert "was not sent: ConnectionRefusedError" in caplog.text
    assert EMAIL not in caplog.text
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_letter_that_is_being_sent_meanwhile_does_not_stop_the_worker(
    monkeypatch, django_capture_on_commit_callbacks
):
    user = factories.user(email=EMAIL)
    EmailMessage("Jums", "Laiškas", to=[EMAIL]).send()
    monkeypatch.setattr(EmailMessage, "send", lambda *_, **__: erasures.erase(user))
    run_tasks()
    assert not DBTaskResult.objects.exists()


# The journal, and backups.


def test_journal_tells_nobody_who_it_was(busy, django_capture_on_commit_callbacks):
    key = busy.user.key
    erase(busy.user, django_capture_on_commit_callbacks)
    (line,) = Path(journal_file()).read_text().splitlines()
    assert line.split()[1] == str(key)
    assert Path(journal_file()).stat().st_mode & 0o077 == 0
    assert journal.keys() == {key}


def test_line_that_a_crash_cut_off_spoils_no_other(caplog):
    keys = [uuid.uuid4() for _ in range(2)]
    journal.write(keys[0])
    with Path(journal_file()).open("a") as file:
        file.write("2026-11-25T10:00:00+02:00 1234")
    assert journal.keys() == {keys[0]}
    assert "line 2, is not whole" in caplog.text
    journal.write(keys[1])
    assert journal.keys() == set(keys)


def rows_of_backup():
    """Return all rows, as a backup holds them."""
    return [
        (model, list(model._base_manager.values()))
        for model in apps.get_models(include_auto_created=True)
    ]


def restore(rows, user):
    """Put the account and what the cascade took from it back, as a restored backup has them."""
    for model, old in rows:
        there = set(model._base_manager.values_list("pk", flat=True))
        missing = [row for row in old if row[model._meta.pk.attname] not in there]
        model._base_manager.bulk_create(model(**row) for row in missing)
    LogEntry.objects.filter(object_id=str(user.pk)).update(object_repr=NAME)


def test_restored_backup_is_cured_by_the_worker(busy, django_capture_on_commit_callbacks):
    backup, user = rows_of_backup(), User.objects.get(pk=busy.user.pk)
    erase(busy.user, django_capture_on_commit_callbacks)
    restore(backup, user)
    assert User.objects.filter(email=EMAIL).exists()
    assert whole_site.places_of(*HER)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        WorkerCommand().tidy()
    assert whole_site.places_of(*set(HER) - {IP}) == set()
    assert mail.outbox == []  # the person knows
    assert len(Path(journal_file()).read_text().splitlines()) == 1


def test_repetition_asks_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert erasures.repeat() == 0
    for _number in range(3):
        journal.write(uuid.uuid4())
    with django_assert_num_queries(1):
        assert erasures.repeat() == 0


def test_what_the_database_did_not_make_final_is_done_by_the_worker(
    django_capture_on_commit_callbacks,
):
    user = factories.user(email=EMAIL)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        erasures.erase(user)
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert User.objects.get(email=EMAIL) == user
    WorkerCommand().tidy()
    assert not User.objects.people().exists()


def test_one_who_cannot_be_erased_again_keeps_no_other_back(monkeypatch, caplog):
    broken, other = factories.user(email=EMAIL), factories.user()
    for user in (broken, other):
        journal.write(user.key)
    of = Person.of

    def failing(user):
        if user == broken:
            raise ValueError(EMAIL)
        return of(user)

    monkeypatch.setattr(Person, "of", failing)
    assert erasures.repeat() == 1
    assert list(User.objects.people()) == [broken]
    assert str(broken.key) in caplog.text
    assert EMAIL not in caplog.text


def test_last_superuser_of_a_restored_backup_is_erased_again():
    user = factories.user(is_superuser=True)
    journal.write(user.key)
    assert erasures.repeat() == 1


def test_journal_that_cannot_be_read_keeps_no_letters_back(caplog):
    Path(journal_file()).mkdir()
    WorkerCommand().tidy()
    assert "The journal of erasures cannot be read" in caplog.text


# What is held: nothing is forgotten.


def relations_to_users():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.concrete and field.related_model is User and not field.many_to_many:
                yield f"{model._meta.label}.{field.name}"


def test_each_model_that_knows_a_user_is_in_a_holding():
    assert set(relations_to_users()) == personal_data.RELATIONS


# Fields of their kind that are no account's: of libraries, of the association, of projects.
PUBLIC = {
    "association.Library.email",
    "association.Details.email",
    "projects.Project.contact_email",
}
IN_HOLDINGS = {
    *("accounts.User.email", "accounts.Invitation.email", "account.EmailAddress.email"),
    "usersessions.UserSession.ip",
}


def test_each_field_that_keeps_an_address_is_known():
    kinds = models.EmailField | models.GenericIPAddressField
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, kinds)
    }
    assert found == PUBLIC | IN_HOLDINGS


def test_each_field_of_an_account_is_in_the_file(busy):
    written = personal_data.export(busy.user)["Paskyra"]
    secret = {"id", "password", "key"}
    for field in User._meta.concrete_fields:
        assert (str(field.verbose_name) in written) is (field.name not in secret), field


def test_invitations_accepted_before_are_known_by_their_address():
    user = factories.user(email=EMAIL)
    accepted = factories.invitation("1", email=EMAIL.upper(), accepted_at=timezone.now())
    waiting = factories.invitation("2", email=EMAIL)
    migration = import_module("accounts.migrations.0009_who_accepted")
    migration.note_who_accepted(apps, None)
    assert Invitation.objects.get(accepted_by=user) == accepted
    assert Invitation.objects.get(accepted_by=None) == waiting


# The file.


def download(client):
    response = client.get(FILE)
    assert response.status_code == 200
    return response, json.loads(response.content)


def test_file_holds_all_that_erasing_takes_away(busy):
    response, written = download(busy.client)
    text = json.dumps(written, ensure_ascii=False)
    assert [each for each in HER if each not in text] == []
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="mano-duomenys.json"'
    assert "no-store" in response["Cache-Control"]
    assert response.text.startswith('{\n  "Apie šį failą": {')


def test_file_tells_times_by_the_clock_of_lithuania(busy):
    _response, written = download(busy.client)
    joined = written["Paskyra"][str(User._meta.get_field("date_joined").verbose_name)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[23]:00", joined)


def test_file_has_no_secrets(busy):
    _response, written = download(busy.client)
    text = json.dumps(written)
    assert SECRET not in text
    assert busy.user.password not in text
    assert busy.client.session.session_key not in text
    for code in RecoveryCodes(
        Authenticator.objects.get(user=busy.user, type="recovery_codes")
    ).get_unused_codes():
        assert code not in text
    (codes,) = [each for each in written["Prisijungimo būdai"] if "liko" in each]
    assert codes["liko"] == 10


def keys_of(value):
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from keys_of(each)


def test_file_has_no_english_word(busy):
    _response, written = download(busy.client)
    assert [key for key in keys_of(written) if ENGLISH.search(key)] == []
    browsers = json.dumps(written, ensure_ascii=False).replace(FIREFOX, "")
    assert ENGLISH.findall(browsers.replace("biblioteka.example", "")) == []


def test_file_of_another_tells_nothing_of_the_person(busy):
    other = log_in(Client(), factories.user())
    _response, written = download(other)
    text = json.dumps(written, ensure_ascii=False)
    assert [each for each in HER if each in text] == []


# The pages.


def test_pages_are_for_who_is_logged_in(visitor):
    for address in (PAGE, FILE, ERASE):
        assert unquote(visitor.get(address).url) == f"/prisijungti/?next={address}"


def test_former_representative_takes_the_data_away(django_capture_on_commit_callbacks):
    made = factories.representative(starts_on="2020-01-01", ends_on="2021-01-01")
    client = log_in(Client(), made.user)
    assert client.get(PAGE).status_code == 200
    _response, written = download(client)
    assert written["Atstovavimas"][0]["iki"] == "2021-01-01"


def test_old_login_is_to_be_confirmed_before_either():
    client = log_in(Client(), factories.user(), ago=OLD_LOGIN)
    assert client.get(PAGE).status_code == 200
    assert client.get(FILE).url == f"/paskyra/patvirtinti/?next={PAGE}"
    assert client.get(ERASE).url.startswith("/paskyra/patvirtinti/?next=")
    assert client.post(ERASE, {"understood": "on"}).url.startswith("/paskyra/patvirtinti/")
    assert User.objects.count() == 1


def test_whoever_has_nothing_to_confirm_with_logs_in_anew():
    client = log_in(Client(), factories.user(password=None), ago=OLD_LOGIN)
    assert client.get(FILE).url == f"/paskyra/patvirtinti/is-naujo/?next={PAGE}"


def test_nothing_is_erased_without_a_yes(member):
    response = member.post(ERASE)
    assert "Kol kas niekas neištrinta." in response.text
    assert User.objects.count() == 1


def test_erasing_leads_out_and_says_what_is_kept(member, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = member.post(ERASE, {"understood": "on"}, follow=True)
    assert response.redirect_chain == [("/paskyra/istrinta/", 302)]
    assert "Jūsų duomenys ištrinti" in response.text
    assert "bibliotekai kažkas atstovavo" in response.text
    assert not response.wsgi_request.user.is_authenticated
    assert not Session.objects.exists()
    assert not User.objects.people().exists()


def test_erasing_leaves_nothing_of_what_staff_typed_in_the_browser(superuser, editor):
    assert editor.post(ERASE, {"understood": "on"})["Clear-Site-Data"] == '"storage"'


def test_whoever_has_an_account_is_not_told_that_it_is_no_more(member):
    assert member.get("/paskyra/istrinta/").url == PAGE


def test_last_superuser_reads_why_not(superuser):
    response = superuser.get(ERASE)
    assert "Tai paskutinė paskyra" in response.text
    assert "understood" not in response.text
    superuser.post(ERASE, {"understood": "on"})
    assert User.objects.people().count() == 1


@pytest.mark.parametrize(("others", "warned"), [(0, True), (1, False)])
def test_last_of_a_library_is_warned(others, warned):
    made = factories.representative(is_director=True)
    for _number in range(others):
        factories.representative(library=made.library)
    page = log_in(Client(), made.user).get(ERASE)
    assert ("nebeatstovaus niekas" in page.text) is warned


def test_whoever_acts_for_nobody_is_not_warned():
    page = log_in(Client(), factories.user()).get(ERASE)
    assert "nebeatstovaus niekas" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_file_asks_the_database_the_same_for_any_number(count, django_assert_num_queries):
    made = factories.representative()
    for number in range(count):
        factories.invitation(str(number), invited_by=made.user)
        LogEntry.objects.log_actions(made.user.pk, [made.library, made.user], CHANGE)
        Authenticator.objects.create(user=made.user, type="webauthn", data={"name": "R"})
    personal_data.export(made.user)
    with django_assert_num_queries(24):
        personal_data.export(made.user)


# Staff.

LIST = "/admin/accounts/user/"


def delete_selected(client, *users):
    chosen = [user.pk for user in users]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    return client.post(LIST, data, follow=True)


def test_staff_erase_whoever_asks_by_letter(busy, django_capture_on_commit_callbacks):
    address = f"{LIST}{busy.user.pk}/delete/"
    assert "atstovas" not in busy.admin.get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        assert busy.admin.post(address, {"post": "yes"}).status_code == 302
    busy.admin.get(LIST)  # where it is told of whom that was
    assert whole_site.places_of(*set(HER) - {IP}) == set()
    entry = LogEntry.objects.filter(user=busy.boss).latest("pk")
    assert entry.is_deletion()
    assert entry.object_repr == "Ištrinta paskyra"
    assert [letter.to for letter in mail.outbox] == [[EMAIL]]


def test_staff_erase_several_at_once(superuser):
    users = [factories.representative().user for _number in range(2)]
    delete_selected(superuser, *users)
    assert User.objects.people().get().is_superuser
    assert len(journal.keys()) == 2


def test_staff_do_not_erase_the_own_account_by_the_way(superuser):
    own = User.objects.get()
    factories.user(is_superuser=True)
    assert superuser.post(f"{LIST}{own.pk}/delete/", {"post": "yes"}).url == ERASE
    assert delete_selected(superuser, own).status_code == 403
    assert User.objects.filter(pk=own.pk).exists()


def test_staff_are_told_that_nothing_was_erased(superuser, settings, tmp_path):
    settings.ERASURES_FILE = tmp_path / "nera" / "erasures.txt"
    user = factories.user()
    for answer in (
        superuser.post(f"{LIST}{user.pk}/delete/", {"post": "yes"}, follow=True),
        delete_selected(superuser, user),
    ):
        assert "niekas nepakeista" in answer.text
        assert "Sėkmingai" not in answer.text
    assert User.objects.filter(pk=user.pk).exists()
    assert not LogEntry.objects.exists()


def test_account_of_the_erased_is_neither_listed_nor_to_be_chosen(superuser):
    nobody = User.objects.erased()
    assert "Ištrinta paskyra" not in superuser.get(LIST).text
    assert superuser.get(f"{LIST}{nobody.pk}/change/").status_code == 302
    query = {"app_label": "accounts", "model_name": "representative", "field_name": "user"}
    found = superuser.get("/admin/autocomplete/", query | {"term": "paskyra"}).json()
    assert found["results"] == []
    made = Invitation(email=User.ERASED_EMAIL, library=factories.member_library())
    with pytest.raises(ValidationError):
        invitations.invite(made, by=None)


@pytest.mark.parametrize("way", ["/prisijungti/kodas/", "/slaptazodis/"])
def test_account_of_the_erased_lets_nobody_in(way):
    nobody = User.objects.erased()
    assert not nobody.has_usable_password()
    client = Client()
    client.post(way, {"email": User.ERASED_EMAIL})
    codes = [task.args_kwargs["args"][0] for task in DBTaskResult.objects.all()]
    assert not any(re.search(r"^\d{6}$", letter["body"], re.MULTILINE) for letter in codes)


# Commands.


def test_command_erases_whoever_asks_by_letter(capsys, django_capture_on_commit_callbacks):
    factories.user(email=EMAIL)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase_person", EMAIL.upper())
    assert capsys.readouterr().out == "Erased.\n"
    assert not User.objects.people().exists()
    assert mail.outbox[0].to == [EMAIL]


def test_command_repeats_erasures_and_says_how_many(capsys):
    journal.write(factories.user().key)
    for times in (1, 0):
        call_command("repeat_erasures")
        assert capsys.readouterr().out == f"Erased again: {times}.\n"


def test_names_of_pages():
    assert [reverse(name) for name in ("my_data", "my_data_file", "erase_my_data")] == [
        *(PAGE, FILE, ERASE)
    ]
