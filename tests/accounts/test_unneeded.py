"""Accounts that nobody needs any more: their owners are told, and a month later they are erased."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import journal, unneeded
from accounts.models import Invitation, User
from accounts.person import Person
from tests import factories
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def day(days):
    return timezone.localdate() - timedelta(days=days)


def unused(**fields):
    """An account that has not been needed for more than two years."""
    return factories.user(**{"date_joined": ago(2000)} | fields)


def warned(**fields):
    return unused(**{"warned_at": ago(31)} | fields)


def test_owner_is_told_a_month_before_once(django_capture_on_commit_callbacks):
    user = unused(email="ona@biblioteka.example", last_login=ago(705))
    unused(last_login=ago(690))
    assert unneeded.to_be_told().count() == 1
    assert unneeded.tell() == 1
    assert unneeded.tell() == 0
    assert unneeded.erase() == 0
    run_tasks()
    (letter,) = mail.outbox
    assert letter.to == ["ona@biblioteka.example"]
    assert letter.subject == "Jūsų paskyra Asociacijos svetainėje bus ištrinta"
    assert "http://localhost:8000/prisijungti/" in letter.body
    assert user.warned_at is None


def test_account_is_erased_a_month_later_as_if_its_owner_had_asked(
    django_capture_on_commit_callbacks,
):
    user = warned(email="ona@biblioteka.example")
    warned(warned_at=ago(29))
    assert unneeded.to_be_erased().count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert unneeded.erase() == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert journal.keys() == {user.key}
    (letter,) = mail.outbox
    assert "Dvejus metus jokiai bibliotekai neatstovavote" in letter.body
    assert unneeded.erase() == 0


def keeps(**fields):
    """Return whether the account with `fields`, whose owner was told, is kept."""
    user = warned(**fields)
    return not unneeded.to_be_erased().filter(pk=user.pk).exists()


def test_account_is_kept_while_somebody_needs_it():
    assert not keeps()
    assert keeps(is_staff=True)
    assert keeps(is_superuser=True, is_active=False)
    assert keeps(date_joined=ago(700))
    assert keeps(last_login=ago(700))
    assert not keeps(is_staff=True, is_active=False)
    assert not unneeded.to_be_erased().filter(email=User.objects.erased().email).exists()


@pytest.mark.parametrize(
    ("ends_on", "left_on", "is_kept"),
    [
        (None, None, True),
        (day(700), None, True),
        (day(800), None, False),
        (None, day(700), True),
        (None, day(800), False),
        (day(-10), None, True),
    ],
)
def test_account_is_kept_as_long_as_its_owner_acts_for_a_member(ends_on, left_on, is_kept):
    user = warned()
    library = factories.library()
    library.memberships.create(starts_on=day(3000), ends_on=left_on)
    factories.representative(user=user, library=library, starts_on=day(2000), ends_on=ends_on)
    assert unneeded.to_be_erased().exists() is not is_kept


def test_whoever_has_just_been_invited_again_is_kept():
    user = warned(email="Ona@biblioteka.example")
    factories.invitation(email="ona@biblioteka.example")
    assert not unneeded.to_be_erased().exists()
    Invitation.objects.update(sent_at=timezone.now() - Invitation.VALID_FOR)
    assert list(unneeded.to_be_erased()) == [user]


def test_whoever_logs_in_after_the_letter_is_told_anew_before_the_next_time():
    user = warned()
    client = Client()
    client.post("/prisijungti/", {"login": user.email, "password": factories.PASSWORD})
    assert not unneeded.to_be_erased().exists()
    assert unneeded.tell() == 0
    user.refresh_from_db()
    assert user.warned_at is None
    User.objects.filter(pk=user.pk).update(last_login=ago(2000))
    assert not unneeded.to_be_erased().exists()
    assert list(unneeded.to_be_told()) == [user]


def test_one_who_cannot_be_erased_keeps_no_other_back(monkeypatch, caplog):
    broken, other = warned(), warned()
    of = Person.of

    def failing(user):
        if user.pk == broken.pk:
            raise ValueError(broken.email)
        return of(user)

    monkeypatch.setattr(Person, "of", failing)
    with pytest.raises(unneeded.NotAllErased, match="1 of 2 accounts"):
        unneeded.erase()
    assert list(User.objects.people()) == [broken]
    assert str(broken.key) in caplog.text
    assert broken.email not in caplog.text
    assert journal.keys() == {other.key}
