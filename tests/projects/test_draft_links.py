import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import DraftLink, Project
from projects.share_images import draw_later
from tests import factories
from tests.reading import text_of
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return factories.full_project(title="Rengiama mugė", published_at=None)


def words(client, address):
    response = client.get(address)
    return response.status_code, text_of(response)


def test_link_shows_the_draft_to_a_stranger(visitor, draft):
    status, seen = words(visitor, DraftLink.renew(draft).get_absolute_url())
    assert status == 200
    assert "„Rengiama mugė“" in seen
    assert "Juodraštis: mato tik tie, kurie turi šią nuorodą. Nuoroda galioja iki" in seen
    assert "Tikslas 1." in seen
    assert "PRISIJUNGTI" in seen
    assert visitor.get(draft.get_absolute_url()).status_code == 404


def test_link_opens_for_14_days_and_no_longer(visitor, draft):
    link = DraftLink.renew(draft)
    assert link.expires_at - timezone.now() > timedelta(days=14) - timedelta(minutes=1)
    DraftLink.objects.update(expires_at=timezone.now())
    status, seen = words(visitor, link.get_absolute_url())
    assert (status, "Rengiama" in seen) == (404, False)
    assert "Nuoroda nebegalioja" in seen


@pytest.mark.parametrize("key", ["nera", "%00", "a" * 3000])
def test_link_with_a_key_that_is_none_opens_nothing(visitor, key):
    assert visitor.get(f"/juodrastis/{key}/").status_code == 404


def test_link_that_was_made_anew_opens_no_more(visitor, draft):
    before = DraftLink.renew(draft).get_absolute_url()
    after = DraftLink.renew(draft).get_absolute_url()
    assert [words(visitor, address)[0] for address in (before, after)] == [404, 200]


def test_link_leads_to_the_page_once_it_is_public(visitor, draft):
    link = DraftLink.renew(draft)
    draft.publish()
    assert visitor.get(link.get_absolute_url())["Location"] == draft.get_absolute_url()


def test_link_of_one_draft_opens_no_other(visitor, draft):
    other = factories.draft(title="Kitas juodraštis")
    other.partners.create(name="Slaptas partneris")
    address = DraftLink.renew(draft).get_absolute_url()
    assert "Kitas" not in words(visitor, address)[1]
    key = address.split("/")[2]
    assert visitor.get(f"{other.get_absolute_url()}?juodrastis={key}").status_code == 404


def test_link_is_kept_by_no_cache_and_found_by_no_robot_and_sets_no_cookie(visitor, draft):
    response = visitor.get(DraftLink.renew(draft).get_absolute_url())
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response.cookies == {}


def files_of(page):
    """Return the addresses of files in `page`, those in srcset too."""
    return {
        part
        for piece in page.replace(",", " ").split('"')
        for part in piece.split()
        if part.startswith("/failai/")
    }


def test_link_lets_out_the_files_of_its_draft_and_only_what_strangers_may_have(draft):
    factories.photo(draft)
    draft.documents.create(title="Programa", file=factories.upload())
    draft.documents.create(title="Sąmata", audience="members", file=factories.upload())
    funder = draft.fundings.get().funder
    funder.logo = factories.picture("zenklas.png")
    funder.save()
    draw_later(Project.objects.all())
    run_tasks()
    link, stranger = DraftLink.renew(draft), Client()
    page = stranger.get(link.get_absolute_url()).content.decode()
    files = files_of(page)
    assert "Sąmata" not in page
    assert len(files) > 5
    for address in files:
        response = stranger.get(address)
        assert response.status_code == 200, address
        response.getvalue()
        assert stranger.get(address.partition("?")[0]).status_code == 404
    members_only = draft.documents.get(audience="members").file.url
    assert stranger.get(f"{members_only}?juodrastis={link.key}").status_code == 404
    DraftLink.objects.all().delete()
    assert {stranger.get(address).status_code for address in files} == {404}


def test_key_goes_to_no_other_site_and_into_no_text(visitor, draft):
    draft.text = 'Failai yra /failai/projektai/a.pdf, žr. src="/failai/b.pdf".'
    draft.save()
    draft.documents.create(title="Programa", file=factories.upload())
    for url in ("https://kitur.example/failai/leidinys.pdf", "https://kitur.example/failai/a?b=1"):
        draft.links.create(title="Leidinys", url=url)
    link = DraftLink.renew(draft)
    page = visitor.get(link.get_absolute_url()).content.decode()
    assert 'href="https://kitur.example/failai/leidinys.pdf"' in page
    assert 'href="https://kitur.example/failai/a?b=1"' in page
    assert link.key not in text_of(visitor.get(link.get_absolute_url()))
    document = draft.documents.get().file.url
    assert page.count(link.key) == 1
    assert f'href="{document}?juodrastis={link.key}"' in page


def test_link_leads_to_no_page_that_a_stranger_has_not(draft):
    stranger = Client()
    page = stranger.get(DraftLink.renew(draft).get_absolute_url()).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for path in set(re.findall(r'href="(/[^"]*)"', main)):
        response = stranger.get(path)
        assert response.status_code == 200, path
        response.getvalue() if response.streaming else None


@pytest.mark.parametrize("count", [1, 3])
def test_draft_asks_the_database_the_same_whatever_belongs_to_it(
    visitor, django_assert_num_queries, count
):
    draft = factories.full_project(published_at=None)
    for _ in range(count):
        draft.goals.create(text="Tikslas.")
        factories.photo(draft)
        draft.documents.create(title="Programa", file=factories.upload())
    address = DraftLink.renew(draft).get_absolute_url()
    visitor.get(address)
    with django_assert_num_queries(4):
        visitor.get(address)
