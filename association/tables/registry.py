"""Which Table a model has; each app tells when it is ready."""

_TABLES = {}


def register(table):
    """Let `table` be that of its model; a later one builds on an earlier one, and replaces it."""
    _TABLES[table.model._meta.label_lower] = table


def table_of(model):
    """Return the Table of `model`, a class or its label; raise KeyError where it has none."""
    label = model if isinstance(model, str) else model._meta.label_lower
    return _TABLES[label]


def known():
    """Return (label, name) of each model that has a table."""
    return [(label, table.model._meta.verbose_name_plural) for label, table in _TABLES.items()]
