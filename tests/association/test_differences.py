from hypothesis import given
from hypothesis import strategies as st

from association.differences import differences


def test_what_was_reworded_is_told_word_by_word():
    found = list(differences("Patirties sklaidos mugė.", "Bibliotekų patirties sklaidos mugė."))
    assert found == [
        ("removed", "Patirties"),
        ("added", "Bibliotekų patirties"),
        ("same", "sklaidos mugė."),
    ]


def test_what_is_new_is_told_whole():
    assert list(differences("", "Nauja veikla.")) == [("added", "Nauja veikla.")]


def test_long_stretches_of_what_is_the_same_are_shortened():
    same = " ".join(f"žodis{number}" for number in range(50))
    (_kind, words), added = differences(same, f"{same} Pabaiga.")
    assert words == "… " + " ".join(f"žodis{number}" for number in range(42, 50))
    assert added == ("added", "Pabaiga.")


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_both_texts_are_told_whole_where_they_are_short(before, after):
    found = list(differences(" ".join(before), " ".join(after)))
    for left_out, words in (("added", before), ("removed", after)):
        told = " ".join(text for kind, text in found if kind != left_out and text)
        assert told.split() == words
