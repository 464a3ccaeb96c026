"""Comparing and ordering as association.lithuanian does, within either database.

For tables of hundreds of rows, which need no column of their own for it, and for what is said of
persons, which is better not copied. `filter(name__folded="siauliu")` finds what has these letters
in it; `order_by(InLithuanianOrder("name"))` orders.
"""

from django.db.models import CharField, FileField, Func, Lookup, TextField

from .lithuanian import DASHES, NOT_COMPARED, fold, sort_key

# What PostgreSQL does not find by itself: letters that are one in Python's casefold(), and dashes.
# What has nothing over against it is left out.
_FROM = f"ſµς{DASHES}{NOT_COMPARED}"
_TO = "sμσ" + "-" * len(DASHES)
_SPACE = r"[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"


def teach_sqlite(connection):
    """Let the SQLite of `connection` call fold() and sort_key(), once for each time it connects.

    Only a connection without statements under way may be taught a function again.
    """
    connection.ensure_connection()
    if getattr(connection, "knows_lithuanian", None) is not connection.connection:
        connection.connection.create_function("lt_fold", 1, _or_null(fold), deterministic=True)
        connection.connection.create_function("lt_key", 1, _or_null(sort_key), deterministic=True)
        connection.knows_lithuanian = connection.connection


def _or_null(function):
    return lambda text: None if text is None else function(str(text))


@CharField.register_lookup
@FileField.register_lookup
@TextField.register_lookup
class FoldedContains(Lookup):
    """`name__folded="siauliai"`: the column, as fold() makes it, has these letters in a row."""

    lookup_name = "folded"

    def get_prep_lookup(self):
        return fold(str(self.rhs))

    def as_sqlite(self, compiler, connection):
        teach_sqlite(connection)
        column, column_params = self.process_lhs(compiler, connection)
        text, params = self.process_rhs(compiler, connection)
        return f"instr(lt_fold({column}), {text}) > 0", [*column_params, *params]

    def as_postgresql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        text, params = self.process_rhs(compiler, connection)
        plain = rf"regexp_replace(normalize({column}, NFD), '[\u0300-\u036f]', '', 'g')"
        plain = f"replace(translate(lower({plain}), %s, %s), 'ß', 'ss')"
        plain = f"rtrim(ltrim(regexp_replace({plain}, %s, ' ', 'g')), ' .')"
        params = [*column_params, _FROM, _TO, _SPACE, *params]
        return f"strpos(normalize({plain}, NFC), {text}) > 0", params


class InLithuanianOrder(Func):
    """A column of words to order by: as `sort_key` does on SQLite, as ICU does on PostgreSQL."""

    arity = 1
    function = "lt_key"

    def as_sqlite(self, compiler, connection, **context):
        teach_sqlite(connection)
        return self.as_sql(compiler, connection, **context)

    def as_postgresql(self, compiler, connection, **context):
        # https://www.postgresql.org/docs/current/collation.html#COLLATION-MANAGING-PREDEFINED
        template = '(%(expressions)s) COLLATE "lt-x-icu"'
        return self.as_sql(compiler, connection, template=template, **context)
