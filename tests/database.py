import uuid
from contextlib import contextmanager

from django.db import IntegrityError, connections, transaction


def refused(create):
    """Whether the database itself refuses what `create()` writes."""
    try:
        with transaction.atomic():
            create()
    except IntegrityError:
        return True
    return False


@contextmanager
def own_database(folder):
    """Let the default connection lead to an empty database of its own within the block."""
    before = connections["default"]
    connection = before.copy()
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = str(folder / "db.sqlite3")
    else:
        connection.settings_dict["NAME"] = f"own_{uuid.uuid4().hex}"
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        run_beside(before, f"CREATE DATABASE {name}")
    connections["default"] = connection
    try:
        yield connection
    finally:
        connection.close()
        connections["default"] = before
        if connection.vendor == "postgresql":
            run_beside(before, f"DROP DATABASE {name}")


def run_beside(connection, command):
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(command)
