import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from association.models import CouncilMember, Document
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [("/asociacija/", 8), ("/bibliotekos/", 6), ("/privatumas/", 6)]
)
def test_page_asks_the_database_the_same_whatever_it_shows(
    visitor, django_assert_num_queries, item_count, address, queries
):
    factories.page(slug="privatumas")
    for _ in range(item_count):
        library = factories.member_library()
        CouncilMember.objects.create(name="Vardenė Pavardenė", library=library)
        Document.objects.create(title="Įstatai", file=factories.upload())
    with django_assert_num_queries(queries):
        assert visitor.get(address).status_code == 200


def test_libraries_are_the_members_by_county_in_lithuanian_order(visitor):
    factories.member_library(name="Zarasų biblioteka", county="utena")
    factories.member_library(name="Šakių biblioteka", county="marijampole")
    factories.member_library(name="Skuodo biblioteka", county="klaipeda")
    factories.member_library(name="Ignalinos biblioteka", county="utena")
    factories.library(name="Ne narė", county="utena")
    response = visitor.get("/bibliotekos/")
    assert [library.name for library in response.context["object_list"]] == [
        *("Skuodo biblioteka", "Šakių biblioteka", "Ignalinos biblioteka", "Zarasų biblioteka")
    ]


def test_about_hides_documents_for_members_from_a_stranger(visitor, member):
    Document.objects.create(title="Protokolas", audience="members", file=factories.upload())
    seen = [
        "Protokolas" in client.get("/asociacija/").content.decode() for client in (visitor, member)
    ]
    assert seen == [False, True]


def test_about_shows_the_council_in_office_in_its_order(visitor):
    CouncilMember.objects.create(name="Antroji", position=2)
    CouncilMember.objects.create(name="Pirmoji", position=1)
    CouncilMember.objects.create(name="Buvusioji", position=3, ends_on="2013-12-31")
    page = visitor.get("/asociacija/").content.decode()
    assert page.index("Pirmoji") < page.index("Antroji")
    assert "Buvusioji" not in page


def test_plain_page_draft_is_not_found_by_a_stranger(visitor, editor):
    factories.page(slug="privatumas", published_at=None)
    assert [client.get("/privatumas/").status_code for client in (visitor, editor)] == [404, 200]


def test_plain_page_has_the_paragraphs_of_its_text(visitor):
    factories.page(
        slug="privatumas", text="Pirma <b>pastraipa</b>.\r\n\r\n \r\nAntra,\r\nperkelta.\n"
    )
    page = visitor.get("/privatumas/").content.decode()
    assert "<p>Pirma &lt;b&gt;pastraipa&lt;/b&gt;.</p>\n<p>Antra,<br>perkelta.</p>" in page


def test_about_shows_the_page_that_staff_write_for_it(visitor, editor):
    page = factories.page(slug="apie", title="Apie mus", text="Vienijame bibliotekas.")
    assert "<p>Vienijame bibliotekas.</p>" in visitor.get("/asociacija/").content.decode()
    page.withdraw()
    seen = [
        "Vienijame bibliotekas." in client.get("/asociacija/").content.decode()
        for client in (visitor, editor)
    ]
    assert seen == [False, True]


def test_about_is_the_only_address_of_its_page(visitor):
    factories.page(slug="apie")
    response = visitor.get("/apie/")
    assert (response.status_code, response.url) == (301, "/asociacija/")


def rows(response):
    """Return the rows of a page: what stands on the left, and what is known of it."""
    page = response.content.decode().replace("\u00a0", " ")
    found = re.findall(
        r'<li>\s*<(?:a|span)[^>]*>([^<]*)</(?:a|span)>\s*<span class="row-facts">([^<]*)', page
    )
    return [(unescape(left), unescape(facts)) for left, facts in found]


@pytest.mark.parametrize("item_count", [1, 3])
def test_library_page_asks_the_database_the_same_whatever_it_shows(
    visitor, django_assert_num_queries, item_count
):
    library = factories.library(name_since="2010-01-01")
    for number in range(item_count):
        library.former_names.create(name=f"Senoji {number}", ends_on="2009-12-31")
        library.memberships.create(ends_on="2009-12-31")
        factories.full_project().partners.create(library=library)
    with django_assert_num_queries(9):
        assert visitor.get(library.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("address", ["/bibliotekos/{pk}/", "/bibliotekos/{pk}-senoji/?nuo=laiskas"])
def test_library_old_address_leads_to_the_new_one(visitor, address):
    library = factories.library(name="Zarasų viešoji biblioteka")
    response = visitor.get(address.format(pk=library.pk))
    query = "?nuo=laiskas" if "?" in address else ""
    assert (response.status_code, response.url) == (
        301,
        f"/bibliotekos/{library.pk}-zarasu-viesoji-biblioteka/{query}",
    )


def test_library_page_tells_names_with_their_dates_as_far_as_known(visitor):
    library = factories.library(name="Zarasų viešoji biblioteka", name_since="2022-12-29")
    library.former_names.create(name="Zarasų rajono biblioteka", ends_on="2022-12-28")
    library.former_names.create()
    assert rows(visitor.get(library.get_absolute_url())) == [
        ("Zarasų viešoji biblioteka", "nuo 2022 m. gruodžio 29 d."),
        ("Zarasų rajono biblioteka", "iki 2022 m. gruodžio 28 d."),
        ("Ankstesnis pavadinimas nežinomas", "anksčiau"),
    ]


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({}, "pradžia nežinoma"),
        ({"starts_on": "2003-05-06"}, "nuo 2003 m. gegužės 6 d."),
        ({"ends_on": "2010-12-31"}, "iki 2010 m. gruodžio 31 d., pradžia nežinoma"),
        ({"starts_on": "2003-01-01", "ends_on": "2010-12-31"}, "2003–2010 m."),
    ],
)
def test_library_page_tells_memberships_as_far_as_known(visitor, dates, told):
    library = factories.library()
    library.memberships.create(**dates)
    assert rows(visitor.get(library.get_absolute_url())) == [("Asociacijos narė", told)]


def test_library_page_says_nothing_of_what_is_not_known_at_all(visitor):
    page = visitor.get(factories.library().get_absolute_url()).content.decode()
    headings = re.findall(r'<h2 id="(\w+)">', page)
    assert headings == ["duomenys"]


def test_library_page_lists_projects_in_which_it_was_a_partner_or_a_host(visitor):
    library = factories.library(name="Zarasų viešoji biblioteka")
    library.former_names.create(name="Zarasų rajono „Ežero“ biblioteka")
    library.former_names.create()
    partnered = factories.project(title="Partnerė", ends_on="2019-12-31")
    partnered.partners.create(library=library)
    for year, host in [
        (2018, "ZARASŲ  viešoji biblioteka."),
        (2017, "Zarasu rajono Ezero biblioteka"),
    ]:
        project = factories.project(title=host, ends_on=f"{year}-12-31")
        activity = project.activities.create(text="Stažuotė")
        activity.places.create(host=host)
        activity.places.create(host=host, position=2)
    factories.full_project(title="Kitų projektas")
    projects = visitor.get(library.get_absolute_url()).context["projects"]
    assert [(each.title, each.was_partner, each.was_host) for each in projects] == [
        ("Partnerė", True, False),
        ("ZARASŲ  viešoji biblioteka.", False, True),
        ("Zarasu rajono Ezero biblioteka", False, True),
    ]


@pytest.mark.parametrize(
    ("is_partner", "is_host", "told"),
    [
        (True, False, "biblioteka – partnerė"),
        (False, True, "biblioteka – priimančioji įstaiga"),
        (True, True, "biblioteka – partnerė ir priimančioji įstaiga"),
    ],
)
def test_library_page_tells_its_part_in_a_project(visitor, is_partner, is_host, told):
    library = factories.library()
    project = factories.project(title="Mugė", ends_on="2019-12-31", starts_on="2019-01-01")
    if is_partner:
        project.partners.create(library=library)
    if is_host:
        project.activities.create(text="Mugė").places.create(host=library.name)
    assert rows(visitor.get(library.get_absolute_url())) == [("„Mugė“", f"{told}, 2019 m.")]


def test_list_of_libraries_leads_to_their_websites(visitor):
    factories.member_library(website="https://www.zarasai.example/lt/")
    factories.member_library()
    page = visitor.get("/bibliotekos/").content.decode()
    assert page.count('https://www.zarasai.example/lt/">zarasai.example</a>') == 1


def test_library_page_hides_drafts_from_a_stranger(visitor, editor):
    library = factories.library()
    factories.draft().partners.create(library=library)
    address = library.get_absolute_url()
    assert [len(client.get(address).context["projects"]) for client in (visitor, editor)] == [0, 1]


def test_libraries_lead_to_the_page_of_each(visitor):
    library = factories.member_library()
    address = library.get_absolute_url()
    assert f'<a href="{address}">' in visitor.get("/bibliotekos/").content.decode()


def test_first_page_of_an_empty_site_opens(visitor):
    assert visitor.get("/").status_code == 200
    assert visitor.get("/asociacija/").status_code == 200
    assert visitor.get("/bibliotekos/").status_code == 200


def meta(response):
    """Return what the head of a page says of it, by name."""
    found = re.findall(
        r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', response.content.decode()
    )
    canonical = re.findall(r'<link rel="canonical" href="([^"]+)">', response.content.decode())
    return {name: unescape(value) for name, value in found} | {"canonical": canonical}


def test_page_is_known_by_the_address_of_the_site_whatever_the_request(visitor):
    factories.details(name="Bibliotekų asociacija")
    told = meta(visitor.get("/bibliotekos/?nuo=laiskas", headers={"host": "127.0.0.1:9000"}))
    assert told["canonical"] == ["http://localhost:8000/bibliotekos/"]
    assert {name: value for name, value in told.items() if name.startswith("og:")} == {
        "og:type": "website",
        "og:locale": "lt_LT",
        "og:url": "http://localhost:8000/bibliotekos/",
        "og:title": "Bibliotekos",
        "og:description": "Bibliotekos\u00a0– Asociacijos narės\u00a0– pagal apskritis.",
        "og:site_name": "Bibliotekų asociacija",
        "og:image": "http://localhost:8000/static/img/share.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Svetainės ženklas\u00a0– knyga, kurios viršelyje kabutės",
    }


def test_library_page_is_described_in_a_sentence(visitor):
    library = factories.library(name="Zarasų biblioteka")
    assert meta(visitor.get(library.get_absolute_url()))["description"] == (
        "Zarasų biblioteka (Zarasų rajono savivaldybė, Utenos apskritis): bibliotekos"
        " pavadinimai, narystė Asociacijoje ir projektai."
    )


def test_plain_page_is_described_by_its_first_paragraph(visitor):
    factories.page(slug="privatumas", text="Slapukų nėra,\r\njokių.\r\n\r\nAntra.")
    assert meta(visitor.get("/privatumas/"))["description"] == "Slapukų nėra, jokių."


def test_robots_may_read_all_but_the_admin(visitor):
    response = visitor.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Sitemap: http://localhost:8000/sitemap.xml",
    ]


def test_security_note_says_whom_to_write_to_and_has_not_expired(visitor):
    factories.details(email="saugumas+svetaine@biblioteka.example")
    response = visitor.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.fromisoformat(told.pop("Expires"))
    assert timedelta(days=179) <= expires - timezone.now() <= timedelta(days=180)
    assert told == {
        "Contact": "mailto:saugumas%2Bsvetaine@biblioteka.example",
        "Preferred-Languages": "lt, en",
        "Canonical": "http://localhost:8000/.well-known/security.txt",
    }


def test_security_note_leads_to_the_contacts_where_there_is_no_e_mail_address(visitor):
    factories.details(email="")
    note = visitor.get("/.well-known/security.txt").content.decode()
    assert note.splitlines()[0] == "Contact: http://localhost:8000/asociacija/#kontaktai"


def test_footer_leads_to_the_plain_pages_that_are_public(visitor):
    factories.page(slug="privatumas", title="Privatumas")
    factories.page(slug="slapukai", title="Slapukai", published_at=None)
    page = visitor.get("/bibliotekos/").content.decode()
    assert '<a href="/privatumas/">Privatumas</a>' in page
    assert "Slapukai" not in page


def test_page_names_icons_that_are_there_and_a_colour_for_each_scheme(visitor):
    page = visitor.get("/").content.decode()
    icons = re.findall(r'<link rel="(?:apple-touch-)?icon" href="/static/([^"]+)"', page)
    assert icons == ["img/icon-32.png", "img/favicon.svg", "img/touch-icon.png"]
    assert [icon for icon in [*icons, "img/share.png"] if finders.find(icon) is None] == []
    colours = re.findall(r'<meta name="theme-color" media="([^"]+)"', page)
    assert colours == ["(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"]
