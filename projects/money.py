"""Sums of money as Lithuanians write them: read, converted and written.

Pure functions. Litas were money until 2014-12-31, and keep their legal value in euro.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

# Fixed for good by Council Regulation (EU) No 851/2014.
LITAS_PER_EURO = Decimal("3.45280")

_CENT = Decimal("0.01")
_LIMIT = Decimal(10) ** 12  # the first sum that is too large
_UNITS = {"LTL": "Lt", "EUR": "Eur"}

# White space is a single ordinary space here, and each repetition is bounded, so that
# searching takes time in proportion to the text.
_NUMBER = r"""
    (?:
        [1-9][0-9]{0,2} (?:[ ][0-9]{3}){1,3} (?:,[0-9]{1,9}|\.[0-9]{1,2})?
      | [1-9][0-9]{0,2} (?:\.[0-9]{3}){1,3} (?:,[0-9]{1,9})?
      | (?:0|[1-9][0-9]{0,11}) (?:,[0-9]{1,9}|\.[0-9]{1,2})?
    )
    (?![ ,.]?[0-9])
"""
_MILLION = r"(?:mln\b\.?|milijon(?:as|ai|o|ų|us)\b)"
_THOUSAND = r"(?:t[ūu]kst\b\.?|t[ūu]kstan(?:tis|čio|čiai|čių|tį|čius)\b)"
_UNIT = r"(?:lt|ltl|lit(?:as|o|ai|ų|us)|eur|eur(?:as|o|ai|ų|us)|€)(?!\w)"
_SUM = re.compile(
    rf"""
    (?<![\w.,/])(?<![0-9][ ])(?<![0-9][-–—])  # not the tail of a longer number or a range
    (?:
        €[ ]?(?P<after_sign>{_NUMBER})
      | (?:(?P<millions>[1-9][0-9]{{0,5}})[ ]?{_MILLION}[ ]?)?
        (?P<number>{_NUMBER})[ ]?
        (?P<scale>{_MILLION}|{_THOUSAND})?[ ]?
        (?P<unit>{_UNIT})
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_THOUSANDS_STOP = re.compile(r"\.(?=[0-9]{3})")
_SIGN = re.compile(" ?€")
# „3586 eur. skyrė“: this full stop belongs to the unit, not to the end of the sentence.
_STOP_OF_UNIT = re.compile(r"\.(?= ?[a-ząčęėįšųūž,;)–-])")


@dataclass(frozen=True)
class Sum:
    """An exact amount of money, with the memory of how it was written.

    `amount` has at most two decimal places and is never negative, `currency` is "LTL" or
    "EUR", and `as_written` has single ordinary spaces, no full stop after the unit, and
    „Eur“ in place of the sign, which pages never show.
    """

    amount: Decimal
    currency: str
    as_written: str

    def __str__(self):
        return self.as_written

    @property
    def euro(self):
        """The legal value of litas in euro, as pages print it; "" for a sum in euro."""
        if self.currency == "EUR":
            return ""
        return write_sum(in_euro(self.amount, self.currency), "EUR")


def read_sum(text):
    """Return the Sum that `text` is, as „80 tūkst. Lt“ or „2 774 080,00 Eur“.

    A comma always begins the decimals. A full stop separates thousands where three digits
    follow („12.500 Lt“) and begins the decimals where one or two do. What can be read in
    two ways is refused: „1,234 Lt“, „1.234 mln. Lt“. ValueError, with a message for
    people, is raised too where anything else stands beside the sum, where parts of a cent
    remain, and where there are more than 12 digits before the comma.
    """
    written = " ".join(text.split()).removesuffix(".")
    match = _SUM.fullmatch(written)
    if not match:
        raise ValueError(
            _("“%(text)s” is not a sum of money. Write it like “6 000 Eur” or “80 tūkst. Lt”.")
            % {"text": text.strip()}
        )
    return _sum_of(match)


def find_sums(text):
    """Yield (Sum, start, end) for each sum that stands in `text`, from left to right.

    White space in `text` must be single ordinary spaces. What read_sum() would refuse is
    passed over.
    """
    for match in _SUM.finditer(text):
        try:
            found = _sum_of(match)
        except ValueError:
            continue
        stop = _STOP_OF_UNIT.match(text, match.end())
        yield found, match.start(), stop.end() if stop else match.end()


def in_euro(amount, currency):
    """Return Decimal euro for `amount` in "LTL" or "EUR", rounded half up to the cent.

    Raise ValueError for another currency.
    """
    _check_currency(currency)
    euro = amount / LITAS_PER_EURO if currency == "LTL" else amount
    return euro.quantize(_CENT, rounding=ROUND_HALF_UP)


def write_sum(amount, currency):
    """Return the sum as pages print it, with no-break spaces: „23 169,60 Eur“, „80 000 Lt“.

    read_sum() reads it back. Raise ValueError for what it could not read: a negative
    amount, parts of a cent, more than 12 digits before the comma, another currency.
    """
    return write_total(_exact(amount), currency)


def write_total(amount, currency):
    """Return a total of sums, which are exact to the cent, as write_sum() returns one of them.

    It may have more digits than one sum has. Raise ValueError for another currency.
    """
    _check_currency(currency)
    number = f"{amount:,.2f}".removesuffix(".00").replace(",", "\u00a0").replace(".", ",")
    return f"{number}\u00a0{_UNITS[currency]}"


def _sum_of(match):
    """Return the Sum of a match of _SUM; raise ValueError where it has no single meaning."""
    digits, scale = match["after_sign"] or match["number"], match["scale"]
    if scale and _THOUSANDS_STOP.search(digits):
        raise ValueError(_refusal(match[0]))
    amount = _number(digits, scale)
    if match["millions"]:
        if amount >= 10**6:
            raise ValueError(_refusal(match[0]))
        amount += int(match["millions"]) * 10**6
    currency = "LTL" if (match["unit"] or "€").lower().startswith("l") else "EUR"
    return Sum(_exact(amount, match[0]), currency, _without_sign(match))


def _without_sign(match):
    """Return what a match of _SUM found, with „Eur“ behind the number for the sign."""
    if match["after_sign"]:
        return f"{match['after_sign']} Eur"
    return _SIGN.sub(" Eur", match[0])


def _number(digits, scale):
    """Return the Decimal that `digits` and the word of `scale` after them, if any, mean."""
    number = Decimal(_THOUSANDS_STOP.sub("", digits).replace(" ", "").replace(",", "."))
    if not scale:
        return number
    return number * (10**6 if scale.lower().startswith("m") else 1000)


def _exact(amount, written=None):
    """Return `amount` with two decimal places; raise ValueError where it is not a sum."""
    if not 0 <= amount < _LIMIT or amount != amount.quantize(_CENT):
        raise ValueError(_refusal(written or amount))
    return abs(amount.quantize(_CENT))  # no negative zero


def _refusal(written):
    return _(
        "“%(text)s” is not clear. A sum has at most 12 digits before the comma and two after it."
    ) % {"text": written}


def _check_currency(currency):
    if currency not in _UNITS:
        raise ValueError(f"currency must be one of {', '.join(_UNITS)}, not {currency!r}")
