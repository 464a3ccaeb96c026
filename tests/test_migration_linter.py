"""Each way in which a migration can break the code that serves meanwhile, and each that cannot."""

import pytest
from django.db import migrations, models
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from association.search_index import DropStemsIndex, IndexStems
from association.two_releases import DropForgotten, forget_field
from scripts import lint_migrations

lint_migrations.register_ours()

KINDS = ["seminar", "fair"]
BEFORE = [
    migrations.CreateModel(
        "Project",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("title", models.CharField(max_length=100)),
            ("summary", models.TextField(null=True)),
            ("kind", models.CharField(max_length=20, db_default="")),
            ("sum", models.DecimalField(max_digits=9, decimal_places=2, null=True)),
            ("seats", models.PositiveSmallIntegerField(null=True)),
        ],
        options={
            "constraints": [models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="kind")]
        },
    ),
    migrations.CreateModel(
        "Goal",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("project", models.ForeignKey("projects.Project", models.CASCADE)),
            ("partners", models.ManyToManyField("projects.Project", related_name="+")),
        ],
    ),
]


def add(field, name="place", model="project"):
    return migrations.AddField(model, name, field)


def alter(name, field):
    return migrations.AlterField("project", name, field)


def check(name="rule", **condition):
    rule = models.CheckConstraint(condition=models.Q(**condition), name=name)
    return migrations.AddConstraint("project", rule)


def unique(*fields, **options):
    rule = models.UniqueConstraint(fields=fields, name="one", **options)
    return migrations.AddConstraint("project", rule)


def undoable(apps, schema_editor):
    pass


PLACE = migrations.CreateModel("Place", [("id", models.BigAutoField(primary_key=True))])
TEXT = models.CharField(max_length=50)

UNSAFE = {
    "a required column": ([add(TEXT)], "inserts rows without project.place"),
    "a required column whose default Django alone knows": (
        [add(models.BooleanField(default=False))],
        "give it db_default, or null",
    ),
    "a required reference": (
        [add(models.ForeignKey("projects.Goal", models.CASCADE, default=1))],
        "inserts rows without project.place",
    ),
    "a unique column that is the same in each row": (
        [add(models.CharField(max_length=9, unique=True, db_default=""))],
        "equal project.place, which is unique",
    ),
    "a column that is required once it is filled": (
        [
            add(models.UUIDField(null=True)),
            migrations.RunPython(undoable, migrations.RunPython.noop),
            migrations.AlterField("project", "place", models.UUIDField()),
        ],
        "inserts rows without project.place",
    ),
    "a rule of a new column that is kept to once it is filled": (
        [
            add(models.TextField(db_default="")),
            migrations.RunPython(undoable, migrations.RunPython.noop),
            check(place__gt=""),
        ],
        "does not know rule of project",
    ),
    "a column dropped": ([migrations.RemoveField("project", "title")], "reads project.title"),
    "a table of references dropped": (
        [migrations.RemoveField("goal", "partners")],
        "reads goal.partners",
    ),
    "a column renamed": (
        [migrations.RenameField("project", "title", "name")],
        "reads project.title",
    ),
    "a table dropped": ([migrations.DeleteModel("Goal")], "reads the table of Goal"),
    "a table renamed": (
        [migrations.RenameModel("Goal", "Aim")],
        "looks for the table of Goal",
    ),
    "a table that moves": (
        [migrations.AlterModelTable("goal", "aims")],
        "looks for the table of goal",
    ),
    "a column that may be null no more": (
        [alter("summary", models.TextField(default=""))],
        "may not be null any more",
    ),
    "a column that becomes unique": (
        [alter("title", models.CharField(max_length=100, unique=True))],
        "it becomes unique",
    ),
    "a shorter column": (
        [alter("title", models.CharField(max_length=99))],
        "varchar(100) becomes varchar(99)",
    ),
    "another type": (
        [alter("sum", models.FloatField(null=True))],
        "numeric(9, 2) becomes double precision",
    ),
    "fewer digits": (
        [alter("sum", models.DecimalField(max_digits=8, decimal_places=2, null=True))],
        "numeric(9, 2) becomes numeric(8, 2)",
    ),
    "a column that the database fills no more": (
        [alter("kind", models.CharField(max_length=20))],
        "the database does not fill it any more",
    ),
    "another column of the same field": (
        [alter("title", models.CharField(max_length=100, db_column="name"))],
        "its column is renamed",
    ),
    "a rule of what is there": ([check(title__gt="")], "does not know rule of project"),
    "a rule over old and new columns": (
        [add(models.TextField(null=True)), check(title__gt=models.F("place"))],
        "does not know rule of project",
    ),
    "fewer kinds": (
        [migrations.RemoveConstraint("project", "kind"), check("kind", kind__in=KINDS[:1])],
        "does not know kind of project",
    ),
    "columns that are unique together": (
        [migrations.AlterUniqueTogether("project", {("title", "kind")})],
        "what is unique in project",
    ),
    "a rule of uniqueness": ([unique("title")], "does not know one of project"),
    "a rule of uniqueness in which unknowns are equal": (
        [add(models.TextField(null=True)), unique("place", nulls_distinct=False)],
        "does not know one of project",
    ),
    "an order of its own": (
        [migrations.AlterOrderWithRespectTo("goal", "project")],
        "without their order",
    ),
    "an index of the search dropped": ([DropStemsIndex("project", "title")], "searches"),
    "a change of data without a way back": ([migrations.RunPython(undoable)], "cannot be undone"),
    "SQL, which nobody reads": ([migrations.RunSQL("SELECT 1", "SELECT 1")], "cannot be judged"),
    "a column forgotten that new rows need": (
        [forget_field("project", "title")],
        "The new code cannot insert rows: project.title",
    ),
    "what a part of a change does": (
        [
            migrations.SeparateDatabaseAndState(
                database_operations=[migrations.RemoveField("project", "title")]
            )
        ],
        "reads project.title",
    ),
}

SAFE = {
    "a new table, with all rules": [PLACE, add(TEXT, "town", "place")],
    "a new table that refers to an old one": [
        migrations.CreateModel(
            "Day",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("project", models.ForeignKey("projects.Project", models.CASCADE)),
            ],
        ),
        migrations.AddConstraint("day", models.UniqueConstraint(fields=["project"], name="one")),
    ],
    "a column that may be null": [add(models.DateField(null=True))],
    "a column that the database fills": [add(models.BooleanField(default=False, db_default=False))],
    "a reference that may be null": [
        add(models.ForeignKey("projects.Goal", models.CASCADE, null=True))
    ],
    "a table of references": [add(models.ManyToManyField("projects.Goal"))],
    "a unique column that is unknown in old rows": [add(models.CharField(null=True, unique=True))],
    "a column that is generated": [
        add(
            models.GeneratedField(
                expression=models.F("title"), output_field=models.TextField(), db_persist=True
            )
        )
    ],
    "rules of new columns alone": [
        add(models.IntegerField(null=True)),
        check(place__gte=0),
        unique("place", "title"),
    ],
    "more kinds": [
        migrations.RemoveConstraint("project", "kind"),
        check("kind", kind__in=[*KINDS, "training"]),
    ],
    "a rule less": [migrations.RemoveConstraint("project", "kind")],
    "a longer column": [alter("title", models.CharField(max_length=200))],
    "a column of any length": [alter("title", models.TextField())],
    "more digits": [alter("sum", models.DecimalField(max_digits=12, decimal_places=2, null=True))],
    "larger numbers": [alter("seats", models.PositiveIntegerField(null=True))],
    "a column that may be null from now on": [alter("title", models.CharField(null=True))],
    "other words in a form": [alter("title", models.CharField("name", max_length=100, blank=True))],
    "a field renamed whose column stays": [
        alter("title", models.CharField(max_length=100, db_column="title")),
        migrations.RenameField("project", "title", "name"),
    ],
    "an index": [
        migrations.AddIndex("project", models.Index(fields=["title"], name="by_title")),
        IndexStems("project", "title"),
    ],
    "data, and back": [migrations.RunPython(undoable, migrations.RunPython.noop)],
    "a column forgotten that new rows do without": [forget_field("project", "kind")],
    "a column dropped that was forgotten before": [DropForgotten("project", "old", TEXT)],
    "options": [migrations.AlterModelOptions("project", {"ordering": ["title"]})],
}


def state_before():
    state = ProjectState()
    for operation in BEFORE:
        operation.state_forwards("projects", state)
    return state


def migration(steps, **attributes):
    made = type("Migration", (migrations.Migration,), {"operations": steps, **attributes})
    return made("0002_next", "projects")


@pytest.mark.parametrize(("steps", "sentence"), UNSAFE.values(), ids=UNSAFE)
def test_migration_that_old_code_does_not_survive_is_found(steps, sentence):
    (found,) = lint_migrations.lint(migration(steps), state_before())
    assert sentence in found


@pytest.mark.parametrize("steps", SAFE.values(), ids=SAFE)
def test_migration_that_old_code_survives_passes(steps):
    assert lint_migrations.lint(migration(steps), state_before()) == []


class Loader:
    """A loader that has a migration after the baseline."""

    def __init__(self, later):
        self.graph = MigrationGraph()
        for app, name in lint_migrations.BASELINE:
            self.graph.add_node((app, name), migrations.Migration(name, app))
        self.graph.add_node(("projects", later.name), later)
        before = next(key for key in lint_migrations.BASELINE if key[0] == "projects")
        self.graph.add_dependency(later, ("projects", later.name), before)

    def project_state(self, key, at_end):
        return state_before()


DROP = [migrations.RemoveField("project", "title")]


def test_migration_that_breaks_old_code_is_told_and_counted():
    told = ["projects.0002_next: The old code reads project.title."]
    assert lint_migrations.report(Loader(migration(DROP))) == (told, 1)


@pytest.mark.parametrize(
    ("attribute", "words"),
    [("breaks_old_code", "breaks the old code"), ("spares_old_code", "spares the old code")],
)
def test_migration_with_a_reason_passes_and_the_reason_is_told(attribute, words):
    loader = Loader(migration(DROP, **{attribute: "nobody has used it since 2020"}))
    told = [f"projects.0002_next {words}: nobody has used it since 2020"]
    assert lint_migrations.report(loader) == (told, 0)


def test_reason_for_a_migration_of_a_package_stands_in_the_linter(monkeypatch):
    reasons = {("projects", "0002_next"): {"spares_old_code": "we do not use it"}}
    monkeypatch.setattr(lint_migrations, "OF_PACKAGES", reasons)
    told = ["projects.0002_next spares the old code: we do not use it"]
    assert lint_migrations.report(Loader(migration(DROP))) == (told, 0)


def test_what_was_released_before_is_history_and_named_as_it_is():
    loader = MigrationLoader(None)
    assert set(lint_migrations.BASELINE) <= set(loader.graph.nodes)
    later = {each.name for each, _state in lint_migrations.later_migrations(loader)}
    assert "0001_initial" not in later
