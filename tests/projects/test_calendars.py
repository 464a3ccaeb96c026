from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.apps import apps
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from projects.forms import read_day
from tests import factories

pytestmark = pytest.mark.django_db
VILNIUS = ZoneInfo("Europe/Vilnius")


def activity_with(*days, **fields):
    project = fields.pop("project", None) or factories.project(title="Akademija")
    activity = project.activities.create(
        **{"text": "Įvadinis seminaras, skirtas visiems."} | fields
    )
    for day in days:
        activity.days.create(**day)
    return activity


def read(response):
    return Calendar.from_ical(response.content)


def events_of(client, activity):
    return read(client.get(f"/veiklos/{activity.pk}.ics")).events


def uids(client, activity):
    """Return what each event is known by, by its month and day."""
    events = events_of(client, activity)
    return {f"{event['dtstart'].dt:%m-%d}": str(event["uid"]) for event in events}


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        ({"starts_on": "2014-04-10"}, date(2014, 4, 10), date(2014, 4, 11)),
        (
            {"starts_on": "2014-12-30", "ends_on": "2014-12-31"},
            date(2014, 12, 30),
            date(2015, 1, 1),
        ),
    ],
)
def test_day_without_times_ends_before_the_day_after(visitor, day, starts, ends):
    [event] = events_of(visitor, activity_with(day))
    assert (event["dtstart"].params["VALUE"], event["dtend"].params["VALUE"]) == ("DATE", "DATE")
    assert (event["dtstart"].dt, event["dtend"].dt) == (starts, ends)


def test_last_day_that_there_is_has_none_after_it(visitor):
    [event] = events_of(visitor, activity_with({"starts_on": "9999-12-31"}))
    assert event["dtstart"].dt == date(9999, 12, 31)
    assert "dtend" not in event


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        ("2014-01-15", datetime(2014, 1, 15, 8, tzinfo=UTC), datetime(2014, 1, 15, 14, tzinfo=UTC)),
        ("2014-07-15", datetime(2014, 7, 15, 7, tzinfo=UTC), datetime(2014, 7, 15, 13, tzinfo=UTC)),
    ],
)
def test_times_are_those_of_vilnius_in_winter_and_in_summer(visitor, day, starts, ends):
    activity = activity_with({"starts_on": day, "starts_at": "10:00", "ends_at": "16:00"})
    response = visitor.get(f"/veiklos/{activity.pk}.ics")
    assert f"DTSTART;TZID=Europe/Vilnius:{day.replace('-', '')}T100000" in (
        response.content.decode().splitlines()
    )
    calendar = read(response)
    [zone], [event] = calendar.timezones, calendar.events
    assert zone.tz_name == "Europe/Vilnius"
    for value, moment in ((event["dtstart"], starts), (event["dtend"], ends)):
        naive = value.dt.replace(tzinfo=None)
        assert naive.replace(tzinfo=zone.to_tz(lookup_tzid=False)).astimezone(UTC) == moment


def test_time_without_an_end_is_given_none(visitor):
    [event] = events_of(visitor, activity_with({"starts_on": "2014-04-10", "starts_at": "10:00"}))
    assert event["dtstart"].dt == datetime(2014, 4, 10, 10, tzinfo=VILNIUS)
    assert "dtend" not in event


@pytest.mark.parametrize(
    ("ends_at", "ends"), [("12:00", datetime(2014, 3, 29, 12, tzinfo=VILNIUS)), (None, None)]
)
def test_days_in_a_row_have_their_times_each(visitor, ends_at, ends):
    day = {"starts_on": "2014-03-29", "ends_on": "2014-03-31", "starts_at": "10:00"}
    [event] = events_of(visitor, activity_with(day | {"ends_at": ends_at}))
    assert event["dtstart"].dt == datetime(2014, 3, 29, 10, tzinfo=VILNIUS)
    assert (event["dtend"].dt if ends_at else event.get("dtend")) == ends
    days = rrulestr(event["rrule"].to_ical().decode(), dtstart=event["dtstart"].dt)
    # Clocks went forward on the 30th, and the beginning did not.
    assert [each.isoformat() for each in days] == [
        "2014-03-29T10:00:00+02:00",
        "2014-03-30T10:00:00+03:00",
        "2014-03-31T10:00:00+03:00",
    ]


def test_night_that_ends_on_another_day_is_one_event(visitor):
    night = {"starts_on": "2014-04-10", "ends_on": "2014-04-11"}
    [event] = events_of(visitor, activity_with(night | {"starts_at": "18:00", "ends_at": "02:00"}))
    assert event["dtend"].dt == datetime(2014, 4, 11, 2, tzinfo=VILNIUS)
    assert "rrule" not in event


def test_event_tells_what_where_and_within_which_project(visitor):
    activity = activity_with({"starts_on": "2014-04-10"}, short_title="Seminaras; pirmas")
    activity.places.create(town="Nica", country="Prancūzija", position=1)
    activity.places.create(town="Lionas", host="Miesto biblioteka", position=2)
    [event] = events_of(visitor, activity)
    told = {name: str(event[name]) for name in ("summary", "description", "location", "url", "uid")}
    assert told == {
        "summary": "Seminaras; pirmas",
        "description": "Įvadinis seminaras, skirtas visiems.",
        "location": "Nica, Prancūzija; Lionas, Miesto biblioteka",
        "url": f"http://localhost:8000/projektai/{activity.project_id}-akademija/"
        f"#veikla-{activity.pk}",
        "uid": f"{activity.days.get().uid}@localhost",
    }
    assert event["dtstamp"].dt == activity.project.last_change.replace(microsecond=0)
    assert "status" not in event


def test_event_of_what_did_not_take_place_is_cancelled(visitor):
    [event] = events_of(visitor, activity_with({"starts_on": "2014-04-10"}, was_done=False))
    assert str(event["status"]) == "CANCELLED"


def test_each_day_of_an_activity_is_an_event_of_its_own(visitor):
    activity = activity_with({"starts_on": "2014-05-02"}, {"starts_on": "2014-04-10"})
    events = events_of(visitor, activity)
    assert [event["dtstart"].dt for event in events] == [date(2014, 4, 10), date(2014, 5, 2)]
    assert len({str(event["uid"]) for event in events}) == 2


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["2014-04-10", "2014-05-02"], {"04-10": "04-10", "05-02": "05-02"}),
        (["2014-04-17", "2014-05-02"], {"04-17": "04-10", "05-02": "05-02"}),
        (["2014-03-01", "2014-04-10 10.00", "2014-05-02"], {"04-10": "04-10", "05-02": "05-02"}),
        (["2014-05-02"], {"05-02": "05-02"}),
        (["2014-06-01"], {"06-01": "04-10"}),
    ],
    ids=["unchanged", "one put off", "one before them", "one left out", "only another"],
)
def test_day_stays_the_same_event_whatever_days_change_beside_it(visitor, lines, kept):
    activity = activity_with({"starts_on": "2014-04-10"}, {"starts_on": "2014-05-02"})
    before = uids(visitor, activity)
    activity.set_days([read_day(line) for line in lines])
    after = uids(visitor, activity)
    assert len(after) == len(lines)
    known = {uid: day for day, uid in before.items()}
    assert {day: known[uid] for day, uid in after.items() if uid in known} == kept


def test_days_that_were_known_by_their_number_stay_the_same_events(visitor):
    activity = activity_with({"starts_on": "2014-05-02"}, {"starts_on": "2014-04-10"})
    import_module("projects.migrations.0009_day_uid").name_by_number(apps, None)
    assert uids(visitor, activity) == {
        "04-10": f"veikla-{activity.pk}-1@localhost",
        "05-02": f"veikla-{activity.pk}-2@localhost",
    }


def test_events_stay_the_same_when_the_site_moves(visitor, settings):
    factories.details()
    activity = activity_with({"starts_on": "2014-04-10"})
    [before] = events_of(visitor, activity)
    settings.SITE_URL = "https://nauja.example"
    [after] = events_of(Client(), activity)
    assert str(after["url"]).startswith("https://nauja.example/")
    assert after["uid"] == before["uid"]


def test_file_is_the_same_as_long_as_nothing_changes(visitor, monkeypatch):
    activity = activity_with({"starts_on": "2014-04-10", "starts_at": "10:00"})
    address = f"/veiklos/{activity.pk}.ics"
    before = visitor.get(address).content
    later = timezone.now() + timedelta(days=40)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert visitor.get(address).content == before


@pytest.mark.parametrize(
    "text", ["Pirma.\r\nAntra; trečia, „ketvirta“\\n", "A\x0bB\x0cC\u2028D", "Ž" * 300]
)
def test_text_of_any_kind_comes_back_as_it_was(visitor, text):
    [event] = events_of(visitor, activity_with({"starts_on": "2014-04-10"}, text=text))
    assert str(event["description"]) == text.replace("\r\n", "\n")


def test_file_of_an_activity_is_kept_under_its_name(visitor):
    activity = activity_with({"starts_on": "2014-04-10"})
    response = visitor.get(f"/veiklos/{activity.pk}.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == (f'attachment; filename="veikla-{activity.pk}.ics"')


def test_activity_without_a_day_has_no_file(visitor):
    assert visitor.get(f"/veiklos/{activity_with().pk}.ics").status_code == 404


def test_activity_of_a_draft_has_a_file_for_staff_only(visitor, member, editor):
    activity = activity_with({"starts_on": "2014-04-10"}, project=factories.draft())
    address = f"/veiklos/{activity.pk}.ics"
    statuses = [client.get(address).status_code for client in (visitor, member, editor)]
    assert statuses == [404, 404, 200]


def test_calendar_file_holds_the_activities_of_public_projects_even_for_staff(visitor, editor):
    activity_with({"starts_on": "2014-04-10"}, short_title="Seminaras")
    activity_with({"starts_on": "2014-04-17"}, short_title="Konferencija")
    activity_with({"starts_on": "2014-04-18"}, project=factories.draft())
    activity_with()
    for client in (visitor, editor):
        calendar = read(client.get("/kalendorius.ics"))
        assert calendar.calendar_name == "Asociacijos veiklos"
        assert [str(event["summary"]) for event in calendar.events] == [
            *("Konferencija", "Seminaras")
        ]


def test_calendar_file_of_an_empty_site_opens(visitor):
    assert read(visitor.get("/kalendorius.ics")).events == []


@pytest.mark.parametrize("item_count", [1, 3])
def test_calendar_file_asks_the_database_the_same_whatever_its_length(
    visitor, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        factories.full_project()
    with django_assert_num_queries(7):
        assert len(read(visitor.get("/kalendorius.ics")).events) == 2 * item_count
