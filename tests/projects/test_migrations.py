from importlib import import_module

import pytest
from django.apps import apps

from projects.models import Place
from tests import factories

pytestmark = pytest.mark.django_db


def test_hosts_that_are_older_than_their_folded_column_are_folded():
    activity = factories.project().activities.create(text="Stažuotė")
    activity.places.create(town="Nica")
    activity.places.create(host="Zarasų „Ežero“ biblioteka")
    Place.objects.update(host_folded="")
    import_module("projects.migrations.0003_fold_hosts").fold_hosts(apps, None)
    assert list(activity.places.values_list("host_folded", flat=True)) == [
        "",
        "zarasu ezero biblioteka",
    ]
