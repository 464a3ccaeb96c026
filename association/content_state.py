"""In which state the content of the site is: what was made of it before serves as long as it holds.

Each change of a table that pages are made from changes a number, by triggers of the database:
neither a bulk change nor SQL typed by hand can be forgotten, nor one that is not committed seen.
Besides, the state turns by itself at midnight and when something is timed to be published.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain

from django.apps import apps
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from .logs import AWAY
from .models.shared import Publishable

SHOWN_APPS = ["association", "projects"]  # whose records pages for strangers are made from


# Numbers whose sum is another one after each change of the content, also after a backup has been
# restored: they are drawn at random. On PostgreSQL each transaction that changes something has a
# row of its own, so that none waits for another; on SQLite, where they wait anyway, there is one.
TABLE = "association_content_state"
_TABLE = """CREATE TABLE association_content_state (
    transaction_number bigint PRIMARY KEY, token bigint NOT NULL
)"""
MOST_TRANSACTIONS = 200


def create(using):
    """Make the table of numbers; for a migration."""
    with using.cursor() as cursor:
        cursor.execute(_TABLE)


def drop(using):
    """Remove the table, and what keeps it; for a migration that is taken back."""
    with using.cursor() as cursor:
        for table in set(using.introspection.table_names(cursor)).intersection(watched_tables()):
            for statement in _UNWATCH[using.vendor]:
                cursor.execute(statement.format(table=table))
        for statement in _LAST[using.vendor]:
            cursor.execute(statement)
        cursor.execute("DROP TABLE association_content_state")


def watched_tables():
    """Return the names of the tables whose changes count."""
    configs = map(apps.get_app_config, SHOWN_APPS)
    found = chain.from_iterable(each.get_models(include_auto_created=True) for each in configs)
    return [model._meta.db_table for model in found]


def watch(using):
    """Have the database count changes of each of watched_tables(); harmless where it does already.

    To be called after each migration: SQLite drops the triggers of a table that is made anew.
    """
    with using.cursor() as cursor:
        tables = set(using.introspection.table_names(cursor))
        if TABLE not in tables:
            return
        for statement in _FIRST[using.vendor]:
            cursor.execute(statement)
        # A trigger that is there already is let be: to make one waits for all who write.
        for table in tables.intersection(watched_tables()) - _watched(cursor, using.vendor):
            for statement in _WATCH[using.vendor]:
                cursor.execute(statement.format(table=table))
        cursor.execute(_CHANGE[using.vendor])  # what came while nobody counted


def _watched(cursor, vendor):
    """Return the names of the tables that have all their triggers."""
    cursor.execute(_WATCHED[vendor])
    return {row[0] for row in cursor.fetchall()}


_WATCHED = {
    "postgresql": """SELECT relname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid
        WHERE tgname = 'content_changed'""",
    "sqlite": """SELECT tbl_name FROM sqlite_master
        WHERE type = 'trigger' AND name LIKE '%_content_%' GROUP BY 1 HAVING count(*) = 3""",
}
# Up to 2^53: as many as random() has.
_CHANGE = {
    "postgresql": """INSERT INTO association_content_state (transaction_number, token) VALUES (
            pg_current_xact_id()::text::bigint, floor(random() * 9007199254740992)::bigint)
        ON CONFLICT (transaction_number) DO UPDATE SET token = EXCLUDED.token""",
    "sqlite": """INSERT INTO association_content_state (transaction_number, token)
        VALUES (0, random() >> 11)
        ON CONFLICT (transaction_number) DO UPDATE SET token = excluded.token""",
}
_FIRST = {
    "postgresql": [
        "CREATE OR REPLACE FUNCTION association_content_changed() RETURNS trigger AS $$"
        f" BEGIN {_CHANGE['postgresql']}; RETURN NULL; END $$ LANGUAGE plpgsql"
    ],
    "sqlite": [],
}
_WATCH = {
    "postgresql": [
        """CREATE TRIGGER content_changed
            AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION association_content_changed()"""
    ],
    "sqlite": [
        f'CREATE TRIGGER IF NOT EXISTS "{{table}}_content_{change}"'
        f' AFTER {change} ON "{{table}}" BEGIN {_CHANGE["sqlite"]}; END'
        for change in ("INSERT", "UPDATE", "DELETE")
    ],
}
_UNWATCH = {
    "postgresql": ['DROP TRIGGER IF EXISTS content_changed ON "{table}"'],
    "sqlite": [
        f'DROP TRIGGER IF EXISTS "{{table}}_content_{change}"'
        for change in ("INSERT", "UPDATE", "DELETE")
    ],
}
_LAST = {
    "postgresql": ["DROP FUNCTION IF EXISTS association_content_changed()"],
    "sqlite": [],
}


def forget_transactions():
    """Leave one number of those that transactions have made; the state is another one then.

    Where there are few, nothing is done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(transaction_number) FROM association_content_state")
        count, latest = cursor.fetchone()
        if count > MOST_TRANSACTIONS:
            cursor.execute(
                "DELETE FROM association_content_state WHERE transaction_number <> %s", [latest]
            )


@dataclass(frozen=True)
class State:
    """The content as it is from one change or turn to the next."""

    number: str
    begins: datetime  # both aware: of the day, and the next publication that is timed or midnight
    ends: datetime

    @classmethod
    def at(cls, number, now):
        """Return the State at `now` (aware datetime), with `number` stored."""
        day = timezone.localdate(now)
        midnights = [
            timezone.make_aware(datetime.combine(each, time.min))
            for each in (day, day + timedelta(days=1))
        ]
        turn = next_publication(now)
        return cls(number, midnights[0], min(filter(None, [midnights[1], turn])))

    def holds(self, number, now):
        """Whether it is the state still, at `now` (aware datetime) and with `number` stored."""
        return self.number == number and self.begins <= now < self.ends


_last = None


def current():
    """Return the State of the content now: one query, and a few more where it is a new one."""
    global _last
    now = timezone.now()
    number = _number()
    last = _last
    if last is None or not last.holds(number, now):
        last = _last = State.at(number, now)
    return last


def _number():
    """Return the sum of the numbers. It tells, too, whether a connection that was kept holds."""
    was_kept = connection.connection is not None and not connection.in_atomic_block
    connection.health_check_done = connection.health_check_done or was_kept
    try:
        return _asked_number()
    except AWAY:
        if not was_kept:
            raise
    connection.close()
    return _asked_number()


def _asked_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(token) FROM association_content_state")
        return str(cursor.fetchone()[0])


def next_publication(now):
    """Return when the next record that is timed becomes public after `now`; None if none is."""
    moments = [
        model.objects.filter(published_at__gt=now).aggregate(next=Min("published_at"))["next"]
        for model in apps.get_models()
        if issubclass(model, Publishable)
    ]
    return min(filter(None, moments), default=None)


_remembered = (None, {})


def remembered(request, name, make, *, whoever_asks=False):
    """Return `make()`, or what it was under `name` when it was last asked for in this State.

    It must tell of what everybody sees, and names must be few. Where the request has no State, as
    that of who is logged in, nothing is remembered: but for what is the same, `whoever_asks`.
    """
    global _remembered
    state = getattr(request, "content_state", None)
    if state is None and whoever_asks:
        # Not its `content_state`, by which a page would be taken for a stranger's.
        state = getattr(request, "state_whoever_asks", None) or current()
        request.state_whoever_asks = state
    if state is None:
        return make()
    held, values = _remembered
    if held != state:
        values = {}
        _remembered = (state, values)
    if name not in values:
        values[name] = make()
    return values[name]
