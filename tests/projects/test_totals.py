from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.totals import Award, Total, total_of, totals_by_year

sums = st.decimals(0, 10**12 - 1, places=2)
years = st.none() | st.integers(1990, 2060)
awards = st.builds(Award, years, sums, st.sampled_from(["LTL", "EUR"])) | st.builds(
    Award, years, st.none()
)


def litas(year, amount):
    return Award(year, Decimal(amount), "LTL")


def euro(year, amount):
    return Award(year, Decimal(amount), "EUR")


def test_total_keeps_currencies_apart_and_adds_them_in_euro():
    found = total_of([litas(2014, 80000), euro(2014, "14900.50"), litas(2014, 250)])
    assert found == Total(
        litas=Decimal(80250),
        euro=Decimal("14900.50"),
        in_euro=Decimal("23169.60") + Decimal("14900.50") + Decimal("72.41"),
        count=3,
        unknown=0,
    )


def test_total_converts_each_award_by_itself():
    # 72,41 Eur twice; 500 Lt at once would be 144,81 Eur.
    assert total_of([litas(2014, 250), litas(2014, 250)]).in_euro == Decimal("144.82")


def test_total_of_unknown_sums_is_unknown():
    assert total_of([Award(2014, None)]) == Total(None, None, None, count=1, unknown=1)


def test_total_of_an_award_of_nothing_is_nothing():
    assert total_of([euro(2014, 0)]).in_euro == Decimal(0)


def test_total_tells_how_many_sums_it_lacks():
    found = total_of([euro(2014, 10), Award(2014, None), Award(None, None)])
    assert (found.in_euro, found.count, found.unknown) == (Decimal(10), 3, 2)


def test_totals_by_year_put_the_unknown_year_last():
    found = totals_by_year([euro(None, 1), euro(2015, 2), euro(2014, 3), euro(2015, 4)])
    assert [(each.year, each.total.euro) for each in found] == [(2014, 3), (2015, 6), (None, 1)]


def test_totals_by_year_of_no_awards_are_none():
    assert totals_by_year([]) == []


@given(st.lists(awards).flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_totals_by_year_do_not_hang_on_the_order_of_awards(orders):
    given_order, other_order = orders
    assert totals_by_year(given_order) == totals_by_year(other_order)


@given(st.lists(awards, min_size=1))
def test_totals_by_year_add_up_to_the_whole(made):
    parts = [each.total for each in totals_by_year(made)]
    whole = total_of(made)
    for name in ("litas", "euro", "in_euro", "count", "unknown"):
        known = [getattr(part, name) for part in parts if getattr(part, name) is not None]
        assert (sum(known) if known else None) == getattr(whole, name)
