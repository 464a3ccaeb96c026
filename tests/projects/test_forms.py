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
        ("2014 m. balandžio 10 d.", (date(2014, 4, 10), None, None, None)),
        ("2014 m. spalio 13–19 d.", (date(2014, 10, 13), date(2014, 10, 19), None, None)),
        (
            "2014 m. balandžio 10 d., 10.00–16.00 val.",
            (date(2014, 4, 10), None, time(10), time(16)),
        ),
    ],
)
def test_read_day_understands_what_people_write(line, day):
    read = read_day(line)
    assert (read.starts_on, read.ends_on, read.starts_at, read.ends_at) == day


@pytest.mark.parametrize(
    "line",
    [
        *("kovo pradžioje", "2014-02-30", "2014-04-10 25.00", "2014-04-10–2014-04-09", "2014"),
        *("2014 m. vasario 30 d.", "2014 m. spalio 19–13 d.", "0 m.", "2014 m. kovo d."),
    ],
)
def test_read_day_refuses_what_is_no_day(line):
    with pytest.raises(ValidationError):
        read_day(line)


@st.composite
def activity_days(draw):
    first, last = sorted([draw(st.dates()), draw(st.dates())])
    begins, ends = sorted([draw(MINUTES), draw(MINUTES)])
    return ActivityDay(
        starts_on=first,
        ends_on=draw(st.sampled_from([None, last])) if last > first else None,
        starts_at=(starts_at := draw(st.sampled_from([None, begins]))),
        ends_at=draw(st.sampled_from([None, ends])) if starts_at and ends > begins else None,
    )


def told_by(day):
    return day.starts_on, day.ends_on, day.starts_at, day.ends_at


class WrittenAndRead(TestCase):
    @given(activity_days())
    def test_write_day_is_read_back_as_it_was(self, day):
        assert told_by(read_day(write_day(day))) == told_by(day)

    @given(activity_days())
    def test_read_day_understands_what_the_site_shows(self, day):
        assert told_by(read_day(str(day))) == told_by(day)

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
