"""What is on record of what somebody did outside the admin; there its own pages note it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.utils.translation import override


def note(by, record, message):
    """Add to the history of `record` that the user `by` did what `message` says.

    The admin shows it beside what staff did. `message` names no person, so that nothing is left
    of one who is erased.
    """
    LogEntry.objects.log_actions(by.pk, [record], CHANGE, change_message=str(message))


def note_fields(by, record, fields):
    """Add to the history of `record` that the user `by` changed `fields`, names of its model's."""
    with override(None):  # a LogEntry is translated when it is read
        names = [str(record._meta.get_field(name).verbose_name) for name in fields]
    changes = [{"changed": {"fields": names}}]
    LogEntry.objects.log_actions(by.pk, [record], CHANGE, change_message=changes)
