"""The pages of the admin on which tables go out and come in."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from association.models import Library, TableImport
from tests import factories
from tests.logins import log_in
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db

LIST = "/admin/association/library/"
EXPORT, IMPORTS = f"{LIST}eksportuoti/", f"{LIST}importuoti/"
NEW = "Pavadinimas;Savivaldybė;Apskritis\nZarasų biblioteka;Zarasai;Utenos apskritis"


def send(client, content, name="bibliotekos.csv", follow=True):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(IMPORTS, {"file": SimpleUploadedFile(name, data)}, follow=follow)


def rows(response):
    book = openpyxl.load_workbook(BytesIO(response.getvalue()))
    return [list(row) for row in book.active.values]


@pytest.fixture
def libraries(db):
    return [
        factories.library(name=name, county=county)
        for name, county in (("Zarasų biblioteka", "utena"), ("Kauno biblioteka", "kaunas"))
    ]


def test_list_leads_to_both_pages_as_far_as_one_may(editor):
    page = editor.get(f"{LIST}?county__exact=utena").text
    assert f'href="{IMPORTS}">Importuoti lentelę' in page
    assert f'href="{EXPORT}?county__exact=utena">Eksportuoti lentelę' in page


def test_export_is_of_what_the_list_shows(editor, libraries):
    assert "2 įrašai." in editor.get(EXPORT).text
    address = f"{EXPORT}?county__exact=utena&q=Zarasų"
    page = editor.get(address).text
    assert "1 įrašas. Tik tie, kuriuos pasirinkote ar radote sąraše." in page
    answer = editor.post(address, {"kind": "xlsx"})
    assert answer["Content-Disposition"].startswith('attachment; filename="bibliotekos-')
    heads, *found = rows(answer)
    assert heads[:2] == ["Biblioteka", "Pavadinimas"]
    assert [row[:2] for row in found] == [[libraries[0].pk, "Zarasų biblioteka"]]


def test_selected_ones_are_exported(editor, libraries):
    data = {"action": "export_selected", "_selected_action": [libraries[1].pk]}
    answer = editor.post(LIST, data)
    assert answer["Location"] == f"{EXPORT}?pk__in={libraries[1].pk}"
    found = editor.post(answer["Location"], {"kind": "0"}).getvalue().decode()
    assert found.startswith("\ufeffBiblioteka;Pavadinimas;")
    assert "Kauno biblioteka" in found
    assert "Zarasų biblioteka" not in found


def test_all_that_were_found_are_exported_where_all_are_selected(editor, libraries):
    data = {"action": "export_selected", "select_across": "1"}
    data |= {"_selected_action": [libraries[0].pk], "index": "0"}
    answer = editor.post(f"{LIST}?county__exact=utena", data)
    assert answer["Location"] == f"{EXPORT}?county__exact=utena"


@pytest.mark.parametrize("kind", ["", "9", "-1", "x", "\0"])
def test_unknown_kind_of_file_is_refused(editor, kind):
    assert "Lentelės sudaryti nepavyko" in editor.post(EXPORT, {"kind": kind}).text


@pytest.mark.parametrize("query", ["county__exact=nera", "pk__in=a", "x=1", "pk__in=%00"])
def test_address_of_no_list_exports_nothing_of_harm(editor, query):
    answer = editor.get(f"{EXPORT}?{query}")
    assert answer.status_code in {200, 302}


def test_empty_table_has_the_names_of_the_columns(editor, libraries):
    (heads,) = rows(editor.get(f"{IMPORTS}tuscia/"))
    assert heads[:2] == ["Biblioteka", "Pavadinimas"]


@pytest.mark.usefixtures("each_place")
def test_sent_table_is_read_looked_at_and_imported(editor):
    page = send(editor, NEW)
    assert "Lentelė laukia savo eilės." in page.text
    address = page.redirect_chain[-1][0]
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
    run_tasks()
    page = editor.get(address).text
    assert "1 naujas įrašas." in page
    assert "Zarasų biblioteka" in page
    assert not Library.objects.exists()
    editor.post(address, {"_import": "1"})
    run_tasks()
    assert "Pridėtas 1 įrašas." in editor.get(address).text
    assert Library.objects.get().municipality == "Zarasai"


@pytest.mark.usefixtures("each_place")
def test_script_hears_how_far_it_is(editor):
    address = send(editor, NEW).redirect_chain[-1][0]
    waiting = {"state": "sent", "words": "Lentelė laukia savo eilės.", "part": None}
    assert editor.get(f"{address}eiga/").json() == waiting | {"is_stuck": False}
    DBTaskResult.objects.all().delete()
    assert editor.get(f"{address}eiga/").json()["is_stuck"]
    assert "Darbas nutrūko" in editor.get(address).text
    editor.post(address, {"_again": "1"})
    run_tasks()
    assert "1 naujas įrašas." in editor.get(address).text


def test_what_is_no_table_is_refused_at_once(editor):
    for data, told in ((b"", "Failas tuščias"), (b"%PDF-1.4 x", "nei XLSX, nei CSV")):
        assert told in send(editor, data, "lentele.xlsx").text
    assert "Pasirinkite failą." in editor.post(IMPORTS).text
    assert not TableImport.objects.exists()


def test_table_of_something_else_is_told_when_it_is_read(editor):
    address = send(editor, "Kaina;Prekė\n1;Obuolys").redirect_chain[-1][0]
    run_tasks()
    page = editor.get(address).text
    assert "Pirmoje eilutėje turi būti stulpelių pavadinimai" in page
    assert "Siųsti kitą lentelę" in page


def test_rows_with_errors_come_back_with_what_is_wrong_and_in_again(editor):
    address = send(editor, f"{NEW}\nKauno biblioteka;;Kauno").redirect_chain[-1][0]
    run_tasks()
    assert 'name="_import"' not in editor.get(address).text
    assert 'name="_import_right"' in editor.get(address).text
    heads, row = rows(editor.get(f"{address}klaidos/"))
    assert heads == ["Klaida", "Pavadinimas", "Savivaldybė", "Apskritis"]
    assert row[0].startswith("„Apskritis“: Reikšmė „Kauno“ čia netinka.")
    file = BytesIO()
    book = openpyxl.Workbook()
    book.active.append(heads)
    book.active.append([row[0], row[1], "Kaunas", "Kauno apskritis"])
    book.save(file)
    address = send(editor, file.getvalue(), "pataisyta.xlsx").redirect_chain[-1][0]
    run_tasks()
    assert "1 naujas įrašas." in editor.get(address).text
    assert "Nežinomi stulpeliai" not in editor.get(address).text


def test_table_is_its_senders_alone(editor, superuser):
    address = send(editor, NEW).redirect_chain[-1][0]
    assert superuser.get(address).status_code == 404
    assert superuser.post(address, {"_discard": "1"}).status_code == 404
    for number in ("0", "9" * 30):
        assert editor.get(f"{IMPORTS}{number}/").status_code == 404
    editor.post(address, {"_discard": "1"})
    assert not TableImport.objects.exists()


def test_who_may_only_look_exports_and_does_not_import(editor_user):
    rights = editor_user.user_permissions
    rights.set(rights.filter(codename="view_library"))
    client = log_in(Client(), editor_user)
    assert "Importuoti lentelę" not in client.get(LIST).text
    assert client.get(EXPORT).status_code == 200
    assert client.get(IMPORTS).status_code == 403
    assert send(client, NEW).status_code == 403


def test_many_rows_are_told_page_by_page(editor):
    lines = "\n".join(f"Biblioteka {number};Zarasai;utena" for number in range(120))
    address = send(editor, f"Pavadinimas;Savivaldybė;Apskritis\n{lines}").redirect_chain[-1][0]
    run_tasks()
    page = editor.get(f"{address}?rodyti=new&p=2").text
    assert "Biblioteka 50" in page
    assert "Biblioteka 100" not in page
    assert "2 puslapis iš 3" in page


@pytest.mark.parametrize("number", [1, 3])
def test_preview_asks_the_same_for_any_number(editor, number, django_assert_num_queries):
    lines = "\n".join(f"Biblioteka {each};Zarasai;utena" for each in range(number))
    address = send(editor, f"Pavadinimas;Savivaldybė;Apskritis\n{lines}").redirect_chain[-1][0]
    run_tasks()
    with django_assert_num_queries(8):
        editor.get(address)
