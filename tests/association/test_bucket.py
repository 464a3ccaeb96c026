"""Uploaded files in a store that several hosts share: what visitors, editors and other hosts see.

That photos, covers, tables and what is restored work there as on a disk, their own tests say: those
that have `each_place`.
"""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from association import bucket as bucket_module
from association import health, tasks
from association.absence import PAUSE
from association.models import Document
from association.storage import StoreAway
from tests import factories, stores

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def led(client, address, **options):
    """Return to which address of the store the site leads."""
    answer = client.get(address, **options)
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"
    return answer["Location"]


@pytest.fixture
def document(bucket):
    file = factories.upload("Šiaulių 50% a?b #1.pdf", b"%PDF-1")
    return Document.objects.create(title="Įstatai", file=file)


def test_file_is_led_to_by_an_address_that_holds_for_a_minute(visitor, document, bucket):
    assert document.file.url.startswith("/failai/asociacijos-dokumentai/")
    address = led(visitor, document.file.url)
    assert address.startswith(f"{bucket['endpoint_url']}/{bucket['bucket_name']}/")
    assert parse_qs(urlsplit(address).query)["X-Amz-Expires"] == ["60"]
    answer = stores.fetched(address)
    assert (answer.status_code, answer.body) == (200, b"%PDF-1")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline; filename")
    assert "%C5%A0iauli%C5%B3" in answer["Content-Disposition"]
    part = stores.fetched(address, Range="bytes=1-3")
    assert (part.status_code, part.body) == (206, b"PDF")


def test_who_asks_for_the_head_is_led_to_it(visitor, document):
    answer = visitor.head(document.file.url)
    answer = stores.fetched(answer["Location"], method="HEAD")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_nobody_reads_the_store_without_a_signature(visitor, document):
    address = led(visitor, document.file.url)
    assert stores.fetched(address.partition("?")[0]).status_code == 403


def test_two_hosts_that_use_one_name_at_once_write_nothing_over(bucket):
    """Neither sees the other's file when it looks whether the name is free."""
    names = [default_storage._save("a/b.pdf", ContentFile(data)) for data in (b"1", b"2")]
    assert names[0] == "a/b.pdf" != names[1]
    contents = []
    for name in names:
        with default_storage.open(name) as file:
            contents.append(file.read())
    assert contents == [b"1", b"2"]


def test_file_lost_from_the_store_is_not_found(visitor, document):
    default_storage.delete(document.file.name)
    assert visitor.get(document.file.url).status_code == 404
    with pytest.raises(FileNotFoundError):
        document.file.open()


def test_sizes_of_documents_are_asked_for_once(document, monkeypatch):
    assert [document.file_size for _ in range(2)] == [6, 6]
    asked = []
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", lambda *args: asked.append(1))
    again = Document.objects.get(pk=document.pk)
    assert (again.file_size, asked) == (6, [])
    monkeypatch.undo()
    again.file.storage.delete(again.file.name)
    assert again.file_size is None


@pytest.fixture
def away(document, monkeypatch):
    """A store that does not answer any more, and how often it was asked."""
    asked = []

    def fail(client, operation, *args):
        asked.append(operation)
        raise EndpointConnectionError(endpoint_url="http://talpykla.example")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", fail)
    monkeypatch.setattr(bucket_module.absence, "until", None)
    return asked


def test_store_that_is_away_breaks_no_page_and_staff_are_told(visitor, editor, document, away):
    assert visitor.get("/asociacija/").status_code == 200
    assert visitor.get("/readyz").status_code == 200
    assert "Įkeltų failų saugykla neatsako" in editor.get("/admin/").text


def test_file_of_a_store_that_is_away_is_not_taken_for_lost_and_keeps_nobody_waiting(
    document, away, monkeypatch
):
    client = Client(raise_request_exception=False)
    answers = [client.get(document.file.url) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {503}
    assert "Svetainė trumpam neveikia" in answers[0].text
    assert away == ["HeadObject"]
    later = time.monotonic() + PAUSE
    monkeypatch.setattr(time, "monotonic", lambda: later)
    client.get(document.file.url)
    assert away == ["HeadObject"] * 2


def test_form_that_the_store_cannot_take_comes_back_with_what_was_typed(editor, away):
    data = {"dated": "2026-01-02", "kind": "bylaws", "audience": "public"}
    data |= {"title": "Nauja tvarka", "file": factories.upload("a.pdf")}
    answer = editor.post("/admin/association/document/add/", data)
    assert "Įkeltų failų saugykla šiuo metu neatsako, todėl niekas neišsaugota" in answer.text
    assert "Nauja tvarka" in answer.text
    assert Document.objects.count() == 1


def test_photo_that_the_store_cannot_take_says_so(editor, bucket, away):
    project = factories.project()
    address = f"/admin/projects/project/{project.pk}/nuotraukos/siusti/"
    answer = editor.post(address, {"image": factories.picture()})
    [told] = answer.json()["errors"]
    assert told.startswith("Įkeltų failų saugykla šiuo metu neatsako: nuotrauka neišsaugota.")


def test_pictures_wait_for_a_store_that_is_away():
    assert tasks.again_if_full(StoreAway("Neatsako")) == tasks.AGAIN


def test_nobody_is_told_of_a_store_that_answers(editor, document):
    assert health.troubles() == []
