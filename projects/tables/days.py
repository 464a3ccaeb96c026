"""Days and places of an activity as the lines of a cell: those that its form has."""

from django.core.exceptions import ValidationError

from association.tables import cells

from ..forms import told_day, told_place, write_day, write_place
from ..models import ActivityDay, Place


class Days(cells.Several):
    """„2014-10-13–2014-10-19“, „2014-04-10 10.00–16.00“."""

    def item_of(self, day):
        return day.starts_on, day.ends_on, day.starts_at, day.ends_at

    def write_item(self, item):
        return write_day(ActivityDay(**of_day(item)))

    def read_item(self, line):
        try:
            return self.item_of(told_day(cells.no_break_spaces_as_spaces(line)))
        except ValidationError as error:
            raise cells.Wrong(" ".join(error.messages)) from error


def of_day(item):
    return dict(zip(("starts_on", "ends_on", "starts_at", "ends_at"), item, strict=True))


class Places(cells.Several):
    """„Nica, Prancūzija, Nicos biblioteka“; „|“ for the commas where a name has one itself."""

    def item_of(self, place):
        return place.town, place.country, place.host

    def write_item(self, item):
        line = write_place(Place(**of_place(item)))
        if self.read_item(line) == item:
            return line
        line = cells.joined(item)
        return line if "|" in line else f"{line} |"

    def read_item(self, line):
        if "|" in line:
            return tuple(cells.divided(line, 3))
        return self.item_of(told_place(line))


def of_place(item):
    return dict(zip(("town", "country", "host"), item, strict=True))
