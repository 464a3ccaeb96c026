import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from projects.indexing import collect_words
from projects.models import FunderAlias, Project
from tests import factories
from tests.forms import form_data
from tests.pictures import in_disguise

pytestmark = pytest.mark.django_db

ADD = "/admin/projects/project/add/"


def unchanged(client, address):
    """Return what a browser would send for the admin form at `address`, sent unchanged."""
    return form_data(client.get(address).content.decode(), f"{address.split('/')[3]}_form")


def save(client, address, **changes):
    """Save the admin form at `address` with `changes`; return the errors on the page."""
    response = client.post(address, unchanged(client, address) | changes)
    if response.status_code == 302:
        return []
    return re.findall(r'class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL)


def change_address(project):
    return reverse("admin:projects_project_change", args=[project.pk])


def test_project_is_made_on_one_page_with_all_that_belongs_to_it(editor):
    funder = factories.funder()
    errors = save(
        editor,
        ADD,
        title="„Mugė“",
        **{
            "fundings-TOTAL_FORMS": 1,
            "fundings-0-funder": funder.pk,
            "fundings-0-state": "awarded",
            "fundings-0-awarded_amount": "80 000,50",
            "fundings-0-awarded_currency": "LTL",
            "goals-TOTAL_FORMS": 2,
            "goals-0-text": "Antras",
            "goals-0-position": "2",
            "goals-1-text": "Pirmas",
            "goals-1-position": "1",
            "activities-TOTAL_FORMS": 1,
            "activities-0-text": "Seminaras.",
            "activities-0-days": "2014-10-13–2014-10-19\n2014-10-21 10.00–16.00",
            "activities-0-places": "Nica, Prancūzija, Nicos biblioteka\nLionas",
            "partners-TOTAL_FORMS": 1,
            "partners-0-name": "Lenkijos bibliotekos",
        },
    )
    assert errors == []
    project = Project.objects.get()
    activity = project.activities.get()
    assert project.title == "Mugė"
    assert str(project.fundings.get().awarded.amount) == "80000.50"
    assert [goal.text for goal in project.goals.all()] == ["Pirmas", "Antras"]
    assert [str(place) for place in activity.places.all()] == [
        "Nica, Prancūzija, Nicos biblioteka",
        "Lionas",
    ]
    assert activity.days.count() == 2
    assert project.partners.get().name == "Lenkijos bibliotekos"


def test_project_saved_unchanged_stays_as_it_was(editor):
    project = factories.full_project(budget_amount=Decimal(100000), budget_currency="LTL")
    project.renumber_parts()
    collect_words(Project.objects.all())
    before = everything(project)
    assert save(editor, change_address(project)) == []
    assert everything(Project.objects.get()) == before


def everything(project):
    parts = [project.fundings, project.goals, project.activities, project.partners, project.links]
    told = [list(part.values()) for part in parts]
    for activity in project.activities.all():
        told += [list(activity.days.values()), list(activity.places.values())]
        told += [list(activity.partners.values())]
    return told, project.title, project.published_at, project.budget


def test_project_new_goal_without_a_number_comes_last(editor):
    project = factories.full_project()
    changes = {"goals-TOTAL_FORMS": 3, "goals-2-text": "Trečias", "goals-2-project": project.pk}
    assert save(editor, change_address(project), **changes) == []
    numbered = [(goal.position, goal.text) for goal in project.goals.all()]
    assert numbered == [(1, "Tikslas 1."), (2, "Tikslas 2."), (3, "Trečias")]


def test_project_activity_is_offered_the_partners_of_its_project_only(editor):
    project = factories.full_project()
    factories.full_project()
    page = editor.get(change_address(project))
    forms = page.context["inline_admin_formsets"][2].formset
    offered = forms.forms[0].fields["partners"].queryset
    assert set(offered) == set(project.partners.all())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Užpildykite šį lauką."),
        (
            {"starts_on": "2014-12-31", "ends_on": "2014-01-01"},
            "Pabaiga negali būti ankstesnė už pradžią.",
        ),
        ({"budget_amount": "5"}, "Nurodykite ir sumą, ir valiutą arba abi palikite tuščias."),
        (
            {"fundings-0-state": "refused"},
            "Skirta suma nurodoma tik tada, kai finansavimas skirtas: "
            "ištrinkite sumą arba pakeiskite būseną.",
        ),
        (
            {"activities-0-days": "rytoj"},
            "Eilutės „rytoj“ nepavyko suprasti. Dieną rašykite taip: 2014-04-10 arba "
            "2014-10-13–2014-10-19, po jos laiką – 10.00–16.00.",
        ),
        (
            {"activities-0-days": "2014-04-10 10.00–10.00"},
            "Pabaigos laikas turi būti vėlesnis už pradžios. Jei jo nežinote, nerašykite.",
        ),
    ],
)
def test_project_that_breaks_a_rule_is_refused_in_lithuanian(editor, changes, message):
    project = factories.full_project()
    before = everything(project)
    (error,) = save(editor, change_address(project), **changes)
    assert re.sub("<[^>]*>", "", error).strip() == message
    assert everything(Project.objects.get()) == before


def test_project_form_refused_keeps_what_was_typed(editor):
    project = factories.full_project()
    address = change_address(project)
    typed = {"title": "", "goals-0-text": "Visai naujas tikslas", "activities-0-days": "rytoj"}
    page = editor.post(address, unchanged(editor, address) | typed).content.decode()
    assert "Visai naujas tikslas" in page
    assert ">\nrytoj</textarea>" in page


def history_of(client, project):
    """Return what the history of `project` tells, the oldest first."""
    page = client.get(reverse("admin:projects_project_history", args=[project.pk]))
    return [entry.get_change_message() for entry in page.context["action_list"]]


def act(client, action, *projects):
    """Do the bulk `action` on `projects`; return what the page says then."""
    chosen = [project.pk for project in projects]
    response = client.post(
        "/admin/projects/project/", {"action": action, "_selected_action": chosen}, follow=True
    )
    return [str(message) for message in response.context["messages"]]


def test_project_action_leads_to_where_the_chosen_are_published(editor):
    one, other = factories.draft(), factories.draft()
    chosen = {"action": "publish", "_selected_action": [one.pk, other.pk]}
    response = editor.post("/admin/projects/project/", chosen)
    assert set(parse_qs(urlsplit(response["Location"]).query)["id"]) == {str(one.pk), str(other.pk)}
    assert "Ko trūksta" in editor.get(response["Location"]).content.decode()


def test_project_action_does_not_publish_more_than_one_can_look_through(editor):
    drafts = [factories.draft() for _ in range(51)]
    told = "Vienu kartu pasirinkite ne daugiau kaip 50 projektų."
    assert act(editor, "publish", *drafts) == [told]


@pytest.mark.parametrize(
    ("count", "withdrawn"),
    [
        (1, "Nebeskelbiamas 1 projektas."),
        (2, "Nebeskelbiami 2 projektai."),
        (10, "Nebeskelbiama 10 projektų."),
    ],
)
def test_project_action_tells_what_it_withdrew(editor, count, withdrawn):
    projects = [factories.project() for _ in range(count)]
    assert act(editor, "withdraw", *projects) == [withdrawn]
    assert {project.published_at for project in Project.objects.all()} == {None}
    for project in projects:
        assert history_of(editor, project) == ["Nebeskelbiama."]


def test_project_action_leaves_a_draft_alone(editor):
    draft = factories.draft()
    assert act(editor, "withdraw", draft) == ["Nebeskelbiama 0 projektų."]
    assert history_of(editor, draft) == []


def test_project_actions_are_only_for_those_who_may_change_it(editor, editor_user):
    project = factories.draft()
    editor_user.user_permissions.set(Permission.objects.filter(codename="view_project"))
    act(editor, "publish", project)
    assert not Project.objects.get().is_published


def test_project_history_tells_what_was_changed_in_lithuanian(editor):
    funder = factories.funder(name="Kultūros taryba")
    project = factories.project()
    project.fundings.create(funder=funder, state="asked")
    project.goals.create(text="Senas tikslas.")
    project.activities.create(text="Veikla.")
    changes = {
        "title": "Mugė",
        "starts_on": "2014-01-01",
        "fundings-0-state": "refused",
        "goals-0-DELETE": "on",
        "goals-TOTAL_FORMS": 2,
        "goals-1-text": "Naujas tikslas.",
        "goals-1-project": project.pk,
        "activities-0-days": "2014-04-10",
        "activities-0-places": "Vilnius",
    }
    assert save(editor, change_address(project), **changes) == []
    assert history_of(editor, project) == [
        "Pakeista: pavadinimas ir pradžia. "
        "Pakeista: finansavimas „Kultūros taryba: neskirta“ (būsena). "
        "Pridėta: tikslas „Naujas tikslas.“. "
        "Ištrinta: tikslas „Senas tikslas.“. "
        "Pakeista: veikla „Veikla.“ (veiklos dienos ir vietos)."
    ]


@pytest.mark.parametrize("item_count", [1, 3])
def test_project_list_asks_the_database_the_same_whatever_its_length(
    editor, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        factories.full_project()
    with django_assert_num_queries(11):
        editor.get("/admin/projects/project/")


def test_funder_alias_that_another_funder_bears_is_refused(editor):
    factories.funder(name="Kultūros taryba")
    funder = factories.funder(name="Ministerija")
    address = reverse("admin:projects_funder_change", args=[funder.pk])
    (error,) = save(
        editor,
        address,
        **{
            "aliases-TOTAL_FORMS": 1,
            "aliases-0-name": "kultūros taryba",
            "aliases-0-funder": funder.pk,
        },
    )
    assert "Taip jau vadinasi kitas finansuotojas: Kultūros taryba." in error


@pytest.mark.parametrize("item_count", [1, 3])
def test_project_form_asks_the_database_the_same_for_its_goals(
    editor, django_assert_num_queries, item_count
):
    project = factories.project()
    for number in range(item_count):
        project.goals.create(text=f"Tikslas {number}.")
        project.links.create(title="Leidinys", url="https://biblioteka.example/")
    address = change_address(project)
    editor.get(address)
    with django_assert_num_queries(16):
        editor.get(address)


@pytest.mark.parametrize(
    ("number", "position", "order"), [(1, "1", ["2", "1"]), (0, "2", ["2", "1"])]
)
def test_project_goal_comes_where_its_number_says(editor, number, position, order):
    project = factories.full_project()
    changes = {f"goals-{number}-position": position}
    assert save(editor, change_address(project), **changes) == []
    assert [goal.text for goal in project.goals.all()] == [f"Tikslas {each}." for each in order]


def test_project_new_goal_with_the_number_one_comes_first(editor):
    project = factories.full_project()
    changes = {
        "goals-TOTAL_FORMS": 3,
        "goals-2-text": "Naujas",
        "goals-2-position": "1",
        "goals-2-project": project.pk,
    }
    assert save(editor, change_address(project), **changes) == []
    assert project.goals.first().text == "Naujas"


def test_funder_with_two_spellings_of_one_alias_is_told(editor):
    funder = factories.funder(name="Ministerija")
    address = reverse("admin:projects_funder_change", args=[funder.pk])
    rows = {"aliases-TOTAL_FORMS": 2}
    for number, name in enumerate(["FZ fondas", "fz FONDAS"]):
        rows |= {f"aliases-{number}-name": name, f"aliases-{number}-funder": funder.pk}
    (error,) = save(editor, address, **rows)
    assert "Du iš šių pavadinimų skiriasi tik rašyba. Palikite vieną." in error


@pytest.mark.parametrize("term", ["kulturos", "KULTŪROS taryba", "lkt"])
def test_funder_is_found_without_diacritics_and_in_any_case(editor, term):
    funder = factories.funder(name="Lietuvos kultūros taryba")
    FunderAlias.objects.create(funder=funder, name="LKT")
    factories.funder(name="Ministerija")
    page = editor.get("/admin/projects/funder/", {"q": term})
    assert list(page.context["cl"].queryset) == [funder]


def test_project_form_leads_to_the_photos_of_the_project(editor):
    project = factories.project()
    factories.photo(project)
    page = editor.get(change_address(project)).content.decode()
    address = reverse("admin:projects_project_photos", args=[project.pk])
    assert f'<a href="{address}">Nuotraukos (1)</a>' in page


def test_document_that_was_chosen_is_named_where_it_has_to_be_chosen_again(editor):
    address = change_address(factories.project())
    document = {
        "documents-TOTAL_FORMS": 1,
        "documents-0-title": "Ataskaita",
        "documents-0-file": factories.upload("ataskaita.pdf"),
    }
    for sent, is_named in ((document, True), ({}, False)):
        page = editor.post(address, unchanged(editor, address) | sent | {"title": ""})
        told = "Šiuos failus pasirinkite iš naujo: ataskaita.pdf."
        assert (told in page.content.decode()) == is_named


def test_logo_of_a_funder_is_refused_as_a_photo_is(editor):
    funder = factories.funder()
    address = reverse("admin:projects_funder_change", args=[funder.pk])
    [error] = save(editor, address, logo=in_disguise(b"<svg/>", "zenklas.svg"))
    assert "SVG faile gali slypėti programų" in error
    assert save(editor, address, logo=factories.picture()) == []
    assert save(editor, address, **{"logo-clear": "on"}) == []
    funder.refresh_from_db()
    assert not funder.logo
