import csv
import re
from datetime import date, timedelta
from html import unescape
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Project
from projects.share_images import draw_now
from tests import factories
from tests.pictures import drawing, saved
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def titles(response, name):
    return [project.title for project in response.context[name]]


def test_first_page_sorts_projects_by_their_dates(visitor):
    factories.finished_project(title="Buvęs")
    factories.planned_project(title="Būsimas")
    factories.project(title="Esamas")
    response = visitor.get("/")
    shown = [titles(response, name) for name in ("current", "planned", "finished")]
    assert shown == [["Esamas"], ["Būsimas"], ["Buvęs"]]


def test_first_page_keeps_the_order_of_staff(visitor):
    factories.project(title="Antras", position=2)
    factories.project(title="Pirmas", position=1)
    assert titles(visitor.get("/"), "current") == ["Pirmas", "Antras"]


@pytest.mark.parametrize(
    ("projects", "heading"),
    [
        (0, "Šiuo metu vykdomų projektų nėra"),
        (1, "Šiuo metu Asociacija įgyvendina šį projektą:"),
        (2, "Šiuo metu Asociacija įgyvendina šiuos projektus:"),
    ],
)
def test_first_page_says_how_it_stands_with_projects(visitor, projects, heading):
    for _ in range(projects):
        factories.project()
    assert f">{heading}</h1>" in visitor.get("/").content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    ("address", "first", "then"), [("/", 7, 3), ("/projektai/igyvendinti/", 10, 3)]
)
def test_lists_ask_the_database_the_same_whatever_their_length(
    visitor, django_assert_num_queries, item_count, address, first, then
):
    """Who comes first after a change asks for more: what is the same on other pages too."""
    for _ in range(item_count):
        factories.full_project()
        factories.full_project(starts_on=date(2099, 1, 1))
        factories.full_project(ends_on=date(2013, 12, 31))
    for queries in (first, then):
        with django_assert_num_queries(queries):
            Client().get(address)


@pytest.mark.parametrize("item_count", [1, 3])
def test_project_page_asks_the_database_the_same_whatever_belongs_to_it(
    visitor, django_assert_num_queries, item_count
):
    project = factories.full_project()
    for _ in range(item_count):
        activity = project.activities.create(text="Dar viena veikla.")
        activity.days.create(starts_on="2014-05-01")
        activity.places.create(town="Nica")
        activity.partners.add(project.partners.create(library=factories.library()))
        activity.goals.add(project.goals.create(text="Dar vienas tikslas."))
        factories.photo(project)
        project.documents.create(title="Ataskaita", file=factories.upload())
    visitor.get("/")
    with django_assert_num_queries(3):
        assert visitor.get(project.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "address", ["/projektai/{pk}/", "/projektai/{pk}-senas/", "/projektai/{pk}-Šiauliai/"]
)
def test_project_old_address_leads_to_the_new_one(visitor, address):
    project = factories.project(title="Mugė")
    response = visitor.get(address.format(pk=project.pk))
    assert (response.status_code, response.url) == (301, f"/projektai/{project.pk}-muge/")


def test_projects_address_cut_by_hand_leads_to_the_first_page(visitor):
    response = visitor.get("/projektai/")
    assert (response.status_code, response.url) == (302, "/")


def test_project_address_keeps_its_query(visitor):
    project = factories.project(title="Mugė")
    response = visitor.get(f"/projektai/{project.pk}-senas/?nuo=laiskas")
    assert response.url == f"/projektai/{project.pk}-muge/?nuo=laiskas"


def test_project_draft_is_not_found_by_a_stranger(visitor, member, editor):
    address = factories.draft().get_absolute_url()
    statuses = [client.get(address).status_code for client in (visitor, member, editor)]
    assert statuses == [404, 404, 200]


def test_project_draft_is_marked_for_staff(editor):
    draft = factories.draft()
    mark = "Juodraštis"
    assert mark in editor.get(draft.get_absolute_url()).content.decode()
    draft.publish()
    assert mark not in editor.get(draft.get_absolute_url()).content.decode()


def test_project_scheduled_appears_by_itself(visitor, monkeypatch):
    moment = timezone.now()
    project = factories.project(published_at=moment + timedelta(hours=1))
    assert titles(visitor.get("/"), "current") == []
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(hours=2))
    assert titles(visitor.get("/"), "current") == [project.title]


@pytest.mark.parametrize("number", [0, 99999, 10**30])
def test_project_that_is_not_there_is_not_found(visitor, number):
    assert visitor.get(f"/projektai/{number}-muge/").status_code == 404


def test_project_page_shows_funding_as_written_and_in_euro(visitor):
    project = factories.full_project()
    page = unescape(visitor.get(project.get_absolute_url()).content.decode())
    page = page.replace("\u00a0", " ")
    assert "80 tūkst. Lt" in page
    assert "23 169,60 Eur" in page


def test_project_page_says_that_a_sum_is_unknown_and_when_it_was_decided(visitor):
    project = factories.project()
    factories.funding(project, factories.funder(), awarded_on=date(2014, 2, 3))
    page = words(visitor.get(project.get_absolute_url()))
    assert "Skirta suma Suma nežinoma Sprendimo data 2014 m. vasario 3 d." in page


def test_project_page_hides_documents_for_members_from_a_stranger(visitor, member):
    project = factories.project()
    project.documents.create(title="Sąmata", audience="members", file=factories.upload())
    address = project.get_absolute_url()
    seen = ["Sąmata" in client.get(address).content.decode() for client in (visitor, member)]
    assert seen == [False, True]


def test_project_page_of_what_staff_typed_is_escaped(visitor):
    project = factories.project(title="<b>Mugė</b>", text="<script>alert(1)</script>")
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;Mugė" in page


def test_archive_files_each_finished_project_under_its_year(visitor):
    factories.finished_project(title="Vėlesnis", ends_on=date(2019, 12, 31))
    factories.finished_project(title="Ankstesnis", ends_on=date(2017, 12, 31))
    factories.project(title="Esamas")
    response = visitor.get("/projektai/igyvendinti/")
    years = [(project.year, project.title) for project in response.context["project_list"]]
    assert years == [(2019, "Vėlesnis"), (2017, "Ankstesnis")]


def test_first_page_shelf_is_short_and_the_archive_has_all(visitor):
    for _ in range(9):
        factories.finished_project()
    assert len(visitor.get("/").context["finished"]) == 7
    assert len(visitor.get("/projektai/igyvendinti/").context["project_list"]) == 9
    assert Project.objects.count() == 9


def told_to_networks(page):
    """Return what `page` says of its picture to those who share it."""
    return dict(re.findall(r'<meta property="og:image:?([^"]*)" content="([^"]*)">', page))


def test_project_page_shows_its_cover_to_those_who_share_it(visitor):
    project = factories.project(title="Mugė")
    before = told_to_networks(visitor.get(project.get_absolute_url()).content.decode())
    assert before[""] == "http://localhost:8000/static/img/share.png"
    draw_now(Project.objects.all())
    project.refresh_from_db()
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert told_to_networks(page) == {
        "": f"http://localhost:8000{project.share_image.url}",
        "width": "1200",
        "height": "630",
        "alt": "„Mugė“",
    }
    assert '<meta name="twitter:card" content="summary_large_image">' in page


def test_project_page_tells_the_photo_on_its_cover_in_words(visitor):
    project = factories.project()
    factories.photo(project, alt="Pilna salė")
    draw_now(Project.objects.all())
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert told_to_networks(page)["alt"] == "Pilna salė"


def pictures_on(page):
    """Return the elements img and source of `page`, without what is the same in all."""
    elements = re.findall(r"<(?:img|source) [^>]*>", page)
    return [re.sub(r"/failai/\S+/", "", each) for each in elements]


def test_project_page_offers_photos_in_the_widths_of_its_columns(visitor):
    project = factories.project(summary="Mugė.")
    factories.photo(project, image=saved(drawing((500, 300))), alt="Pilna salė")
    run_tasks()
    page = visitor.get(project.get_absolute_url()).content.decode()
    [avif, webp, jpeg] = [re.sub(r' sizes="[^"]+"', "", each) for each in pictures_on(page)]
    srcset = "360.{0} 360w, 480.{0} 480w, 500.{0} 500w"
    assert avif == f'<source type="image/avif" srcset="{srcset.format("avif")}">'
    assert webp == f'<source type="image/webp" srcset="{srcset.format("webp")}">'
    assert jpeg == (
        f'<img src="500.jpeg" srcset="{srcset.format("jpeg")}" width="500" height="300"'
        ' alt="Pilna salė" loading="lazy" decoding="async">'
    )


@pytest.mark.parametrize(("text", "eager"), [("", 1), ("Apie mugę.", 0)])
def test_photo_that_may_be_in_first_sight_does_not_wait(visitor, text, eager):
    project = factories.project(text=text)
    for _ in range(2):
        factories.photo(project)
    run_tasks()
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert page.count('fetchpriority="high"') == eager
    assert page.count('loading="lazy"') == 2 - eager


def test_photo_opens_large_unless_it_only_adorns(visitor):
    project = factories.project()
    told = factories.photo(project)
    factories.photo(project, is_decorative=True)
    run_tasks()
    told.refresh_from_db()
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert re.findall(r'<a href="(/failai/[^"]+)"', page) == [told.image.largest]
    assert page.count('alt=""') == 1


def test_photo_without_words_is_on_nobodys_page(visitor, editor):
    project = factories.project()
    factories.photo(project, alt="", caption="Be žodžių")
    run_tasks()
    for client in (visitor, editor):
        page = client.get(project.get_absolute_url()).content.decode()
        assert "Be žodžių" not in page
        assert "Nuotraukos</h2>" not in page
        assert "<img" not in page


def activity_on(starts_on, ends_on=None, **fields):
    """An activity of a project of its own, on the days from `starts_on` to `ends_on`."""
    activity = factories.project().activities.create(**{"text": "Seminaras"} | fields)
    activity.days.create(starts_on=starts_on, ends_on=ends_on)
    return activity


def days_shown(response):
    shown = [response.context[name] for name in ("coming", "object_list")]
    return [[day.activity.name for day in days] for days in shown]


def test_calendar_has_what_is_to_come_then_what_is_past(visitor):
    today = timezone.localdate()
    for name, starts, ends in [
        ("Rytojaus", 1, None),
        ("Tebevykstanti", -3, 0),
        ("Šiandienos", 0, None),
        ("Vakarykštė", -1, None),
        ("Užvakarykštė", -9, -2),
    ]:
        last = None if ends is None else today + timedelta(days=ends)
        activity_on(today + timedelta(days=starts), last, short_title=name)
    assert days_shown(visitor.get("/kalendorius/")) == [
        ["Tebevykstanti", "Šiandienos", "Rytojaus"],
        ["Vakarykštė", "Užvakarykštė"],
    ]


def test_calendar_hides_days_of_drafts_from_a_stranger(visitor, editor):
    activity = activity_on("2014-04-10", text="Slapta veikla")
    activity.project.withdraw()
    seen = [
        "Slapta veikla" in client.get("/kalendorius/").content.decode()
        for client in (visitor, editor)
    ]
    assert seen == [False, True]


def test_calendar_shows_what_is_past_a_page_at_a_time(visitor):
    activity = activity_on("2014-01-01")
    for number in range(30):
        activity.days.create(starts_on=date(2015, 1, 1) + timedelta(days=number))
    first, second = visitor.get("/kalendorius/"), visitor.get("/kalendorius/?puslapis=2")
    assert [len(each.context["object_list"]) for each in (first, second)] == [30, 1]
    assert 'href="?puslapis=2#buvusios" rel="next"' in first.content.decode()
    assert 'href="?puslapis=1#buvusios" rel="prev"' in second.content.decode()
    canonical = '<link rel="canonical" href="http://localhost:8000/kalendorius/?puslapis=2">'
    assert "<title>Kalendorius, 2 puslapis iš 2" in second.content.decode()
    assert canonical in second.content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_calendar_asks_the_database_the_same_whatever_its_length(
    visitor, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        for starts_on in ("2014-04-10", "2999-04-10"):
            activity_on(starts_on).places.create(town="Nica")
    with django_assert_num_queries(10):
        assert visitor.get("/kalendorius/").status_code == 200


def test_project_page_leads_to_the_calendar_file_of_an_activity_with_days(visitor):
    activity = activity_on("2014-04-10")
    activity.project.activities.create(text="Be datos")
    page = visitor.get(activity.project.get_absolute_url()).content.decode()
    assert page.count(".ics") == 1
    assert f'href="/veiklos/{activity.pk}.ics"' in page
    assert f'<li id="veikla-{activity.pk}">' in page


def euro(amount):
    return {"awarded_amount": amount, "awarded_currency": "EUR"}


def litas(amount):
    return {"awarded_amount": amount, "awarded_currency": "LTL"}


def words(response):
    text = re.sub("<[^>]*>", " ", response.content.decode())
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def table(response):
    """Return the cells of the first table of a page, row by row."""
    page = unescape(response.content.decode()).replace("\u00a0", " ")
    rows = re.findall("<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


def test_funders_are_those_who_pay_for_what_the_visitor_sees(visitor, editor):
    seen, hidden, asked = (factories.funder(name=name) for name in ("Čekas", "Cukrus", "Asas"))
    factories.funding(factories.project(), seen)
    factories.funding(factories.draft(), hidden)
    factories.funding(factories.project(), asked, state="asked")
    lists = [
        [funder.name for funder in client.get("/finansuotojai/").context["funder_list"]]
        for client in (visitor, editor)
    ]
    assert lists == [["Čekas"], ["Asas", "Cukrus", "Čekas"]]


def test_funder_of_a_draft_is_not_found_by_a_stranger(visitor, member, editor):
    funder = factories.funder()
    factories.funding(factories.draft(), funder)
    for address in (funder.get_absolute_url(), funder.get_totals_url()):
        statuses = [client.get(address).status_code for client in (visitor, member, editor)]
        assert statuses == [404, 404, 200]


def test_funder_page_sorts_what_it_pays_for_by_dates(visitor):
    funder = factories.funder()
    factories.funding(factories.finished_project(title="Buvęs"), funder)
    factories.funding(factories.planned_project(title="Būsimas"), funder)
    factories.funding(factories.project(title="Esamas"), funder)
    factories.funding(factories.project(title="Atmestas"), funder, state="refused")
    factories.funding(factories.draft(title="Juodraštis"), funder)
    factories.funding(factories.project(title="Kito"), factories.funder())
    response = visitor.get(funder.get_absolute_url())
    shown = [titles(response, name) for name in ("current", "planned", "finished")]
    assert shown == [["Esamas"], ["Būsimas"], ["Buvęs"]]


def test_funder_page_follows_what_is_finished_and_withdrawn(visitor):
    funder = factories.funder()
    first, second = (factories.finished_project(title=title) for title in ("Pirmas", "Antras"))
    for project in (first, second):
        factories.funding(project, funder)
    shown = [titles(visitor.get(funder.get_absolute_url()), "finished")]
    first.withdraw()
    factories.funding(factories.finished_project(title="Trečias"), funder)
    shown.append(titles(visitor.get(funder.get_absolute_url()), "finished"))
    assert [sorted(each) for each in shown] == [["Antras", "Pirmas"], ["Antras", "Trečias"]]


def test_funder_page_with_many_finished_projects_leads_to_the_archive(visitor):
    funder = factories.funder()
    for number in range(51):
        factories.funding(factories.finished_project(title=f"Projektas {number}"), funder)
    response = visitor.get(funder.get_absolute_url())
    archive = f"/projektai/igyvendinti/?finansuotojas={funder.pk}"
    assert len(response.context["finished"]) == 50
    assert f'href="{archive}"' in response.content.decode()
    assert visitor.get(archive).context["paginator"].count == 51


def test_funder_page_adds_up_by_year_and_currency(visitor):
    funder = factories.funder()
    first = factories.project(starts_on=date(2014, 1, 1), ends_on=date(2015, 1, 31))
    factories.funding(first, funder, **litas(80000))
    factories.funding(first, funder, **euro(1000))
    factories.funding(first, factories.funder(), **euro(7))
    factories.funding(factories.project(ends_on=date(2013, 5, 1)), funder)
    undated = factories.project()
    factories.funding(undated, funder, **euro(5))
    for _ in range(2):
        factories.funding(undated, funder)
    factories.funding(factories.draft(), funder, **euro(3))
    assert table(visitor.get(funder.get_absolute_url())) == [
        ["Metai", "Skirta", "Eurais"],
        ["2013 m.", "1 nežinoma suma"],
        ["2015 m.", "80 000 Lt 1 000 Eur", "24 169,60 Eur"],
        ["Metai nežinomi", "5 Eur", "5 Eur"],
        ["ir 2 nežinomos sumos"],
        ["Iš viso", "80 000 Lt 1 005 Eur", "24 174,60 Eur"],
        ["ir 3 nežinomos sumos"],
    ]


def test_sum_is_in_the_year_under_which_the_archive_files_its_project(visitor):
    funder = factories.funder()
    for starts_on, ends_on in ((date(2013, 5, 1), date(2014, 5, 1)), (None, date(2012, 5, 1))):
        project = factories.project(starts_on=starts_on, ends_on=ends_on)
        factories.funding(project, funder, **euro(5))
    years = [row[0] for row in table(visitor.get(funder.get_absolute_url()))[1:-1]]
    headings = re.findall(r"<h2>(\d+)", visitor.get("/projektai/igyvendinti/").content.decode())
    assert years == [f"{year}\u00a0m.".replace("\u00a0", " ") for year in sorted(headings)]


def test_project_page_calls_an_activity_by_its_short_title_too(visitor):
    project = factories.project()
    project.activities.create(text="Kelių dienų stažuotė užsienyje.", short_title="Stažuotė")
    project.activities.create(text="Mugė", short_title="Mugė")
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert re.findall(r'<h3 class="activity-title">(.*?)</h3>', page) == ["Stažuotė"]


def test_project_page_leads_from_a_partner_of_an_activity_to_its_library(visitor):
    project = factories.project()
    library = factories.library(name="Zarasų biblioteka")
    activity = project.activities.create(text="Mugė.")
    activity.partners.add(project.partners.create(library=library))
    page = visitor.get(project.get_absolute_url()).content.decode()
    link = f'<dd><a href="{library.get_absolute_url()}"[^>]*>Zarasų biblioteka</a></dd>'
    assert re.search(link, page)


def test_funder_page_draws_its_sums(visitor):
    funder = factories.funder()
    for year, amount in ((2014, 25), (2015, 100)):
        project = factories.project(starts_on=date(year, 1, 1))
        factories.funding(project, funder, **euro(amount))
    page = visitor.get(funder.get_absolute_url()).content.decode()
    assert re.findall(r'<rect [^>]*width="([^"]*)"', page) == ["25.00%", "100.00%"]
    assert 'role="img" aria-labelledby="diagrama"' in page
    assert "Didžiausia suma\u00a0– 100\u00a0Eur." in page


def test_funder_page_without_a_known_sum_draws_nothing(visitor):
    funder = factories.funder()
    factories.funding(factories.project(), funder)
    assert 'class="chart"' not in visitor.get(funder.get_absolute_url()).content.decode()


def test_funder_page_shows_a_total_longer_than_any_one_sum(visitor):
    funder = factories.funder()
    for _ in range(2):
        factories.funding(factories.project(), funder, **euro(999_999_999_999))
    assert "1 999 999 999 998 Eur" in words(visitor.get(funder.get_absolute_url()))


def test_funder_page_shows_its_statement_logo_and_website(visitor):
    funder = factories.funder(
        publicity_statement="Remia <fondas>.",
        website="https://fondas.example",
        logo=factories.picture(),
    )
    factories.funding(factories.project(), funder)
    page = visitor.get(funder.get_absolute_url()).content.decode()
    assert "<p>Remia &lt;fondas&gt;.</p>" in page
    assert 'href="https://fondas.example"' in page
    assert 'viewBox="0 0 30 20" width="30" height="20" role="img"' in page
    run_tasks()
    funder.refresh_from_db()
    page = visitor.get(funder.get_absolute_url()).content.decode()
    assert f'src="{funder.logo.largest}"' in page
    assert 'sizes="30px" width="30" height="20" alt="Finansuotojo logotipas">' in page


def test_funder_sums_as_csv_are_those_of_the_table(visitor):
    funder = factories.funder(name='=HYPERLINK("x")')
    project = factories.project(starts_on=date(2014, 1, 1))
    factories.funding(project, funder, **litas(80000))
    factories.funding(project, funder)
    factories.funding(factories.project(), funder, **euro("14900.50"))
    response = visitor.get(funder.get_totals_url())
    text = response.content.decode("utf-8-sig")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="sumos-hyperlinkx.csv"'
    assert list(csv.reader(StringIO(text, newline=""), delimiter=";")) == [
        [
            "Finansuotojas",
            "Metai",
            "Finansavimų skaičius",
            "Skirta litais, Lt",
            "Skirta eurais, Eur",
            "Iš viso eurais, Eur",
            "Nežinomų sumų skaičius",
        ],
        ['\'=HYPERLINK("x")', "2014", "2", "80000", "", "23169,60", "1"],
        ['\'=HYPERLINK("x")', "", "1", "", "14900,50", "14900,50", "0"],
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/finansuotojai/{pk}/", "/finansuotojai/{pk}-kulturos-taryba/"),
        ("/finansuotojai/{pk}-senas/?a=b", "/finansuotojai/{pk}-kulturos-taryba/?a=b"),
        ("/finansuotojai/{pk}-senas/sumos.csv", "/finansuotojai/{pk}-kulturos-taryba/sumos.csv"),
    ],
)
def test_funder_old_address_leads_to_the_new_one(visitor, old, new):
    funder = factories.funder(name="Kultūros taryba")
    factories.funding(factories.project(), funder)
    response = visitor.get(old.format(pk=funder.pk))
    assert (response.status_code, response.url) == (301, new.format(pk=funder.pk))


@pytest.mark.parametrize("number", [0, 99999, 10**30])
def test_funder_that_is_not_there_is_not_found(visitor, number):
    assert visitor.get(f"/finansuotojai/{number}-taryba/").status_code == 404


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("list", 6), ("detail", 12), ("totals", 5)])
def test_funder_pages_ask_the_database_the_same_whatever_their_length(
    visitor, django_assert_num_queries, item_count, page, queries
):
    funder = factories.funder()
    for number in range(item_count):
        for make in (factories.project, factories.planned_project, factories.finished_project):
            project = make(title=f"Projektas {number}")
            factories.funding(project, funder, **euro(5))
            factories.funding(project, factories.funder())
    address = {
        "list": "/finansuotojai/",
        "detail": funder.get_absolute_url(),
        "totals": funder.get_totals_url(),
    }[page]
    with django_assert_num_queries(queries):
        assert visitor.get(address).status_code == 200


def test_project_page_and_footer_lead_to_funders(visitor):
    project = factories.full_project()
    page = visitor.get(project.get_absolute_url()).content.decode()
    assert f'<a href="{project.fundings.get().funder.get_absolute_url()}">' in page
    assert '<a href="/finansuotojai/">Finansuotojai</a>' in page
