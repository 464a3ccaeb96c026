"""Lists of the admin: each is searched, ordered and narrowed as Lithuanian and librarians ask."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from association.models import CouncilMember, Details, Document, Redirect
from tests import factories
from tests.reading import text_of

pytestmark = pytest.mark.django_db

LIBRARIES, PAGES = "/admin/association/library/", "/admin/association/page/"
DOCUMENTS, COUNCIL = "/admin/association/document/", "/admin/association/councilmember/"


def listed(client, address, **asked):
    """Return what the list at `address` lists, in its order."""
    return [str(each) for each in client.get(address, asked).context["cl"].result_list]


def lists():
    """Yield the address of each list of the admin."""
    for model in admin.site._registry:
        if model is not Details:  # whose list is its form
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_each_list_is_searched_and_says_where_it_looks(superuser):
    for address in lists():
        assert "Ieškoma " in text_of(superuser.get(address)), address


@pytest.mark.parametrize(
    "asked",
    [
        *({"q": "\0"}, {"q": "„"}, {"q": "'"}, {"q": '"a b'}, {"q": "%"}, {"q": "\\"}),
        *({"q": " ".join(map(str, range(900)))}, {"q": "ą" * 3000}, {"q": "   "}),
        *({"year": "rytoj"}, {"year": "99999999999999999999"}, {"funder": "-1"}, {"funder": "x\0"}),
        *({"o": "99.x"}, {"public": "?"}, {"state": "\0"}, {"term": "1"}, {"waits": "0"}),
    ],
)
def test_list_opens_whatever_is_asked_of_it(superuser, asked):
    factories.full_project()
    factories.page()
    for address in lists():
        assert superuser.get(address, asked, follow=True).status_code == 200, address


@pytest.mark.parametrize("term", ["\0", "„", '"', "a " * 900])
def test_choice_that_is_searched_opens_whatever_is_typed(superuser, term):
    asked = {"app_label": "projects", "model_name": "partner", "field_name": "library"}
    response = superuser.get("/admin/autocomplete/", asked | {"term": term})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "term", ["siauliu", "ŠIAULIŲ", "„Šiaulių“", "bibl siaul", "senoji zibureli"]
)
def test_library_is_found_whatever_the_case_and_marks_in_its_list_and_choices(editor, term):
    library = factories.library(name="Šiaulių biblioteka")
    library.former_names.create(name="Senoji „Žiburėlio“ skaitykla")
    factories.library(name="Zarasų biblioteka")
    assert listed(editor, LIBRARIES, q=term) == ["Šiaulių biblioteka"]
    asked = {"app_label": "projects", "model_name": "partner", "field_name": "library"}
    offered = editor.get("/admin/autocomplete/", asked | {"term": term}).json()["results"]
    assert [each["text"] for each in offered] == ["Šiaulių biblioteka"]


def test_each_word_of_a_search_has_to_be_found(editor):
    factories.library(name="Šiaulių biblioteka")
    assert listed(editor, LIBRARIES, q="siauliu alytaus") == []


def test_page_document_council_member_and_redirect_are_found_without_marks(editor):
    factories.page(title="Narystė", text="Kaip įstoti.")
    Document.objects.create(title="Įstatai", file=factories.upload("isakymas.pdf"))
    library = factories.library(name="Žagarės biblioteka")
    CouncilMember.objects.create(name="Čėsna", role="pirmininkė", library=library)
    Redirect.objects.create(old_path="/žinios", target="/asociacija/")
    found = {
        PAGES: ["naryste", "ISTOTI"],
        DOCUMENTS: ["istatai", "Isakymas"],
        COUNCIL: ["cesna", "PIRMININKE", "zagares"],
        "/admin/association/redirect/": ["ZINIOS", "asociacija"],
    }
    for address, terms in found.items():
        for term in terms:
            assert len(listed(editor, address, q=term)) == 1, (address, term)
        assert listed(editor, address, q="nieko") == []


def test_lists_are_in_lithuanian_order(editor):
    names = ["Cikada", "Čekis", "Ylakiai", "Įlanka", "Sala", "Šaka", "Zuikis", "Žuvis"]
    for number, name in enumerate(reversed(names)):
        factories.page(title=name, slug=f"p{number}")
        factories.library(name=name)
    assert listed(editor, PAGES) == names
    assert listed(editor, PAGES, o="-1") == names[::-1]
    assert listed(editor, LIBRARIES) == names
    assert listed(editor, LIBRARIES, o="-1") == names[::-1]


def test_choices_are_ordered_by_their_names(editor):
    for kind in ("report", "other", "minutes", "bylaws"):  # ataskaita, kita, protokolas, įstatai
        Document.objects.create(title=kind, kind=kind, file=factories.upload())
    assert listed(editor, DOCUMENTS, o="2") == ["report", "bylaws", "other", "minutes"]


def test_page_is_told_to_be_public_a_draft_or_to_come(editor):
    factories.page(title="Vieša", slug="viesa")
    factories.page(title="Rengiama", slug="rengiama", published_at=None)
    tomorrow = timezone.now() + timedelta(days=1)
    factories.page(title="Vėliau", slug="veliau", published_at=tomorrow)
    assert listed(editor, PAGES, public="yes") == ["Vieša"]
    assert listed(editor, PAGES, public="later") == ["Vėliau"]
    assert listed(editor, PAGES, public="no") == ["Rengiama"]
    told = text_of(editor.get(PAGES))
    assert f"nuo {timezone.localdate():%Y-%m}" in told
    assert f"tik nuo {timezone.localdate(tomorrow)}" in told
    assert "juodraštis" in told


def test_document_is_told_with_its_file_and_chosen_by_its_year(editor):
    Document.objects.create(title="Naujas", file=factories.upload(), dated=date(2024, 5, 1))
    lost = Document.objects.create(title="Senas", file=factories.upload(), dated=date(2013, 5, 1))
    lost.file.storage.delete(lost.file.name)
    assert listed(editor, DOCUMENTS, year="2013") == ["Senas"]
    Document.objects.filter(pk=lost.pk).update(audience="members")
    assert listed(editor, DOCUMENTS, audience="members") == ["Senas"]
    assert listed(editor, DOCUMENTS, audience="public") == ["Naujas"]
    assert listed(editor, DOCUMENTS, year="1999") == ["Naujas", "Senas"]
    told = text_of(editor.get(DOCUMENTS))
    assert "PDF, 16 baitų" in told
    assert "failas dingo" in told


def test_chosen_year_stays_chosen_and_keeps_what_else_was_asked(editor):
    Document.objects.create(title="Ataskaita", file=factories.upload(), dated=date(2013, 5, 1))
    page = editor.get(DOCUMENTS, {"year": "2013", "q": "ataskaita"}).content.decode()
    assert '<option value="2013" selected>2013</option>' in page
    form = page[page.index('class="choice-filter"') :]
    assert '<input type="hidden" name="q" value="ataskaita">' in form[: form.index("</form>")]


def test_council_of_today_is_told_from_others(editor):
    yesterday = timezone.localdate() - timedelta(days=1)
    CouncilMember.objects.create(name="Dabartinė")
    CouncilMember.objects.create(name="Buvusi", ends_on=yesterday)
    assert listed(editor, COUNCIL, term="now") == ["Dabartinė"]
    assert listed(editor, COUNCIL, term="other") == ["Buvusi"]


@pytest.mark.parametrize("item_count", [1, 3])
def test_lists_ask_the_database_the_same_whatever_their_length(
    editor, django_assert_num_queries, item_count
):
    library = factories.library()
    for number in range(item_count):
        factories.page(slug=f"p{number}")
        Document.objects.create(title="Įstatai", file=factories.upload())
        CouncilMember.objects.create(name="Vardenė", library=library)
        Redirect.objects.create(old_path=f"/{number}", target="/")
    for address, count in ((PAGES, 9), (DOCUMENTS, 10), (COUNCIL, 9)):
        editor.get(address)
        with django_assert_num_queries(count):
            editor.get(address)


@pytest.mark.parametrize("typed", ["siauliai", "ŠIAULIAI", "Šiaulių biblioteka", "siaul"])
def test_library_is_found_by_its_town_in_whatever_form(editor, typed):
    factories.library(name="Šiaulių miesto savivaldybės viešoji biblioteka", municipality="")
    factories.library(name="Zarasų viešoji biblioteka", municipality="")
    found = editor.get("/admin/association/library/", {"q": typed}).context["cl"].result_list
    assert [library.name.split()[0] for library in found] == ["Šiaulių"]
