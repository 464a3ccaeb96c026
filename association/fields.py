from itertools import batched

from django.db import connection, models, transaction

BATCH = 500  # records


class DerivedField(models.TextField):
    """A column that each save fills with `by(<the value of the field source>)`.

    For what a database must sort or compare by but cannot compute itself, such as the
    Lithuanian sort key of a name. `QuerySet.update()` and `save(update_fields=…)` pass it by,
    as they do `auto_now`: name the field with its source there.
    """

    def __init__(self, *, source, by, **options):
        self.source, self.by = source, by
        super().__init__(**{"editable": False, "default": "", **options})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source, "by": self.by}

    def derive(self, record):
        """Return the value that `record` should have in this column."""
        return self.by(getattr(record, self.source))

    def pre_save(self, model_instance, add):
        value = self.derive(model_instance)
        setattr(model_instance, self.attname, value)
        return value


def correct(model, fields):
    """Fill the derived `fields` of all records of `model`; return how many had a wrong value."""
    names, wrong = [field.attname for field in fields], []
    for record in model._base_manager.iterator(chunk_size=BATCH):
        right = [field.derive(record) for field in fields]
        if right != [getattr(record, name) for name in names]:
            for name, value in zip(names, right, strict=True):
                setattr(record, name, value)
            wrong.append(record)
    if wrong:
        model._base_manager.bulk_update(wrong, names, batch_size=BATCH)
    return len(wrong)


def write_column(records, name):
    """Write the column `name` of `records`, all of one model and saved before.

    As bulk_update() does, but many times as fast: it makes an expression for each record.
    """
    model = type(records[0])
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(model._meta.get_field(name).column)
    key = quote(model._meta.pk.column)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for batch in batched(records, BATCH, strict=False):
            values = ", ".join(["(%s, %s)"] * len(batch))
            cursor.execute(
                f"UPDATE {table} SET {column} = told.column2 FROM (VALUES {values}) AS told"  # noqa: S608
                f" WHERE {table}.{key} = told.column1",
                [value for each in batch for value in (each.pk, getattr(each, name))],
            )
