"""What could keep a state from coming back, and does not."""

from pathlib import PurePosixPath

import pytest

from accounts import erasures
from association import versions
from projects.models import Project
from tests import factories
from tests.projects.test_admin import change_address, save
from tests.projects.test_states import delete, restore

pytestmark = pytest.mark.django_db


def test_deleted_project_comes_back_without_the_person_who_was_erased(editor):
    user = factories.user(email="ona@biblioteka.example", name="Ona Onaitė")
    told = {"contact_person": user.name, "contact_email": user.email}
    project = factories.project(title="Mugė", text=f"Rašykite {user.email}.", **told)
    delete(editor, project)
    erasures.erase(user)
    restore(editor, Project, project.pk, versions.deleted(Project).get().revision)
    project = Project.objects.get()
    assert (project.contact_person, project.contact_email) == ("Ištrinta paskyra", "")
    assert project.text == "Rašykite Ištrinta paskyra."


def test_photo_that_is_called_as_an_erased_person_keeps_its_file(editor):
    user = factories.user(name="Mugė")
    photo = factories.photo(factories.project(title="Šventė"))
    name = str(PurePosixPath(photo.image.name).with_name("Mugė.jpg"))
    photo.image.storage.save(name, factories.picture())
    type(photo).objects.update(image=name)
    save(editor, change_address(photo.project), title="Kita")
    erasures.erase(user)
    restore(editor, Project, photo.project_id, versions.states(photo.project).last())
    photo.refresh_from_db()
    assert photo.image.name == name
