"""Two editors in the same moment: neither gets an error, and nothing is left half done.

On SQLite whoever writes waits for the other anyway.
"""

from contextlib import closing
from functools import partial
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from association import versions
from association.models import OrderedQuerySet
from projects import importers
from projects.models import Goal, Photo, Project
from tests import factories
from tests.logins import log_in
from tests.projects.test_admin import change_address, unchanged
from tests.projects.test_photos_admin import address_of as photos_address
from tests.projects.test_states import delete, restore

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

PATIENCE = 0.7  # seconds in which whoever need not wait is done


@pytest.fixture
def colleague(db):
    user = factories.user(email="ona@biblioteka.example", is_staff=True, is_superuser=True)
    return log_in(Client(), user)


class Meanwhile(Thread):
    """Does `deed` while somebody else is in the middle of theirs; `outcome` is what it returns.

    Into that middle leads the method `name` of `owner`, once it has done what it does.
    """

    def __init__(self, monkeypatch, owner, name, deed):
        super().__init__()
        self.deed, self.outcome, self.error = deed, None, None
        original = getattr(owner, name)

        def interrupted(*args, **kwargs):
            result = original(*args, **kwargs)
            if self.ident is None:
                self.start()
                self.join(PATIENCE)
            return result

        monkeypatch.setattr(owner, name, interrupted)

    def run(self):
        with closing(connection):
            try:
                self.outcome = self.deed()
            except Exception as error:  # told in the thread of the test
                self.error = error

    def done(self):
        """Return what the deed returned; raise what it raised."""
        self.join()
        if self.error:
            raise self.error
        return self.outcome


def sent(client, project, **changes):
    """Return what sends the form of `project`, as it is now, with `changes`."""
    address = change_address(project)
    data = unchanged(client, address) | changes
    return lambda: client.post(address, data)


def test_two_bring_the_same_project_back(editor, colleague, monkeypatch):
    project = factories.full_project(title="Mugė")
    delete(editor, project)
    revision = versions.deleted(Project).get().revision
    other = Meanwhile(
        monkeypatch, versions, "_written", lambda: restore(colleague, Project, project.pk, revision)
    )
    assert restore(editor, Project, project.pk, revision).status_code == 200
    assert other.done().status_code == 200
    assert Project.objects.get().title == "Mugė"


def test_project_is_deleted_while_it_is_saved(editor, colleague, monkeypatch):
    project = factories.full_project(title="Mugė")
    row = {"goals-TOTAL_FORMS": 3, "goals-2-text": "Naujas tikslas."}
    save = sent(editor, project, title="Šventė", **row)
    other = Meanwhile(monkeypatch, versions, "keep", lambda: delete(colleague, project))
    assert save().status_code == 302
    other.done()
    assert not Project.objects.exists()
    restore(editor, Project, project.pk, versions.deleted(Project).get().revision)
    assert Project.objects.get().title == "Šventė"
    assert Goal.objects.filter(text="Naujas tikslas.").exists()


def test_project_is_deleted_in_the_list_while_it_is_saved(editor, colleague, monkeypatch):
    project = factories.full_project(title="Mugė")
    save = sent(editor, project, **{"goals-TOTAL_FORMS": 3, "goals-2-text": "Naujas tikslas."})
    chosen = {"action": "delete_selected", "_selected_action": [project.pk], "post": "yes"}
    other = Meanwhile(
        monkeypatch,
        versions,
        "keep",
        lambda: colleague.post("/admin/projects/project/", chosen),
    )
    assert save().status_code == 302
    assert other.done().status_code == 302
    assert not Project.objects.exists()


def test_project_is_saved_while_it_is_restored(editor, colleague, monkeypatch):
    project = factories.full_project(title="Mugė")
    sent(editor, project, title="Šventė")()
    first = versions.states(project).last()
    row = {"goals-TOTAL_FORMS": 3, "goals-2-text": "Naujas tikslas."}
    save = sent(colleague, project, **row)
    other = Meanwhile(monkeypatch, versions, "_remove_others", save)
    assert restore(editor, Project, project.pk, first).status_code == 200
    assert other.done().status_code == 200  # it is told what was restored meanwhile
    project.refresh_from_db()
    assert (project.title, project.goals.count()) == ("Mugė", 2)


def test_photo_is_sent_while_the_project_is_deleted(editor, colleague, monkeypatch):
    project = factories.project()
    send = sent_photo(colleague, project)
    other = Meanwhile(monkeypatch, versions, "keep", send)
    delete(editor, project)
    assert other.done().status_code == 404
    assert not Photo.objects.exists()


def test_project_is_deleted_while_a_photo_is_sent(editor, colleague, monkeypatch):
    project = factories.project()
    send = sent_photo(editor, project)
    other = Meanwhile(monkeypatch, versions, "keep_first", lambda: delete(colleague, project))
    assert "row" in send().json()
    other.done()
    restore(editor, Project, project.pk, versions.deleted(Project).get().revision)
    assert Photo.objects.count() == 1


def sent_photo(client, project):
    file = factories.picture()
    address = f"{photos_address(project)}siusti/"
    return lambda: client.post(address, {"image": file})


def test_photos_are_told_in_words_while_the_project_is_deleted(editor, colleague, monkeypatch):
    project = factories.project()
    photo = factories.photo(project)
    data = {"photo": photo.pk, f"photo-{photo.pk}-alt": "Mugė"}
    other = Meanwhile(
        monkeypatch, versions, "keep", lambda: colleague.post(photos_address(project), data)
    )
    delete(editor, project)
    assert other.done().status_code == 404


def test_projects_are_withdrawn_in_the_list_while_one_is_deleted(editor, colleague, monkeypatch):
    project = factories.project()
    chosen = {"action": "withdraw", "_selected_action": [project.pk]}
    other = Meanwhile(
        monkeypatch, versions, "keep", lambda: colleague.post("/admin/projects/project/", chosen)
    )
    delete(editor, project)
    assert other.done().status_code == 302


def test_two_put_projects_in_order(editor, colleague, monkeypatch):
    first, _second, third = (factories.project(position=place) for place in (1, 2, 3))
    save = sent(editor, third, position="1")
    other = Meanwhile(
        monkeypatch, OrderedQuerySet, "renumber", sent(colleague, first, position="3")
    )
    assert save().status_code == 302
    assert other.done().status_code in {200, 302}
    assert sorted(Project.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_worker_draws_a_project_while_a_text_changes_it(monkeypatch):
    factories.project(title="Mugė")
    drawn = partial(Project.objects.update, share_image="nauja.jpg")
    other = Meanwhile(monkeypatch, importers, "_recognise", drawn)
    importers.import_projects("„Mugė“.\n\nAprašymas:\n\nNauja pastraipa.\n")
    other.done()
    project = Project.objects.get()
    assert (project.text, project.share_image.name) == ("Nauja pastraipa.", "nauja.jpg")
