import pytest
from django.forms import inlineformset_factory

from association.forms import OrderedForm
from projects.models import Goal, Project
from tests import factories

pytestmark = pytest.mark.django_db

GoalFormSet = inlineformset_factory(Project, Goal, form=OrderedForm, fields=["position", "text"])


def goals_after(**row):
    """Return the goals of a project after a form with one new `row` was sent, and its errors."""
    project = factories.project()
    counts = {"goals-TOTAL_FORMS": 1, "goals-INITIAL_FORMS": 0}
    sent = counts | {f"goals-0-{name}": value for name, value in row.items()}
    formset = GoalFormSet(sent, instance=project)
    if formset.is_valid():
        formset.save()
    return [goal.text for goal in project.goals.all()], formset.errors


def test_row_with_a_number_alone_has_been_left_empty():
    assert goals_after(position="3", text="") == ([], [{}])


def test_row_with_a_number_that_is_none_is_told():
    texts, [errors] = goals_after(position="trečias", text="Skatinti skaitymą.")
    assert texts == []
    assert errors == {"position": ["Įveskite sveikąjį skaičių skaitmenimis, pavyzdžiui, 12."]}
