from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from association.sitemaps import SiteSitemap
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def read(response):
    """Return the address and the day of change of each entry."""
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    tree = ElementTree.fromstring(response.content)  # noqa: S314
    return [
        (entry.findtext("s:loc", namespaces=names), entry.findtext("s:lastmod", namespaces=names))
        for entry in tree
    ]


def addresses(response):
    return [address for address, _changed in read(response)]


def test_sitemap_leads_to_each_public_page_and_no_other(visitor):
    project = factories.project()
    library = factories.library()
    page = factories.page(slug="privatumas")
    factories.page(slug="apie")
    funder = factories.funder()
    factories.funding(project, funder)
    factories.funding(factories.draft(), factories.funder())
    factories.project(published_at=timezone.now() + timedelta(days=1))
    factories.page(slug="juodrastis", published_at=None)
    found = [
        entry
        for section in addresses(visitor.get("/sitemap.xml"))
        for entry in addresses(visitor.get(section.removeprefix(SITE)))
    ]
    assert found == [
        *(f"{SITE}/", f"{SITE}/projektai/igyvendinti/"),
        *(f"{SITE}/kalendorius/", f"{SITE}/finansuotojai/", f"{SITE}/duomenys/"),
        *(f"{SITE}/bibliotekos/", f"{SITE}/asociacija/"),
        SITE + project.get_absolute_url(),
        SITE + funder.get_absolute_url(),
        SITE + library.get_absolute_url(),
        SITE + page.get_absolute_url(),
    ]
    assert {visitor.get(each.removeprefix(SITE)).status_code for each in found} == {200}


def test_sitemap_holds_no_draft_even_for_staff(editor):
    factories.draft()
    assert read(editor.get("/sitemap-projektai.xml")) == []


def test_sitemap_tells_the_day_of_the_last_change_or_of_the_publication_after_it(visitor):
    early, late = (
        datetime(2014, 3, day, 12, tzinfo=timezone.get_current_timezone()) for day in (1, 9)
    )
    for published_at, changed_at in ((early, late), (late, early), (early, early)):
        project = factories.project(published_at=published_at)
        Project.objects.filter(pk=project.pk).update(changed_at=changed_at)
    days = [changed for _address, changed in read(visitor.get("/sitemap-projektai.xml"))]
    assert days == ["2014-03-09", "2014-03-09", "2014-03-01"]
    sections = dict(read(visitor.get("/sitemap.xml")))
    assert sections[f"{SITE}/sitemap-projektai.xml"] == "2014-03-09T12:00:00+02:00"


def moment(day, hour=12):
    return datetime(2014, 3, day, hour, tzinfo=timezone.get_current_timezone())


def project_changed(day, **fields):
    project = factories.project(**{"published_at": moment(1)} | fields)
    Project.objects.filter(pk=project.pk).update(changed_at=moment(day))
    return project


def changed(record, at):
    type(record).objects.filter(pk=record.pk).update(changed_at=at)
    return record


def days(client, section):
    return [day for _address, day in read(client.get(f"/sitemap-{section}.xml"))]


def test_library_changed_when_it_or_a_project_of_it_did(visitor):
    made = [changed(factories.library(), moment(2)) for _ in range(5)]
    made[4].former_names.create(name="Senoji biblioteka")
    project_changed(9).partners.create(library=made[1])
    project_changed(8).partners.create(name=made[2].name.upper())
    hosted = project_changed(7)
    hosted.activities.create(text="Mugė.").places.create(host=made[3].name)
    hosted.activities.create(text="Mugė.").places.create(host="Senoji biblioteka")
    project_changed(9, published_at=None).partners.create(library=made[0])
    project_changed(6).partners.create(library=changed(factories.library(), None))
    assert days(visitor, "bibliotekos") == [
        *("2014-03-02", "2014-03-09", "2014-03-08", "2014-03-07", "2014-03-07", None)
    ]


def test_funder_changed_when_it_or_a_project_that_it_pays_for_did(visitor):
    made = [changed(factories.funder(), moment(4)) for _ in range(3)]
    unknown = changed(factories.funder(), None)
    for day, funder in ((2, made[0]), (9, made[1]), (2, made[2]), (9, unknown)):
        factories.funding(project_changed(day), funder)
    factories.funding(project_changed(9), made[2], state="asked")
    factories.funding(project_changed(9, published_at=None), made[0])
    assert days(visitor, "finansuotojai") == ["2014-03-04", "2014-03-09", "2014-03-04", None]


def lists(client):
    return {
        address.removeprefix(SITE): day for address, day in read(client.get("/sitemap-sarasai.xml"))
    }


def test_lists_changed_when_a_record_of_theirs_did(visitor):
    factories.funding(project_changed(5), changed(factories.funder(), moment(7)))
    changed(factories.library(), moment(8))
    assert lists(visitor) == {
        **dict.fromkeys(["/", "/projektai/igyvendinti/", "/kalendorius/"], "2014-03-05"),
        **{"/finansuotojai/": "2014-03-07", "/bibliotekos/": "2014-03-08"},
        **dict.fromkeys(["/duomenys/", "/asociacija/"]),
    }


def test_lists_changed_when_the_calendar_turned(visitor):
    project = project_changed(5, starts_on="2014-04-01", ends_on="2014-04-30")
    activity = project.activities.create(text="Mugė.")
    activity.days.create(starts_on="2014-05-02", ends_on="2014-05-04")
    library = changed(factories.library(), moment(8))
    library.memberships.create(starts_on="2014-06-01")
    found = lists(visitor)
    assert (found["/"], found["/projektai/igyvendinti/"]) == ("2014-05-01", "2014-05-01")
    assert (found["/kalendorius/"], found["/bibliotekos/"]) == ("2014-05-05", "2014-06-01")


def test_list_with_a_record_whose_change_is_unknown_says_none(visitor):
    changed(factories.library(), None)
    factories.library()
    assert lists(visitor)["/bibliotekos/"] is None


def test_sitemap_is_split_before_it_grows_too_long(visitor, monkeypatch):
    monkeypatch.setattr(SiteSitemap, "limit", 2)
    made = [factories.project() for _ in range(3)]
    files = [each for each in addresses(visitor.get("/sitemap.xml")) if "projektai" in each]
    assert files == [f"{SITE}/sitemap-projektai.xml", f"{SITE}/sitemap-projektai.xml?p=2"]
    found = [addresses(visitor.get(each.removeprefix(SITE))) for each in files]
    wanted = [SITE + project.get_absolute_url() for project in made]
    assert found == [wanted[:2], wanted[2:]]


def test_sitemap_of_one_file_is_shorter_than_the_protocol_allows():
    assert SiteSitemap.limit < 50_000


@pytest.mark.parametrize("address", ["/sitemap-nera.xml", "/sitemap-projektai.xml?p=9"])
def test_sitemap_that_is_not_there_is_not_found(visitor, address):
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/sitemap.xml", 22),
        ("/sitemap-sarasai.xml", 9),
        ("/sitemap-projektai.xml", 5),
        ("/sitemap-finansuotojai.xml", 5),
        ("/sitemap-bibliotekos.xml", 10),
        ("/sitemap-puslapiai.xml", 5),
    ],
)
def test_sitemap_asks_the_database_the_same_whatever_its_length(
    visitor, django_assert_num_queries, item_count, address, queries
):
    for number in range(item_count):
        project = factories.project()
        project.partners.create(library=factories.library())
        factories.funding(project, factories.funder())
        factories.page(slug=f"puslapis-{number}")
    with django_assert_num_queries(queries):
        assert visitor.get(address).status_code == 200


def test_sitemap_names_the_site_by_its_own_address_whatever_the_request(visitor):
    factories.project()
    for address in ("/sitemap.xml", "/sitemap-projektai.xml"):
        found = addresses(visitor.get(address, headers={"host": "127.0.0.1:9000"}))
        assert {each.startswith(f"{SITE}/") for each in found} == {True}
