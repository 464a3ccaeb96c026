from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.charts import bar_chart


def test_chart_bars_are_as_long_as_their_share_of_the_longest():
    chart = bar_chart([(2014, Decimal(30)), (2015, Decimal(120)), (2016, Decimal(40))])
    assert [(bar.label, bar.width) for bar in chart.bars] == [
        (2014, "25.00%"),
        (2015, "100.00%"),
        (2016, "33.33%"),
    ]
    assert chart.longest == 120


def test_chart_rows_stand_under_one_another():
    chart = bar_chart([(2014, Decimal(1)), (2015, Decimal(2))])
    assert [(bar.text_y, bar.bar_y) for bar in chart.bars] == [
        ("1.1em", "1.5em"),
        ("4.1em", "4.5em"),
    ]
    assert chart.height == "6em"


def test_chart_bar_of_an_unknown_value_has_no_width():
    chart = bar_chart([(2014, None), (2015, Decimal(2))])
    assert [(bar.value, bar.width) for bar in chart.bars] == [(None, "0.00%"), (2, "100.00%")]


def test_chart_of_nothing_known_is_none():
    assert bar_chart([(2014, None)]) is None


def test_chart_of_zeros_has_bars_without_width():
    assert [bar.width for bar in bar_chart([(2014, Decimal(0))]).bars] == ["0.00%"]


@given(st.lists(st.decimals(0, 10**14, places=2), min_size=1))
def test_chart_widths_are_shares(values):
    chart = bar_chart([(None, value) for value in values])
    assert all(0 <= Decimal(bar.width.rstrip("%")) <= 100 for bar in chart.bars)
