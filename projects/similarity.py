"""Whether two texts are the same thing, reworded; quick where there are many, and long ones."""

from difflib import SequenceMatcher
from functools import lru_cache

SIMILAR = 0.85  # the least ratio of difflib at which they are
LONG = 2000  # characters above which words are compared, not letters: that takes the square
_GRAM = 3  # letters


def similarity(one, other):
    """Return how alike two folded texts are, 0 to 1, whichever comes first and however long."""
    pair = sorted([one, other])
    if _is_long(one, other):
        pair = [each.split() for each in pair]
    # The heuristic for long texts is off: it finds long goals that differ in a word unlike.
    matcher = SequenceMatcher(None, *pair, autojunk=False)
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return 0
    return matcher.ratio()


def most_similar(text, others):
    """Return the one of `others` that is `text` reworded, None if there is none."""
    best, ratio = None, SIMILAR
    bounds = ((_at_most(text, other), other) for other in others)
    hopeful = [pair for pair in bounds if pair[0] >= SIMILAR]
    for bound, other in sorted(hopeful, key=lambda pair: -pair[0]):
        if bound < ratio:
            break
        found = similarity(text, other)
        if found > ratio or (best is None and found == ratio):
            best, ratio = other, found
    return best


def _at_most(one, other):
    """Return a number that similarity() does not exceed, without its work.

    What two texts have in common is in pieces, of which there are at most as many as letters that
    they have not, and one more; a piece of n letters has n - 2 triples of letters in common.
    """
    if _is_long(one, other):
        return 1
    both = len(one) + len(other)
    if not both or 2 * min(len(one), len(other)) < SIMILAR * both:
        return 0 if both else 1
    common = len(_grams(one) & _grams(other))
    return min(1, 2 * (common + 2 * both + 2) / (5 * both))


def _is_long(one, other):
    return max(len(one), len(other)) > LONG


@lru_cache(maxsize=1024)
def _grams(text):
    """Return the triples of letters in `text`, each with how often it came before."""
    before, found = {}, set()
    for at in range(len(text) - _GRAM + 1):
        gram = text[at : at + _GRAM]
        before[gram] = number = before.get(gram, 0) + 1
        found.add((gram, number))
    return frozenset(found)
