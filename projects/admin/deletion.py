"""What is told of a deletion before it is done."""

from django.apps import apps
from django.utils.text import capfirst


def without_links(told, counts):
    """Return `told` and `counts` of get_deleted_objects() without the rows that link two records.

    They are nothing to those who read: what they link is told, and their names are English.
    """
    links = [
        model._meta
        for model in apps.get_app_config("projects").get_models(include_auto_created=True)
        if model._meta.auto_created
    ]
    begins = tuple(f"{capfirst(link.verbose_name)}: " for link in links)
    names = {str(link.verbose_name_plural) for link in links}
    return _pruned(told, begins), {name: n for name, n in counts.items() if name not in names}


def _pruned(told, begins):
    """Return the nested list `told` without what begins so."""
    kept = []
    for each in told:
        if isinstance(each, list):
            below = _pruned(each, begins)
            kept += [below] if below else []
        elif not each.startswith(begins):
            kept.append(each)
    return kept
