"""The field in which staff write a text, in the admin."""

import pytest

from association.models import Page
from projects.models import Funder
from tests import factories

pytestmark = pytest.mark.django_db
TYPED = "## Kas\r\n\r\n- **viena**\r\n- [kita](javascript:alert(1))\x00"


def test_field_of_a_text_explains_its_marks_and_brings_its_editor_once(editor):
    project = factories.full_project()
    html = editor.get(f"/admin/projects/project/{project.pk}/change/").content.decode()
    assert html.count('data-rich="headings"') == 1
    assert html.count('data-rich="text"') == project.activities.count() + 1  # an empty row too
    assert html.count("js/editor.js") == 1
    assert 'data-heading="Antraštė"' in html
    assert "Tuščia eilutė pradeda naują pastraipą. Eilutė, prasidedanti „## “" in html


def test_statement_of_a_funder_has_an_editor_without_headings(editor):
    funder = factories.funder()
    html = editor.get(f"/admin/projects/funder/{funder.pk}/change/").content.decode()
    assert html.count('data-rich="text"') == 1
    assert 'data-rich="headings"' not in html


def test_text_is_kept_as_typed_and_shown_as_it_says(editor, visitor):
    data = {"title": "Kas", "slug": "kas", "published_at_0": "2020-01-01", "published_at_1": "0:00"}
    answer = editor.post("/admin/association/page/add/", data | {"text": TYPED})
    assert answer.status_code == 200  # a sign that no text has is refused, and all is kept
    assert "**viena**" in answer.content.decode()
    editor.post("/admin/association/page/add/", data | {"text": TYPED.removesuffix("\x00")})
    page = Page.objects.get(slug="kas")
    assert page.text == TYPED.removesuffix("\x00")
    html = visitor.get(page.get_absolute_url()).content.decode()
    assert '<ul class="items"><li><strong>viena</strong></li>' in html
    assert "[kita](javascript:alert(1))" in html
    assert html.count("<h1") == 1


def test_headings_of_a_text_come_below_those_of_its_page(visitor):
    project = factories.full_project(text="## Kas\n\n### Kur")
    activity = project.activities.first()
    activity.outcome = "## Padaryta"
    activity.save()
    funder = Funder.objects.get(fundings__project=project)
    funder.publicity_statement = "# Remia"
    funder.save()
    html = visitor.get(project.get_absolute_url()).content.decode()
    assert "<h3>Kas</h3>" in html
    assert "<h4>Kur</h4>" in html
    assert "<p><strong>Padaryta</strong></p>" in html
    assert "<p><strong>Remia</strong></p>" in html


def test_descriptions_and_hits_have_no_marks(visitor):
    text = "## Kas\n\nLabai **svarbi** [mugė](https://slapta.example)."
    factories.project(title="Diena", text=text)
    page = Page.objects.create(title="A", slug="a", text=text, published_at="2020-01-01T00:00Z")
    html = visitor.get(page.get_absolute_url()).content.decode()
    assert '<meta name="description" content="Labai svarbi mugė.">' in html
    hits = visitor.get("/paieska/", {"q": "svarbi"}).content.decode()
    assert "Labai <mark>svarbi</mark> mugė." in hits
    assert "slapta.example" not in hits
