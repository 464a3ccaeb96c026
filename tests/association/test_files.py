import runpy
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from association.models import Document
from projects.models import Document as ProjectDocument
from tests import factories, stores
from tests.logins import log_in
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def get(client, address):
    """Return the answer with the file: from the site, or from the store to which it leads."""
    response = client.get(address)
    if response.status_code == 302:
        return stores.fetched(response["Location"])
    response.body = response.getvalue() if response.streaming else response.content
    # The file is closed as the server does it, but the test's database connection is kept.
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return response


def statuses(address, *clients):
    return [get(client, address).status_code for client in clients]


def shown(photo):
    """Return the addresses of the renditions of `photo`, once the worker has made them."""
    run_tasks()
    photo.refresh_from_db()
    names = photo.image.rendition_names
    assert len(names) == 3
    return [photo.image.storage.url(name) for name in names]


@pytest.mark.usefixtures("each_place")
def test_file_of_a_draft_is_not_to_be_had_by_its_address(visitor, member, editor):
    document = ProjectDocument.objects.create(
        project=factories.draft(), title="Ataskaita", file=factories.upload()
    )
    assert statuses(document.file.url, visitor, member, editor) == [404, 404, 200]


def test_photo_as_uploaded_is_for_editors_alone(visitor, member, editor):
    for project in (factories.project(), factories.draft()):
        photo = factories.photo(project)
        assert statuses(photo.image.url, visitor, member, editor) == [404, 404, 200]


def test_renditions_of_a_draft_are_for_editors_alone(visitor, member, editor):
    for address in shown(factories.photo(factories.draft())):
        assert statuses(address, visitor, member, editor) == [404, 404, 200]


def test_renditions_of_a_photo_without_words_are_for_editors_alone(visitor, member, editor):
    photo = factories.photo(factories.project(), alt="")
    [address, *_others] = shown(photo)
    before = statuses(address, visitor, member, editor)
    type(photo).objects.update(alt="Pilna salė")
    after = statuses(address, visitor, member, editor)
    assert (before, after) == ([404, 404, 200], [200, 200, 200])


@pytest.mark.usefixtures("each_place")
def test_renditions_of_a_withdrawn_project_are_gone_at_once(visitor, member, editor):
    photo = factories.photo(factories.project())
    addresses = shown(photo)
    before = [statuses(each, visitor, member, editor) for each in addresses]
    photo.project.withdraw()
    after = [statuses(each, visitor, member, editor) for each in addresses]
    assert (before, after) == ([[200, 200, 200]] * 3, [[404, 404, 200]] * 3)


@pytest.mark.usefixtures("each_place")
def test_logo_is_shown_with_the_first_project_that_its_funder_pays_for(visitor, editor):
    funder = factories.funder(logo=factories.picture())
    run_tasks()
    funder.refresh_from_db()
    address = funder.logo.largest
    before = statuses(address, visitor, editor)
    factories.funding(factories.project(), funder)
    assert (before, statuses(address, visitor, editor)) == ([404, 200], [200, 200])
    assert statuses(funder.logo.url, visitor, editor) == [404, 200]


@pytest.mark.usefixtures("each_place")
def test_rendition_is_sent_as_the_picture_it_is(visitor):
    photo = factories.photo(factories.project())
    answers = [get(visitor, address) for address in shown(photo)]
    types = [answer["Content-Type"] for answer in answers]
    assert types == ["image/avif", "image/webp", "image/jpeg"]
    assert {answer["Content-Disposition"].partition(";")[0] for answer in answers} == {"inline"}


@pytest.mark.parametrize(
    "tail", ["", "/", "/x", "/{pk}", "/{pk}/", "/{pk}/{key}/31.avif", "/9{pk}/{key}/30.avif"]
)
def test_address_that_only_looks_like_a_rendition_is_not_found(superuser, tail):
    photo = factories.photo(factories.project())
    shown(photo)
    field = photo.image.field
    parts = {"pk": photo.pk, "key": photo.renditions["key"]}
    address = f"/failai/{field.renditions_folder}{tail.format(**parts)}"
    assert superuser.get(address).status_code == 404
    too_long = f"/failai/{field.renditions_folder}/{'9' * 30}/{parts['key']}/30.avif"
    assert superuser.get(too_long).status_code == 404


def test_file_that_the_browser_still_has_is_not_sent_again(visitor):
    photo = factories.photo(factories.project())
    address = shown(photo)[0]
    first = get(visitor, address)
    again = visitor.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "private, no-cache"
    photo.project.withdraw()
    assert visitor.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 404


@pytest.mark.usefixtures("each_place")
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


@pytest.mark.usefixtures("each_place")
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
@pytest.mark.usefixtures("each_place")
def test_file_that_nobody_owns_is_not_found(superuser, name):
    assert superuser.get(f"/failai/{name}").status_code == 404


@pytest.mark.usefixtures("each_place")
def test_file_lost_from_the_disk_is_not_found(visitor):
    document = Document.objects.create(title="Įstatai", file=factories.upload())
    document.file.storage.delete(document.file.name)
    assert get(visitor, document.file.url).status_code == 404


@pytest.mark.usefixtures("each_place")
def test_file_left_on_the_disk_without_a_record_is_not_found(superuser):
    document = Document.objects.create(title="Įstatai", file=factories.upload())
    address = document.file.url
    document.delete()
    assert superuser.get(address).status_code == 404


@pytest.fixture
def protocol():
    """A document for members, with a name that an address has to spell."""
    file = factories.upload("Šiaulių 50% a?b #1.pdf")
    return Document.objects.create(title="Protokolas", audience="members", file=file)


@pytest.mark.usefixtures("each_place")
def test_file_for_members_is_not_found_by_a_former_representative(protocol):
    yesterday = timezone.localdate() - timedelta(days=1)
    today = factories.representative()
    until_yesterday = factories.representative(starts_on=yesterday, ends_on=yesterday)
    of_former_member = factories.representative()
    of_former_member.library.memberships.update(starts_on=yesterday, ends_on=yesterday)
    clients = [log_in(Client(), each.user) for each in (today, until_yesterday, of_former_member)]
    assert statuses(protocol.file.url, *clients) == [200, 404, 404]


def test_representation_that_ends_while_logged_in_closes_the_file_and_its_parts(protocol):
    representative = factories.representative()
    client = log_in(Client(), representative.user)
    etag = get(client, protocol.file.url)["ETag"]
    representative.starts_on = representative.ends_on = timezone.localdate() - timedelta(days=1)
    representative.save()
    for headers in ({}, {"Range": "bytes=0-1"}, {"If-None-Match": etag}):
        assert client.get(protocol.file.url, headers=headers).status_code == 404


@pytest.mark.parametrize("accel", ["", "/protected/"])
def test_uploaded_file_runs_nothing(settings, visitor, accel):
    settings.X_ACCEL = accel
    document = Document.objects.create(title="Įstatai", file=factories.upload())
    response = get(visitor, document.file.url)
    policy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["Content-Security-Policy"] == policy
    assert response["X-Content-Type-Options"] == "nosniff"


def test_web_server_is_told_which_file_to_send_once_it_may_be_seen(
    settings, visitor, member, protocol
):
    settings.X_ACCEL = "/protected/"
    assert "X-Accel-Redirect" not in visitor.get(protocol.file.url)
    response = get(member, protocol.file.url)
    path = protocol.file.url.removeprefix("/failai/")
    assert response["X-Accel-Redirect"] == f"/protected/{path}"
    assert path.isascii()
    assert not set(path) & set(" ?#")
    assert (response.status_code, response.body) == (200, b"")
    assert "Accept-Ranges" not in response


def test_web_server_sends_a_file_under_the_same_headers(settings, visitor):
    addresses = [
        Document.objects.create(title=name, file=factories.upload(name)).file.url
        for name in ("įstatai.pdf", "sąrašas.csv")
    ]
    told = ["Content-Type", "Content-Disposition", "Cache-Control", "ETag", "Last-Modified"]
    found = []
    for accel in ("", "/protected/"):
        settings.X_ACCEL = accel
        answers = [get(visitor, address) for address in addresses]
        found.append([[answer[name] for name in told] for answer in answers])
    assert found[0] == found[1]


def test_web_server_sends_renditions_too(settings, visitor):
    settings.X_ACCEL = "/protected/"
    photo = factories.photo(factories.project())
    for address in shown(photo):
        path = address.removeprefix("/failai/")
        assert get(visitor, address)["X-Accel-Redirect"] == f"/protected/{path}"


@pytest.mark.parametrize("folder", ["protected", "/protected", "https://biblioteka.example/"])
def test_folder_of_the_web_server_has_to_be_one(settings, monkeypatch, folder):
    monkeypatch.setenv("X_ACCEL", folder)
    with pytest.raises(ImproperlyConfigured, match="X_ACCEL"):
        runpy.run_path(settings.BASE_DIR / "association" / "settings.py")
