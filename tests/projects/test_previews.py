"""„Peržiūrėti“ in the form of a project."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django_tasks_db.models import DBTaskResult

from projects.models import Project
from tests import factories
from tests.projects.test_admin import ADD, change_address, everything, unchanged
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def preview(client, address, **changes):
    return client.post(address, unchanged(client, address) | changes | {"_preview": "1"})


def files():
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_preview_shows_what_is_typed_as_visitors_will_see_it_and_saves_nothing(editor):
    project = factories.full_project(title="Mugė")
    project.documents.create(title="Sąmata", audience="members", file=factories.upload())
    before = everything(project)
    typed = {"title": "„Didžioji mugė“", "goals-0-text": "Naujas tikslas."}
    page = preview(editor, change_address(project), **typed)
    seen = text_of(page)
    assert "Taip puslapį matys lankytojai. Peržiūra nieko neišsaugo" in seen
    assert "„Didžioji mugė“" in seen
    assert "Naujas tikslas." in seen
    assert "PRISIJUNGTI" in seen
    assert "Sąmata" not in seen
    assert everything(Project.objects.get()) == before
    assert not LogEntry.objects.exists()


def test_preview_shows_a_project_that_was_never_saved(editor):
    typed = {"title": "„Mugė“", "goals-TOTAL_FORMS": 1, "goals-0-text": "Skatinti skaitymą."}
    seen = text_of(preview(editor, ADD, **typed))
    assert "„Mugė“" in seen
    assert "Skatinti skaitymą." in seen
    assert not Project.objects.exists()


def with_document(name="programa.pdf"):
    return {
        "documents-TOTAL_FORMS": 1,
        "documents-0-title": "Programa",
        "documents-0-dated": "2026-01-01",
        "documents-0-audience": "public",
        "documents-0-file": factories.upload(name),
    }


def test_preview_leaves_no_file_behind(editor):
    project = factories.project()
    before = files()
    assert "Programa" in text_of(preview(editor, change_address(project), **with_document()))
    assert files() == before


def test_preview_that_fails_leaves_nothing_behind(editor, monkeypatch):
    project = factories.project()
    before = files(), everything(project)

    def fail(*_arguments):
        raise RuntimeError

    monkeypatch.setattr("projects.admin.previews.page_of_draft", fail)
    with pytest.raises(RuntimeError):
        preview(editor, change_address(project), **with_document())
    assert (files(), everything(Project.objects.get())) == before


def test_preview_of_what_is_replaced_deleted_and_moved_changes_nothing(editor):
    project, _other = factories.full_project(), factories.project()
    for name in ("sena.pdf", "kita.pdf"):
        project.documents.create(title=name, file=factories.upload(name))
    before = files(), everything(project), list(Project.objects.values())
    waiting = DBTaskResult.objects.count()
    typed = {
        "documents-0-file": factories.upload("nauja.pdf"),
        "documents-1-DELETE": "on",
        "goals-0-DELETE": "on",
        "position": "2",
        "_popup": "1",
    }
    page = preview(editor, change_address(project), **typed).content.decode()
    assert "nauja" in page
    assert "kita.pdf" not in page
    project = Project.objects.get(pk=project.pk)
    assert (files(), everything(project), list(Project.objects.values())) == before
    assert DBTaskResult.objects.count() == waiting


def test_preview_that_cannot_be_shown_says_what_to_mend_and_saves_nothing(editor):
    project = factories.full_project()
    before = everything(project)
    typed = {"title": "", "activities-0-days": "rytoj"}
    seen = text_of(preview(editor, change_address(project), **typed))
    assert "Puslapio parodyti dar negalima" in seen
    assert "Pavadinimas: Užpildykite šį lauką." in seen
    assert "Veikla 1, Dienos: Eilutės „rytoj“ nepavyko suprasti." in seen
    assert everything(Project.objects.get()) == before


def test_save_and_publish_leads_to_where_it_is_published(editor):
    typed = unchanged(editor, ADD) | {"title": "Mugė", "_publish": "1"}
    response = editor.post(ADD, typed, follow=True)
    assert "Ko trūksta" in text_of(response)
    assert [str(each) for each in response.context["messages"]] == [
        "Išsaugota. Pažiūrėkite, ar ko netrūksta, ir paskelbkite."
    ]
    assert not Project.objects.get().is_published


def test_form_tells_who_sees_the_project_and_cannot_publish_past_the_guard(editor):
    project = factories.draft()
    address = change_address(project)
    page = editor.get(address)
    assert "Juodraštis: mato tik svetainės tvarkytojai. Skelbti arba nebeskelbti" in text_of(page)
    typed = {"published_at_0": "2014-01-01", "published_at_1": "00:00"}
    editor.post(address, unchanged(editor, address) | typed)
    assert Project.objects.get().published_at is None
