"""What belongs to a project, in its form: what is sent, and who may only look."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from association.admin import MOST_RECORDS
from projects.models import Project
from tests import factories
from tests.reading import text_of

from .test_admin import ADD, change_address, save, unchanged

pytestmark = pytest.mark.django_db


def test_sum_is_read_from_how_it_is_written(editor):
    errors = save(
        editor,
        ADD,
        title="Mugė",
        **{
            "fundings-TOTAL_FORMS": 1,
            "fundings-0-funder": factories.funder().pk,
            "fundings-0-state": "awarded",
            "fundings-0-awarded_as_written": "80 tūkst. Lt",
        },
    )
    assert errors == []
    funding = Project.objects.get().fundings.get()
    assert (funding.awarded_amount, funding.awarded_currency) == (80000, "LTL")


@pytest.mark.parametrize("sent", ["x", "9" * 30, "0"])
def test_funder_or_library_that_is_none_is_refused_in_words(editor, sent):
    project = factories.full_project()
    changes = {"fundings-0-funder": sent, "partners-0-library": sent}
    errors = save(editor, change_address(project), **changes)
    assert len(errors) == 2
    for error in errors:
        assert "Pasirinkite tinkamą reikšmę. Pasirinktosios nėra tarp galimų." in error


def test_who_may_only_look_sees_the_days_and_places(editor, editor_user):
    editor_user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    project = factories.full_project()
    page = editor.get(reverse("admin:projects_project_change", args=[project.pk]))
    words = " ".join(page.content.decode().split())
    assert "2014 m. balandžio 10 d." in words
    assert "Vilnius" in words


@pytest.mark.parametrize("written", ["", "80 tūkst. Lt"])
@pytest.mark.parametrize("amount", ["5", "-5"])
@pytest.mark.parametrize("name", ["budget", "fundings-0-awarded", "fundings-0-asked"])
def test_sum_without_its_currency_is_refused_in_a_sentence(editor, name, amount, written):
    project = factories.full_project()
    sent = {f"{name}_amount": amount, f"{name}_currency": "", f"{name}_as_written": written}
    errors = "".join(save(editor, change_address(project), **sent))
    assert "Nurodykite ir sumą, ir valiutą arba abi palikite tuščias." in errors


@pytest.mark.parametrize("name", ["budget", "fundings-0-awarded", "fundings-0-asked"])
@pytest.mark.parametrize(
    ("amount", "currency", "empty"), [("5", "", "currency"), ("", "EUR", "amount")]
)
def test_half_of_a_sum_is_told_at_the_field_that_is_empty(editor, name, amount, currency, empty):
    project = factories.full_project()
    sent = {f"{name}_amount": amount, f"{name}_currency": currency, f"{name}_as_written": ""}
    address = change_address(project)
    page = editor.post(address, unchanged(editor, address) | sent).content.decode()
    assert f'id="id_{name}_{empty}_error"' in page


def test_currency_is_read_from_the_words_where_the_sum_is_the_same(editor):
    project = factories.project()
    sent = {"budget_amount": "80000", "budget_as_written": "80 tūkst. Lt"}
    assert save(editor, change_address(project), budget_currency="", **sent) == []
    project.refresh_from_db()
    assert project.budget_currency == "LTL"


@pytest.mark.parametrize("claimed", ["2000", "9" * 4000])
def test_form_that_claims_endless_rows_gets_no_more_than_a_record_has(editor, claimed):
    answer = editor.post(ADD, unchanged(editor, ADD) | {"activities-TOTAL_FORMS": claimed})
    rows = [len(each.formset.forms) for each in answer.context["inline_admin_formsets"]]
    assert rows == [0, 0, MOST_RECORDS, 0, 0, 0]
    assert "Pateikite ne daugiau kaip 200 formų." in text_of(answer)
