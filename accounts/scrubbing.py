"""A person's name and addresses, found in texts and taken out of them.

Taken out are, in any case of letters: an address as a whole, not the end of a longer one; a name
as a whole, whatever spaces stand in it; both also as HTML and forms in a URL write them. A name of
one word is left where it may be part of another person's: „Ona“ is not „Ona Kitaitė“. Not known
are a name in another case of the grammar („Onai Onaitei“) or with a slip, and initials.
"""

import re
import unicodedata
from html import escape
from urllib.parse import quote, quote_plus

# Neither a letter nor a hyphen, by which a name would go on.
_NAME = r"(?<![\w-])(?i:{})(?![\w-])"
_ADDRESS = r"(?<![\w.+-])(?i:{})(?![\w-]|\.\w)"
_WORD_BEFORE, _WORD_AFTER = re.compile(r"(\w)[\w-]*[ \u00a0]$"), re.compile(r"[ \u00a0](\w)")


class Scrubber:
    """Takes the `names` and `addresses` of one person out of texts; `replacement` stays there."""

    def __init__(self, names, addresses, replacement):
        self.replacement = replacement
        names = [name for name in names if name.strip()]
        found = [_ADDRESS.format(_any_of(map(re.escape, _encoded(each)))) for each in addresses]
        found += [_NAME.format(_any_of(_spaced(name))) for name in names if len(name.split()) > 1]
        # The longest first: a name may be the beginning of another one.
        self._whole = _compiled(sorted(found, key=len, reverse=True))
        self._one_word = _compiled(
            _NAME.format(_any_of(_spaced(name))) for name in names if len(name.split()) == 1
        )

    def scrub(self, value):
        """Return `value`, a text or what JSON can hold, without the person."""
        if isinstance(value, str):
            return self._scrubbed(value)
        if isinstance(value, dict):
            return {self.scrub(key): self.scrub(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.scrub(each) for each in value]
        return value

    def finds(self, value):
        """Return whether `value`, a text or what JSON can hold, tells of the person."""
        if isinstance(value, dict):
            return any(self.finds(key) or self.finds(each) for key, each in value.items())
        if isinstance(value, list | tuple):
            return any(map(self.finds, value))
        return isinstance(value, str) and self._scrubbed(value) != value

    def _scrubbed(self, text):
        text = self._whole.sub(lambda _: self.replacement, text)
        return self._one_word.sub(
            lambda match: match[0] if _is_part_of_longer(match) else self.replacement, text
        )


def _is_part_of_longer(match):
    """Whether a word with a capital letter stands beside it, as in „Ona Kitaitė“."""
    before = _WORD_BEFORE.search(match.string, 0, match.start())
    after = _WORD_AFTER.match(match.string, match.end())
    return any(word[1].isupper() for word in (before, after) if word)


def _compiled(patterns):
    return re.compile("|".join(patterns) or r"(?!)")  # which is found nowhere


def _any_of(forms):
    return "|".join(sorted(set(forms), key=len, reverse=True))


def _written(text):
    """Return the ways in which `text` may be written: composed or not, as text or as HTML."""
    forms = {unicodedata.normalize(form, text.strip()) for form in ("NFC", "NFD")}
    return forms | {escape(form) for form in forms}


def _encoded(text):
    ways = [str, quote, quote_plus, lambda text: quote(text, safe="@")]
    return {way(form) for form in _written(text) for way in ways}


def _spaced(name):
    spaced = {r"\s+".join(map(re.escape, form.split())) for form in _written(name)}
    return spaced | {re.escape(form) for form in _encoded(name)}
