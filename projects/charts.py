"""Bar charts as numbers for the attributes of an SVG; the template draws them.

Heights are in em and widths in per cent, so that a chart fits any screen and its letters keep
the size of those around them.
"""

from dataclasses import dataclass
from decimal import Decimal

_ROW = Decimal(3)  # em from one bar to the next: a line of text, the bar, and air
_TEXT_BASE = Decimal("1.1")
_BAR_TOP = Decimal("1.5")


@dataclass(frozen=True)
class Bar:
    """A bar and the line of text above it; lengths are written as SVG attributes have them."""

    label: object
    value: Decimal | None
    width: str
    text_y: str
    bar_y: str


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    height: str
    longest: Decimal


def bar_chart(values):
    """Return the Chart of `values`, pairs of a label and a Decimal of 0 or more.

    None is a value that is unknown: its bar has no width. None is returned where no value is
    known, since nothing can be drawn then.
    """
    known = [value for _label, value in values if value is not None]
    if not known:
        return None
    longest = max(known)
    bars = [_bar(row, label, value, longest) for row, (label, value) in enumerate(values)]
    return Chart(bars, f"{_ROW * len(bars)}em", longest)


def _bar(row, label, value, longest):
    share = 100 * value / longest if value else Decimal()
    top = _ROW * row
    return Bar(label, value, f"{share:.2f}%", f"{top + _TEXT_BASE}em", f"{top + _BAR_TOP}em")
