"""What is different between two texts, word by word."""

import re
from difflib import SequenceMatcher

_CONTEXT = 8  # words of what is the same that stay on each side of a difference
_ELLIPSIS = "…"


def differences(before, after):
    """Yield (kind, words) whose words make up the change from `before` to `after`, in order.

    The kind is "same", "removed" or "added". Long stretches of what is the same are shortened.
    """
    one, other = (re.findall(r"\S+|\n+", text) for text in (before, after))
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for number, (step, a, b, c, d) in enumerate(steps):
        if step == "equal":
            is_first, is_last = number == 0, number == len(steps) - 1
            yield "same", " ".join(_shortened(one[a:b], is_first, is_last))
        else:
            if a < b:
                yield "removed", " ".join(one[a:b])
            if c < d:
                yield "added", " ".join(other[c:d])


def _shortened(words, is_first, is_last):
    head = [] if is_first else words[:_CONTEXT]
    tail = [] if is_last else words[-_CONTEXT:]
    if is_first and is_last or len(words) <= len(head) + len(tail) + 1:
        return words
    return [*head, _ELLIPSIS, *tail]
