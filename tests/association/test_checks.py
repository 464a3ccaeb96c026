from django.db import models
from django.test.utils import isolate_apps

from association import checks
from projects.models import Document, Photo


def test_files_of_the_site_all_have_an_owner():
    assert checks.files_have_an_owner(None) == []


@isolate_apps("association")
def test_files_without_an_owner_are_an_error(monkeypatch):
    class Leaflet(models.Model):
        file = models.FileField(upload_to="lankstukai")

        class Meta:
            app_label = "association"

        def __str__(self):
            return self.file.name

    monkeypatch.setattr(checks, "file_fields", lambda: [Leaflet._meta.get_field("file")])
    assert [error.id for error in checks.files_have_an_owner(None)] == ["association.E001"]


def test_files_of_two_fields_in_one_folder_are_an_error(monkeypatch):
    photo, document = Photo._meta.get_field("image"), Document._meta.get_field("file")
    monkeypatch.setattr(document, "upload_to", photo.upload_to)
    monkeypatch.setattr(checks, "file_fields", lambda: [photo, document])
    assert [error.id for error in checks.files_have_an_owner(None)] == ["association.E002"] * 2
