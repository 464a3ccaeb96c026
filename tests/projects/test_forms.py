from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.forms import LinesField, read_day, read_place, write_day, write_place
from projects.models import ActivityDay, Place

pytestmark = pytest.mark.django_db
WORDS = st.text(alphabet="aąčėžAŠ -", min_size=1, max_size=20).map(str.strip).filter(bool)
MINUTES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2014-04-10", (date(2014, 4, 10), None, None, None)),
        ("2014.4.10", (date(2014, 4, 10), None, None, None)),
        ("2014-10-13–2014-10-19", (date(2014, 10, 13), date(2014, 10, 19), None, None)),
        ("2014-10-13 - 2014-10-19", (date(2014, 10, 13), date(2014, 10, 19), None, None)),
        ("2014-04-10 10.00–16.00", (date(2014, 4, 10), None, time(10), time(16))),
        ("2014-04-10, 9:30 val.", (date(2014, 4, 10), None, time(9, 30), None)),
    ],
)
def test_read_day_understands_what_people_write(line, day):
    read = read_day(line)
    assert (read.starts_on, read.ends_on, read.starts_at, read.ends_at) == day


@pytest.mark.parametrize(
    "line", ["kovo pradžioje", "2014-02-30", "2014-04-10 25.00", "2014-04-10–2014-04-09", "2014"]
)
def test_read_day_refuses_what_is_no_day(line):
    with pytest.raises(ValidationError):
        read_day(line)


class WrittenAndRead(TestCase):
    @given(st.dates(), st.none() | st.dates(), st.none() | MINUTES, st.none() | MINUTES)
    def test_write_day_is_read_back_as_it_was(self, starts_on, ends_on, starts_at, ends_at):
        day = ActivityDay(
            starts_on=min(starts_on, ends_on or starts_on),
            ends_on=ends_on and max(starts_on, ends_on),
            starts_at=starts_at,
            ends_at=ends_at if starts_at and ends_at and ends_at > starts_at else None,
        )
        read = read_day(write_day(day))
        for field in ("starts_on", "ends_on", "starts_at", "ends_at"):
            assert getattr(read, field) == getattr(day, field)

    @given(WORDS, st.just("") | WORDS, st.just("") | WORDS)
    def test_write_place_is_read_back_as_it_was(self, town, country, host):
        place = read_place(write_place(Place(town=town, country=country, host=host)))
        assert (place.town, place.country, place.host) == (town, country, host)


def test_read_place_lets_the_host_have_commas():
    place = read_place("Vilnius, Lietuva, Biblioteka, Gedimino pr. 51")
    assert place.host == "Biblioteka, Gedimino pr. 51"


def test_read_place_too_long_is_refused():
    with pytest.raises(ValidationError):
        read_place("a" * 81)


def test_lines_field_tells_each_line_that_it_does_not_understand():
    with pytest.raises(ValidationError) as refusal:
        LinesField(read=read_day).clean("2014-04-10\nrytoj\n\nporyt")
    assert len(refusal.value.messages) == 2
    assert "rytoj" in refusal.value.messages[0]
