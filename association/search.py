"""Finding records by the stems of their words, with the database's own full text search.

A model that can be found has a StemsField for each text to be found by, and a migration that
gives the field its index (see search_index). The database keeps that index, and each save the
column, so nothing else has to be done when a record is written or deleted. Only what is found
by the words of others has a CollectedStemsField, and a verb that fills it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from django.db import connection, models
from django.db.models import Lookup
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .fields import DerivedField, correct
from .inserts import without_names
from .lithuanian import STEM_LENGTH, fold, stems, typeset, without_diacritics
from .notation import plain
from .rich_text import html_fields
from .search_index import fts_table, vector_column

MOST_WORDS = 10  # of a query; more narrow nothing down
PREFIX_LENGTH = 5  # characters; a shorter stem as a prefix would find what nobody meant
PREFIX_WORDS = 3  # of a longer query, a title perhaps, each word is meant as it is
SNIPPET_LENGTH = 240  # characters
BEFORE_HIT = 80  # characters of a snippet that come before its first hit
BATCH = 500  # records
MOST_SORTED = 5_000  # records
SAMPLE, FREQUENT = 100, 10  # records, and how many of them a frequent word is in
MOST_WALKED = 2_500  # records
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=500)
def _beginning(letter):
    """Return how the stem of a word begins that begins with `letter`."""
    return without_diacritics(letter).casefold()


@dataclass(frozen=True)
class Query:
    """The stems that a record must have, all of them, to be found."""

    stems: tuple[str, ...]

    @classmethod
    def read(cls, text):
        """Return the Query that `text`, whatever a visitor typed, asks for.

        Words of one or two letters („ir“, „o“) count only where there are no others.
        """
        words = stems(text).split()
        telling = [word for word in words if len(word) > 2 or word.isdigit()]
        return cls(tuple((telling or words)[:MOST_WORDS]))

    def __bool__(self):
        return bool(self.stems)

    # Stems are letters and digits, so quotation marks are all that either syntax needs.

    @property
    def tsquery(self):
        """The query in PostgreSQL's syntax."""
        return " & ".join(f"'{stem}'{':*' if self.is_prefix(stem) else ''}" for stem in self.stems)

    @property
    def fts5(self):
        """The query in the syntax of SQLite's FTS5."""
        return " AND ".join(f'"{stem}"{"*" if self.is_prefix(stem) else ""}' for stem in self.stems)

    def is_prefix(self, stem):
        """Whether words that only begin with `stem` are found too."""
        return len(self.stems) <= PREFIX_WORDS and len(stem) >= PREFIX_LENGTH and stem.isalpha()

    def finds(self, word):
        """Whether `word` is one of those that make a record a hit."""
        # Stemming keeps the first letter, and is the dear part.
        if not any(map(str.startswith, self.stems, repeat(_beginning(word[:1])))):
            return False
        return any(
            stem == wanted or (self.is_prefix(wanted) and stem.startswith(wanted))
            for stem in stems(word).split()
            for wanted in self.stems
        )

    def mark(self, text):
        """Return `text` as safe HTML with the words found in <mark>."""
        text = unicodedata.normalize("NFC", text)
        parts, end = [], 0
        for word in _WORD.finditer(text):
            if self.finds(word[0]):
                parts.append(format_html("{}<mark>{}</mark>", text[end : word.start()], word[0]))
                end = word.end()
        parts.append(format_html("{}", text[end:]))
        return mark_safe("".join(parts))  # noqa: S308 - each part is escaped

    def snippet(self, text):
        """Return as safe HTML the piece of `text` around the first word found, marked.

        Where no word is found, the beginning of `text`.
        """
        text = typeset(" ".join(unicodedata.normalize("NFC", text).split()))
        hit = next((word.start() for word in _WORD.finditer(text) if self.finds(word[0])), 0)
        start = 0 if hit <= BEFORE_HIT else text.rfind(" ", 0, hit - BEFORE_HIT) + 1
        end = start + SNIPPET_LENGTH
        if end < len(text):
            end = max(text.rfind(" ", 0, end), text.find(" ", hit))
            end = len(text) if end < 0 else end
        piece = self.mark(text[start:end])
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return SafeString(f"{before}{piece}{after}")


class CollectedStemsField(models.TextField):
    """A column of stems that a verb collects from other records too, and keeps up to date."""

    def __init__(self, **options):
        super().__init__(**{"editable": False, "default": ""} | options)


class StemsField(DerivedField):
    """A column with the stems of the words in the fields `sources`; of a text, without its marks
    and without the lines that the association's details fill.

    Addresses of links are not among them.
    """

    def __init__(self, *, sources, **options):
        self.sources = sources
        super().__init__(**{"source": sources, "by": stems} | options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["source"], kwargs["by"]
        return name, path, args, {**kwargs, "sources": self.sources}

    def derive(self, record):
        rich = {field.source for field in html_fields(type(record))}
        texts = ((source, getattr(record, source)) for source in self.sources)
        read = (plain(without_names(text)) if name in rich else text for name, text in texts)
        return self.by("\n".join(read))


@dataclass(frozen=True)
class Beginnings:
    """Words of which a record must have each, or words that begin so: for who looks in a list.

    A word that is not whole has no ending yet to be taken off: it is looked for as it is, too.
    """

    words: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, text):
        """Return the Beginnings that `text`, whatever somebody typed, asks for."""
        words = dict.fromkeys(word[:STEM_LENGTH] for word in _WORD.findall(fold(text)))
        spellings = (dict.fromkeys([word, stems(word)]) for word in list(words)[:MOST_WORDS])
        return cls(tuple(tuple(each) for each in spellings))

    def __bool__(self):
        return bool(self.words)

    @property
    def tsquery(self):
        """The query in PostgreSQL's syntax."""
        each = (" | ".join(f"'{word}':*" for word in spellings) for spellings in self.words)
        return " & ".join(f"({one})" for one in each)

    @property
    def fts5(self):
        """The query in the syntax of SQLite's FTS5."""
        each = (" OR ".join(f'"{word}"*' for word in spellings) for spellings in self.words)
        return " AND ".join(f"({one})" for one in each)


def stems_fields(model):
    """Return the fields of `model` that each save fills with stems."""
    return [field for field in model._meta.concrete_fields if isinstance(field, StemsField)]


def indexed_fields(model):
    """Return the fields of `model` by which its records are found."""
    found_by = (StemsField, CollectedStemsField)
    return [field for field in model._meta.concrete_fields if isinstance(field, found_by)]


def refresh(model):
    """Correct the stems of all records of `model`; return how many records had wrong ones.

    Saving keeps them right. This is for what passes saving by: `QuerySet.update()`, SQL, and
    rules of stemming that have changed.
    """
    return correct(model, stems_fields(model))


def refresh_all(apps, schema_editor):
    """Correct the stems of all records, for a migration after the rules of stemming changed."""
    for model in apps.get_models():
        if stems_fields(model):
            refresh(model)


@CollectedStemsField.register_lookup
@StemsField.register_lookup
class HasWords(Lookup):
    """`stems__has_words=query`: the column has what a Query, or Beginnings, not empty, asks for."""

    lookup_name = "has_words"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [value.tsquery if connection.vendor == "postgresql" else value.fts5]

    def as_postgresql(self, compiler, connection):
        table = compiler.quote_name(self.lhs.alias)
        column = connection.ops.quote_name(vector_column(self.lhs.target.column))
        query, params = self.process_rhs(compiler, connection)
        return f"{table}.{column} @@ {query}::tsquery", params

    def as_sqlite(self, compiler, connection):
        field = self.lhs.target
        key = compiler.quote_name(field.model._meta.pk.column)
        table = connection.ops.quote_name(fts_table(field.model._meta.db_table, field.column))
        query, params = self.process_rhs(compiler, connection)
        row = f"{compiler.quote_name(self.lhs.alias)}.{key}"
        rows = f"SELECT rowid FROM {table} WHERE {table} MATCH {query}"  # noqa: S608 - names of ours
        return f"{row} IN ({rows})", params


class Finder:
    """Finds the first records of those `visible`, a QuerySet, in `order`, OrderBy of columns."""

    def __init__(self, visible, order):
        self.model = visible.model
        quote, field = connection.ops.quote_name, self.model._meta.get_field
        self.table = quote(self.model._meta.db_table)
        names = [self.model._meta.pk.name, *(each.expression.name for each in order)]
        columns = [f"{self.table}.{quote(field(name).column)}" for name in names]
        self.columns = ", ".join(f"{column} AS by{at}" for at, column in enumerate(columns))
        self.names = ", ".join(f"by{at}" for at in range(len(columns)))
        self.by = ", ".join(f"by{at} {direction(each)}" for at, each in enumerate(order, start=1))
        seen, self.visible_params = sql_of(visible.order_by().values_list("pk"))
        # For each record by itself: of a list, SQLite makes all that are visible.
        seen = f"SELECT 1 FROM ({seen}) AS visible WHERE visible.pk = by0"  # noqa: S608
        self.is_visible = f"EXISTS ({seen})"

    def first_keys(self, condition, limit, *, walks=False):
        """Return the keys of the first `limit` of the records of which `condition` holds.

        The database first finds, then sorts: left to itself, PostgreSQL guesses badly how many
        records have a word, and reads whole tables in order to find a few. Where the condition
        holds of more than MOST_SORTED records, only so many of them, those stored first, are
        looked at.

        `walks` tells that there is an index of the order, or of its first column. PostgreSQL then
        looks for a frequent word in one record after the other, rather than read all that have it.
        """
        holds, params = self._condition(condition)
        walked, walked_params, unless, either = "", [], "", ""
        if walks and connection.vendor == "postgresql":
            walked = self._walked(holds, limit)
            walked_params = [*params, *params, *self.visible_params]
            unless = f"AND (SELECT count(*) FROM walked) < {limit:d}"  # noqa: S608
            either = "SELECT * FROM walked UNION"
        # Directions are ours, and all else is Django's.
        sql = f"""
            WITH {walked} found AS MATERIALIZED (
                SELECT {self.columns} FROM {self.table} WHERE ({holds}) {unless}
            ),
            sorted AS (
                SELECT * FROM (SELECT * FROM found LIMIT {MOST_SORTED:d}) AS few ORDER BY {self.by}
            ),
            seen AS (
                SELECT * FROM sorted WHERE {self.is_visible}
                ORDER BY {self.by} LIMIT {limit:d}
            )
            SELECT * FROM ({either} SELECT * FROM seen) AS first ORDER BY {self.by} LIMIT {limit:d}
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [*walked_params, *params, *self.visible_params])
            return [row[0] for row in cursor]

    def _walked(self, holds, limit):
        """Return the table „walked“ of the first `limit` records, or fewer: those among the first
        MOST_WALKED, and none where a sample tells that the word is not frequent.
        """
        in_order = f"""
            SELECT {self.columns}, ({holds}) AS holds FROM {self.table} ORDER BY {self.by} LIMIT
        """  # noqa: S608
        return f"""
            sample AS (
                SELECT count(*) AS number FROM ({in_order} {SAMPLE:d}) AS first WHERE holds
            ),
            walked AS MATERIALIZED (
                SELECT {self.names} FROM ({in_order} {MOST_WALKED:d}) AS first
                WHERE holds AND (SELECT number FROM sample) >= {FREQUENT:d}
                AND {self.is_visible} ORDER BY {self.by} LIMIT {limit:d}
            ),
        """  # noqa: S608

    def _condition(self, condition):
        """Return `condition`, of the model's own columns, in SQL, and its parameters."""
        query = self.model._base_manager.filter(condition).query
        return query.get_compiler(connection=connection).compile(query.where)


def sql_of(queryset):
    """Return the statement of `queryset` and its parameters."""
    return queryset.query.get_compiler(connection=connection).as_sql()


def direction(ordering):
    """Return how an OrderBy sorts, in SQL."""
    nulls = {(True, None): " NULLS FIRST", (None, True): " NULLS LAST"}
    way = "DESC" if ordering.descending else "ASC"
    return way + nulls.get((ordering.nulls_first, ordering.nulls_last), "")
