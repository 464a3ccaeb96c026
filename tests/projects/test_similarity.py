import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.similarity import SIMILAR, most_similar, similarity

LONG = (
    "pletoti profesini bendradarbiavima, skatinti biblioteku darbuotoju geraja kolegu patirti"
    " taikyti savo praktineje veikloje, igyvendinti verte kuriancias idejas ir taip uztikrinti"
    " veiklos kokybe, mokymosi visa gyvenima butinuma bei biblioteku darbuotoju kompetenciju pletra"
)


@pytest.mark.parametrize(
    ("text", "others", "similar"),
    [
        ("stiprinti bendradarbiavima", ["stiprinti bendradarbiavimas"], True),
        ("stiprinti bendradarbiavima", ["susipazinti su infrastruktura"], False),
        ("muge 2014", ["muge 2015"], True),
        ("muge", [], False),
        (LONG, [LONG.replace("darbuotoju", "specialistu")], True),
        (LONG.replace("darbuotoju", "specialistu"), [LONG], True),
    ],
)
def test_most_similar_is_the_same_thing_reworded(text, others, similar):
    assert most_similar(text, others) == (others[0] if similar else None)


def test_long_texts_are_compared_in_no_time_and_found_alike_where_a_word_differs():
    long = " ".join(f"{number} bibliotekos skaitytojai renkasi." for number in range(1000))
    assert most_similar(long.replace("500 bib", "501 bib"), ["kita", long]) == long


words = st.text("abc ", max_size=40)


@given(words, st.lists(words, max_size=5, unique=True))
def test_most_similar_is_the_one_that_the_most_careful_search_finds(text, others):
    found = most_similar(text, others)
    best = max((similarity(text, other) for other in others), default=0)
    assert (0 if found is None else similarity(text, found)) == (best if best >= SIMILAR else 0)
