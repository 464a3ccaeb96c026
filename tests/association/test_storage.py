"""A file is kept whole or not at all; and a full disk is told, with all that was typed."""

import errno
import os
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from association import storage
from association.models import Document, Page
from projects.models import Photo, Project
from projects.share_images import draw_later
from tests import factories
from tests.forms import form_data
from tests.logins import log_in
from tests.reading import text_of
from tests.tasks import run_tasks

NO_SPACE = "Serveryje nebeliko vietos"


class Swelling(ContentFile):
    """A file for the end of which there is no space."""

    def chunks(self, chunk_size=None):
        yield b"beginning"
        raise no_space()


def read(name):
    with default_storage.open(name) as file:
        return file.read()


def no_space(*args):
    return OSError(errno.ENOSPC, "No space left on device")


@contextmanager
def full_disk(monkeypatch):
    """No file can be written as long as the block lasts."""

    def refuse(*args):
        raise no_space()

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", refuse)
        yield


def stored_files():
    """Return the paths of all files on the disk, below MEDIA_ROOT."""
    root = Path(default_storage.location)
    return [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]


def test_file_for_whose_end_there_is_no_space_is_not_there():
    with pytest.raises(OSError, match="No space"):
        default_storage.save("dokumentai/a.pdf", Swelling(b""))
    assert stored_files() == []


def test_file_is_stored_as_it_came_whatever_way_it_came():
    with TemporaryUploadedFile("a.pdf", "application/pdf", 3, None) as large:
        large.write(b"abc")
        large.seek(0)
        names = [
            default_storage.save("dokumentai/a.pdf", upload)
            for upload in (large, ContentFile(b"abc"))
        ]
    assert [read(name) for name in names] == [b"abc", b"abc"]
    assert sorted(stored_files()) == sorted(names)


def test_file_takes_no_name_that_another_got_in_this_very_moment(monkeypatch):
    first = default_storage.save("a.pdf", ContentFile(b"1"))
    free = iter([True])  # as it seems when it is asked first
    looks_free = storage.WholeFiles.is_name_available
    monkeypatch.setattr(
        storage.WholeFiles,
        "is_name_available",
        lambda self, *args, **options: next(free, None) or looks_free(self, *args, **options),
    )
    second = default_storage.save("a.pdf", ContentFile(b"2"))
    assert second != first
    assert read(first) == b"1"
    assert read(second) == b"2"


@pytest.mark.parametrize(("hours", "forgotten"), [(23, 0), (25, 1)])
def test_what_a_killed_process_was_writing_is_deleted_after_a_day(hours, forgotten):
    assert storage.forget_unfinished() == 0
    part = Path(default_storage.path(f"{storage.UNFINISHED}/dalis"))
    part.parent.mkdir(parents=True)
    part.write_bytes(b"pus")
    ago = time.time() - hours * 3600
    os.utime(part, (ago, ago))
    assert storage.forget_unfinished() == forgotten


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (no_space(), True),
        (OSError(errno.EDQUOT, ""), True),
        (OSError(errno.ENOENT, ""), False),
        (OperationalError(), False),
        (ValueError(), False),
    ],
)
def test_full_disk_is_known_by_its_error(error, is_full):
    assert storage.is_full(error) == is_full


def test_full_disk_of_postgresql_is_known_by_its_code():
    for code, is_full in (("53100", True), ("57P01", False)):
        error = SimpleNamespace(__cause__=SimpleNamespace(pgcode=code))
        assert storage.is_full(error) == is_full


@pytest.mark.django_db
def test_document_for_which_there_is_no_space_is_refused_and_what_was_typed_stays(
    editor, monkeypatch
):
    address = reverse("admin:association_document_add")
    data = form_data(editor.get(address).content.decode(), "document_form")
    data |= {"title": ["Metų ataskaita"], "file": factories.upload("ataskaita.pdf")}
    with full_disk(monkeypatch):
        answer = editor.post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert NO_SPACE in text_of(answer)
    assert "Šiuos failus pasirinkite iš naujo: ataskaita.pdf." in text_of(answer)
    again = form_data(page, "document_form")
    assert again["title"] == ["Metų ataskaita"]
    assert not Document.objects.exists()
    answer = editor.post(address, again | {"file": factories.upload("ataskaita.pdf")})
    assert answer.status_code == 302
    assert read(Document.objects.get().file.name) == factories.upload().read()


@pytest.mark.django_db
def test_document_of_a_project_for_which_there_is_no_space_takes_the_rest_of_it_along(
    editor, monkeypatch
):
    project = factories.project(title="Mugė")
    address = reverse("admin:projects_project_change", args=[project.pk])
    data = form_data(editor.get(address).content.decode(), "project_form")
    row = {"title": "Programa", "audience": "public", "dated": "2014-05-01", "position": ""}
    data |= {"title": ["Kita mugė"], "documents-TOTAL_FORMS": ["1"]}
    data |= {f"documents-0-{name}": [value] for name, value in row.items()}
    with full_disk(monkeypatch):
        answer = editor.post(address, data | {"documents-0-file": factories.upload()})
    page = answer.content.decode()
    assert NO_SPACE in text_of(answer)
    assert form_data(page, "project_form")["documents-0-title"] == ["Programa"]
    assert Project.objects.get().title == "Mugė"
    answer = editor.post(
        address, form_data(page, "project_form") | {"documents-0-file": factories.upload()}
    )
    assert answer.status_code == 302
    assert Project.objects.get().title == "Kita mugė"


@pytest.mark.django_db
def test_photo_for_which_there_is_no_space_is_refused_in_a_sentence(editor, monkeypatch):
    project = factories.project()
    address = reverse("admin:projects_project_photos", args=[project.pk])
    with full_disk(monkeypatch):
        sent = editor.post(f"{address}siusti/", {"image": factories.picture()})
        answer = editor.post(address, {"image": factories.picture()}, follow=True)
    assert NO_SPACE in sent.json()["errors"][0]
    assert f"{NO_SPACE}, todėl nuotrauka neišsaugota." in text_of(answer)
    assert not Photo.objects.exists()


@pytest.mark.django_db
def test_pictures_wait_for_space_on_the_disk(monkeypatch):
    photo = factories.photo(factories.project())
    draw_later(Project.objects.all())
    with full_disk(monkeypatch):
        run_tasks()
    DBTaskResult.objects.update(run_after=timezone.now())
    run_tasks()
    photo.refresh_from_db()
    assert photo.image.has_renditions()
    assert default_storage.exists(Project.objects.get().share_image.name)


@pytest.mark.django_db
def test_anything_else_for_which_there_is_no_space_is_answered_by_a_page(monkeypatch):
    monkeypatch.setattr("projects.views.ProjectList.get", Mock(side_effect=no_space()))
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert f"<h1>{NO_SPACE}</h1>" in answer.content.decode()


@pytest.mark.django_db
def test_upload_for_which_there_is_no_space_on_its_way_is_answered_by_that_page(
    editor_user, monkeypatch, settings
):
    editor = log_in(Client(enforce_csrf_checks=True, raise_request_exception=False), editor_user)
    address = reverse("admin:association_document_add")
    data = form_data(editor.get(address).content.decode(), "document_form")
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    handler = "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file"
    monkeypatch.setattr(handler, Mock(side_effect=no_space()))
    answer = editor.post(address, data | {"title": "Įstatai", "file": factories.upload()})
    assert answer.status_code == 503
    assert f"<h1>{NO_SPACE}</h1>" in answer.content.decode()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_page_for_which_the_database_has_no_space_is_refused_and_what_was_typed_stays(superuser):
    page = factories.page(text="Trumpas")
    address = reverse("admin:association_page_change", args=[page.pk])
    data = form_data(superuser.get(address).content.decode(), "page_form")
    data |= {"text": ["Ilgas tekstas. " * 50_000]}
    with connection.cursor() as cursor:
        [[before]] = cursor.execute("PRAGMA max_page_count").fetchall()
        [[pages]] = cursor.execute("PRAGMA page_count").fetchall()
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    try:
        answer = superuser.post(address, data)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")
    assert answer.status_code == 200
    assert NO_SPACE in text_of(answer)
    assert form_data(answer.content.decode(), "page_form")["text"] == data["text"]
    assert Page.objects.get().text == "Trumpas"
    assert superuser.post(address, data).status_code == 302
