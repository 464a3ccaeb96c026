"""How long what is personal, or passing, is kept: as data, for the page on privacy and for erasing.

Each app adds its rules in its keeping.py. `manage.py clean_up` goes by them each night, and the
worker all the time by those that are quick; the page tells them all, so that it cannot say
anything else than what is done.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Term:
    """A time for which something is kept, in one of these units."""

    months: int = 0
    days: int = 0
    minutes: int = 0

    def before(self, now=None):
        """Return the moment (aware datetime) from which the term lasts until `now`."""
        now = timezone.localtime(now)
        year, month = divmod(now.year * 12 + now.month - 1 - self.months, 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        then = now.replace(year=year, month=month + 1, day=day)
        return then - timedelta(days=self.days, minutes=self.minutes)

    def in_words(self):
        """Return the term as a page tells it: „90 dienų“, on one line."""
        number = self.months or self.days or self.minutes
        if self.months:
            told = ngettext("%(number)s month", "%(number)s months", number)
        elif self.days:
            told = ngettext("%(number)s day", "%(number)s days", number)
        else:
            told = ngettext("%(number)s minute", "%(number)s minutes", number)
        return (told % {"number": number}).replace(" ", "\u00a0")

    @property
    def length(self):
        """Minutes, as near as it takes to put terms in order."""
        return (self.months * 30 + self.days) * 24 * 60 + self.minutes


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What is kept, how long and what for, and how it goes.

    `count` returns how much is due, and `erase` erases it and returns how much it was; without
    them it is done elsewhere, or kept as long as `since` says where there is no `term`.
    """

    name: str  # in what the command prints
    what: str = ""  # on the page, as the others in the language of the site; "" to be left out
    term: Term | None = None
    since: str = ""
    why: str = ""
    models: tuple = ()  # the labels of those whose records it is about
    count: Callable | None = None
    erase: Callable | None = None
    is_quick: bool = False  # so that the worker can do it each minute
    is_one_transaction: bool = True

    def as_text(self):
        """Return the rule in a sentence or two, in the marks of the notation."""
        long = f"{self.term.in_words()} {self.since}" if self.term else self.since
        return f"- **{self.what}** – {long}. {self.why}".strip()


_RULES = []


def register(*rules):
    """Add `rules`; to be called once for each, when the app is ready."""
    _RULES.extend(rules)


def rules():
    """Return all rules, the shortest terms first, and last those that have none."""
    return sorted(_RULES, key=lambda rule: (rule.term is None, rule.term and rule.term.length))


def carried_out():
    """Return the rules by which something is erased here."""
    return [rule for rule in rules() if rule.erase]


def quick():
    """Return those of them that need not wait for the night."""
    return [rule for rule in carried_out() if rule.is_quick]


def as_text():
    """Return how long each thing is kept, as a list in the marks of the notation."""
    return "\n".join(rule.as_text() for rule in rules() if rule.what)
