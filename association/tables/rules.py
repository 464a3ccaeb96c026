"""The rules of a model, asked of many records: the database is asked only where it must be.

Django lets the database tell of each CheckConstraint whether a record keeps it, a query each: a
table of a thousand projects would ask thirty thousand times. Conditions of plain comparisons are
told here; whatever is broken, or not plain, Django tells as ever.
"""

import operator

from django.db.models import CheckConstraint, F, Q

_COMPARED = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class _NotPlain(Exception):
    """A condition that only the database understands."""


def validate_constraints(record, exclude):
    """Raise ValidationError where `record` breaks a constraint, as its own method does."""
    for _model, constraints in record.get_constraints():
        for constraint in constraints:
            if not (isinstance(constraint, CheckConstraint) and holds(constraint, record)):
                record.validate_constraints(exclude=exclude)
                return


def holds(constraint, record):
    """Return whether `record` surely keeps the CheckConstraint; False where that is not sure."""
    try:
        return _told(constraint.condition, record) is not False
    except _NotPlain:
        return False


def _told(condition, record):
    """Return True, False, or None for SQL's unknown, which breaks no rule."""
    if not isinstance(condition, Q):
        return _compared(*condition, record)
    found = [_told(each, record) for each in condition.children]
    decisive = condition.connector == Q.OR
    if condition.connector == Q.XOR:
        raise _NotPlain
    result = decisive if decisive in found else (None if None in found else not decisive)
    return result if result is None or not condition.negated else not result


def _compared(path, value, record):
    name, _, lookup = path.partition("__")
    lookup = lookup or "exact"
    kept = _value(name, record)
    if lookup == "isnull":
        return (kept is None) is value
    if isinstance(value, F):
        value = _value(value.name, record)
    if lookup == "in":
        return None if kept is None else kept in value
    if lookup not in _COMPARED:
        raise _NotPlain
    if kept is None or value is None:
        return None
    try:
        return _COMPARED[lookup](kept, value)
    except TypeError as error:
        raise _NotPlain from error


def _value(name, record):
    field = {each.name: each for each in record._meta.concrete_fields}.get(name)
    if field is None:
        raise _NotPlain
    return getattr(record, field.attname)
