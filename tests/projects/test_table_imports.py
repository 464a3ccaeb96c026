"""A table on its way in: what each row means, what is wrong with it, and what follows."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from association.models import Library, TableImport
from association.tables import imports
from association.tables.files import read_file
from association.tables.plans import make_plan
from association.tables.registry import table_of
from association.versions import states
from projects.models import Funder, Project
from projects.versions import restore
from tests import factories
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db


def csv(*rows):
    return "\n".join(rows).encode()


def plan_of(model, *rows, name="lentele.csv"):
    return make_plan(table_of(model), read_file(name, csv(*rows)))


def errors(plan):
    return [
        (line.number, heading, sentence)
        for entry in plan.entries
        for line, heading, sentence in entry.errors()
    ]


def sent(user, *rows, model=Project, name="lentele.csv"):
    """Return the import of these `rows` once it is read."""
    made = imports.receive(model, name, csv(*rows), by=user)
    run_tasks()
    made.refresh_from_db()
    return made


def imported(user, *rows, **options):
    """Return the import of these `rows` once it is done."""
    made = sent(user, *rows, **options)
    assert made.counts["refused"] == 0, made.preview["entries"]
    imports.agree(made)
    run_tasks()
    made.refresh_from_db()
    assert made.state == TableImport.State.DONE
    return made


# Which record a row means.


def test_row_with_the_number_of_a_project_changes_that_one(editor_user):
    project = factories.project(title="Mugė", summary="Apie mugę.")
    imported(editor_user, "Projektas;Pavadinimas", f"{project.pk};Didžioji mugė")
    project.refresh_from_db()
    assert (project.title, project.summary) == ("Didžioji mugė", "Apie mugę.")


def test_row_without_a_number_means_the_project_of_that_title(editor_user):
    project = factories.project(title="„Žalioji“ mugė")
    imported(editor_user, "Pavadinimas;Pradžia", "zalioji muge;2014-05-03")
    assert Project.objects.get().starts_on == date(2014, 5, 3)
    assert Project.objects.get().pk == project.pk


def test_rows_that_the_site_does_not_know_are_new_drafts(editor_user):
    imported(editor_user, "Projektas;Pavadinimas", "naujas-1;Mugė", "999;Kita", ";Trečia")
    assert set(Project.objects.values_list("title", flat=True)) == {"Mugė", "Kita", "Trečia"}
    assert not Project.objects.exclude(published_at=None).exists()


def test_table_sent_twice_makes_nothing_twice(editor_user):
    rows = ["Projektas;Pavadinimas", "naujas-1;Mugė", "naujas-2;Kita", "naujas-3;Kita"]
    imported(editor_user, *rows)
    again = sent(editor_user, *rows)
    assert again.counts == {"new": 0, "changed": 0, "same": 3, "refused": 0, "emptied": 0}


def test_two_rows_of_one_project_are_refused(db):
    project = factories.project()
    plan = plan_of(Project, "Projektas;Pavadinimas", f"{project.pk};A", f"{project.pk};B")
    assert errors(plan) == [(3, "", "Tas pats įrašas yra ir 2 eilutėje. Palikite vieną.")]


def test_what_the_table_does_not_mention_stays(editor_user):
    project = factories.full_project(title="Mugė")
    other = factories.project()
    goals = list(project.goals.values_list("text", flat=True))
    imported(
        editor_user,
        "Projektas;Eilė;Tekstas",
        f"{project.pk};;Trečias tikslas.",
        name="tikslai.csv",
    )
    assert list(project.goals.values_list("text", flat=True)) == [*goals, "Trečias tikslas."]
    assert [goal.position for goal in project.goals.all()] == [1, 2, 3]
    assert project.activities.count() == 2
    assert Project.objects.filter(pk=other.pk).exists()


def test_part_is_known_by_its_place_and_else_by_what_it_says(editor_user):
    project = factories.full_project()
    imported(
        editor_user,
        "Projektas;Eilė;Tekstas",
        f"{project.pk};2;Antras, pataisytas.",
        f"{project.pk};;TIKSLAS 1",
        name="tikslai.csv",
    )
    assert [goal.text for goal in project.goals.all()] == ["TIKSLAS 1", "Antras, pataisytas."]


def test_empty_cell_empties_and_is_told(editor_user):
    project = factories.project(title="Mugė", summary="Apie mugę.")
    made = sent(editor_user, "Projektas;Santrauka", f"{project.pk};")
    assert made.counts["emptied"] == 1
    imports.agree(made)
    run_tasks()
    project.refresh_from_db()
    assert project.summary == ""


@pytest.mark.parametrize("name", ["partneriai.csv", "partneriai-2026-11-27 (1).csv"])
def test_sheet_is_known_by_its_name(editor_user, name):
    project = factories.project(title="Mugė")
    imported(editor_user, "Projektas;Pavadinimas", f"{project.pk};Fondas", name=name)
    assert [partner.name for partner in project.partners.all()] == ["Fondas"]
    assert Project.objects.get().title == "Mugė"


# What is wrong with a row.


def test_each_error_has_its_line_and_column(db):
    plan = plan_of(
        Project,
        "Pavadinimas;Pradžia;Pabaiga;Biudžetas;Biudžeto valiuta;Viršelio spalva",
        "Mugė;kovas;;;;",
        ";;;;;",
        "Kita;2014-05-01;2014-04-01;;;",
        "Trečia;;;-5;Lt;",
        "Ketvirta;;;5;;žydra",
    )
    cover = "Reikšmė „žydra“ čia netinka. Įrašykite vieną iš šių: "
    cover += "eglė, medus, kraplakas, rašalas, linas, grafitas."
    assert errors(plan) == [
        (2, "Pradžia", "„kovas“ – ne data. Rašykite taip: 2014-05-03."),
        (4, "", "Pabaiga negali būti ankstesnė už pradžią."),
        (5, "Biudžetas", "„-5“ – ne suma. Įrašykite vien skaičių, pavyzdžiui, 80 000,50."),
        (6, "Viršelio spalva", cover),
        (6, "Biudžeto valiuta", "Nurodykite ir sumą, ir valiutą arba abi palikite tuščias."),
    ]


def test_funder_that_the_site_does_not_have_is_not_made(db):
    project = factories.project()
    plan = plan_of(
        Project,
        "Projektas;Finansuotojas",
        f"{project.pk};Nežinomas fondas",
        name="finansavimas.csv",
    )
    ((line, heading, sentence),) = errors(plan)
    assert (line, heading) == (2, "Finansuotojas")
    assert "„Nežinomas fondas“ svetainėje nėra" in sentence
    assert not Funder.objects.exists()


def test_part_of_no_project_is_refused(db):
    plan = plan_of(Project, "Projektas;Tekstas", "77;Tikslas", ";Kitas", name="tikslai.csv")
    assert [line for line, _heading, _sentence in errors(plan)] == [2, 3]


def test_project_is_taken_with_all_its_rows_or_not_at_all(editor_user):
    project = factories.full_project(title="Mugė")
    made = sent(
        editor_user,
        "Projektas;Eilė;Tekstas",
        f"{project.pk};1;Naujas tekstas",
        f"{project.pk};2;",
        name="tikslai.csv",
    )
    assert made.counts["refused"] == 1
    with pytest.raises(imports.Refused):
        imports.agree(made)


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "1e5", "\0", "٣", "naujas;1"])
def test_no_number_breaks_the_import(db, number):
    factories.project()
    row = f'"{number}";"{number}";{"x" * 200}'
    plan = plan_of(Project, "Projektas;Eilė;Tekstas", row, name="tikslai.csv")
    assert errors(plan)


def test_unknown_columns_and_sheets_are_told(db):
    plan = plan_of(Project, "Pavadinimas;Spalva;Klaida", "Mugė;žalia;buvo klaida")
    assert plan.remarks == ["Nežinomi stulpeliai praleidžiami (lapas „Projektai“): „Spalva“."]


# What follows.


def test_what_is_imported_is_kept_in_the_history_with_who_did_it(editor_user):
    project = factories.full_project(title="Mugė")
    imported(editor_user, "Projektas;Pavadinimas", f"{project.pk};Kita mugė", "n;Nauja")
    new = Project.objects.get(title="Nauja")
    entries = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert set(entries) == {
        (editor_user.pk, str(pk), "Importuota iš lentelės.") for pk in (project.pk, new.pk)
    }
    revisions = list(states(project))
    assert [each.get_comment() for each in revisions] == [
        "Importuota iš lentelės.",
        "Kaip buvo anksčiau.",
    ]
    assert revisions[0].user == editor_user
    assert revisions[0].version_set.count() == revisions[1].version_set.count() > 5
    assert restore(revisions[1], project.pk).title == "Mugė"


def test_what_is_imported_is_found_and_shared(editor_user):
    imported(editor_user, "Pavadinimas;Tekstas", "Mugė;Apie Kretingą.")
    project = Project.objects.get()
    assert "kreting" in project.collected_stems
    assert project.share_image


def test_publication_has_its_own_door(editor_user):
    project = factories.draft(title="Rengiamas")
    made = sent(editor_user, "Projektas;Skelbiama nuo", f"{project.pk};2014-05-03 10:00")
    assert made.counts["same"] == 1
    assert "Skelbimo laikas iš lentelės neimamas" in made.preview["remarks"][0]


def test_change_meanwhile_is_told_and_nothing_imported(editor_user):
    project = factories.project(title="Mugė", summary="Sena.")
    made = sent(editor_user, "Projektas;Santrauka", f"{project.pk};Nauja.")
    Project.objects.filter(pk=project.pk).update(summary="Kito žmogaus.")
    imports.agree(made)
    run_tasks()
    made.refresh_from_db()
    project.refresh_from_db()
    assert made.state == TableImport.State.READ
    assert "svetainėje pasikeitė tai, ką keistų lentelė" in made.told
    assert project.summary == "Kito žmogaus."


def test_pressed_twice_it_is_imported_once(editor_user):
    made = sent(editor_user, "Pavadinimas", "Mugė")
    for _click in range(2):
        imports.agree(made)
    assert DBTaskResult.objects.ready().filter(task_path__contains="bring_in").count() == 1
    run_tasks()
    assert Project.objects.count() == 1


def test_worker_that_ends_in_the_middle_leaves_nothing_half_done(editor_user, monkeypatch):
    made = sent(editor_user, "Pavadinimas", "Mugė", "Kita")
    imports.agree(made)

    def end(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("association.tables.doing.keep_many", end)
        with pytest.raises(KeyboardInterrupt):
            imports.bring_in.func(made.pk)
    assert not Project.objects.exists()
    run_tasks()  # as the worker takes up again what was cut short
    assert Project.objects.count() == 2


def test_what_the_worker_has_given_up_can_be_tried_again(editor_user):
    made = imports.receive(Project, "x.csv", csv("Pavadinimas", "Mugė"), by=editor_user)
    DBTaskResult.objects.all().delete()
    assert imports.is_stuck(made)
    imports.try_again(made)
    run_tasks()
    made.refresh_from_db()
    assert made.counts["new"] == 1


def test_right_rows_are_imported_if_that_is_what_one_says(editor_user):
    made = sent(editor_user, "Pavadinimas;Pradžia", "Mugė;", "Kita;kovas")
    imports.agree(made, only_right=True)
    run_tasks()
    assert Project.objects.get().title == "Mugė"


def test_file_goes_once_it_is_imported_and_after_a_week(
    editor_user, django_capture_on_commit_callbacks
):
    folder = Path(settings.MEDIA_ROOT) / "lenteles"
    with django_capture_on_commit_callbacks(execute=True):
        imported(editor_user, "Pavadinimas", "Mugė")
    assert not list(folder.iterdir())
    sent(editor_user, "Pavadinimas", "Kita")
    assert len(list(folder.iterdir())) == 1
    TableImport.objects.update(made_at=timezone.now() - timedelta(days=8))
    assert imports.forget_old() == 2
    assert not list(folder.iterdir())
    assert not TableImport.objects.exists()


# Funders and libraries.


def test_funders_come_with_all_their_names(editor_user):
    funder = factories.funder(name="Kultūros taryba")
    funder.aliases.create(name="LKT")
    imported(
        editor_user,
        "Finansuotojas;Pavadinimas;Kiti pavadinimai;Reikia logotipo",
        f'{funder.pk};Lietuvos kultūros taryba;"L. K. T.\nTaryba";taip',
        model=Funder,
    )
    funder.refresh_from_db()
    assert (funder.name, funder.requires_logo) == ("Lietuvos kultūros taryba", True)
    assert {alias.name for alias in funder.aliases.all()} == {"L. K. T.", "Taryba"}


def test_two_funders_do_not_share_a_name(db):
    plan = plan_of(Funder, "Pavadinimas;Kiti pavadinimai", "Fondas;", "Kitas;FONDAS")
    assert errors(plan) == [(3, "", "Toks pat pavadinimas yra ir 2 eilutėje. Palikite vieną.")]


def test_library_comes_with_its_names_and_memberships(editor_user):
    imported(
        editor_user,
        "Pavadinimas;Savivaldybė;Apskritis;Ankstesni pavadinimai;Narystės",
        'Zarasų biblioteka;Zarasų rajono savivaldybė;Utenos apskritis;"Zarasų VB | – 2009-12-31'
        '\nSenoji | 1950-01-01 – 1990-12-31";"2005-01-01 – 2010-12-31\n2012-01-01 –"',
        model=Library,
    )
    library = Library.objects.get()
    assert [str(former) for former in library.former_names.all()] == ["Zarasų VB", "Senoji"]
    assert [(each.starts_on, each.ends_on) for each in library.memberships.all()] == [
        (date(2012, 1, 1), None),
        (date(2005, 1, 1), date(2010, 12, 31)),
    ]


def test_memberships_do_not_overlap(db):
    plan = plan_of(
        Library,
        "Pavadinimas;Savivaldybė;Apskritis;Narystės",
        'A;B;Utenos apskritis;"2005-01-01 –\n2012-01-01 –"',
    )
    assert [heading for _line, heading, _told in errors(plan)] == ["Narystės"]
