"""A database of the first release comes to today's without a loss, and back, on both databases."""

from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from association.models import Library
from projects.models import Project
from tests import factories, first_release
from tests.crawling import Crawl
from tests.logins import log_in

OURS = ["accounts", "association", "projects"]


def migrate(leaves):
    """Migrate to `leaves`, forwards or backwards; return the models that are there then."""
    executor = MigrationExecutor(connections["default"])
    executor.migrate(leaves)
    return executor.loader.project_state([leaf for leaf in leaves if leaf[1]]).apps


def todays():
    return MigrationExecutor(connections["default"]).loader.graph.leaf_nodes()


def rows(known):
    """Return {model: {key: {column: value}}} of all records of the models of the apps `known`."""
    return {
        model._meta.label: {row["pk"]: row for row in model._base_manager.values("pk", *columns)}
        for model in known.get_models(include_auto_created=True)
        if (columns := [field.attname for field in model._meta.concrete_fields])
    }


def differences(before, after):
    """Return {(model, key, column): value} of what was there `before` and differs now.

    What is lost has no column, and the value None.
    """
    found = {}
    for label, records in before.items():
        for key, row in records.items():
            now = after.get(label, {}).get(key)
            if now is None:
                found[label, key, ""] = None
                continue
            for column, value in row.items():
                if now.get(column, "is lost") != value:
                    found[label, key, column] = now.get(column, "is lost")
    return found


class Careful(Client):
    """Whoever comes upon an address of the site that does not answer tells it."""

    def get(self, path, *args, **kwargs):
        response = super().get(path, *args, **kwargs)
        assert response.status_code in {200, 301, 302}, (path, response.status_code)
        return response


def changed_by_upgrade(before):
    """Return what of the first release's records migrations change, by record and column."""
    _finished, draft, words, *_others = sorted(before["projects.Project"])
    told = before["projects.Project"][words]["text"]
    council, _zarasai = sorted(before["projects.Funder"])
    _awarded, _refused, asked, paid, refused = sorted(before["projects.Funding"])
    (old_address,) = before["account.EmailAddress"]
    undescribed = max(before["projects.Photo"])
    return {
        # Quotation marks of funders are written as Lithuanian has them.
        ("projects.Funder", council, "name"): "Lietuvos „kultūros“ taryba",
        # What had no alternative text was passed over by screen readers already.
        ("projects.Photo", undescribed, "is_decorative"): True,
        # An account has the one address that staff know.
        ("account.EmailAddress", old_address, ""): None,
        # A sum that was told in words alone is known now; words that tell none are text.
        ("projects.Project", words, "budget_amount"): Decimal("6000.00"),
        ("projects.Project", words, "budget_currency"): "EUR",
        ("projects.Project", draft, "budget_as_written"): "",
        ("projects.Project", draft, "text"): "apie 5 mln.\n\ndaug",
        ("projects.Funding", asked, "asked_as_written"): "",
        ("projects.Funding", paid, "awarded_amount"): Decimal("80000.00"),
        ("projects.Funding", paid, "awarded_currency"): "LTL",
        ("projects.Funding", refused, "awarded_as_written"): "",
        ("projects.Project", words, "text"): f"{told}\n\nnieko",
    }


def test_migrations_of_the_first_release_are_as_they_were():
    for app, digest in first_release.DIGESTS.items():
        file = Path(apps.get_app_config(app).path, "migrations", "0001_initial.py")
        assert sha256(file.read_bytes()).hexdigest() == digest, f"{file} has been released"


def test_database_of_the_first_release_is_upgraded_and_back_without_a_loss(empty_database):
    migrate(first_release.LEAVES)
    migrate([(app, None) for app in OURS])
    then = migrate(first_release.LEAVES)
    first_release.fill(then)
    before = rows(then)
    assert all(
        before[model._meta.label] for app in OURS for model in then.get_app_config(app).get_models()
    )

    migrate(todays())
    upgraded = rows(apps)
    assert differences(before, upgraded) == changed_by_upgrade(before)
    assert_rules_hold(empty_database)
    assert_nothing_to_rebuild()
    assert_pages_open()

    then = migrate(first_release.LEAVES)
    assert differences(before, rows(then)) == changed_by_upgrade(before)

    migrate(todays())
    assert {column for _model, _key, column in differences(upgraded, rows(apps))} == {"key"}


def assert_rules_hold(connection):
    """Each constraint and index of today's models is in the database, and no reference is loose."""
    connection.check_constraints()
    for model in apps.get_models():
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
        rules = {each.name for each in [*model._meta.constraints, *model._meta.indexes]}
        assert rules <= set(there), model


def assert_nothing_to_rebuild():
    output = StringIO()
    call_command("rebuild_search", stdout=output)
    call_command("rebuild_texts", stdout=output)
    told = output.getvalue().splitlines()
    assert {line.partition(": ")[2] for line in told} == {"0 corrected"}, told
    # Pictures are made beside the migrations: by this command, as the README says.
    call_command("rebuild_pictures", stdout=StringIO())


def assert_pages_open():
    """The site shows and finds what was public, and the admin has a form for each record."""
    visitor = Careful()
    staff = log_in(Careful(), factories.user(is_staff=True, is_superuser=True))
    public = Crawl(visitor, ["/"]).pages
    for record in (*Project.objects.exclude(published_at=None)[:1], *Library.objects.all()):
        assert record.get_absolute_url() in public, record
    for words in ("saltiniai", "knygu muge", "istorija", "ausros biblioteka", "kulturos taryba"):
        assert "<mark>" in visitor.get("/paieska/", {"q": words}).content.decode(), words
    for model in admin.site._registry:
        for record in model._base_manager.all():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            staff.get(reverse(name, args=[record.pk]))
