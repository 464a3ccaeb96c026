"""What could keep a state from coming back, and does not."""

from pathlib import PurePosixPath

import pytest
from django.urls import reverse

from accounts import erasures
from association import versions
from association.models import Library
from projects.models import Funder, Project
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


@pytest.mark.usefixtures("each_place")
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


def test_names_of_a_funder_that_have_changed_places_come_back(editor):
    funder = factories.funder(name="Taryba")
    for name in ("LKT", "Kultūros taryba"):
        funder.aliases.create(name=name)
    address = reverse("admin:projects_funder_change", args=[funder.pk])
    for number, name in ((0, "Trečias"), (1, "LKT"), (0, "Kultūros taryba")):
        assert save(editor, address, **{f"aliases-{number}-name": name}) == []
    restore(editor, Funder, funder.pk, versions.states(funder).last())
    assert [alias.name for alias in funder.aliases.order_by("pk")] == ["LKT", "Kultūros taryba"]


def test_library_is_a_member_again_as_it_was_though_another_membership_goes_on_now(editor):
    library = factories.library()
    ended = library.memberships.create(starts_on="2010-01-01", ends_on="2012-01-01")
    goes_on = library.memberships.create(starts_on="2013-01-01")
    address = reverse("admin:association_library_change", args=[library.pk])
    changes = {
        "memberships-0-ends_on": "2014-01-01",
        "memberships-1-starts_on": "2015-01-01",
        "memberships-1-ends_on": "",
    }
    assert save(editor, address, **changes) == []
    restore(editor, Library, library.pk, versions.states(library).last())
    ended.refresh_from_db()
    goes_on.refresh_from_db()
    assert (str(ended), str(goes_on)) == ("2010-01-01–2012-01-01", "2013-01-01–")
