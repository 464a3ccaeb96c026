import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.money import Sum, find_sums, in_euro, read_sum, write_sum

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("80 tūkst. Lt", "80000", "LTL"),
        ("80 tukst. Lt", "80000", "LTL"),
        ("1,2 mln. Lt", "1200000", "LTL"),
        ("12,5 tūkst. Lt", "12500", "LTL"),
        ("1,234 tūkst. Lt", "1234", "LTL"),
        ("1 mln. 200 tūkst. Lt", "1200000", "LTL"),
        ("6 000 Eur", "6000", "EUR"),
        ("2 774 080,00 Eur", "2774080", "EUR"),
        (f"2{NBSP}774\u202f080,00{NBSP}Eur", "2774080", "EUR"),
        ("3586 eurų", "3586", "EUR"),
        ("12.500,00 EUR", "12500", "EUR"),
        ("12 500.50 Lt", "12500.50", "LTL"),
        ("12.500 Lt", "12500", "LTL"),
        ("1.234.567 Eur", "1234567", "EUR"),
        ("0 Lt", "0", "LTL"),
        ("999999999999,99 Lt", "999999999999.99", "LTL"),
    ],
)
def test_sum_is_read(text, amount, currency):
    assert read_sum(text) == Sum(Decimal(amount), currency, " ".join(text.split()))


@pytest.mark.parametrize("unit", ["Lt", "LT", "lt", "Ltl", "LTL", "litų", "litai", "litas"])
def test_litas_are_read_in_every_spelling(unit):
    assert read_sum(f"100 {unit}") == Sum(Decimal(100), "LTL", f"100 {unit}")


@pytest.mark.parametrize("unit", ["Eur", "EUR", "eur", "eurų", "eurai", "euro", "euras"])
def test_euro_are_read_in_every_spelling(unit):
    assert read_sum(f"100 {unit}") == Sum(Decimal(100), "EUR", f"100 {unit}")


@pytest.mark.parametrize(
    ("text", "amount", "written"),
    [
        ("5000 €", "5000", "5000 Eur"),
        ("5000€", "5000", "5000 Eur"),
        ("€5000", "5000", "5000 Eur"),
        ("€ 12.500", "12500", "12.500 Eur"),
        ("€3586,5", "3586.50", "3586,5 Eur"),
        ("80 tūkst. €", "80000", "80 tūkst. Eur"),
        ("1 mln. 200 tūkst.€", "1200000", "1 mln. 200 tūkst. Eur"),
    ],
)
def test_sign_of_the_euro_is_remembered_as_its_abbreviation(text, amount, written):
    assert read_sum(text) == Sum(Decimal(amount), "EUR", written)


def test_sum_is_remembered_as_written_with_single_spaces_and_without_a_full_stop():
    assert read_sum(f" 80{NBSP}{NBSP}tūkst.\tLt. ").as_written == "80 tūkst. Lt"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lt",
        "6000",
        "tūkst. Lt",
        "-5 Lt",
        "–5 Lt",
        "apie 5 Lt",
        "5 Lt per metus",
        "5 Lt 6 Eur",
        "€ 5 Lt",
        "99 9 Lt",
        "007 Lt",
        "12.500.50 Lt",
        "1,234 Lt",
        "1.234 mln. Lt",
        "0,005 Lt",
        "1 mln. 2 mln. Lt",
        "1000000000000 Lt",
        "1 000 000 000 000 Lt",
        "1 000 000 mln. Lt",
        "5 USD",
        "5 Ltd",
        "٥ Lt",
    ],
)
def test_what_is_not_clearly_a_sum_is_refused(text):
    with pytest.raises(ValueError, match=f"[„“]{re.escape(text)}[“”]"):
        read_sum(text)


def test_sums_in_a_sentence_are_found_with_their_places():
    text = "Skirta 3586 eur. ir 6 000 Eur. Liko –80 tūkst. Lt, ne 10–20 Lt ir ne 1,234 Lt."
    found = [(text[start:end], awarded.amount) for awarded, start, end in find_sums(text)]
    assert found == [("3586 eur.", 3586), ("6 000 Eur", 6000), ("80 tūkst. Lt", 80000)]


@pytest.mark.parametrize(
    ("litas", "euro"),
    [
        ("10", "2.90"),
        ("20", "5.79"),
        ("50", "14.48"),
        ("100", "28.96"),
        ("250", "72.41"),
        ("500", "144.81"),
        ("1000", "289.62"),
        ("80000", "23169.60"),
        ("17000", "4923.54"),
    ],
)
def test_litas_have_their_legal_value_in_euro(litas, euro):
    assert in_euro(Decimal(litas), "LTL") == Decimal(euro)


def test_euro_are_rounded_half_up_to_the_cent():
    assert in_euro(Decimal("0.125"), "EUR") == Decimal("0.13")


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("80000", "LTL", f"80{NBSP}000{NBSP}Lt"),
        ("23169.60", "EUR", f"23{NBSP}169,60{NBSP}Eur"),
        ("1234567.5", "EUR", f"1{NBSP}234{NBSP}567,50{NBSP}Eur"),
        ("-0.00", "LTL", f"0{NBSP}Lt"),
    ],
)
def test_sum_is_written_as_pages_print_it(amount, currency, written):
    assert write_sum(Decimal(amount), currency) == written


@pytest.mark.parametrize("amount", ["-1", "0.001", "1000000000000"])
def test_what_could_not_be_read_back_is_not_written(amount):
    with pytest.raises(ValueError, match=amount):
        write_sum(Decimal(amount), "EUR")


@pytest.mark.parametrize("function", [write_sum, in_euro])
def test_other_currency_is_refused(function):
    with pytest.raises(ValueError, match="'USD'"):
        function(Decimal(1), "USD")


@given(
    st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2),
    st.sampled_from(["LTL", "EUR"]),
)
def test_written_sum_is_read_back(amount, currency):
    read = read_sum(write_sum(amount, currency))
    assert (read.amount, read.currency) == (amount, currency)


@given(st.text(alphabet="0123456789 .,-–€LtEurmlntūks\u00a0", max_size=30))
def test_any_text_is_a_sum_within_limits_or_a_value_error(text):
    try:
        read = read_sum(text)
    except ValueError:
        return
    assert 0 <= read.amount < 10**12
    assert read.amount == read.amount.quantize(Decimal("0.01"))
    assert read_sum(read.as_written) == read
