import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from association.lithuanian import fold, sort_key
from association.lithuanian_sql import InLithuanianOrder, teach_sqlite
from association.models import Library, Redirect
from tests import factories

# Latin letters of Europe, and what stands between them. Not the Afrikaans ŉ, a letter of two.
LETTERS = "".join(chr(code) for code in range(0xA1, 0x180) if chr(code) != "ŉ")
LETTERS += "aąbcčdeęėfghiįyjklmnoprsštuųūvzžAĄBCČDEĘĖIĮYSŠTUŲŪZŽẞ" * 4
BETWEEN = "    ..,-–—„“”\"«»'’\u00a0\t\u0301\u0303\u030c"
TEXTS = st.text(alphabet=LETTERS + BETWEEN, max_size=30)


class FoldedInTheDatabaseTest(TestCase):
    @given(text=TEXTS, part=TEXTS)
    def test_folding_in_the_database_is_that_of_python(self, text, part):
        redirect = Redirect.objects.create(old_path="/", target=text)
        for wanted in (part, text, text[1:4], text.upper(), text.lower()):
            is_found = Redirect.objects.filter(target__folded=wanted).exists()
            assert is_found == (fold(wanted) in fold(redirect.target)), (text, wanted)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        *("siauliai", "ŠIAULIAI", "Šiauliai", "ŠiauliaI"),
        *("„Šiauliai“", '"siauliai"', "S\u030ciauliai", "  Šiauliai. "),
    ],
)
def test_word_is_found_however_it_is_typed(typed):
    library = factories.library(municipality="Šiauliai")
    factories.library(municipality="Zarasai")
    assert list(Library.objects.filter(municipality__folded=typed)) == [library]


@pytest.mark.django_db
def test_signs_of_patterns_are_taken_as_they_are():
    factories.library(municipality="Šiauliai")
    assert not Library.objects.filter(municipality__folded="%").exists()
    assert not Library.objects.filter(municipality__folded="_").exists()
    percent = factories.library(municipality="100 % Šiauliai \\ x")
    assert list(Library.objects.filter(municipality__folded="% siau")) == [percent]
    assert list(Library.objects.filter(municipality__folded="\\")) == [percent]


@pytest.mark.django_db
def test_words_are_ordered_as_lithuanian_orders_them():
    names = ["Žagarė", "Zarasai", "Ylakiai", "Šiauliai", "Įla", "Ignalina", "Čekiškė", "Cirkliai"]
    names += ["sala", "Eišiškės", "Ežerėlis", "Ėriškiai", "2-oji", "10-oji"]
    for number, name in enumerate(names):
        factories.library(name=f"{name}", municipality=f"{number}")
    found = Library.objects.order_by(InLithuanianOrder("name")).values_list("name", flat=True)
    assert list(found) == sorted(names, key=sort_key)
    backwards = Library.objects.order_by(InLithuanianOrder(F("name")).desc())
    assert [each.name for each in backwards] == sorted(names, key=sort_key, reverse=True)


@pytest.mark.django_db
def test_what_is_unknown_is_neither_found_nor_an_error():
    factories.library()
    unknown = Library.objects.annotate(unknown=Cast(Value(None), TextField()))
    assert not unknown.filter(unknown__folded="a").exists()
    assert unknown.order_by(InLithuanianOrder("unknown")).count() == 1


@pytest.mark.django_db
def test_connection_that_was_closed_knows_lithuanian_again(tmp_path):
    sqlite = DatabaseWrapper(connections.databases["default"] | {"NAME": tmp_path / "db.sqlite3"})
    for _ in range(2):
        teach_sqlite(sqlite)
        with sqlite.cursor() as cursor:
            cursor.execute("SELECT lt_fold('Šiauliai')")
            assert cursor.fetchone() == ("siauliai",)
        sqlite.close()
