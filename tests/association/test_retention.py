"""How long things are kept: what the page on privacy tells, and the nightly command does."""

from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import personal_data, unneeded
from accounts.models import Invitation, NameChange
from association import ready_texts, retention, tasks
from association.cache import forget_expired
from association.management.commands import clean_up, worker
from association.models import TableImport
from projects.models import DraftLink
from tests import factories
from tests.reading import text_of
from tests.tasks import note

pytestmark = pytest.mark.django_db

VILNIUS = ZoneInfo("Europe/Vilnius")


def run(*arguments):
    """Run the command; return what it said, a line each."""
    output = StringIO()
    call_command("clean_up", *arguments, stdout=output)
    return output.getvalue().splitlines()


def fill(count):
    """Make `count` of each thing that has been kept long enough, and one that has not."""
    user = factories.user()
    tomorrow = timezone.now() + timedelta(days=1)
    for number in range(count + 1):
        is_old = number < count
        then = timezone.now() - timedelta(days=1000 if is_old else 0)
        result = note.enqueue("žinia").id
        DBTaskResult.objects.filter(pk=result).update(status="SUCCESSFUL", finished_at=then)
        expires = then if is_old else tomorrow
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=expires)
        DraftLink.objects.create(project=factories.draft(), expires_at=expires)
        TableImport.objects.create(by=user, model="projects.project", name="a.csv", made_at=then)
        invited = factories.invitation(f"r{number}", sent_at=then)
        LogEntry.objects.log_actions(user.pk, [invited], CHANGE, change_message="Išsiųsta.")
        NameChange.objects.create(
            library=factories.library(), name="Nauja", state="refused", decided_at=then
        )
        factories.user(date_joined=then)


KEPT = [DBTaskResult, Session, TableImport, DraftLink, Invitation, NameChange]
DUE = {
    "Letters that were sent, and other tasks that are done": 3,
    "Attempts that count no more": 0,
    "Imports of tables": 3,
    "Sessions that are over": 3,
    "Links to drafts that open nothing any more": 3,
    "What was deleted, in the bin": 0,
    "Invitations": 3,
    "The journal of erasures": 0,
    "Names of libraries that were decided on": 3,
    "Accounts that nobody needs": 0,
    "Letters to owners of accounts that will be erased": 3,
}


def test_command_says_what_is_due_before_it_erases_and_then_what_it_did():
    fill(3)
    due = [f"{name}: {number} due" for name, number in DUE.items()]
    assert run("--dry-run") == due
    assert {model.objects.count() for model in KEPT} == {4}
    assert run() == due + [line.replace(" due", " done") for line in due]
    # The letters to owners have been put off just now.
    DBTaskResult.objects.filter(task_path__contains="letters").delete()
    assert [model.objects.count() for model in KEPT] == [1] * len(KEPT)
    assert {line.split(": ")[1] for line in run()} == {"0 due", "0 done"}


def test_command_prints_no_name_and_no_address(caplog):
    fill(1)
    printed = "\n".join([*run(), caplog.text])
    assert "@" not in printed
    assert "Nauja" not in printed


def test_what_the_history_tells_of_an_invitation_goes_with_it():
    fill(1)
    run()
    about = LogEntry.objects.filter(content_type__model="invitation")
    assert [entry.object_id for entry in about] == [str(Invitation.objects.get().pk)]


@pytest.mark.parametrize("count", [1, 3])
def test_erasing_asks_the_database_the_same_however_much_is_due(count, django_assert_num_queries):
    fill(count)
    # A letter is written by itself, and so is an account erased.
    in_bulk = [rule for rule in retention.carried_out() if rule.erase is not unneeded.tell]
    run("--dry-run")
    with django_assert_num_queries(20):
        for rule in in_bulk:
            rule.erase()


@pytest.fixture
def broken(monkeypatch):
    """The rules, of which one fails with a name in what it says."""

    def fail():
        Session.objects.all().delete()
        raise ValueError("Ona Onaitė")

    rule = retention.Rule(name="Broken", count=lambda: 7, erase=fail)
    carried_out = [rule, *retention.carried_out()]
    monkeypatch.setattr(clean_up.retention, "carried_out", lambda: carried_out)


def test_rule_that_fails_is_undone_and_told_and_keeps_no_other_back(broken, caplog):
    fill(3)
    output = StringIO()
    with pytest.raises(CommandError, match=r"1 of 12 rules failed: Broken\.") as error:
        call_command("clean_up", stdout=output)
    assert error.value.returncode == 1
    lines = output.getvalue().splitlines()
    assert "Broken: 7 due" in lines
    assert "Broken: failed, ValueError" in lines
    assert "Sessions that are over: 3 done" in lines
    assert Session.objects.count() == 1
    assert "Ona" not in caplog.text + output.getvalue()
    assert "Clean-up failed: Broken: ValueError" in caplog.text


def test_worker_goes_on_with_what_is_quick_by_the_same_rules():
    fill(2)
    worker.Command().tidy()
    left = {model: model.objects.count() for model in KEPT}
    assert left == dict.fromkeys(KEPT, 3) | {DBTaskResult: 1, Session: 1}
    assert [rule.erase for rule in retention.quick()][:2] == [tasks.forget_finished, forget_expired]


# What is said of it.


@pytest.mark.parametrize(
    ("term", "now", "before"),
    [
        ({"months": 12}, (2028, 2, 29), (2027, 2, 28)),
        ({"months": 13}, (2027, 1, 31), (2025, 12, 31)),
        ({"months": 1}, (2027, 3, 31), (2027, 2, 28)),
        ({"days": 90}, (2027, 3, 31), (2026, 12, 31)),
    ],
)
def test_term_ends_on_the_day_of_the_calendar(term, now, before):
    now, before = (datetime(*day, 12, tzinfo=VILNIUS) for day in (now, before))
    assert retention.Term(**term).before(now) == before


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ({"months": 1}, "1 mėnuo"),
        ({"months": 24}, "24 mėnesiai"),
        ({"months": 12}, "12 mėnesių"),
        ({"days": 1}, "1 diena"),
        ({"days": 90}, "90 dienų"),
        ({"minutes": 30}, "30 minučių"),
    ],
)
def test_term_is_told_in_words(term, told):
    assert retention.Term(**term).in_words() == told.replace(" ", "\u00a0")


def test_page_tells_each_rule_with_its_term(visitor):
    factories.page(**ready_texts.initial("privatumas"))
    page = text_of(visitor.get("/privatumas/")).replace("\u00a0", " ")
    told = [rule for rule in retention.rules() if rule.what]
    assert len(told) == 15
    for rule in told:
        long = f"{rule.term.in_words()} {rule.since}" if rule.term else rule.since
        said = f"{rule.what} – {long}. {rule.why}".replace("\u00a0", " ")
        assert said in " ".join(page.split()), rule.name


def test_terms_on_the_page_are_those_of_the_settings():
    rates = ",".join(settings.ACCOUNT_RATE_LIMITS.values())
    assert {rate.split("/")[1] for rate in rates.split(",")} <= {"m", "h", "15m", "d"}
    assert settings.SESSION_COOKIE_AGE % (24 * 3600) == 0


# What is the association's content, and no record of who somebody is or did.
CONTENT = {
    *("association.Details", "association.Library", "association.FormerName"),
    *("association.Membership", "association.CouncilMember", "association.Page"),
    *("association.Document", "association.Redirect"),
    *("auth.Permission", "auth.Group", "auth.Group_permissions", "contenttypes.ContentType"),
}


def test_each_model_has_a_rule_or_is_content():
    told = {label for rule in retention.rules() for label in rule.models}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        is_content = label in CONTENT or label.startswith("projects.")
        assert (label in told) or is_content, label
    knowing = {relation.rpartition(".")[0] for relation in personal_data.RELATIONS}
    assert knowing <= told
