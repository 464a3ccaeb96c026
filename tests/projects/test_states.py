"""The states of a project, what differs between them, and the way back, from the bin too."""

from datetime import timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
import reversion
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reversion.models import Revision, Version

from association import versions
from association.models import Document, Redirect
from projects.indexing import collect_words
from projects.models import Funder, Photo, Project
from projects.search import Results
from projects.versions import restore as restore_project
from tests import factories
from tests.projects.test_admin import change_address, everything, save, unchanged
from tests.projects.test_publication_admin import press
from tests.reading import text_of
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def history_address(record):
    name = f"{record._meta.app_label}_{record._meta.model_name}"
    return reverse(f"admin:{name}_states", args=[record.pk])


def history(client, record):
    """Return pairs of what was done and what is told to differ, the latest first."""
    page = client.get(history_address(record))
    return [
        (
            revision.get_comment(),
            {
                each.label: " ".join(f"{kind[0]}:{words}" for kind, words in each.parts)
                for each in differences
            },
        )
        for revision, differences in page.context["states"]
    ]


def restore(client, model, pk, revision):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_restore"
    return client.post(reverse(name, args=[pk, revision.pk]), follow=True)


def delete(client, record):
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_delete"
    assert client.post(reverse(name, args=[record.pk]), {"post": "yes"}).status_code == 302


def messages(response):
    return [str(message) for message in response.context["messages"]]


def whole(project):
    """Return all that is kept of `project` and its parts, but what is told by the clock."""
    collect_words(Project.objects.all())
    parts, *rest = everything(project)
    photos = project.photos.values("image", "alt", "caption", "position", "focus_x")
    parts = [*parts, list(photos), list(project.documents.values())]
    for record in chain.from_iterable(parts):
        record.pop("added_at", None)  # is kept to the thousandth of a second
    return parts, rest


def test_order_is_told_of_what_was_moved_and_not_of_what_moved_up(editor):
    project = factories.project()
    for position, text in enumerate(["Pirmas.", "Antras.", "Trečias.", "Ketvirtas."], start=1):
        project.goals.create(text=text, position=position)
    save(editor, change_address(project), **{"goals-0-DELETE": "on"})
    assert history(editor, project)[0][1] == {"ištrinta: tikslas": "r:Pirmas."}
    save(editor, change_address(project), **{"goals-2-position": "1"})
    assert history(editor, project)[0][1] == {"Tikslas „Ketvirtas.“: vieta eilėje": "r:3 a:1"}


def test_history_tells_what_was_changed_in_words(editor):
    project = factories.full_project(title="Mugė")
    second = project.goals.last()
    changes = {
        "title": "Didžioji mugė",
        "starts_on": "2014-03-01",
        "goals-0-text": "Tikslas vienas.",
        "goals-1-DELETE": "on",
        "activities-0-was_done": "true",
        "activities-0-days": "2014-04-11",
    }
    assert save(editor, change_address(project), **changes) == []
    (_latest, told), first = history(editor, project)
    assert told["pavadinimas"] == "r:Mugė a:Didžioji mugė"
    assert told["pradžia"].startswith("a:2014")
    assert told["Tikslas „Tikslas 1.“: tekstas"] == "s:Tikslas r:1. a:vienas."
    assert told["ištrinta: tikslas"] == f"r:{second.text}"
    assert told["Veikla „Veikla 1.“: ar įvyko"] == "a:taip"
    assert first == ("Kaip buvo anksčiau.", {})


def test_earlier_state_comes_back_whole(editor):
    project = factories.full_project(title="Mugė")
    factories.photo(project)
    project.documents.create(title="Programa", file=factories.upload())
    project.renumber_parts()
    activity = project.activities.first()
    activity.goals.add(project.goals.first())
    before = whole(project)
    changes = {
        "title": "Visai kas kita",
        "goals-0-DELETE": "on",
        "activities-0-DELETE": "on",
        "partners-1-name": "Kitas partneris",
        "documents-0-DELETE": "on",
        "goals-TOTAL_FORMS": 3,
        "goals-2-text": "Naujas tikslas.",
    }
    assert save(editor, change_address(project), **changes) == []
    first = versions.states(project).last()
    assert messages(restore(editor, Project, project.pk, first))[-1] == (
        "„Mugė“ atkurta, kaip buvo tada."
    )
    project = Project.objects.get()
    assert whole(project) == before
    assert list(project.activities.first().goals.all()) == [project.goals.first()]
    assert history(editor, project)[0][0] == "Atkurta ankstesnė būsena."
    assert project in [hit.record for hit in Results("mugė", factories.user())[0:5]]


def test_restoring_can_be_undone(editor):
    project = factories.project(title="Mugė")
    save(editor, change_address(project), title="Kita")
    latest, first = versions.states(project)
    restore(editor, Project, project.pk, first)
    restore(editor, Project, project.pk, latest)
    assert Project.objects.get().title == "Kita"


def test_restoring_leaves_who_sees_the_project_as_it_is(editor):
    project = factories.draft(title="Mugė")
    save(editor, change_address(project), title="Kita")
    press(editor, [project], "_now")
    restore(editor, Project, project.pk, versions.states(project).last())
    project.refresh_from_db()
    assert (project.title, project.is_published) == ("Mugė", True)


def test_restoring_shows_no_page_and_no_document_to_more_people(editor):
    page = factories.page(title="Apie", published_at=factories.a_minute_ago())
    document = Document.objects.create(title="Įstatai", file="istatai.pdf", audience="public")
    for record, shut in [(page, {"published_at": None}), (document, {"audience": "members"})]:
        versions.keep_first(record)
        type(record).objects.filter(pk=record.pk).update(title="Kita", **shut)
        versions.keep(record, by=None, told="")
        restore(editor, type(record), record.pk, versions.states(record).last())
        record.refresh_from_db()
        assert record.title in {"Apie", "Įstatai"}
        assert {name: getattr(record, name) for name in shut} == shut


def test_each_verb_of_the_admin_keeps_a_state(editor):
    project = factories.draft()
    press(editor, [project], "_now")
    press(editor, [project], "_withdraw", project.pk)
    told = [comment for comment, _differences in history(editor, project)]
    assert told == ["Nebeskelbiama.", "Paskelbta.", "Kaip buvo anksčiau."]


def test_form_saved_unchanged_and_a_preview_tell_no_differences(editor):
    project = factories.full_project()
    project.renumber_parts()
    address = change_address(project)
    editor.post(address, unchanged(editor, address) | {"_preview": "1"})
    assert not Revision.objects.exists()
    save(editor, address)
    assert {str(told) for _comment, told in history(editor, project)} == {"{}"}


def test_deleted_project_comes_back_from_the_bin_with_its_files(editor, visitor):
    project = factories.full_project(title="Mugė")
    factories.photo(project)
    project.documents.create(title="Programa", file=factories.upload())
    run_tasks()
    before = whole(project)
    delete(editor, project)
    assert visitor.get(project.get_absolute_url()).status_code == 404
    page = editor.get("/admin/projects/project/siuksliadeze/")
    (version,) = page.context["page"]
    assert "Mugė" in text_of(page)
    response = restore(editor, Project, project.pk, version.revision)
    assert messages(response)[-1] == "„Mugė“ atkurta, kaip buvo tada."
    run_tasks()
    project = Project.objects.get()
    assert whole(project) == before
    page = visitor.get(project.get_absolute_url())
    assert page.status_code == 200
    photo, document = project.photos.get(), project.documents.get()
    for address in (photo.image.largest, document.file.url):
        response = visitor.get(address)
        assert response.status_code == 200
        response.getvalue()
    assert "Šiukšliadėžė tuščia." in text_of(editor.get("/admin/projects/project/siuksliadeze/"))


def test_projects_deleted_in_the_list_come_back_too(editor):
    projects = [factories.full_project() for _ in range(2)]
    chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in projects]}
    editor.post("/admin/projects/project/", chosen | {"post": "yes"})
    assert not Project.objects.exists()
    for version in versions.deleted(Project):
        restore(editor, Project, version.object_id, version.revision)
    assert Project.objects.count() == 2


def test_funder_that_was_deleted_after_its_project_comes_back_with_it(editor):
    project = factories.full_project()
    funder = project.fundings.get().funder
    delete(editor, project)
    delete(editor, funder)
    restore(editor, Project, project.pk, versions.deleted(Project).get().revision)
    assert Project.objects.get().fundings.get().funder == Funder.objects.get()


def test_deleted_funder_comes_back_with_its_logo(editor, visitor):
    funder = factories.funder(name="Taryba", logo=factories.picture())
    run_tasks()
    delete(editor, funder)
    call_command("worker", "--once")
    restore(editor, Funder, funder.pk, versions.deleted(Funder).get().revision)
    run_tasks()
    funder = Funder.objects.get()
    factories.funding(factories.project(), funder)
    response = visitor.get(funder.logo.largest)
    assert response.status_code == 200
    response.getvalue()


@pytest.mark.parametrize("kind", ["funder", "library"])
def test_project_is_found_by_the_name_that_its_funder_or_library_bears_again(editor, kind):
    project = factories.project()
    if kind == "funder":
        record = factories.funder(name="Ąžuolo fondas")
        factories.funding(project, record)
    else:
        record = factories.member_library(name="Ąžuolo biblioteka")
        project.partners.create(library=record)
    address = reverse(f"admin:{record._meta.app_label}_{kind}_change", args=[record.pk])
    assert save(editor, address, name="Visai kitas vardas") == []
    restore(editor, type(record), record.pk, versions.states(record).last())
    found = Results("ąžuolo", factories.user())[0:9]
    assert project in [hit.record for hit in found]


def test_funder_whose_name_another_bears_now_is_not_brought_back(editor):
    funder = factories.funder(name="Taryba")
    delete(editor, funder)
    factories.funder(name="taryba")
    response = restore(editor, Funder, funder.pk, versions.deleted(Funder).get().revision)
    told = messages(response)[-1]
    assert told.startswith("„Taryba“ atkurti negalima.")
    assert Funder.objects.count() == 1


@pytest.mark.parametrize("address", ["projects/project", "association/library"])
def test_state_of_another_record_or_of_none_is_not_found(editor, address):
    project, other = factories.project(), factories.project()
    save(editor, change_address(other), title="Kita")
    revision = versions.states(other).first()
    for pk, number in ((project.pk, revision.pk), (0, revision.pk), (project.pk, 10**30)):
        path = f"/admin/{address}/{pk}/busenos/{number}/"
        assert editor.post(path).status_code == 404


def test_bin_is_emptied_after_ninety_days_and_files_go_with_it(editor):
    project = factories.project()
    photo = factories.photo(project)
    project.documents.create(title="Programa", file=factories.upload())
    shared = factories.project()
    Photo.objects.create(project=shared, image=photo.image.name, alt="Ta pati")
    delete(editor, project)
    Revision.objects.update(date_created=timezone.now() - versions.KEPT_IN_BIN + timedelta(hours=1))
    assert versions.empty_bin() == 0
    Revision.objects.update(date_created=timezone.now() - versions.KEPT_IN_BIN)
    assert list(versions.deleted(Project)) == []


def test_nothing_of_what_was_deleted_long_ago_is_left(editor, django_capture_on_commit_callbacks):
    project = factories.project(title="Slapta mugė")
    project.documents.create(title="Programa", file=factories.upload())
    kept = factories.project()
    kept.documents.create(title="Programa", file=factories.upload())
    save(editor, change_address(kept), title="Liekanti")
    delete(editor, project)
    Revision.objects.update(date_created=timezone.now() - versions.KEPT_IN_BIN)
    with django_capture_on_commit_callbacks(execute=True):
        assert versions.empty_bin() == 1
    assert not Version.objects.filter(object_repr__contains="Slapta").exists()
    assert versions.states(kept).count() == 2
    left = list(Path(settings.MEDIA_ROOT).rglob("*.pdf"))
    assert left == [Path(kept.documents.get().file.path)]


def test_the_associations_details_come_back_as_they_were(editor):
    details = factories.details(name="Bibliotekų asociacija", phone="8 5 000")
    address = reverse("admin:association_details_change", args=[details.pk])
    save(editor, address, name="Asociacija", phone="")
    [after, before] = Revision.objects.order_by("-pk")
    assert history(editor, details)[0][1]["telefonas"] == "r:8 5 000"
    restore(editor, type(details), details.pk, before)
    details.refresh_from_db()
    assert (details.name, details.phone) == ("Bibliotekų asociacija", "8 5 000")


def test_deleted_redirect_leads_again_when_it_comes_back(editor, visitor):
    redirect = Redirect.objects.create(old_path="/senas", target="/renginiai/")
    delete(editor, redirect)
    assert visitor.get("/senas/").status_code == 404
    restore(editor, Redirect, redirect.pk, Revision.objects.latest("pk"))
    assert visitor.get("/senas/")["Location"] == "/renginiai/"


def test_each_model_of_what_the_site_shows_has_its_states_kept():
    told_elsewhere = {"DraftLink", "TableImport"}
    models = [
        model
        for label in ("association", "projects")
        for model in apps.get_app_config(label).get_models()
    ]
    left = {model.__name__ for model in models if not reversion.is_registered(model)}
    assert left == told_elsewhere


TEXTS = (
    st.text(
        st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Cc"]),
        min_size=1,
        max_size=40,
    )
    .map(str.strip)
    .filter(bool)
)
PARTS = st.lists(TEXTS, max_size=4)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEXTS, PARTS, PARTS, PARTS, st.integers(0, 10**11))
def test_any_project_comes_back_as_it_was(text, goals, activities, partners, cents):
    amount = Decimal(cents) / 100
    project = factories.project(
        title=f"Mugė {text}", text=text, budget_amount=amount, budget_currency="EUR"
    )
    project.full_clean()  # as the form does
    project.save()
    for words in goals:
        project.goals.create(text=words)
    for words in partners:
        project.partners.create(name=words)
    for words in activities:
        activity = project.activities.create(text=words, outcome=text)
        activity.partners.set(project.partners.all())
        activity.days.create(starts_on="2014-04-10", starts_at="10:00")
        activity.places.create(town=words)
    project.renumber_parts()
    before = whole(Project.objects.get(pk=project.pk))
    versions.keep(project, by=None, told="")
    for parts in (project.goals, project.activities, project.partners):
        parts.all().delete()
    nothing = {"text": "", "budget_amount": None, "budget_currency": ""}
    Project.objects.filter(pk=project.pk).update(title="Kita", **nothing)
    restored = restore_project(versions.states(project).first(), project.pk)
    assert whole(restored) == before
    restored.delete()


@pytest.mark.parametrize("count", [1, 3])
def test_history_asks_the_database_as_much_for_each_state(
    editor, django_assert_max_num_queries, count
):
    project = factories.full_project()
    for number in range(count):
        save(editor, change_address(project), title=f"Pavadinimas {number}")
    address = history_address(project)
    with django_assert_max_num_queries(12 + 2 * (count + 1)):
        editor.get(address)
