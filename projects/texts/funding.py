"""Sentences that say who pays for a project, as „Dalinį finansavimą – 80 tūkst. Lt skyrė X.“"""

import re
from dataclasses import dataclass, field

from ..money import Sum, find_sums, read_sum

_PARTIAL = r"(?:i[šs][ ]dalies|dalinai)[ ]"
_BEGINNING = re.compile(
    rf"""
      (?:dalin(?:į|i|is)[ ])?finansavim
    | (?:projekto[ ])?(?:finansuotoj|r[ėe]m[ėe]j|finansavim)
    | (?:projekt[ąa][ ])?(?:{_PARTIAL})?(?:finansuoja|finansavo)\b
    | projekt[ąa][ ](?:{_PARTIAL})?(?:remia|r[ėe]m[ėe])\b
    | projektas[ ](?:{_PARTIAL})?finansuojam
    | skirta[ ]suma
    | skirta[ ]?[:–-]?[ ]?[0-9€]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GRANTED = re.compile(
    r"(?P<partial>dalin[įi] )?finansavim[ąa](?P<sum>[^\w].{0,80}?|) ?"
    r"\b(?:skyr[ėe]|skiria|suteik[ėe])\b ?:? ?(?P<shares>.+)",
    re.IGNORECASE,
)
_FINANCED = re.compile(
    rf"(?:projekt[ąa] )?(?P<partial>{_PARTIAL})?"
    r"(?:finansuoja|finansavo|remia|r[ėe]m[ėe])\b ?:? ?(?P<shares>.+)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:projekto )?(?P<partial>dalinis )?(?:finansuotoja[si]|r[ėe]m[ėe]ja[si]|finansavimas)"
    r" ?[:–-] ?(?P<shares>.+)",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"(?P<funder>[A-ZĄČĘĖĮŠŲŪŽ][^:]*?) "
    r"(?:(?:[šs]iam )?projektui (?:skyr[ėe]|skiria) (?P<sum>.{1,80})"
    r"|(?:skyr[ėe]|skiria) (?P<sum_first>[0-9€].{0,79}?) (?:[šs]iam )?projektui)",
)
_AWARD = re.compile(r"skirta(?: suma)? ?[:–-]? ?(?P<sum>.+)", re.IGNORECASE)

# What joins one share to the next, and a funder to the sum that follows or precedes.
_JOIN_BEFORE = re.compile(r"(?: ?[,;] ?(?:o|ir|bei)?| ir| bei) ?$")
_JOIN_AFTER = re.compile(r"^(?: ?[,;] ?(?:(?:o|ir|bei) )?| (?:ir|bei) )")
_TO_NEXT_SUM = re.compile(
    r"(?:(?: ?[–—-]|[:,]|)(?: (?:jam |jai )?(?:skirta|skyr[ėe])(?: suma)? ?[:–-]?)?"
    r"| ?(?P<bracket>\()) ?$"
)
_FROM_SUM = re.compile(r"^(?: ?[–—-] ?| (?:skyr[ėe]|skiria|suteik[ėe]) )")

_ABBREVIATION = re.compile(r"\w{0,6}")
# These end in a full stop of their own, which may end the sentence too.
_OWN_STOP = re.compile(r"\b(?:sav|r|m|pan|kt)\.$")
_SEVERAL = re.compile(r"(?: ?[,;]| ir| bei) [„\"]?(?P<next>[^\W\d_])")
# A full stop ends a sentence after a whole word, a unit, a bracket or a quotation, not
# after the likes of „m.“, „sav.“ and „tūkst.“.
_SENTENCE_END = re.compile(
    r"(?:(?<=\w{4})|(?<=[)“”\"»€])|(?<= Lt)|(?<= Eur)|(?<= EUR))(?<!t[ūu]kst)"
    r"\. (?=[„\"A-ZĄČĘĖĮŠŲŪŽ])"
)


@dataclass(frozen=True)
class FundingText:
    """Who pays for a project, from which programme ("" if none), and how much, if known."""

    funder: str
    programme: str = ""
    partial: bool = False
    awarded: Sum | None = None
    line: int = field(default=1, compare=False)  # where its paragraph begins, counted from 1

    def is_joined(self):
        """Return whether `funder` may name several funders, as „X taryba ir Y ministerija“.

        A conjunction before a small letter belongs to a name: „švietimo, mokslo ir sporto
        ministerija“ is one.
        """
        return any(match["next"].isupper() for match in _SEVERAL.finditer(self.funder))


def looks_like_funding(text):
    """Return whether `text` begins as a sentence about funding does."""
    return bool(_BEGINNING.match(text))


def tells_award(text):
    """Return whether a sentence of `text` is „X projektui skyrė 80 tūkst. Lt.“"""
    return "projektui" in text and any(
        _GIVEN.fullmatch(each.removesuffix(".")) and read_fundings(each) for each in sentences(text)
    )


def sentences(text):
    """Return the sentences of `text`, each with its full stop."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    return [text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], None], strict=True)]


def read_award(sentence):
    """Return the Sum in „Skirta suma: 6 000 Eur.“, or None where it says something else."""
    match = _AWARD.fullmatch(sentence)
    try:
        return read_sum(match["sum"]) if match else None
    except ValueError:
        return None


def read_fundings(sentence):
    """Return the FundingTexts in `sentence`, or [] where it is not understood for certain.

    White space must be folded to single ordinary spaces. Funders are told apart only where
    each has a sum of its own. The programme is what the last brackets after the funder
    hold, except an abbreviation of at most six capitals, as „(LKT)“, which stays a part of
    the funder's name. The full stop at the end belongs to neither, unless it is that of an
    abbreviation, as in „Kauno m. sav.“
    """
    found = _read(sentence)
    # A reading is trusted when the same comes back from the canonical sentence.
    return found if all(_read(write_funding(funding)) == [funding] for funding in found) else []


def write_funding(funding):
    """Return the sentence that read_fundings() reads as `funding`."""
    start = "Dalinį finansavimą" if funding.partial else "Finansavimą"
    award = f" – {funding.awarded.as_written}" if funding.awarded else ""
    programme = f" ({funding.programme})" if funding.programme else ""
    sentence = f"{start}{award} skyrė {funding.funder}{programme}"
    return sentence if _OWN_STOP.search(sentence[-5:]) else f"{sentence}."


def _read(sentence):
    """Return what read_fundings() does, without asking whether it can be trusted."""
    if not _OWN_STOP.search(sentence[-5:]):
        sentence = sentence.removesuffix(".")
    if len(sentences(sentence)) > 1:
        return []
    if given := _GIVEN.fullmatch(sentence):
        return _read_given(given)
    match = (
        _GRANTED.fullmatch(sentence) or _FINANCED.fullmatch(sentence) or _NAMED.fullmatch(sentence)
    )
    if not match:
        return []
    try:
        shares = _shares(match["shares"], _sum_in_head(match.groupdict().get("sum")))
        return [_funding(name, awarded, bool(match["partial"])) for name, awarded in shares]
    except ValueError:
        return []


def _read_given(match):
    """Return [FundingText] of a match of _GIVEN, or [] where its sum is not clear."""
    try:
        awarded = read_sum(match["sum"] or match["sum_first"])
        return [_funding(match["funder"], awarded, partial=False)]
    except ValueError:
        return []


def _sum_in_head(head):
    """Return the Sum between „finansavimą“ and „skyrė“, or None where nothing stands there."""
    bare = (head or "").strip(" –—-(),:")
    return read_sum(bare) if bare else None


def _shares(text, first):
    """Return (funder with programme, Sum or None) pairs; ValueError where that is unclear.

    `first` is the Sum that stands before the first funder, or None.
    """
    found = list(find_sums(text))
    starts = [0, *(end for _sum, _start, end in found)]
    ends = [*(start for _sum, start, _end in found), len(text)]
    names = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    sums = [awarded for awarded, _start, _end in found]
    if first:
        return _after_sums(["– " + names[0], *names[1:]], [first, *sums])
    if not sums:
        return [(text, None)]
    if not names[0]:
        return _after_sums(names[1:], sums)
    return _before_sums(names, sums)


def _after_sums(names, sums):
    """Return the pairs of „80 tūkst. Lt – X ir 17 tūkst. Lt – Y“."""
    pairs = []
    for position, (name, awarded) in enumerate(zip(names, sums, strict=True), start=1):
        name = _cut(_FROM_SUM, name)
        if position < len(names):
            name = _cut(_JOIN_BEFORE, name)
        pairs.append((name, awarded))
    return pairs


def _before_sums(names, sums):
    """Return the pairs of „X – 80 tūkst. Lt ir Y (programa) – 17 tūkst. Lt“.

    `names` has one more than `sums`: what stands after the last sum.
    """
    pairs, bracket = [], False
    for position, name in enumerate(names):
        if bracket:
            name = name.removeprefix(")")
        if position == len(sums):
            break
        if position:
            name = _cut(_JOIN_AFTER, name)
        link = _TO_NEXT_SUM.search(name)
        bracket = bool(link["bracket"])
        if bracket and not names[position + 1].startswith(")"):
            raise ValueError(name)
        pairs.append((name[: link.start()], sums[position]))
    if name:
        # „X – 80 tūkst. Lt (programa)“
        if not re.fullmatch(r" \([^()]+\)", name):
            raise ValueError(name)
        pairs[-1] = (pairs[-1][0] + name, pairs[-1][1])
    return pairs


def _cut(pattern, text):
    """Return `text` without what `pattern` finds; ValueError where it finds nothing."""
    match = pattern.search(text)
    if not match:
        raise ValueError(text)
    return text[: match.start()] + text[match.end() :]


def _funding(name, awarded, partial):
    """Return the FundingText of one share; ValueError where it names nobody."""
    funder, programme = _without_programme(name.strip(" ,;:–—-"))
    if not any(letter.isalpha() for letter in funder) or funder.count("(") != funder.count(")"):
        raise ValueError(name)
    return FundingText(funder, programme, partial, awarded)


def _without_programme(name):
    """Return (name before the last brackets, what they hold), or (name, "")."""
    if not name.endswith(")"):
        return name, ""
    depth = 0
    for at in range(len(name) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(name[at], 0)
        if not depth:
            break
    held = name[at + 1 : -1].strip()
    if depth or not at or (_ABBREVIATION.fullmatch(held) and held == held.upper()):
        return name, ""
    return name[:at].rstrip(" ,–—-"), held
