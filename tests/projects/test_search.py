from html import unescape
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from association import content_state, fields
from association import search as association_search
from association.lithuanian import stems
from association.models import Document, FormerName
from association.notation import plain
from projects import search
from projects.indexing import collect_words
from projects.models import FunderAlias, Goal, Project
from projects.search import Results
from projects.views import Search
from tests import factories

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()
# A database that is rolled back once for all examples is as good as one for each here.
many_examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def found(text, user=STRANGER):
    return [(hit.kind.value, str(hit.record)) for hit in Results(text, user)[:]]


def page(client, text, **parameters):
    return client.get("/paieska/", {"q": text, **parameters})


def make_one_of_each():
    """Make a record of each kind that the word „šulinys“ finds, and return what is found."""
    project = factories.project(title="Projektas apie šulinį")
    project.activities.create(text="Veikla prie šulinio")
    project.documents.create(title="Šulinių sąmata", file=factories.upload())
    funding = project.fundings.create(funder=factories.funder(name="Šulinių fondas"))
    library = factories.member_library(name="Šulinio biblioteka")
    text = factories.page(title="Šulinys")
    document = Document.objects.create(title="Apie šulinius", file=factories.upload())
    return [
        ("page", text.title),
        ("project", project.title),
        ("funder", funding.funder.name),
        ("library", library.name),
        ("document", document.title),
        ("document", "Šulinių sąmata"),
        ("activity", "Veikla prie šulinio"),
    ]


@pytest.mark.parametrize("text", ["šulinys", "sulinio", "ŠULINIUOSE"])
def test_search_finds_each_kind_titles_before_texts(text):
    expected = make_one_of_each()
    assert found(text) == expected


def test_search_finds_the_exact_title_first():
    factories.project(title="Knygų mugė Vilniuje")
    factories.project(title="Knygų mugė")
    factories.project(title="Vasara", text="Knygų mugė bus.")
    names = ["Knygų mugė", "Knygų mugė Vilniuje", "Vasara"]
    assert found("knygų mugė") == [("project", name) for name in names]


def test_search_finds_the_latest_first_among_equals():
    factories.project(title="Mugė pirmoji", ends_on="2015-12-31")
    factories.project(title="Mugė dabar")
    factories.project(title="Mugė antroji", ends_on="2019-12-31")
    names = ["Mugė dabar", "Mugė antroji", "Mugė pirmoji"]
    assert found("mugė") == [("project", name) for name in names]


@pytest.mark.parametrize("looked_at", [0, 1, 3, 5, 100])
def test_search_finds_the_latest_of_a_frequent_word_however_many_it_looks_at(
    monkeypatch, looked_at
):
    monkeypatch.setattr(search, "LIMIT", 3)
    monkeypatch.setattr(association_search, "FREQUENT", 1)
    monkeypatch.setattr(association_search, "MOST_WALKED", looked_at)
    for number in (3, 1, 4, 2, 5):
        factories.project(title=f"Mugė {number}", ends_on=f"201{number}-12-31")
    factories.project(title="Vasara", ends_on="2019-12-31")
    factories.draft(title="Mugė juodraštyje", ends_on="2018-12-31")
    assert found("mugė") == [("project", f"Mugė {number}") for number in (5, 4, 3)]


@pytest.mark.parametrize("share", [1, 3])
def test_search_finds_all_that_have_a_word_whether_it_is_frequent_or_not(monkeypatch, share):
    monkeypatch.setattr(association_search, "FREQUENT", 2)
    monkeypatch.setattr(association_search, "MOST_WALKED", 4)
    for number in range(12):
        text = "Mugė." if number % share == 0 else "Vasara."
        project = factories.project(title=f"Projektas {number:02}", text=text)
        project.activities.create(text=text)
    names = [f"Projektas {number:02}" for number in range(12) if number % share == 0]
    hits = found("mugė")
    assert sorted(name for kind, name in hits if kind == "project") == names
    assert len(hits) == 2 * len(names)


@pytest.mark.parametrize("field", ["title", "short_title", "summary", "text"])
def test_search_finds_a_project_by_each_of_its_texts(field):
    project = factories.project(**{field: "Žodžiai apie gandralizdį"})
    assert found("gandralizdis") == [("project", str(project))]


def test_search_finds_a_project_once_by_its_goals():
    project = factories.project(title="Lizdai")
    for number in (1, 2):
        Goal.objects.create(project=project, text=f"Gandralizdis {number}")
    collect_words(Project.objects.all())
    assert found("gandralizdžiai") == [("project", "Lizdai")]


def test_search_finds_a_funder_by_an_alias_and_a_library_by_a_former_name():
    project = factories.project()
    funding = project.fundings.create(funder=factories.funder(name="Kultūros taryba"))
    FunderAlias.objects.create(funder=funding.funder, name="Senasis fondas")
    library = factories.member_library(name="Zarasų biblioteka")
    FormerName.objects.create(library=library, name="Senasis knygynas")
    assert found("senasis") == [("funder", "Kultūros taryba"), ("library", "Zarasų biblioteka")]


def test_search_wants_all_the_words():
    factories.project(title="Šiaulių mugė")
    factories.project(title="Kauno mugė")
    assert found("mugė šiauliai") == [("project", "Šiaulių mugė")]


@pytest.mark.parametrize("published_at", [None, "2999-01-01T00:00Z"])
def test_search_hides_what_is_not_public_with_all_that_belongs_to_it(
    published_at, visitor, member, editor
):
    project = factories.project(title="Gandralizdis", published_at=published_at)
    project.goals.create(text="Gandralizdis")
    project.activities.create(text="Gandralizdis")
    project.documents.create(title="Gandralizdis", file=factories.upload())
    factories.page(title="Gandralizdis", published_at=published_at)
    counts = [
        len(page(who, "gandralizdis").context["results"]) for who in (visitor, member, editor)
    ]
    assert counts == [0, 0, 4]


@pytest.mark.parametrize(
    "text",
    [
        "seminaras šiauliuose 2014",  # its words, its place and its year
        "zarasų seminaras",  # a partner's library
        "kultūros taryba mugė",  # its funder
        "senasis fondas",  # another name of the funder
        "bibliotekų sklaida",  # its programme
        "tikslai 2016",
    ],
)
def test_search_finds_a_project_by_all_it_consists_of(text):
    project = factories.project(title="Mugė", starts_on="2014-01-01", ends_on="2016-12-31")
    funder = factories.funder(name="Kultūros taryba")
    FunderAlias.objects.create(funder=funder, name="Senasis fondas")
    project.fundings.create(funder=funder, programme="Bibliotekų sklaida")
    project.partners.create(library=factories.member_library(name="Zarasų biblioteka"))
    project.goals.create(text="Tikslai")
    activity = project.activities.create(text="Seminaras")
    activity.places.create(town="Šiauliai")
    activity.days.create(starts_on="2014-10-13")
    collect_words(Project.objects.all())
    assert ("project", "Mugė") in found(text)


def test_search_finds_an_activity_by_its_place_and_year():
    project = factories.project(title="Mugė")
    for place, day in (("Šiauliai", "2014-10-13"), ("Kaunas", "2015-10-13")):
        activity = project.activities.create(text=f"Seminaras, {place}")
        activity.places.create(town=place)
        activity.days.create(starts_on=day)
    collect_words(Project.objects.all())
    assert found("seminaras šiauliuose") == [
        ("activity", "Seminaras, Šiauliai"),
        ("project", "Mugė"),
    ]
    assert ("activity", "Seminaras, Kaunas") in found("2015 seminaras")


@pytest.mark.parametrize("state", ["asked", "refused"])
def test_search_does_not_tell_whom_was_asked_in_vain(state):
    project = factories.project(title="Mugė")
    project.fundings.create(funder=factories.funder(name="Gandrų fondas"), state=state)
    collect_words(Project.objects.all())
    assert ("project", "Mugė") not in found("gandrų fondas")


def test_search_follows_a_funder_that_is_renamed(editor):
    project = factories.project(title="Mugė")
    funder = factories.funder(name="Senas fondas")
    project.fundings.create(funder=funder)
    empty = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    editor.post(f"/admin/projects/funder/{funder.pk}/change/", {"name": "Gandrų fondas", **empty})
    assert found("gandras") == [("funder", "Gandrų fondas"), ("project", "Mugė")]


def test_search_follows_a_library_that_is_renamed(superuser):
    project = factories.project(title="Mugė")
    library = factories.library(name="Senoji biblioteka")
    project.partners.create(library=library)
    parts = ("former_names", "memberships", "representatives")
    empty = {f"{part}-{each}_FORMS": 0 for part in parts for each in ("TOTAL", "INITIAL")}
    told = {"name": "Gandrų biblioteka", "municipality": "Zarasai", "county": "utena"}
    address = f"/admin/association/library/{library.pk}/change/"
    assert superuser.post(address, told | empty).status_code == 302
    assert found("gandras") == [("library", "Gandrų biblioteka"), ("project", "Mugė")]


def test_rebuild_search_collects_the_words_of_a_project_anew():
    project = factories.project(title="Mugė")
    project.goals.create(text="Gandralizdis")
    project.activities.create(text="Šulinys")
    connection.check_constraints()  # as a commit would have: PostgreSQL alters no table before
    call_command("rebuild_search", verbosity=0, stdout=StringIO())
    assert found("gandralizdis šulinys") == [("project", "Mugė")]


def test_words_of_many_projects_are_collected_for_each_its_own(monkeypatch):
    monkeypatch.setattr(fields, "BATCH", 2)
    told = "100 % 'ą' \\"
    projects = [factories.project(title=f"Mugė {number}", text=told) for number in range(5)]
    for project in projects:
        project.activities.create(text="Paroda")
    assert collect_words(Project.objects.all()) == 10
    assert collect_words(Project.objects.all()) == 0
    for project in projects:
        assert ("project", project.title) in found(f"{project.title} paroda 100 ą")
        assert len(found(f"{project.title} paroda 100 ą")) == 1


def test_search_hides_a_project_from_the_moment_of_its_withdrawal():
    project = factories.project(title="Gandralizdis")
    assert found("gandralizdis") == [("project", "Gandralizdis")]
    project.withdraw()
    assert found("gandralizdis") == []


def test_search_finds_documents_for_members_for_members_only(visitor, member):
    project = factories.project()
    files = {"audience": "members", "file": factories.upload()}
    project.documents.create(title="Sąmata", **files)
    Document.objects.create(title="Sąmata", **files)
    assert [len(page(who, "sąmata").context["results"]) for who in (visitor, member)] == [0, 2]


def test_search_finds_what_the_sample_brings():
    call_command("load_demo", verbosity=0)
    siauliai = ["Šiaulių miesto", "Šiaulių rajono"]
    names = [f"{place} savivaldybės viešoji biblioteka" for place in siauliai]
    assert found("siauliai") == [("library", name) for name in names]
    assert found("biblioteka") == found("bibliotekų")


def test_search_follows_what_staff_save_in_the_admin(editor):
    funder = factories.funder(name="Senas fondas")
    empty = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    address = f"/admin/projects/funder/{funder.pk}/change/"
    assert editor.post(address, {"name": "Gandrų fondas", **empty}).status_code == 302
    assert len(page(editor, "gandras").context["results"]) == 1
    assert len(page(editor, "senas").context["results"]) == 0


@given(text=st.text(max_size=300))
@example(text="x" * 10_000)
@example(text="\0")
@example(text="' OR 1=1 -- \" * NEAR(a b) & | ! <-> :* \\ title_stems : x ^")
@example(text="🦉 \ud7ff \uffff ﷺ İ ǰ")
@many_examples
def test_any_text_gets_a_page(visitor, text):
    factories.project(title="Mugė")
    response = page(visitor, text)
    assert response.status_code == 200
    assert response.content.decode().count("<h1>") == 1


@given(words=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=6), data=st.data())
@many_examples
def test_any_word_of_a_project_finds_it(words, data):
    text = " ".join(words).replace("\0", "")
    # What stands for emphasis or a heading is no part of a word.
    word = data.draw(st.sampled_from(plain(text).split() or [""]))
    project = Project.objects.create(title="Mugė", text=text, published_at=factories.a_minute_ago())
    ids = {hit.record.pk for hit in Results(word, STRANGER)[:]}
    Project.objects.all().delete()
    assert ids == ({project.pk} if stems(word) else set())


@pytest.mark.parametrize("item_count", [1, 3])
def test_search_asks_the_database_the_same_whatever_it_finds(
    visitor, django_assert_num_queries, monkeypatch, item_count
):
    monkeypatch.setattr(Search, "paginate_by", 50)
    for number in range(item_count):
        project = factories.project(title=f"Šulinys {number}")
        project.goals.create(text="Šulinys")
        project.activities.create(text="Šulinys")
        project.documents.create(title="Šulinys", file=factories.upload())
        funding = project.fundings.create(funder=factories.funder(name=f"Šulinys {number}"))
        FunderAlias.objects.create(funder=funding.funder, name=f"Šulinio fondas {number}")
        library = factories.member_library(name=f"Šulinys {number}")
        FormerName.objects.create(library=library, name="Šulinys")
        factories.page(title="Šulinys", slug=f"sulinys-{number}")
        Document.objects.create(title="Šulinys", file=factories.upload())
    with django_assert_num_queries(29):
        assert len(page(visitor, "šulinys").context["results"]) == 7 * item_count


def test_search_that_asks_nothing_asks_the_database_nothing(visitor, django_assert_num_queries):
    content_state.current()
    with django_assert_num_queries(3):  # that state, the association's details and pages
        assert visitor.get("/paieska/").status_code == 200


def test_search_page_marks_the_hits_and_escapes_the_rest(visitor):
    factories.project(title="<b>Mugė</b>", text="<script>mugė</script>")
    shown = page(visitor, "muges").content.decode()
    assert "„&lt;b&gt;<mark>Mugė</mark>&lt;/b&gt;“</a>" in shown
    assert "&lt;script&gt;<mark>mugė</mark>&lt;/script&gt;" in shown


def test_search_page_keeps_what_was_typed_and_is_kept_out_of_search_engines(visitor):
    shown = page(visitor, 'mugė "x" <b>').content.decode()
    assert 'value="mugė &quot;x&quot; &lt;b&gt;"' in shown
    assert '<meta name="robots" content="noindex">' in shown


@pytest.mark.parametrize(
    ("count", "heading"),
    [
        (1, "Rastas 1 rezultatas"),
        (2, "Rasti 2 rezultatai"),
        (10, "Rasta 10 rezultatų"),
        (21, "Rastas 21 rezultatas"),
    ],
)
def test_search_page_says_how_many_it_found(visitor, count, heading):
    for _ in range(count):
        factories.project(text="Mugė.")
    assert f">{heading}</h2>" in page(visitor, "mugė").content.decode()


def test_search_page_says_that_there_is_more_than_it_shows(visitor, monkeypatch):
    monkeypatch.setattr(search, "LIMIT", 2)
    for _ in range(3):
        factories.project(text="Mugė.")
    shown = page(visitor, "mugė").content.decode()
    assert ">2 tinkamiausi rezultatai</h2>" in shown
    assert "Rezultatų yra ir daugiau." in shown


def test_search_page_helps_where_nothing_is_found(visitor):
    shown = unescape(page(visitor, "nieko tokio").content.decode())
    assert ">Nieko nerasta</h2>" in shown
    assert "„nieko tokio“" in shown
    assert 'href="/projektai/igyvendinti/"' in shown.partition("Nieko nerasta")[2]


def test_search_page_is_one_of_pages_of_twenty(visitor):
    for _ in range(21):
        factories.project(text="Mugė.")
    lengths = [
        len(page(visitor, "mugė", puslapis=number).context["object_list"]) for number in (1, 2)
    ]
    assert lengths == [20, 1]
    assert "q=mug%C4%97&amp;puslapis=2" in page(visitor, "mugė").content.decode()
    late = page(visitor, "mugė", puslapis=3).context["page_obj"]
    assert late.number == 2
