import pytest
from django.core.signals import request_finished
from django.db import close_old_connections

from association.models import Document
from projects.models import Document as ProjectDocument
from tests import factories

pytestmark = pytest.mark.django_db


def get(client, address):
    response = client.get(address)
    response.body = response.getvalue() if response.streaming else response.content
    # The file is closed as the server does it, but the test's database connection is kept.
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return response


def statuses(address, *clients):
    return [get(client, address).status_code for client in clients]


def test_file_of_a_draft_is_not_to_be_had_by_its_address(visitor, member, editor):
    photo = factories.photo(factories.draft())
    assert statuses(photo.image.url, visitor, member, editor) == [404, 404, 200]


def test_file_of_a_withdrawn_project_is_gone_at_once(visitor):
    photo = factories.photo(factories.project())
    before = statuses(photo.image.url, visitor)
    photo.project.withdraw()
    assert before + statuses(photo.image.url, visitor) == [200, 404]


def test_file_for_members_is_not_found_by_a_stranger(visitor, member):
    document = Document.objects.create(
        title="Protokolas", audience="members", file=factories.upload()
    )
    assert statuses(document.file.url, visitor, member) == [404, 200]


def test_file_is_sent_as_it_was_given(visitor):
    document = ProjectDocument.objects.create(
        project=factories.project(), title="Ataskaita", file=factories.upload("a.pdf", b"%PDF-x")
    )
    response = get(visitor, document.file.url)
    assert response.body == b"%PDF-x"
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-cache"


def test_file_that_a_browser_cannot_show_is_downloaded(visitor):
    document = Document.objects.create(title="Sąrašas", file=factories.upload("a.csv", b"a,b"))
    disposition = get(visitor, document.file.url)["Content-Disposition"]
    assert disposition.partition(";")[0] == "attachment"


@pytest.mark.parametrize(
    "name",
    [
        "nera.pdf",
        "asociacijos-dokumentai/nera.pdf",
        "../db.sqlite3",
        "asociacijos-dokumentai/",
        "asociacijos-dokumentai/%00",
    ],
)
def test_file_that_nobody_owns_is_not_found(superuser, name):
    assert superuser.get(f"/failai/{name}").status_code == 404


def test_file_lost_from_the_disk_is_not_found(visitor):
    document = Document.objects.create(title="Įstatai", file=factories.upload())
    document.file.storage.delete(document.file.name)
    assert get(visitor, document.file.url).status_code == 404


def test_file_left_on_the_disk_without_a_record_is_not_found(superuser):
    document = Document.objects.create(title="Įstatai", file=factories.upload())
    address = document.file.url
    document.delete()
    assert superuser.get(address).status_code == 404
