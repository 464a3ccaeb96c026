"""What was awarded, added up by year: pure functions over single awards.

An award in litas is converted by itself, as pages show it beside the award, and only then
added: the total in euro is the sum of what a reader sees.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from .money import in_euro


@dataclass(frozen=True)
class Award:
    """One award; `year` is None where it is unknown, and so is `amount`, in "LTL" or "EUR"."""

    year: int | None
    amount: Decimal | None
    currency: str = ""


@dataclass(frozen=True)
class Total:
    """The sum of some awards.

    `litas` and `euro` are what was awarded in each currency, None where nothing was;
    `in_euro` is all of it in euro, None where no sum is known. `count` is the number of
    awards, `unknown` that of those whose sum is not known and so not in the sums.
    """

    litas: Decimal | None
    euro: Decimal | None
    in_euro: Decimal | None
    count: int
    unknown: int

    @property
    def is_partly_known(self):
        return 0 < self.unknown < self.count


@dataclass(frozen=True)
class YearTotal:
    """The Total of the awards of one `year`, which is None where it is unknown."""

    year: int | None
    total: Total


def total_of(awards):
    """Return the Total of `awards`, each counted once; their order does not matter."""
    awards = list(awards)
    known = [award for award in awards if award.amount is not None]
    return Total(
        litas=_sum(award.amount for award in known if award.currency == "LTL"),
        euro=_sum(award.amount for award in known if award.currency == "EUR"),
        in_euro=_sum(in_euro(award.amount, award.currency) for award in known),
        count=len(awards),
        unknown=len(awards) - len(known),
    )


def totals_by_year(awards):
    """Return a YearTotal for each year of `awards`, the earliest first, an unknown year last."""
    by_year = defaultdict(list)
    for award in awards:
        by_year[award.year].append(award)
    years = sorted(by_year, key=lambda year: (year is None, year or 0))
    return [YearTotal(year, total_of(by_year[year])) for year in years]


def _sum(amounts):
    """Return the sum of `amounts`, None where there are none: unknown is not nothing."""
    amounts = list(amounts)
    return sum(amounts, Decimal()) if amounts else None
