"""Operations of migrations for a column that goes: old code still reads it while they run.

The release that does without the field forgets it: the column stays, for the code before. The
release after that drops it, when no code knows it any more.
"""

from django.db.migrations import operations
from django.db.migrations.operations.base import Operation


def forget_field(model_name, name):
    """Return the operation that removes a field from the models alone: its column stays."""
    return operations.SeparateDatabaseAndState(
        state_operations=[operations.RemoveField(model_name, name)]
    )


class DropForgotten(Operation):
    """In a migration: drop the column of a field that an earlier release has forgotten.

    `field` is the field as it was, to make the column again when the migration is undone. SQLite
    may have lost the column already, where the table was made anew since.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, model_name, name, field):
        self.model_name, self.name, self.field = model_name, name, field

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        known = self._with_field(app_label, from_state)
        model = known.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        if column in columns_of(schema_editor.connection, model._meta.db_table):
            drop = operations.RemoveField(self.model_name, self.name)
            drop.database_forwards(app_label, schema_editor, known, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        known = self._with_field(app_label, to_state)
        add = operations.AddField(self.model_name, self.name, self.field)
        add.database_forwards(app_label, schema_editor, from_state, known)

    def _with_field(self, app_label, state):
        state = state.clone()
        operations.AddField(self.model_name, self.name, self.field).state_forwards(app_label, state)
        return state

    def describe(self):
        return f"Drop the column of {self.model_name}.{self.name}, which no code knows any more"


def columns_of(connection, table):
    with connection.cursor() as cursor:
        return {each.name for each in connection.introspection.get_table_description(cursor, table)}
