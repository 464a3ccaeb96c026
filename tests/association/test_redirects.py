import pytest
from django.core.exceptions import ValidationError

from association.models import Redirect
from tests import factories

pytestmark = pytest.mark.django_db


def redirect(old_path, target="/asociacija/"):
    made = Redirect(old_path=old_path, target=target)
    made.full_clean()
    made.save()
    return made


@pytest.mark.parametrize(
    ("old", "visited"),
    [
        ("/index.php", "/index.php"),
        ("/apie-mus", "/apie-mus/"),
        ("/apie-mus/", "/apie-mus"),
        ("http://senoji.example/index.php?id=5#apie", "/index.php?id=5"),
        ("/index.php", "/index.php?id=5"),
        ("/naujienos/mugė", "/naujienos/mug%C4%97"),
        ("/naujienos/mug%C4%97", "/naujienos/mugė"),
        ("/failai/senas.pdf", "/failai/senas.pdf"),
    ],
)
def test_old_address_leads_to_the_new_one(visitor, old, visited):
    redirect(old)
    response = visitor.get(visited)
    assert (response.status_code, response.url) == (301, "/asociacija/")


def test_old_address_with_its_query_goes_before_that_without(visitor):
    redirect("/index.php?id=5", "/bibliotekos/")
    redirect("/index.php")
    visited = ["/index.php?id=5", "/index.php?id=6", "/index.php"]
    assert [visitor.get(address).url for address in visited] == [
        *("/bibliotekos/", "/asociacija/", "/asociacija/")
    ]


def test_redirect_hides_no_page(visitor, django_assert_num_queries):
    Redirect.objects.create(old_path="/bibliotekos", target="https://biblioteka.example/")
    with django_assert_num_queries(6):
        assert visitor.get("/bibliotekos/").status_code == 200


def test_redirect_from_a_draft_works_for_those_who_do_not_see_it(visitor, editor):
    factories.page(slug="renginiai", published_at=None)
    redirect("/renginiai/")
    statuses = [client.get("/renginiai/").status_code for client in (visitor, editor)]
    assert statuses == [301, 200]


@pytest.mark.parametrize("address", ["/nera.php", "/%00", "/nera/?q=%00"])
def test_address_that_led_nowhere_is_not_found(visitor, address):
    redirect("/index.php")
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize(
    ("old", "target", "refusal"),
    [
        ("index.php", "/", {"__all__": ["Seną adresą pradėkite ženklu / arba https://."]}),
        ("http://[senas", "/", {"old_path": ["Tai ne adresas."]}),
        ("/senas", "//kitas.example", {"target": ["Tai ne adresas."]}),
        ("/senas", "/\\kitas.example", {"target": ["Tai ne adresas."]}),
        (
            "/senas",
            "javascript:alert(1)",
            {"target": ["Įveskite visą interneto adresą, pavyzdžiui, https://biblioteka.lt."]},
        ),
        (
            "/senas",
            "https://[kitas",
            {"target": ["Įveskite visą interneto adresą, pavyzdžiui, https://biblioteka.lt."]},
        ),
        ("/senas", "//[kitas", {"target": ["Tai ne adresas."]}),
        ("/senas", "/senas/", {"target": ["Taip būtų grįžtama į seną adresą."]}),
        ("/senas", "/senas?id=5", {"target": ["Taip būtų grįžtama į seną adresą."]}),
        (
            "/senas",
            "http://localhost:8000/senas",
            {"target": ["Taip būtų grįžtama į seną adresą."]},
        ),
    ],
)
def test_redirect_that_cannot_work_is_refused(old, target, refusal):
    with pytest.raises(ValidationError) as raised:
        redirect(old, target)
    assert raised.value.message_dict == refusal


@pytest.fixture
def served():
    """Addresses at which the site has a page."""
    factories.page(slug="privatumas")
    fixed = ["/", "https://senoji.example", "/?p=5", "/bibliotekos", "/paieska/?q=a", "/admin/"]
    records = [factories.project(), factories.library()]
    return [*fixed, "/privatumas", *(record.get_absolute_url() for record in records)]


def test_redirect_from_where_the_site_has_a_page_is_refused(served):
    for old in served:
        with pytest.raises(ValidationError) as raised:
            redirect(old)
        assert raised.value.message_dict == {
            "old_path": ["Šiuo adresu svetainėje yra puslapis, tad nukreipimas neveiktų."]
        }


def test_redirect_from_where_an_older_host_had_a_page_is_kept(visitor, settings, served):
    settings.OLD_HOSTS = ["www.sena.example"]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, *settings.OLD_HOSTS]
    redirect("/bibliotekos", "/asociacija/")
    response = visitor.get("/bibliotekos/", headers={"host": "www.sena.example"})
    assert response.url == "http://localhost:8000/asociacija/"


@pytest.mark.parametrize("old", ["/projektai/99-mug\u0117/", "/bibliotekos/99", "/failai/a.pdf"])
def test_redirect_from_a_record_that_is_not_there_is_kept(old):
    assert redirect(old).pk


def test_redirect_that_closes_a_loop_is_refused():
    redirect("/pirmas", "/antras")
    redirect("/antras", "/trecias/")
    with pytest.raises(ValidationError) as raised:
        redirect("/trecias", "/pirmas")
    assert raised.value.message_dict == {"target": ["Taip būtų grįžtama į seną adresą."]}


def test_redirect_beside_a_loop_that_was_there_is_not_caught_in_it():
    Redirect.objects.create(old_path="/pirmas", target="/antras")
    Redirect.objects.create(old_path="/antras", target="/pirmas")
    assert redirect("/trecias", "/pirmas").pk


def test_redirect_may_be_saved_again_unchanged():
    made = redirect("/senas")
    made.full_clean()
    assert made.old_path == "/senas"


def test_second_redirect_from_an_address_is_refused():
    redirect("/senas")
    with pytest.raises(ValidationError) as raised:
        redirect("https://senoji.example/senas/", "/bibliotekos/")
    assert raised.value.message_dict == {"old_path": ["Nukreipimas iš šio adreso jau yra."]}


def test_redirect_is_written_in_the_admin(editor, visitor):
    data = {"old_path": "http://senoji.example/apie.html", "target": "/asociacija/"}
    editor.post("/admin/association/redirect/add/", data)
    assert visitor.get("/apie.html").url == "/asociacija/"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/apie.html", "http://localhost:8000/asociacija/"),
        ("/bibliotekos/?x=1", "http://localhost:8000/bibliotekos/?x=1"),
    ],
)
def test_address_of_an_older_host_leads_to_this_site(visitor, settings, path, target):
    settings.OLD_HOSTS = ["www.sena.example"]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, *settings.OLD_HOSTS]
    redirect("/apie.html", "/asociacija/")
    response = visitor.get(path, headers={"host": "www.sena.example"})
    assert (response.status_code, response.url) == (301, target)
