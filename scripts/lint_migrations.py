"""Can each migration run while the code before it serves? `python -m scripts.lint_migrations`

A deployment migrates first and restarts then, and whoever rolls back has the old code on the new
tables. So the old code must be able to go on: to read all columns that it knows, to insert rows
without those that it does not, and to write what it wrote. Each migration must besides be
reversible. No database is asked: the operations are read.

Not judged are locks, since no table is large: making an index over 100,000 projects takes less
than a second, and requests wait for it. Nor is what the old code makes of new values.

A migration that has to break the old code says why, as `breaks_old_code = "…"`; one that does
not, though it looks as if it did, as `spares_old_code = "…"`. Both are printed.
"""

import re
import sys
from dataclasses import dataclass, field
from functools import singledispatch

import django
from django.db import models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader

# What had been released when this was introduced, with all before it, is history.
BASELINE = [
    ("accounts", "0009_who_accepted"),
    ("association", "0009_table_imports"),
    ("projects", "0020_rights_to_table_imports"),
    # Of packages.
    ("account", "0009_emailaddress_unique_primary_email"),
    ("admin", "0003_logentry_add_action_flag_choices"),
    ("auth", "0012_alter_user_first_name_max_length"),
    ("contenttypes", "0002_remove_content_type_name"),
    ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ("mfa", "0003_authenticator_type_uniq"),
    ("reversion", "0002_add_index_on_version_for_content_type_and_db"),
    ("sessions", "0001_initial"),
    ("usersessions", "0001_initial"),
]
EXCUSES = {"breaks_old_code": "breaks the old code", "spares_old_code": "spares the old code"}
# Reasons for migrations of packages, which cannot say them: pairs of an app and a name lead to
# what a migration of ours would say, such as {"spares_old_code": "…"}.
OF_PACKAGES = {}


@dataclass
class Change:
    """An operation of an app, and what the migration has made before it: the old code's not."""

    app: str
    before: object  # the ProjectState
    after: object
    tables: set = field(default_factory=set)  # names of models
    columns: set = field(default_factory=set)  # pairs of names of a model and of a field
    filled: set = field(default_factory=set)  # those of them that may differ from their default
    removed: dict = field(default_factory=dict)  # constraints by the names of a model and their own

    def old(self, model_name):
        return self.before.apps.get_model(self.app, model_name)

    def new(self, model_name):
        return self.after.apps.get_model(self.app, model_name)


def lint(migration, state):
    """Return what of `migration` the old code does not survive, as sentences.

    `state` is the ProjectState before it.
    """
    made = {"tables": set(), "columns": set(), "filled": set(), "removed": {}}
    return list(_lint(migration.operations, migration.app_label, state, made))


def _lint(steps, app, state, made):
    state = state.clone()
    for operation in steps:
        before, state = state, state.clone()
        operation.state_forwards(app, state)
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from forgotten(operation, app, before)
            yield from _lint(operation.database_operations, app, before, made)
            continue
        yield from findings(operation, Change(app, before, state, **made))
        if not operation.reversible:
            yield f"“{operation.describe()}” cannot be undone: give it a reverse."


def forgotten(operation, app, state):
    """Yield the columns that the new code forgets, and yet would have to fill."""
    if operation.database_operations:
        return
    for step in operation.state_operations:
        if isinstance(step, operations.RemoveField):
            column = state.models[app, step.model_name_lower].fields[step.name]
            if not fills_itself(column):
                yield (
                    f"The new code cannot insert rows: {step.model_name}.{step.name} has neither"
                    " null nor db_default. Give it one of them before it is forgotten."
                )


def fills_itself(column):
    """Whether a row can be inserted without naming `column`."""
    return (
        column.many_to_many
        or column.null
        or column.generated
        or column.db_default is not models.NOT_PROVIDED
    )


@singledispatch
def findings(operation, change):
    """Yield what of `operation` the old code does not survive. Those not known may do anything."""
    yield f"“{operation.describe()}” cannot be judged: say what it does to the old code."


def nothing(operation, change):
    return ()


for _kind in (
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.AlterConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
    operations.AlterIndexTogether,
):
    findings.register(_kind, nothing)


@findings.register
def _(operation: operations.RunPython, change):
    change.filled.update(change.columns)
    return ()


@findings.register
def _(operation: operations.CreateModel, change):
    change.tables.add(operation.name_lower)
    return ()


@findings.register
def _(operation: operations.DeleteModel, change):
    options = change.old(operation.name)._meta
    if options.managed and not options.proxy:
        yield f"The old code reads the table of {operation.name}."


@findings.register
def _(operation: operations.RenameModel, change):
    old, new = change.old(operation.old_name), change.new(operation.new_name)
    if old._meta.db_table != new._meta.db_table or old._meta.local_many_to_many:
        yield f"The old code looks for the table of {operation.old_name}."


@findings.register
def _(operation: operations.AlterModelTable, change):
    if change.old(operation.name)._meta.db_table != operation.table:
        yield f"The old code looks for the table of {operation.name}."


@findings.register
def _(operation: operations.AlterUniqueTogether, change):
    if operation.name_lower not in change.tables and operation.option_value:
        yield f"The old code does not know what is unique in {operation.name}."


@findings.register
def _(operation: operations.AlterOrderWithRespectTo, change):
    if operation.name_lower not in change.tables:
        yield f"The old code inserts rows of {operation.name} without their order."


@findings.register
def _(operation: operations.AddField, change):
    change.columns.add((operation.model_name_lower, operation.name))
    if operation.model_name_lower not in change.tables:
        yield from left_out(operation.field, f"{operation.model_name}.{operation.name}")


def left_out(column, name):
    """Yield why rows cannot be inserted by code that does not know `column`."""
    if not fills_itself(column):
        yield f"The old code inserts rows without {name}: give it db_default, or null."
    elif column.unique and not column.null:
        yield f"The old code inserts rows with equal {name}, which is unique: let it be null."


@findings.register
def _(operation: operations.RemoveField, change):
    yield f"The old code reads {operation.model_name}.{operation.name}."


@findings.register
def _(operation: operations.RenameField, change):
    old = change.old(operation.model_name)._meta.get_field(operation.old_name)
    new = change.new(operation.model_name)._meta.get_field(operation.new_name)
    if old.column != new.column or old.many_to_many:
        yield f"The old code reads {operation.model_name}.{operation.old_name}."


@findings.register
def _(operation: operations.AlterField, change):
    if operation.model_name_lower in change.tables:
        return
    if (operation.model_name_lower, operation.name) in change.columns:
        yield from left_out(operation.field, f"{operation.model_name}.{operation.name}")
        return
    old, new = (
        model._meta.get_field(operation.name)
        for model in (change.old(operation.model_name), change.new(operation.model_name))
    )
    for reason in refusals(old, new):
        yield f"The old code may not survive {operation.model_name}.{operation.name}: {reason}."


def refusals(old, new):
    """Yield why a column that was `old` may refuse what the old code does, once it is `new`."""
    if old.many_to_many or new.many_to_many:
        tables = [each.many_to_many and each.m2m_db_table() for each in (old, new)]
        if tables[0] != tables[1] or old.related_model._meta.label != new.related_model._meta.label:
            yield "its table changes"
        return
    if old.column != new.column:
        yield "its column is renamed"
    if old.null and not new.null:
        yield "it may not be null any more"
    if new.unique and not old.unique:
        yield "it becomes unique"
    if not fills_itself(new) and fills_itself(old) and not (old.null or old.has_default()):
        yield "the database does not fill it any more"
    types = [each.db_parameters(postgresql()) for each in (old, new)]
    if not holds(types[1]["type"], types[0]["type"]):
        yield f"{types[0]['type']} becomes {types[1]['type']}"
    if types[1]["check"] and types[1]["check"] != types[0]["check"]:
        yield "it has a new check"
    if constrained(new) and not constrained(old):
        yield "what it refers to must be there"


def constrained(column):
    return bool(column.remote_field) and column.db_constraint


def postgresql():
    """Return a connection to nowhere, which knows the types of PostgreSQL: the stricter ones."""
    from django.db.backends.postgresql.base import DatabaseWrapper

    return DatabaseWrapper({"NAME": "", "OPTIONS": {}})


_NUMERIC = re.compile(r"numeric\((\d+), (\d+)\)")
_VARCHAR = re.compile(r"varchar\((\d+)\)")


def holds(new, old):
    """Whether a column of the type `new` takes each value of one of the type `old`, as it is."""
    if new == old:
        return True
    if length := _VARCHAR.fullmatch(old or ""):
        longer = _VARCHAR.fullmatch(new or "")
        return new in ("text", "varchar") or bool(longer and int(longer[1]) >= int(length[1]))
    digits = [_NUMERIC.fullmatch(each or "") for each in (new, old)]
    if all(digits):
        (new_all, new_decimals), (old_all, old_decimals) = (map(int, d.groups()) for d in digits)
        return new_decimals == old_decimals and new_all >= old_all
    return (old, new) in {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint")}


@findings.register
def _(operation: operations.RemoveConstraint, change):
    constraints = change.before.models[change.app, operation.model_name_lower].options
    for each in constraints.get("constraints", []):
        change.removed[operation.model_name_lower, each.name] = each
    return ()


@findings.register
def _(operation: operations.AddConstraint, change):
    model, constraint = operation.model_name_lower, operation.constraint
    before = change.removed.get((model, constraint.name))
    if model in change.tables or allows_more(constraint, before):
        return
    if not spared_by_new_columns(constraint, change, model):
        yield f"The old code does not know {constraint.name} of {operation.model_name}."


def spared_by_new_columns(constraint, change, model):
    """Whether rows that the old code inserts keep to `constraint` by the columns it leaves out."""
    added = {name for table, name in change.columns if table == model}
    filled = {name for table, name in change.filled if table == model}
    if isinstance(constraint, models.CheckConstraint):
        # They have there what the rows have on which the database has just checked it.
        return constraint.condition.referenced_base_fields <= added - filled
    if not isinstance(constraint, models.UniqueConstraint) or constraint.nulls_distinct is False:
        return False
    columns = change.after.models[change.app, model].fields
    return any(name in added and columns[name].null for name in constraint.fields)


def allows_more(constraint, before):
    """Whether `constraint` takes from a list of values that has all those of `before`."""
    choices = [one_of(each) for each in (constraint, before)]
    return all(choices) and choices[0][0] == choices[1][0] and choices[0][1] >= choices[1][1]


def one_of(constraint):
    """Return the name and the values of a constraint `name__in=values`; None for others."""
    condition = getattr(constraint, "condition", None)
    if not isinstance(constraint, models.CheckConstraint) or len(condition.children) != 1:
        return None
    lookup = condition.children[0]
    if condition.negated or not isinstance(lookup, tuple) or not lookup[0].endswith("__in"):
        return None
    return lookup[0], set(lookup[1])


def register_ours():
    """Let the operations of this site be known: its apps must be ready before."""
    from association.search_index import DropStemsIndex, IndexStems
    from association.two_releases import DropForgotten

    @findings.register(DropStemsIndex)
    def _(operation, change):
        yield f"The old code searches {operation.model_name}.{operation.column}."

    for kind in (IndexStems, DropForgotten):
        findings.register(kind, nothing)


def later_migrations(loader):
    """Yield each migration that is none of the BASELINE, and the state before it."""
    history = {key for leaf in BASELINE for key in loader.graph.forwards_plan(leaf)}
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key not in history:
                history.add(key)
                yield loader.graph.nodes[key], loader.project_state(key, at_end=False)


def report(loader):
    """Return what to print of the later migrations, and how many of them do not pass."""
    lines, refused = [], 0
    for migration, state in later_migrations(loader):
        found = lint(migration, state)
        name = f"{migration.app_label}.{migration.name}"
        given = OF_PACKAGES.get((migration.app_label, migration.name), vars(type(migration)))
        excuses = [(EXCUSES[key], given[key]) for key in EXCUSES if key in given]
        lines += [f"{name} {what}: {why}" for what, why in excuses]
        if not excuses:
            lines += [f"{name}: {sentence}" for sentence in found]
            refused += bool(found)
    return lines, refused


def main():
    django.setup()
    register_ours()
    lines, refused = report(MigrationLoader(None))
    print(*lines, sep="\n", end="\n" if lines else "")
    if refused:
        return "See the recipe “A change of what a column is” in CONTRIBUTING.md."
    return 0


if __name__ == "__main__":
    sys.exit(main())
