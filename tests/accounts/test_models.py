from datetime import timedelta
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Representative, User
from tests import factories

pytestmark = pytest.mark.django_db


def test_user_is_known_by_the_address_in_any_case():
    factories.user(email="Ona@biblioteka.example")
    with pytest.raises(IntegrityError):
        factories.user(email="ona@biblioteka.example")


def test_user_without_an_address_is_refused():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_user_made_without_a_password_has_none_that_works():
    assert not User.objects.create_user("ona@biblioteka.example").has_usable_password()


def test_superuser_may_enter_the_admin():
    user = User.objects.create_superuser("ona@biblioteka.example", factories.PASSWORD)
    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize("key", [-1, 0, 2**63 - 1, 2**63, 2**70, "9" * 30])
def test_user_with_a_number_that_nobody_has_is_not_there(key):
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=key)


def test_user_of_another_group_is_not_there():
    user, others = factories.user(), Group.objects.create(name="Kiti")
    with pytest.raises(User.DoesNotExist):
        others.user_set.get(pk=user.pk)
    others.user_set.add(user)
    assert others.user_set.get(pk=user.pk) == user


def days_from_now(days):
    return timezone.localdate() + timedelta(days=days)


@pytest.mark.parametrize(
    ("starts", "ends", "acts"),
    [(0, None, True), (-9, 0, True), (-9, -1, False), (1, None, False), (0, 0, True)],
)
def test_representative_acts_from_a_day_to_a_day(starts, ends, acts):
    ends_on = None if ends is None else days_from_now(ends)
    made = factories.representative(starts_on=days_from_now(starts), ends_on=ends_on)
    assert made.user.is_member is acts


def test_representative_of_a_library_that_is_no_member_any_more_does_not_act():
    made = factories.representative()
    assert Representative.objects.acting().get() == made
    made.library.memberships.update(ends_on=days_from_now(-1))
    assert not Representative.objects.acting().exists()
    assert not User.objects.get().is_member


def test_representative_of_two_libraries_acts_while_one_of_them_is_a_member():
    made = factories.representative(ends_on=days_from_now(-1), starts_on=days_from_now(-9))
    factories.representative(user=made.user)
    assert User.objects.get().is_member


def test_representative_acts_for_a_library_once_at_a_time():
    made = factories.representative()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.representative(user=made.user, library=made.library)
    made.ends_on = days_from_now(0)
    made.save()
    again = factories.representative(user=made.user, library=made.library)
    assert list(made.user.representations.all()) == [again, made]


def test_representative_does_not_end_before_the_start():
    with pytest.raises(ValidationError, match="Pabaiga"):
        Representative(
            **{"user": factories.user(), "library": factories.library()},
            starts_on=days_from_now(0),
            ends_on=days_from_now(-1),
        ).full_clean()


def test_migration_keeps_the_address_of_each_account_and_no_other():
    migration = import_module("accounts.migrations.0003_keep_addresses")
    made = factories.user(email="Ona@biblioteka.example")
    changed = factories.user(email="rasa@biblioteka.example")
    EmailAddress.objects.filter(user=made).delete()
    EmailAddress.objects.filter(user=changed).update(email="sena@biblioteka.example")
    for _ in range(2):
        migration.keep_addresses(apps, None)
        assert set(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == {
            (made.pk, "ona@biblioteka.example", True, True),
            (changed.pk, "rasa@biblioteka.example", True, True),
        }
