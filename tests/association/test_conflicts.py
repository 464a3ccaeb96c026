"""Two people at one record: who saves later is told, and loses nothing that was typed."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from association.models import CouncilMember, Document
from projects.models import Project
from tests import factories, logins
from tests.forms import form_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(editor):
    """The client of another editor, who bears a name."""
    user = factories.user(
        email="ona@biblioteka.example", name="Ona Onaitė", is_staff=True, is_superuser=True
    )
    client = Client()
    logins.log_in(client, user)
    return client


def address_of(record):
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])


def opened(client, record):
    """Return what a browser would send for the form of `record`, opened and left unchanged."""
    page = client.get(address_of(record)).content.decode()
    return form_data(page, f"{record._meta.model_name}_form")


def save(client, record, data, **changes):
    return client.post(address_of(record), data | changes)


def sent_again(response, record):
    """Return what a browser would send for the form on the page that was returned."""
    return form_data(response.content.decode(), f"{record._meta.model_name}_form")


def told(response):
    """Return the sentences that are told as errors on the page."""
    lists = re.findall(r'class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL)
    return [
        re.sub(r"<[^>]+>", "", each).replace("\xa0", " ")
        for errors in lists
        for each in errors.split("</li>")
        if each.strip()
    ]


def a_document():
    return Document.objects.create(title="Protokolas", file=factories.upload())


RECORDS = [
    (factories.project, "title", "Mugė", "Šventė"),
    (factories.funder, "website", "https://vienas.example/", "https://kitas.example/"),
    (factories.library, "address", "Vienos g. 1", "Kitos g. 2"),
    (factories.page, "title", "Vienas", "Kitas"),
    (factories.details, "seat", "Vilnius", "Kaunas"),
    (a_document, "title", "Įstatai", "Nauji įstatai"),
    (lambda: CouncilMember.objects.create(name="Jonas"), "role", "Narys", "Pirmininkas"),
]


@pytest.mark.parametrize(("make", "field", "one", "other"), RECORDS)
def test_who_saves_over_a_newer_save_is_told_and_saves_consciously(
    editor, colleague, make, field, one, other
):
    record = make()
    mine = opened(editor, record)
    assert save(colleague, record, opened(colleague, record), **{field: other}).status_code == 302
    response = save(editor, record, mine, **{field: one})
    record.refresh_from_db()
    assert getattr(record, field) == other
    assert response.status_code == 200
    sentences = told(response)
    assert sentences[0].startswith("Kol rašėte, Ona Onaitė išsaugojo šį įrašą (20")
    assert f"Dabar įrašyta: {other}" in sentences
    again = sent_again(response, record)
    assert again[field] == [one]
    assert save(editor, record, again).status_code == 302
    record.refresh_from_db()
    assert getattr(record, field) == one


def test_who_saves_after_nobody_is_not_held_up(editor):
    project = factories.full_project()
    assert save(editor, project, opened(editor, project), title="Mugė").status_code == 302


def test_what_the_person_had_not_touched_is_as_the_other_saved_it(editor, colleague):
    project = factories.full_project(title="Mugė", summary="Sena.", budget_amount=None)
    mine = opened(editor, project)
    theirs = opened(colleague, project)
    goal = project.goals.first()
    save(colleague, project, theirs, summary="Nauja.", **{"goals-0-text": "Kito tikslas."})
    response = save(editor, project, mine, title="Šventė")
    again = sent_again(response, project)
    assert (again["title"], again["summary"]) == (["Šventė"], ["Nauja."])
    assert again["goals-0-text"] == ["Kito tikslas."]
    taken = "Kur jūs nieko nekeitėte, jau matote, kas įrašyta dabar: Santrauka; Tikslas"
    assert any(each.startswith(taken) for each in told(response))
    assert not any("Dabar įrašyta" in each for each in told(response))
    assert save(editor, project, again).status_code == 302
    project.refresh_from_db()
    goal.refresh_from_db()
    assert (project.title, project.summary, goal.text) == ("Šventė", "Nauja.", "Kito tikslas.")


def test_row_that_the_other_added_is_shown_and_stays(editor, colleague):
    project = factories.full_project()
    mine = opened(editor, project)
    row = {"goals-TOTAL_FORMS": 3, "goals-2-text": "Kito tikslas.", "goals-2-position": "1"}
    save(colleague, project, opened(colleague, project), **row)
    mine |= {"goals-TOTAL_FORMS": 3, "goals-2-text": "Mano tikslas."}
    response = save(editor, project, mine)
    assert "Ši eilutė tuo metu pridėta." in told(response)
    again = sent_again(response, project)
    texts = [again[f"goals-{number}-text"][0] for number in range(4)]
    assert texts == ["Kito tikslas.", "Tikslas 1.", "Tikslas 2.", "Mano tikslas."]
    assert save(editor, project, again).status_code == 302
    assert [goal.text for goal in project.goals.all()] == texts


def test_row_that_the_other_deleted_is_offered_anew_with_what_was_typed(editor, colleague):
    project = factories.full_project()
    mine = opened(editor, project)
    gone = {"goals-0-DELETE": "on", "activities-0-DELETE": "on"}
    save(colleague, project, opened(colleague, project), **gone)
    count = project.activities.count()
    response = save(editor, project, mine, **{"goals-0-text": "Mano žodžiai."})
    sentences = told(response)
    assert any(each.startswith("Ši eilutė tuo metu ištrinta.") for each in sentences)
    assert any(each.startswith("Tuo metu ištrinta: veikla „") for each in sentences)
    again = sent_again(response, project)
    assert (again["goals-INITIAL_FORMS"], again["goals-TOTAL_FORMS"]) == (["1"], ["2"])
    assert save(editor, project, again).status_code == 302
    assert {goal.text for goal in project.goals.all()} == {"Mano žodžiai.", "Tikslas 2."}
    assert project.activities.count() == count


def test_row_that_the_other_changed_is_not_deleted_unseen(editor, colleague):
    project = factories.full_project()
    mine = opened(editor, project)
    save(colleague, project, opened(colleague, project), **{"goals-0-text": "Kito tikslas."})
    response = save(editor, project, mine, **{"goals-0-DELETE": "on"})
    assert any("o ji tuo metu pakeista" in each for each in told(response))
    assert project.goals.count() == 2
    assert save(editor, project, sent_again(response, project)).status_code == 302
    assert [goal.text for goal in project.goals.all()] == ["Tikslas 2."]


def test_place_that_moved_by_itself_holds_nobody_up(editor, colleague):
    project = factories.project(position=1)
    mine = opened(editor, project)
    Project.objects.update(position=7)
    assert save(editor, project, mine, title="Mugė").status_code == 302
    project.refresh_from_db()
    assert project.title == "Mugė"


def test_preview_of_an_old_form_is_shown(editor, colleague):
    project = factories.full_project()
    mine = opened(editor, project)
    save(colleague, project, opened(colleague, project), title="Kito pavadinimas")
    response = save(editor, project, mine, title="Mano pavadinimas", _preview="1")
    assert "Mano pavadinimas" in response.content.decode()
    assert told(response) == []


def test_who_has_saved_it_already_is_told_so(editor):
    project = factories.full_project()
    mine = opened(editor, project)
    save(editor, project, mine, title="Pirmas")
    sentences = told(save(editor, project, mine, title="Antras"))
    assert sentences[0].startswith("Šį įrašą jau išsaugojote jūs (20")


def test_change_that_nobody_is_known_for_is_told_without_a_name(editor):
    project = factories.full_project()
    mine = opened(editor, project)
    Project.objects.update(summary="Iš teksto.")
    sentences = told(save(editor, project, mine, summary="Mano."))
    assert sentences[0] == "Kol rašėte, šį įrašą kažkas pakeitė."


def test_file_chosen_again_is_asked_for_and_the_other_one_told(editor, colleague):
    document = a_document()
    mine = opened(editor, document)
    new = factories.upload("kito.pdf")
    save(colleague, document, opened(colleague, document), file=new)
    page = save(editor, document, mine, file=factories.upload("mano.pdf"))
    assert any(re.fullmatch(r"Dabar įrašyta: kito\w*\.pdf", each) for each in told(page))
    assert "Šiuos failus pasirinkite iš naujo: mano.pdf." in page.content.decode()


@pytest.mark.parametrize(
    "seen",
    [
        "",
        "\0",
        "x",
        "9" * 400,
        "1:[]",
        '1:{"form": 5}',
        "1:" + "[" * 9999,
        '1:{"rows":{"goals":3}}',
    ],
)
def test_state_that_nobody_can_read_is_taken_for_an_old_one(editor, seen):
    project = factories.full_project(title="Mugė")
    response = save(editor, project, opened(editor, project), title="Šventė", _seen=seen)
    assert "Dabar įrašyta: Mugė" in told(response)
    assert save(editor, project, sent_again(response, project)).status_code == 302


@pytest.mark.parametrize("key", ["abc", "999999999", "9" * 40, "\0", "-1"])
def test_row_of_no_record_of_this_project_is_no_crash(editor, colleague, key):
    project = factories.full_project()
    response = save(editor, project, opened(editor, project), **{"goals-0-id": key})
    assert response.status_code == 200


def test_form_of_who_may_only_look_keeps_no_state(editor, editor_user):
    project = factories.full_project()
    editor_user.user_permissions.set(Permission.objects.filter(codename="view_project"))
    assert "_seen" not in editor.get(address_of(project)).content.decode()


def test_two_saves_at_the_same_moment_do_not_slip_past_one_another(editor, colleague):
    project = factories.full_project()
    mine = opened(editor, project)
    with CaptureQueriesContext(connection) as queries:
        save(editor, project, mine, title="Mugė")
    asked = [query["sql"] for query in queries if "projects_project" in query["sql"]]
    if connection.vendor == "postgresql":
        assert any(sql.endswith("FOR UPDATE") for sql in asked)
        locked = next(at for at, sql in enumerate(asked) if sql.endswith("FOR UPDATE"))
        assert not any(sql.startswith(("UPDATE", "INSERT")) for sql in asked[:locked])
    else:
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_record_that_the_other_deleted_is_offered_anew_with_all_that_was_typed(editor):
    project = factories.full_project()
    mine = opened(editor, project)
    address = address_of(project)
    Project.objects.all().delete()
    changes = {"title": "Mano mugė", "goals-0-DELETE": "on", "goals-1-text": "Mano tikslas."}
    response = editor.post(address, mine | changes)
    page = response.content.decode()
    assert told(response)[0] == "Kol rašėte, šį įrašą kažkas ištrynė."
    assert 'action="/admin/projects/project/add/"' in page
    assert editor.post("/admin/projects/project/add/", sent_again(response, project)).url
    made = Project.objects.get()
    assert (made.title, made.goals.get().text) == ("Mano mugė", "Mano tikslas.")
    assert made.activities.count() == int(mine["activities-TOTAL_FORMS"][0])
