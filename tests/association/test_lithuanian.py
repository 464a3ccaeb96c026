import re
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.lithuanian import (
    fold,
    period,
    quoted,
    read_period,
    shortened,
    sort_key,
    stems,
    typeset,
    unquoted,
    without_diacritics,
)

LETTERS = st.text(alphabet="aąbcčdeęėfghiįyjklmnoprsštuųūvzž 0129", max_size=12)
MONTHS = st.tuples(st.integers(1, 9999), st.integers(1, 12))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Šiaulių „Aušra“.", "siauliu ausra"),
        ("LR\u00a0Kultūros  ministerija", "LR kultūros ministerija"),
        ("seminaras–stažuotė", "Seminaras-stažuotė"),
        ("bib\u00adlioteka", "biblioteka"),
    ],
)
def test_fold_makes_spellings_of_one_thing_the_same(one, other):
    assert fold(one) == fold(other)


@given(st.text())
def test_fold_of_what_is_folded_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_sort_key_files_words_as_the_lithuanian_alphabet_does():
    words = ["Žagarė", "Zarasai", "Šiauliai", "Skuodas", "Čekiškė", "Cirkliškis", "Ylakiai"]
    words += ["Įsrutis", "Ignalina", "Jonava", "Ąžuolas", "Akmenė", "Ėriškiai", "Eišiškės"]
    assert sorted(words, key=sort_key) == [
        *("Akmenė", "Ąžuolas", "Cirkliškis", "Čekiškė", "Eišiškės", "Ėriškiai", "Ignalina"),
        *("Ylakiai", "Įsrutis", "Jonava", "Skuodas", "Šiauliai", "Zarasai", "Žagarė"),
    ]


def test_sort_key_lets_the_mark_break_ties_only():
    assert sorted(["ka", "ką", "kab"], key=sort_key) == ["ka", "ką", "kab"]


@given(st.text())
def test_sort_key_is_hexadecimal_so_that_every_database_sorts_it_alike(text):
    assert set(sort_key(text)) <= set("0123456789abcdef")


@pytest.mark.postgresql
@pytest.mark.django_db
@given(words=st.lists(LETTERS, min_size=2, max_size=20))
def test_sort_key_sorts_as_icu_does(words):
    from django.db import connection

    words = sorted(set(words))
    with connection.cursor() as cursor:
        cursor.execute('SELECT w FROM unnest(%s) AS w ORDER BY w COLLATE "lt-x-icu"', [words])
        assert [row[0] for row in cursor] == sorted(words, key=sort_key)


@pytest.mark.parametrize(
    ("plain", "with_no_break_spaces"),
    [
        ("80 000 Lt", "80~000~Lt"),
        ("80 tūkst. Lt", "80~tūkst.~Lt"),
        ("1,2 mln. Lt", "1,2~mln.~Lt"),
        ("2014 m. gruodžio 31 d.", "2014~m.~gruodžio~31~d."),
        ("2014 m. kovo mėn.", "2014~m.~kovo~mėn."),
        ("o biblioteka ir į ją", "o~biblioteka ir į~ją"),
        ("Martynas – M. Mažvydas", "Martynas~– M.~Mažvydas"),
        ("LR Kultūros ministerija", "LR~Kultūros ministerija"),
        ("2019 metais 20 bibliotekų", "2019 metais 20 bibliotekų"),
        ("el. pašto Nr. 5", "el.~pašto Nr.~5"),
        ("10 d. ir 100 mm", "10~d. ir 100 mm"),
        ("Gedimino pr. 51, Zarasų r. sav.", "Gedimino pr.~51, Zarasų r.~sav."),
    ],
)
def test_typeset_keeps_together_what_belongs_together(plain, with_no_break_spaces):
    assert typeset(plain) == with_no_break_spaces.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("plain", "typeset_text"),
    [
        ('Konferencija "Pokyčiai"', "Konferencija „Pokyčiai“"),
        ('"Seminaras "Sklaida" baigtas"', "„Seminaras „Sklaida“ baigtas“"),
        ("„Seminaras „Sklaida“ baigtas“", "„Seminaras „Sklaida“ baigtas“"),
        ("„Seminaras „Sklaida“", "„Seminaras „Sklaida“"),
        ("Mugė «Knygų», “Reading” ir ,,Žodis''", "Mugė „Knygų“, „Reading“ ir „Žodis“"),
        ('5" ekranas', '5" ekranas'),
        ('"A"\n5" ekranas', '„A“\n5" ekranas'),
        ("Vilnius - sostinė", "Vilnius~– sostinė"),
        ("seminaras-stažuotė 2014-03-10", "seminaras-stažuotė 2014-03-10"),
        ("Mokėsi...", "Mokėsi…"),
        ("80 000€, 5 €", "80~000~Eur, 5~Eur"),
    ],
)
def test_typeset_sets_right_what_was_typed_plainly(plain, typeset_text):
    assert typeset(plain) == typeset_text.replace("~", "\u00a0")


@given(st.text())
def test_typeset_keeps_every_word(text):
    assert re.findall(r"\w+", typeset(text.replace("€", ""))) == re.findall(
        r"\w+", text.replace("€", "")
    )


@given(st.lists(st.sampled_from(["a", "Mugė", "„A“", "„B „C““", "„B „C“", "o", "2014 m."])))
def test_typeset_of_lithuanian_marks_changes_spaces_only(words):
    text = " ".join(words)
    assert typeset(text).replace("\u00a0", " ") == text


@given(st.text(alphabet="ab09 .–-dmLt\"„“”«»',€\n"))
def test_typeset_of_what_is_typeset_changes_nothing(text):
    assert typeset(typeset(text)) == typeset(text)


@given(st.text(alphabet="ab ", max_size=8), st.text(alphabet="ab ", max_size=8))
def test_typeset_nests_plain_marks(outer, inner):
    text = typeset(f'"x{outer} "y{inner}z" {outer}x"')
    assert re.sub("[^„“]", "", text) == "„„““"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Mugė", "„Mugė“"),
        ("Konferencija „Pokyčiai“", "„Konferencija „Pokyčiai“"),
        ("„Pokyčiai“ bibliotekose", "„Pokyčiai“ bibliotekose“"),
        ('Konferencija "Pokyčiai"', "„Konferencija „Pokyčiai“"),
    ],
)
def test_quoted_shares_a_mark_that_stands_at_the_edge(title, shown):
    assert quoted(title) == shown


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("„Mugė“", "Mugė"),
        ('"Mugė"', "Mugė"),
        ("  „Mugė “ ", "Mugė"),
        ("„A“ ir „B“", "„A“ ir „B“"),
        ("Konferencija „Pokyčiai“", "Konferencija „Pokyčiai“"),
        ("„“", "„“"),
    ],
)
def test_unquoted_takes_off_only_marks_around_the_whole(written, title):
    assert unquoted(written) == title


@given(st.text(alphabet='„“"«» ab'))
def test_unquoted_of_what_is_unquoted_changes_nothing(text):
    assert unquoted(unquoted(text)) == unquoted(text)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Trumpas pavadinimas", "Trumpas pavadinimas"),
        ("Gana ilgas pavadinimas, kuris netelpa", "Gana ilgas pavadinimas…"),
        ("Konferencija „Pokyčių evoliucija“", "Konferencija „Pokyčių…“"),
        ("a" * 40, "a" * 25 + "…"),
    ],
)
def test_shortened_ends_with_a_whole_word_and_closed_marks(text, short):
    assert shortened(text, 25) == short


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (None, None, ""),
        (date(2014, 3, 1), date(2014, 12, 31), "2014 m. kovo–gruodžio mėn."),
        (date(2019, 1, 1), date(2019, 12, 31), "2019 m."),
        (date(2018, 1, 1), date(2019, 12, 31), "2018–2019 m."),
        (date(2015, 7, 1), date(2016, 1, 31), "2015 m. liepos mėn. – 2016 m. sausio mėn."),
        (date(2016, 2, 1), date(2016, 2, 29), "2016 m. vasario mėn."),
        (date(2014, 10, 13), date(2014, 10, 19), "2014 m. spalio 13–19 d."),
        (date(2014, 4, 10), date(2014, 4, 10), "2014 m. balandžio 10 d."),
        (date(2014, 3, 3), date(2014, 12, 5), "2014 m. kovo 3 d. – gruodžio 5 d."),
        (date(2014, 3, 3), date(2015, 5, 1), "2014 m. kovo 3 d. – 2015 m. gegužės 1 d."),
        (date(2014, 3, 3), None, "nuo 2014 m. kovo 3 d."),
        (None, date(2014, 12, 31), "iki 2014 m. gruodžio 31 d."),
    ],
)
def test_period_is_told_in_the_words_of_its_length(starts_on, ends_on, words):
    assert period(starts_on, ends_on).replace("\u00a0", " ") == words


@given(st.dates(), st.integers(0, 5000))
def test_period_names_the_years_of_its_ends(starts_on, days):
    ends_on = min(starts_on, date.max - timedelta(days=days)) + timedelta(days=days)
    starts_on = min(starts_on, ends_on)
    words = period(starts_on, ends_on)
    assert str(starts_on.year) in words
    assert str(ends_on.year) in words


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014 m. balandžio 10 d.", date(2014, 4, 10), date(2014, 4, 10)),
        ("2014 m. spalio 13–19 d.", date(2014, 10, 13), date(2014, 10, 19)),
        ("2014 m. spalio 13 d. – lapkričio 2 d.", date(2014, 10, 13), date(2014, 11, 2)),
        ("2014 m. gruodžio 31 d. – 2015 m. sausio 2 d.", date(2014, 12, 31), date(2015, 1, 2)),
        ("2016 m. vasario mėn.", date(2016, 2, 1), date(2016, 2, 29)),
        ("2014 m. kovo–gruodžio mėn.", date(2014, 3, 1), date(2014, 12, 31)),
        ("2014 m. kovo mėn. – 2015 m. vasario mėn.", date(2014, 3, 1), date(2015, 2, 28)),
        ("2019 m.", date(2019, 1, 1), date(2019, 12, 31)),
        ("2018–2019 m.", date(2018, 1, 1), date(2019, 12, 31)),
    ],
)
def test_read_period_understands_days_months_and_years(text, first, last):
    assert read_period(text) == (first, last)


@given(st.dates(), st.dates())
def test_read_period_reads_what_period_writes(one, other):
    first, last = sorted([one, other])
    assert read_period(period(first, last)) == (first, last)


@given(MONTHS, MONTHS)
def test_read_period_reads_what_period_writes_of_months(one, other):
    first, last = sorted([one, other])
    days = (date(*first, 1), date(*last, monthrange(*last)[1]))
    assert read_period(period(*days)) == days


@pytest.mark.parametrize(
    "text", ["", "2014", "kovo mėn.", "2014 m. kovo", "2014 m. kovo 10 mėn.", "nuo 2014 m."]
)
def test_read_period_refuses_what_is_no_period(text):
    with pytest.raises(ValueError, match="Not a period"):
        read_period(text)


WORD_FORMS = (Path(__file__).parent / "word_forms.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("forms", WORD_FORMS, ids=lambda forms: forms.split()[0])
def test_stems_of_the_forms_of_a_word_are_the_same(forms):
    found = {stems(form): form for form in forms.split()}
    found |= {stems(without_diacritics(form)): form for form in forms.split()}
    assert len(found) == 1, found


def test_stems_of_different_words_are_different():
    by_stem = {stems(forms.split()[0]) for forms in WORD_FORMS}
    assert len(by_stem) == len(WORD_FORMS) - 1  # „viešasis“ and „viešoji“ are one word


@given(st.text(), st.text())
def test_stems_of_a_text_hold_those_of_each_of_its_parts(one, other):
    assert set(stems(one).split()) <= set(stems(f"{one} {other}").split())


@given(st.text())
def test_stems_are_letters_and_digits_alone(text):
    assert [stem for stem in stems(text).split(" ") if not stem.isalnum()] in ([], [""])
