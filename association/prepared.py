"""Queries that pages ask all the time, made into SQL once: that takes longer than to answer them.

PostgreSQL is told the statement once in each connection, so that it reads and plans it once, too.
"""

import json
from copy import copy
from dataclasses import dataclass
from functools import lru_cache, wraps
from hashlib import blake2b

from django.db import DatabaseError, connections, models
from django.db.models import Lookup, Value

MOST = 50  # statements that are told to a connection
# How PostgreSQL refuses a statement that it was not told, was told otherwise, or whose tables are
# other ones by now (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_NOT_KNOWN = {"26000", "42P05", "0A000"}


class Parameter(Value):
    """Stands in a query for a value that comes when it is asked, as one of `field`."""

    def __init__(self, name, field):
        super().__init__(name, output_field=field)

    def as_sql(self, compiler, connection):
        return "%s", [Place(self.value, self.output_field)]


@dataclass(frozen=True)
class Place:
    """Where the value of a Parameter comes, among the parameters of a statement."""

    name: str
    field: models.Field


class KeysField(models.Field):
    """What a Parameter for any number of keys is of."""

    def get_db_prep_value(self, value, connection, prepared=False):
        keys = list(value)
        return keys if connection.vendor == "postgresql" else json.dumps(keys)


@models.AutoField.register_lookup
@models.BigAutoField.register_lookup
@models.ForeignKey.register_lookup
class IsOneOf(Lookup):
    """`pk__is_one_of=Parameter("keys", KeysField())`: as `in`, in the same words for any number."""

    lookup_name = "is_one_of"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        return self._sql(compiler, connection, "{} = ANY({})")

    def as_sqlite(self, compiler, connection):
        return self._sql(compiler, connection, "{} IN (SELECT value FROM json_each({}))")

    def _sql(self, compiler, connection, words):
        key, key_params = self.process_lhs(compiler, connection)
        keys, params = compiler.compile(self.rhs)
        return words.format(key, keys), [*key_params, *params]


class Statement:
    """SQL with `params`, some of which are a Place."""

    def __init__(self, sql, params):
        self.sql, self.params = sql, params
        self.places = list(dict.fromkeys(each for each in params if isinstance(each, Place)))
        self.told = None  # its name and text, once they were made

    def run(self, connection, values, execute):
        """Return what `execute(sql, params)` returns, a function that asks the database.

        It is told the same once more in full where the connection does not know a statement that
        was told to it: what pools connections may have put another behind it.
        """
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        fit = {
            each: each.field.get_db_prep_value(values[each.name], connection)
            for each in self.places
        }
        if _may_be_told(connection):
            try:
                name = self._tell(connection)
                if name:
                    places = ", ".join(["%s"] * len(self.places))
                    words = f"EXECUTE {name} ({places})" if places else f"EXECUTE {name}"
                    return execute(words, [*fit.values()])
            except DatabaseError as error:
                if getattr(error.__cause__, "pgcode", None) not in _NOT_KNOWN:
                    raise
                connection.knows_statements = connection.connection, None
        return execute(self.sql, [fit[p] if isinstance(p, Place) else p for p in self.params])

    def _tell(self, connection):
        """Return the name by which `connection` knows the statement, None where it does not."""
        raw, known = getattr(connection, "knows_statements", (None, None))
        if raw is not connection.connection:
            known = set()
            connection.knows_statements = connection.connection, known
        if known is None:
            return None
        name, text = self._told(connection)
        if name not in known:
            if len(known) >= MOST:
                return None
            with connection.cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {text}")
            known.add(name)
        return name

    def _told(self, connection):
        """Return the name and the text of the statement, as PostgreSQL wants them."""
        if self.told is None:
            numbers = {place: f"${number}" for number, place in enumerate(self.places, start=1)}
            with connection.cursor() as cursor:
                words = [
                    numbers.get(each) or cursor.mogrify("%s", [each]).decode()
                    for each in self.params
                ]
            text = self.sql % tuple(words)
            # By what it says: another process behind the same pool may know it already.
            self.told = f"told_{blake2b(text.encode(), digest_size=16).hexdigest()}", text
        return self.told


def _may_be_told(connection):
    """Whether a statement that fails does no harm, and none who looks on wants to see it whole."""
    return (
        connection.vendor == "postgresql"
        and not connection.in_atomic_block
        and not connection.queries_logged
    )


def prepared(**fields):
    """Let a function that makes a QuerySet of Parameters, of `fields` by name, ask it at once.

    What comes of it takes the same arguments, the values of `fields` by name, and returns a list.
    The others can be hashed, and are few.
    """

    def decorator(make):
        @lru_cache(maxsize=20)
        def made(fixed):
            queryset = make(*fixed, **{each: Parameter(each, fields[each]) for each in fields})
            compiler = queryset.query.get_compiler(queryset.db)
            return queryset, compiler, Statement(*compiler.as_sql())

        @wraps(make)
        def ask(*fixed, **values):
            queryset, compiler, statement = made(fixed)
            connection = connections[queryset.db]

            def execute(sql, params):
                found, own = queryset.all(), copy(compiler)
                own.connection, own.as_sql = connection, lambda *args, **kwargs: (sql, params)
                found.query.get_compiler = lambda *args, **kwargs: own
                return list(found)

            return statement.run(connection, values, execute)

        return ask

    return decorator
