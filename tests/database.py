from django.db import IntegrityError, transaction


def refused(create):
    """Whether the database itself refuses what `create()` writes."""
    try:
        with transaction.atomic():
            create()
    except IntegrityError:
        return True
    return False
