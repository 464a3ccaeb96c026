from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import IntegrityError

from accounts.models import User
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


def test_migration_keeps_the_address_of_each_account_and_no_other():
    migration = import_module("accounts.migrations.0010_keep_addresses")
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
