"""Activities as iCalendar files (RFC 5545), for the calendars that people keep."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from association.addresses import absolute
from association.models import Details

ZONE = ZoneInfo(settings.TIME_ZONE)
EARLIEST_RULES = date(1990, 1, 1)  # before it, nothing is in the calendar


def calendar_of(activities, name=""):
    """Return the bytes of a calendar file, called `name`, with each day of `activities`.

    They come with_calendar(). As long as nothing is changed, the file is the same.
    """
    host = Details.objects.current().identifier_host
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//LT")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
    for activity in activities:
        for day in activity.days.all():
            calendar.add_component(_event(activity, day, host))
    calendar.add_missing_timezones(first_date=EARLIEST_RULES)
    return calendar.to_ical()


def _event(activity, day, host):
    event = Event()
    changed = activity.project.last_change.astimezone(UTC)
    event.add("uid", f"{day.uid}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    starts, ends = _times(day) if day.starts_at else _days(day)
    event.add("dtstart", starts)
    if ends:
        event.add("dtend", ends)
    if day.is_daily:
        event.add("rrule", {"freq": "daily", "count": (day.last_day - day.starts_on).days + 1})
    event.add("summary", activity.name)
    event.add("description", activity.text)
    if places := "; ".join(map(str, activity.places.all())):
        event.add("location", places)
    event.add("url", absolute(activity.get_absolute_url()))
    if activity.was_done is False:
        event.add("status", "CANCELLED")
    return event


def _days(day):
    """Return the first day and the day after the last one: the end of an event is exclusive.

    No day comes after that with which dates end; an event without an end lasts one day.
    """
    last = min(day.last_day, date.max - timedelta(days=1))
    after = last + timedelta(days=1)
    return day.starts_on, after if after > day.starts_on else None


def _times(day):
    """Return when `day`, or the first of its days, begins and ends in Vilnius.

    None stands for an end that is not known.
    """
    starts = datetime.combine(day.starts_on, day.starts_at, ZONE)
    if day.ends_at is None:
        return starts, None
    end = day.starts_on if day.is_daily else day.last_day
    return starts, datetime.combine(end, day.ends_at, ZONE)
