"""The page „Naujas projektas iš teksto“ of the admin."""

import re
from urllib.parse import quote

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from association.management.commands.load_demo import SAMPLE
from projects.models import Funder, Goal, Project
from tests import factories
from tests.forms import form_data
from tests.reading import text_of
from tests.words import docx_of

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/projects/project/is-teksto/"
REAL = (SAMPLE / "projektai.txt").read_text(encoding="utf-8")
TEXT = """„Mugė“.
Dalinį finansavimą – 80 tūkst. Lt skyrė Lietuvos kultūros taryba.

Projekto tikslai:
1. Sudaryti sąlygas bibliotekoms skleisti patirtį.

Veiklos:
1. Patirties sklaidos mugė.
"""


def look(client, text="", file=None):
    """Ask what is understood of a text; return the page."""
    posted = {"text": text, "seen": "", "_preview": "1"}
    if file:
        posted["file"] = file
    return client.post(ADDRESS, posted)


def press(client, page, **changes):
    """Press the button of the preview that does it."""
    typed = fields(page) | {"_import": "1"} | changes
    return client.post(ADDRESS, typed, follow=True)


def fields(page):
    """Return what a browser would send of the form on the `page`."""
    return form_data(page.content.decode(), None)


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_page_asks_for_a_text(editor):
    assert "Įklijuokite projekto tekstą arba pasirinkite „Word“ failą." in text_of(
        look(editor, " ")
    )


def test_preview_tells_line_by_line_what_was_understood_and_changes_nothing(editor):
    page = look(editor, f"Laba diena,\n\n{TEXT}")
    rows = page.context["rows"]
    assert [(row.lines, str(row.taken_as)) for row in rows] == [
        ("1", "nesuprasta, neįkelta"),
        ("3", "projekto pavadinimas"),
        ("4", "finansavimas"),
        ("6", "antraštė"),
        ("7", "tikslas"),
        ("9", "antraštė"),
        ("10", "veikla"),
    ]
    seen = text_of(page)
    assert "1 naujas projektas. 1 eilutę reikia peržiūrėti: pažymėta žemiau." in seen
    assert "Jei tai projekto dalis, perkelkite ją po jo pavadinimu; jei ne, palikite čia." in seen
    assert "Naujas finansuotojas: Lietuvos kultūros taryba." in seen
    assert not Project.objects.exists()
    assert not Funder.objects.exists()


def test_each_remark_says_what_to_do(editor):
    text = TEXT.replace("skyrė Lietuvos kultūros taryba", "gauta") + "\nDalyviai: visi.\n"
    rows = [row for row in look(editor, text).context["rows"] if row.remarks]
    assert [row.line for row in rows] == [2, 10]
    assert all(hint for row in rows for _remark, hint in row.remarks)


def test_button_makes_drafts_and_leads_to_where_they_are_published(editor):
    response = press(editor, look(editor, REAL))
    assert messages(response)[0] == "Sukurti 2 juodraščiai. Peržiūrėkite ir paskelbkite žemiau."
    assert {project.is_published for project in Project.objects.all()} == {False}
    seen = text_of(response)
    assert "Viešųjų bibliotekų patirties mainų akademija" in seen
    assert 'value="Skelbti dabar"' in response.content.decode()
    notes = {entry.get_change_message() for entry in LogEntry.objects.all()}
    assert notes == {"Sukurta iš teksto."}


def test_text_corrected_under_the_preview_is_what_is_made(editor):
    page = look(editor, TEXT)
    press(editor, page, text=TEXT.replace("mugė.", "šventė."))
    assert Project.objects.get().activities.get().text == "Patirties sklaidos šventė."


def test_text_that_cannot_be_read_any_more_makes_nothing_and_is_kept(editor):
    page = look(editor, TEXT)
    response = press(editor, page, text="Veiklos:\n1. Mugė.")
    assert not Project.objects.exists()
    assert "1 eilutė: parašyta „Veiklos:“" in text_of(response)
    assert "1. Mugė." in response.content.decode()


def update(client, text, **changes):
    return press(client, look(client, text), **changes)


@pytest.fixture
def there(editor):
    """A public project that the text words otherwise."""
    update(editor, TEXT)
    project = Project.objects.get()
    project.publish()
    return project


OTHER = TEXT.replace("80 tūkst.", "90 tūkst.").replace(
    "skleisti patirtį", "skleisti gerąją patirtį"
)


def choice_of(page):
    return re.search(r'name="(choice-\w+)"', page.content.decode())[1]


def test_known_project_is_offered_to_be_updated_with_its_differences(editor, there):
    page = look(editor, OTHER)
    shown = page.content.decode()
    assert "<ins>gerąją</ins>" in shown
    assert "<del>80</del>" in shown
    assert "<ins>90</ins>" in shown
    assert "Jis viešas: lankytojai pakeitimus pamatys iš karto." in text_of(page)
    assert there.goals.get().text == "Sudaryti sąlygas bibliotekoms skleisti patirtį."
    response = press(editor, page)
    assert messages(response) == ["Atnaujintas 1 projektas."]
    assert Goal.objects.get().text == "Sudaryti sąlygas bibliotekoms skleisti gerąją patirtį."
    latest = LogEntry.objects.latest("pk").get_change_message()
    assert latest == "Atnaujinta pagal tekstą: finansavimas, tikslas."


def test_known_project_can_be_left_as_it_is(editor, there):
    page = look(editor, OTHER)
    response = press(editor, page, **{choice_of(page): "leave"})
    assert messages(response) == ["Nieko nepakeista."]
    assert there.goals.get().text == "Sudaryti sąlygas bibliotekoms skleisti patirtį."


def test_known_project_can_be_another_one(editor, there):
    page = look(editor, OTHER)
    press(editor, page, **{choice_of(page): "new"})
    assert Project.objects.count() == 2
    assert there.goals.get().text == "Sudaryti sąlygas bibliotekoms skleisti patirtį."


def test_another_one_is_made_once_however_often_it_is_pressed(editor, there):
    page = look(editor, OTHER)
    press(editor, page, **{choice_of(page): "new"})
    response = press(editor, page, **{choice_of(page): "new"})
    assert Project.objects.count() == 2
    assert messages(response) == [
        "Tokių projektų jau yra: peržiūrėkite juos ir paspauskite dar kartą."
    ]
    press(editor, response, **{choice_of(page): "new"})
    assert Project.objects.count() == 3


def test_drafts_are_made_once_however_often_it_is_pressed(editor):
    page = look(editor, REAL)
    press(editor, page)
    assert messages(press(editor, page)) == ["Nieko nepakeista."]
    assert Project.objects.count() == 2


def test_choice_that_is_none_updates_as_the_page_says(editor, there):
    page = look(editor, OTHER)
    press(editor, page, **{choice_of(page): "kitaip"})
    assert there.goals.get().text == "Sudaryti sąlygas bibliotekoms skleisti gerąją patirtį."


def test_known_project_is_changed_only_by_what_was_seen(editor, there):
    page = look(editor, TEXT)
    response = press(editor, page, text=OTHER)
    assert messages(response) == [
        "Šis tekstas pakeistų esamus projektus: peržiūrėkite pakeitimus ir mygtuką paspauskite"
        " dar kartą."
    ]
    assert there.goals.get().text == "Sudaryti sąlygas bibliotekoms skleisti patirtį."


def test_project_that_appeared_meanwhile_is_not_changed_unseen(editor):
    page = look(editor, OTHER)
    update(editor, TEXT)
    response = press(editor, page)
    assert "peržiūrėkite pakeitimus" in messages(response)[0]
    assert Goal.objects.get().text == "Sudaryti sąlygas bibliotekoms skleisti patirtį."


def test_known_project_with_nothing_new_has_no_button(editor, there):
    page = look(editor, TEXT)
    assert "nieko naujo apie jį tekste nėra" in text_of(page)
    assert 'name="_import"' not in page.content.decode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_word_file_is_read_and_stays_on_the_page_to_be_corrected(editor, end):
    file = SimpleUploadedFile("paraiška.docx", docx_of(REAL))
    page = look(editor, file=file)
    assert len(page.context["found"]) == 2
    typed = fields(page)["text"][0]
    assert "1. Trimis kvalifikacijos kėlimo renginiais" in typed
    press(editor, page, text=typed.replace("\r\n", "\n").replace("\n", end))
    assert Project.objects.count() == 2


def test_text_file_is_read_in_any_usual_encoding(editor):
    file = SimpleUploadedFile("paraiška.txt", TEXT.encode("windows-1257"))
    assert look(editor, file=file).context["found"][0]["title"] == "Mugė"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (docx_of(TEXT)[:-50], "Dokumentas sugadintas."),
        (b"%PDF-1.4 \x00\x01\x02", "Tai ne DOCX ir ne tekstinis failas."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "Tai ne DOCX ir ne tekstinis failas."),
        (b"a" * 5_000_001, "Failas didesnis kaip 5 MB."),
    ],
)
def test_file_that_cannot_be_read_is_refused_and_what_was_pasted_stays(editor, data, told):
    page = look(editor, TEXT, SimpleUploadedFile("paraiška.docx", data))
    assert told in text_of(page)
    assert fields(page)["text"][0].strip() == TEXT.strip()


HEAP = "„A“.\nVeiklos:\n1. a" + "\u0316\u0301" * 90_000  # of marks on one letter


@pytest.mark.parametrize("text", ["\0„A“.", "„A“.\ud800", "a" * 250_000, "\u2028" * 10, HEAP])
def test_whatever_is_pasted_is_read_or_refused_in_words(editor, text):
    body = f"_import=1&text={quote(text.encode(errors='surrogatepass'))}"
    page = editor.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 200
    assert "Teksto perskaityti nepavyko." in text_of(page)


def test_page_is_for_those_who_may_add_and_change(editor, editor_user):
    editor_user.user_permissions.set(Permission.objects.filter(codename="change_project"))
    assert editor.get(ADDRESS).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_preview_asks_the_database_the_same_however_many_projects_there_are(
    editor, django_assert_num_queries, count
):
    for number in range(count):
        factories.full_project(title=f"Ankstesnis {number}")
    with django_assert_num_queries(113):
        look(editor, TEXT)
