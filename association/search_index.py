"""The full text indexes of both databases over the columns of StemsField.

PostgreSQL has a generated column of vectors with a GIN index. It is a column because the
planner takes the making of a vector for cheap, and would make those of a whole table. SQLite
has an FTS5 table of external content that triggers keep
(https://sqlite.org/fts5.html#external_content_tables), and drops the triggers of a table that
a migration makes anew, as most changes of a model do there: such a migration ends with the
IndexStems of its model, and tests/association/test_search.py sees to it.
"""

from django.db.migrations.operations.base import Operation


def vector_column(column):
    return f"{column}_vector"


def fts_table(table, column):
    return f"{table}_{column}_fts"


def create(connection, table, column):
    """Make the index of `column` in `table` anew, with the rows that there are."""
    drop(connection, table, column)
    _execute(connection, _CREATE[connection.vendor], table, column)


def drop(connection, table, column):
    """Remove the index; that it is not there is no error."""
    _execute(connection, _DROP[connection.vendor], table, column)


def _execute(connection, statements, table, column):
    names = {"table": table, "column": column}
    names |= {"fts": fts_table(table, column), "vector": vector_column(column)}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**names))


_CREATE = {
    # Not to_tsvector(): its parser would split at other places than stems() did.
    "postgresql": [
        """ALTER TABLE "{table}" ADD COLUMN "{vector}" tsvector
            GENERATED ALWAYS AS (array_to_tsvector(string_to_array("{column}", ' '))) STORED""",
        'CREATE INDEX "{fts}" ON "{table}" USING gin ("{vector}")',
    ],
    "sqlite": [
        """CREATE VIRTUAL TABLE "{fts}" USING fts5(
            "{column}", content="{table}", content_rowid="id", tokenize="ascii"
        )""",
        """CREATE TRIGGER "{fts}_insert" AFTER INSERT ON "{table}" BEGIN
            INSERT INTO "{fts}" (rowid, "{column}") VALUES (new.id, new."{column}");
        END""",
        """CREATE TRIGGER "{fts}_delete" AFTER DELETE ON "{table}" BEGIN
            INSERT INTO "{fts}" ("{fts}", rowid, "{column}")
            VALUES ('delete', old.id, old."{column}");
        END""",
        """CREATE TRIGGER "{fts}_update" AFTER UPDATE OF "{column}" ON "{table}" BEGIN
            INSERT INTO "{fts}" ("{fts}", rowid, "{column}")
            VALUES ('delete', old.id, old."{column}");
            INSERT INTO "{fts}" (rowid, "{column}") VALUES (new.id, new."{column}");
        END""",
        """INSERT INTO "{fts}" ("{fts}") VALUES ('rebuild')""",
    ],
}
_DROP = {
    "postgresql": ['ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{vector}"'],
    "sqlite": [
        'DROP TRIGGER IF EXISTS "{fts}_insert"',
        'DROP TRIGGER IF EXISTS "{fts}_delete"',
        'DROP TRIGGER IF EXISTS "{fts}_update"',
        'DROP TABLE IF EXISTS "{fts}"',
    ],
}


class IndexStems(Operation):
    """In a migration: make the index of the StemsField `column` of the model `model_name`.

    Making it again is harmless.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, model_name, column):
        self.model_name, self.column = model_name, column

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._alter(create, app_label, schema_editor, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._alter(drop, app_label, schema_editor, to_state)

    def _alter(self, change, app_label, schema_editor, to_state):
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            change(schema_editor.connection, model._meta.db_table, self.column)

    def describe(self):
        return f"Index the words of {self.model_name}.{self.column}"


class DropStemsIndex(IndexStems):
    """In a migration: remove the index of a StemsField, before the field is removed."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._alter(drop, app_label, schema_editor, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._alter(create, app_label, schema_editor, to_state)

    def describe(self):
        return f"Drop the index of the words of {self.model_name}.{self.column}"
