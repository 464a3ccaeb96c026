"""A column goes in two releases: forgotten first, dropped then; and comes back the same way."""

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from association.two_releases import DropForgotten, columns_of, forget_field

FIELDS = {
    "a text": models.CharField(max_length=20, db_default="mugė"),
    "a text with an index": models.CharField(max_length=20, db_default="mugė", db_index=True),
    "a reference": models.ForeignKey("projects.Fair", models.CASCADE, null=True),
}


class Table:
    """The table of fairs, with a column that goes: what each migration makes of it."""

    def __init__(self, connection, field):
        self.connection, self.state, self.done = connection, ProjectState(), []
        self.column = "kind_id" if field.remote_field else "kind"
        columns = [("id", models.BigAutoField(primary_key=True)), ("kind", field)]
        self.migrate(migrations.CreateModel("Fair", columns))

    def migrate(self, *steps):
        made = type("Migration", (migrations.Migration,), {"operations": list(steps)})
        self.done.append((made("0001_made", "projects"), self.state.clone()))
        with self.connection.schema_editor() as editor:
            self.state = self.done[-1][0].apply(self.state, editor)

    def undo(self):
        migration, self.state = self.done.pop()
        with self.connection.schema_editor() as editor:
            migration.unapply(self.state.clone(), editor)

    def has_column(self):
        return self.column in columns_of(self.connection, "projects_fair")

    def add_row(self):
        return self.state.apps.get_model("projects.Fair").objects.create()


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_forgotten_column_stays_until_it_is_dropped_and_comes_back(empty_database, field):
    table = Table(empty_database, field)
    table.migrate(forget_field("fair", "kind"))
    assert table.has_column()
    table.add_row()
    table.migrate(DropForgotten("fair", "kind", field))
    assert not table.has_column()
    table.add_row()
    table.undo()
    assert table.has_column()
    table.add_row()
    table.undo()
    kept = table.state.apps.get_model("projects.Fair").objects.values_list("kind", flat=True)
    assert set(kept) == {None if field.null else "mugė"}


def test_column_that_sqlite_has_lost_already_is_dropped_without_an_error(empty_database):
    field = FIELDS["a text"]
    table = Table(empty_database, field)
    table.migrate(forget_field("fair", "kind"))
    needs_a_copy = models.CheckConstraint(condition=models.Q(id__gt=0), name="counted")
    table.migrate(migrations.AddConstraint("fair", needs_a_copy))
    assert table.has_column() == (empty_database.vendor == "postgresql")
    table.migrate(DropForgotten("fair", "kind", field))
    assert not table.has_column()
