from datetime import date, time

import pytest

from association.parts import shown_fields
from projects.models import Activity, ActivityDay, Document, Goal, Partner, Photo, Project
from tests import factories

pytestmark = pytest.mark.django_db

LOOKUPS = [
    *("fundings", "fundings__funder", "goals", "activities", "activities__days"),
    *("activities__places", "activities__goals", "activities__partners"),
    *("activities__partners__library", "partners", "partners__library", "documents", "photos"),
]


@pytest.fixture
def project():
    project = factories.full_project()
    activity = project.activities.create(text="„Mugė“ / \\ ' ė", was_done=False, outcome="Buvo.")
    activity.days.create(starts_on="2014-05-01", starts_at="10:00", ends_at="12:30")
    activity.goals.set(project.goals.all())
    activity.partners.add(project.partners.create(name="Be bibliotekos"))
    activity.partners.add(project.partners.create(library=factories.library()))
    photo = factories.photo(project)
    photo.renditions = {"key": "a1", "widths": [360, 480], "kinds": ["webp"]}
    photo.save()
    project.documents.create(title="Sąmata", audience="members", file=factories.upload())
    project.fundings.create(
        funder=factories.funder(), awarded_amount="9999999.90", awarded_currency="EUR"
    )
    return project


def told(record, names):
    """Return all that `record` says, and what belongs to it, by `names` of relations."""
    values = [getattr(record, field.attname) for field in shown_fields(type(record))]
    for name in names:
        if "__" in name:
            continue
        inner = [each.removeprefix(f"{name}__") for each in names if each.startswith(f"{name}__")]
        found = getattr(record, name)
        belonging = found.all() if hasattr(found, "all") else [found] if found else []
        values += [name, [told(each, inner) for each in belonging]]
    return values


def test_parts_are_those_that_prefetch_related_finds(project, django_assert_num_queries):
    factories.full_project(title="Kitas")
    factories.project(title="Be nieko")
    expected = [told(each, LOOKUPS) for each in Project.objects.prefetch_related(*LOOKUPS)]
    with django_assert_num_queries(2):
        found = [told(each, LOOKUPS) for each in Project.objects.with_parts(*LOOKUPS)]
    assert found == expected


def test_values_have_the_types_of_their_columns(project):
    found = Project.objects.with_parts(*LOOKUPS).get()
    day = list(found.activities.all())[-1].days.all()[0]
    assert (day.starts_on, day.starts_at) == (date(2014, 5, 1), time(10))
    assert found.photos.all()[0].renditions["widths"] == [360, 480]
    assert found.photos.all()[0].added_at.utcoffset() is not None
    assert str(list(found.fundings.all())[-1].awarded_amount) == "9999999.90"
    assert list(found.activities.all())[-1].was_done is False


def test_part_knows_whose_it_is_and_can_be_asked_further(project, django_assert_num_queries):
    (found,) = Project.objects.with_parts("goals", "activities")
    with django_assert_num_queries(0):
        assert found.goals.all()[0].project is found
    assert found.goals.filter(pk=0).count() == 0
    assert found.activities.count() == project.activities.count()
    assert project.goals.filter(text="Nėra").count() == 0


def test_queryset_of_a_part_narrows_it_down_for_good(project):
    public = ("documents", Document.objects.public)
    (found,) = Project.objects.with_parts(public)
    assert list(found.documents.all()) == []
    assert found.documents.filter(title="Sąmata").count() == 0


def test_function_of_a_part_is_as_good_as_its_queryset(project):
    photo = factories.photo(project)
    photo.alt = ""
    photo.save()
    lookup = ("photos", Photo.objects.described)
    shown = [list(each.photos.all()) for each in Project.objects.with_parts(lookup)]
    assert shown == [list(project.photos.described())]


def test_parts_come_with_an_iterator_and_beside_what_was_prefetched(
    project, django_assert_num_queries
):
    projects = Project.objects.with_parts("goals").prefetch_related("activities")
    with django_assert_num_queries(10):
        for found in (next(projects.iterator(chunk_size=2)), projects.get()):
            assert len(found.goals.all()) == project.goals.count()
            assert len(found.activities.all()) == project.activities.count()


def test_parts_are_in_the_order_of_their_model():
    project = factories.project()
    for position, text in ((2, "antras"), (1, "pirmas"), (2, "trečias")):
        Goal.objects.create(project=project, text=text, position=position)
    activity = Activity.objects.create(project=project, text="Veikla")
    for hour in (None, "9:00", "8:00"):
        ActivityDay.objects.create(activity=activity, starts_on="2014-01-01", starts_at=hour)
    (found,) = Project.objects.with_parts("goals", "activities", "activities__days")
    assert [goal.text for goal in found.goals.all()] == ["pirmas", "antras", "trečias"]
    shown = found.activities.all()[0].days.all()
    assert [day.starts_at for day in shown] == [day.starts_at for day in activity.days.all()]


def test_values_and_counts_ask_for_no_parts(project, django_assert_num_queries):
    projects = Project.objects.with_parts("goals", "partners")
    with django_assert_num_queries(3):
        assert projects.count() == len(projects.values_list("pk")) == 1
        assert projects.filter(pk=0).first() is None
    assert Partner.objects.exists()
