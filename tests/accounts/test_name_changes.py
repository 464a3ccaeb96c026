"""A library's new name: proposed by its director, agreed to or refused by staff."""

from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from accounts import name_changes
from accounts.models import NameChange
from accounts.refusals import NotPossible
from tests import factories

pytestmark = pytest.mark.django_db

NEW = "Zarasų kultūros centro biblioteka"


@pytest.fixture
def director():
    factories.details(email="info@asociacija.example")
    library = factories.member_library(
        name="Zarasų viešoji biblioteka", name_since=date(2001, 5, 1)
    )
    return factories.representative(library=library, is_director=True)


def propose(director, name=NEW, since=date(2026, 3, 1)):
    return name_changes.propose(director.library, name, since, by=director.user)


def test_new_name_waits_and_the_association_is_told(director):
    propose(director)
    director.library.refresh_from_db()
    assert director.library.name == "Zarasų viešoji biblioteka"
    (letter,) = mail.outbox
    assert letter.to == ["info@asociacija.example"]
    assert f"Naujas pavadinimas: {NEW}" in letter.body
    assert "/admin/accounts/namechange/" in letter.body


def test_accepted_name_is_borne_and_the_old_one_kept_with_its_dates(director):
    staff = factories.user(is_staff=True)
    name_changes.accept(propose(director), by=staff, answer="Sveikiname.")
    library = director.library
    library.refresh_from_db()
    assert (library.name, library.name_since) == (NEW, date(2026, 3, 1))
    former = library.former_names.get()
    assert (former.name, former.starts_on, former.ends_on) == (
        "Zarasų viešoji biblioteka",
        date(2001, 5, 1),
        date(2026, 2, 28),
    )
    letter = mail.outbox[-1]
    assert letter.to == [director.user.email]
    assert letter.subject == "Naujas jūsų bibliotekos pavadinimas paskelbtas"
    assert "Sveikiname." in letter.body


def test_library_is_found_by_both_names(director, visitor):
    name_changes.accept(propose(director), by=director.user)
    for words in ("Zarasų viešoji", "kultūros centro"):
        found = visitor.get("/paieska/", {"q": words}).text
        assert f"/bibliotekos/{director.library.pk}-" in found


def test_refused_name_changes_nothing_and_says_why(director):
    name_changes.refuse(propose(director), by=director.user, answer="Trūksta įsakymo.")
    director.library.refresh_from_db()
    assert director.library.name == "Zarasų viešoji biblioteka"
    assert "Trūksta įsakymo." in mail.outbox[-1].body


def test_second_proposal_takes_the_place_of_the_first(director):
    propose(director, name="Klaidingas pavadinimas")
    propose(director)
    assert NameChange.objects.get().name == NEW


def test_what_is_decided_is_not_decided_again(director):
    change = propose(director)
    name_changes.refuse(change, by=director.user, answer="")
    with pytest.raises(NotPossible):
        name_changes.accept(change, by=director.user)


def test_proposal_that_is_taken_back_waits_no_more(director):
    propose(director)
    name_changes.take_back(director.library)
    assert not NameChange.objects.exists()


@pytest.mark.parametrize(
    ("name", "since", "said"),
    [
        ("Zarasų viešoji biblioteka", None, "jau taip vadinasi"),
        ("Kitos biblioteka", None, "tokiu pavadinimu jau yra"),
        (NEW, date(2001, 5, 1), "Patikrinkite datą"),
    ],
)
def test_name_that_cannot_be_is_refused(director, name, since, said):
    factories.library(name="Kitos biblioteka")
    with pytest.raises(ValidationError, match=said):
        propose(director, name=name, since=since)
    assert not NameChange.objects.exists()


def test_name_that_another_library_took_meanwhile_is_not_accepted(director):
    change = propose(director)
    factories.library(name=NEW)
    with pytest.raises(ValidationError):
        name_changes.accept(change, by=director.user)
    assert NameChange.objects.get().state == NameChange.State.WAITING
