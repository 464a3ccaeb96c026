from contextlib import closing
from decimal import Decimal
from io import BytesIO, StringIO, TextIOWrapper
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from association.management.commands.load_demo import SAMPLE
from projects.importers import import_projects
from projects.models import Activity, Funder, FunderAlias, Funding, Goal, Project
from projects.texts import TextRefused
from tests import factories

pytestmark = pytest.mark.django_db

REAL = (SAMPLE / "projektai.txt").read_text(encoding="utf-8")
TEXT = """„Mugė“.
Dalinį finansavimą – 80 tūkst. Lt skyrė Lietuvos kultūros taryba (Sklaidos programa).

Projekto tikslai:
1. Sudaryti sąlygas bibliotekoms skleisti patirtį.
2. Stiprinti bendradarbiavimą tarp bibliotekų.

Veiklos:
1. Patirties sklaidos mugė.
2. Lankstuko parengimas.
"""


def everything():
    """Return all that the database holds of projects, for comparing before and after."""
    models = [Project, Goal, Activity, Funding, Funder, FunderAlias]
    return [list(model.objects.order_by("pk").values()) for model in models]


def texts(parts):
    return [part.text for part in parts.all()]


def counts(outcome):
    return len(outcome.created), len(outcome.updated), len(outcome.unchanged)


def test_import_of_the_real_text_makes_its_projects():
    outcome = import_projects(REAL)
    academy, ways = Project.objects.all()
    assert counts(outcome) == (2, 0, 0)
    assert academy.title == (
        "Viešųjų bibliotekų patirties mainų akademija: gebėjimų stiprinimas Lietuvoje ir užsienio"
        " šalyse"
    )
    funding = ways.fundings.get()
    assert (funding.funder.name, funding.programme) == (
        "LR Kultūros ministerija",
        "Bibliotekų plėtros programa",
    )
    assert (funding.awarded_amount, funding.awarded_currency) == (Decimal("17000.00"), "LTL")
    assert (funding.is_partial, funding.state) == (True, "awarded")
    assert [academy.goals.count(), academy.activities.count()] == [3, 3]
    assert ways.activities.last().text == "Patirties sklaidos mugė."


def test_import_makes_drafts_unless_told_to_publish():
    import_projects(TEXT)
    assert not Project.objects.get().is_published
    import_projects(TEXT, publish=True)
    assert Project.objects.get().is_published


def test_import_publishes_nothing_that_a_funder_stops():
    factories.funder(name="Lietuvos kultūros taryba", requires_logo=True)
    outcome = import_projects(TEXT, publish=True)
    assert not Project.objects.get().is_published
    assert outcome.notes == [
        "Projektas „Mugė“ nepaskelbtas. Trūksta finansuotojo logotipo: Lietuvos kultūros taryba."
    ]


def test_import_again_changes_nothing():
    import_projects(REAL)
    before = everything()
    outcome = import_projects(REAL)
    assert counts(outcome) == (0, 0, 2)
    assert everything() == before


def test_import_of_a_reworded_title_updates_its_project():
    import_projects(TEXT.replace("Mugė", "Viešųjų bibliotekų mugė"))
    outcome = import_projects(TEXT.replace("Mugė", "Viešųjų bibliotekų mugės"))
    assert counts(outcome) == (0, 1, 0)
    assert Project.objects.get().title == "Viešųjų bibliotekų mugės"


def test_import_of_another_year_is_another_project():
    import_projects(TEXT.replace("Mugė", "Viešųjų bibliotekų mugė 2014"))
    import_projects(TEXT.replace("Mugė", "Viešųjų bibliotekų mugė 2015"))
    assert Project.objects.count() == 2


def test_import_of_two_alike_titles_makes_two_projects_for_good():
    text = TEXT.replace("Mugė", "Bibliotekų mugė rytuose") + TEXT.replace(
        "Mugė", "Bibliotekų mugė vakaruose"
    )
    import_projects(text)
    before = everything()
    assert counts(import_projects(text)) == (0, 0, 2)
    assert everything() == before


def test_import_keeps_what_staff_added_by_hand():
    import_projects(TEXT)
    project = Project.objects.get()
    project.starts_on, project.summary = "2014-03-01", "Apie mugę."
    project.save()
    activity = project.activities.first()
    activity.outcome, activity.participants = "Dalyvavo visi.", 58
    activity.save()
    activity.places.create(town="Vilnius")
    photo = factories.photo(project)
    import_projects(TEXT.replace("Stiprinti", "Plėtoti"))
    project.refresh_from_db()
    activity.refresh_from_db()
    assert (str(project.starts_on), project.summary) == ("2014-03-01", "Apie mugę.")
    assert (activity.outcome, activity.participants) == ("Dalyvavo visi.", 58)
    assert activity.places.get().town == "Vilnius"
    assert project.photos.get() == photo


def test_import_knows_goals_and_activities_by_their_text_never_by_position():
    import_projects(TEXT)
    project = Project.objects.get()
    fair, leaflet = project.activities.all()
    swapped = TEXT.replace("1. Patirties sklaidos mugė.\n2. Lankstuko parengimas.", "")
    swapped += "1. Lankstukų parengimas.\n2. Patirties sklaidos mugė.\n3. Paroda."
    outcome = import_projects(swapped)
    assert list(project.activities.all())[:2] == [leaflet, fair]
    assert texts(project.activities) == [
        *("Lankstukų parengimas.", "Patirties sklaidos mugė.", "Paroda.")
    ]
    assert outcome.remarks == []


def test_import_keeps_and_reports_what_the_new_text_lacks():
    import_projects(TEXT)
    outcome = import_projects(TEXT.replace("1. Patirties sklaidos mugė.\n", ""))
    project = Project.objects.get()
    assert texts(project.activities) == ["Patirties sklaidos mugė.", "Lankstuko parengimas."]
    assert outcome.remarks == [
        "„Mugė“: tekste nėra šio įrašo (veikla), jis paliktas: Patirties sklaidos mugė."
    ]


def test_import_puts_a_new_goal_where_the_text_has_it():
    import_projects(TEXT)
    import_projects(TEXT.replace("2. Stiprinti", "2. Visai naujas siekis.\n3. Stiprinti"))
    assert texts(Project.objects.get().goals)[1] == "Visai naujas siekis."


def test_import_adds_paragraphs_that_the_project_lacks_and_drops_none():
    paragraph = "Projektas vykdomas drauge su mokyklomis."
    import_projects(TEXT.replace("\nProjekto", f"\n{paragraph}\n\nProjekto", 1))
    project = Project.objects.get()
    project.text += "\r\n\r\nRanka parašyta pastraipa."
    project.save()
    outcome = import_projects(TEXT.replace("\nProjekto", f"\n{paragraph}\n\nProjekto", 1))
    assert counts(outcome) == (0, 0, 1)
    assert "Ranka parašyta" in Project.objects.get().text


def test_import_keeps_the_wording_that_staff_gave_a_paragraph():
    paragraph = "Projektas vykdomas drauge su mokyklomis."
    text = TEXT.replace("\nProjekto", f"\n{paragraph}\n\nProjekto", 1)
    import_projects(text)
    project = Project.objects.get()
    project.text = "Projektas vykdomas drauge su rajono mokyklomis."
    project.save()
    assert counts(import_projects(text)) == (0, 0, 1)
    project.refresh_from_db()
    assert project.text == "Projektas vykdomas drauge su rajono mokyklomis."


def test_import_knows_a_paragraph_again_that_staff_made_look_better():
    paragraphs = "Skaitymai mokyklose.\n\n– vaikams;\n\n– senjorams."
    text = TEXT.replace("\nProjekto", f"\n{paragraphs}\n\nProjekto", 1)
    import_projects(text)
    project = Project.objects.get()
    project.text = "Skaitymai **mokyklose**.\n\n- *vaikams*;\n- senjorams."
    project.save()
    assert counts(import_projects(text)) == (0, 0, 1)


def test_import_finds_a_long_goal_again_that_staff_corrected():
    import_projects(REAL)
    goal = Goal.objects.get(text__startswith="Plėtoti")
    goal.text = goal.text.replace("darbuotojų", "specialistų")
    goal.save()
    import_projects(REAL)
    assert goal.project.goals.count() == 3


def test_import_reports_a_funding_that_the_text_lacks():
    import_projects(TEXT)
    outcome = import_projects(TEXT.replace("Lietuvos kultūros taryba", "Kultūros rėmimo fondas"))
    assert outcome.remarks == [
        "Naujas finansuotojas: Kultūros rėmimo fondas.",
        "„Mugė“: tekste nėra šio įrašo (finansavimas), jis paliktas:"
        " Lietuvos kultūros taryba: 80 tūkst. Lt",
    ]


def test_import_leaves_a_refused_funding_as_staff_have_it():
    project = factories.draft(title="Mugė")
    funder = factories.funder(name="Lietuvos kultūros taryba")
    Funding.objects.create(
        project=project, funder=funder, state="refused", programme="Sklaidos programa"
    )
    outcome = import_projects(TEXT)
    assert Funding.objects.get().state == "refused"
    assert outcome.remarks == [
        "„Mugė“: tekste rašoma, kad finansavimą skyrė Lietuvos kultūros taryba, o įraše pažymėta,"
        " kad neskyrė. Įrašas nepakeistas."
    ]


def test_import_of_an_alias_finds_the_funder():
    funder = factories.funder(name="LKT")
    FunderAlias.objects.create(funder=funder, name="Lietuvos Kultūros Taryba")
    import_projects(TEXT)
    assert Funding.objects.get().funder == funder
    assert Funder.objects.count() == 1


def test_import_reports_a_new_funder():
    assert import_projects(TEXT).remarks == ["Naujas finansuotojas: Lietuvos kultūros taryba."]


def test_import_says_where_it_did_not_understand():
    remarks = import_projects(TEXT.replace("skyrė Lietuvos kultūros taryba", "gauta")).remarks
    assert [remark.partition(":")[0] for remark in remarks] == ["2 eilutė"]


def test_import_of_a_funding_without_a_sum_keeps_the_known_sum():
    import_projects(TEXT)
    import_projects(TEXT.replace(" – 80 tūkst. Lt", ""))
    assert Funding.objects.get().awarded_amount == 80000


def test_import_of_a_sum_updates_the_funding_of_the_funder():
    import_projects(TEXT)
    outcome = import_projects(TEXT.replace("80 tūkst. Lt", "90 tūkst. Lt"))
    assert [each.changed for each in outcome.updated] == [["finansavimas"]]
    assert Funding.objects.get().awarded_amount == 90000


def test_import_of_a_funding_that_was_asked_for_makes_it_awarded():
    project = factories.draft(title="Mugė")
    funder = factories.funder(name="Lietuvos kultūros taryba")
    Funding.objects.create(project=project, funder=funder, state="asked")
    import_projects(TEXT)
    assert [funding.state for funding in Funding.objects.all()] == ["awarded"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1 eilutė: čia turėtų būti: projekto pavadinimas kabutėse."),
        (
            TEXT + TEXT,
            "11 eilutė: čia turėtų būti: kitas pavadinimas – toks pat jau yra 1 eilutėje.",
        ),
        (
            TEXT.replace("Mugė", "Mugė" * 90),
            "1 eilutė: parašyta „MugėMugėMugėMugėMugėMugėMugėMugėMugėMugėMugėMugėMugėMugėMug…“,"
            " o turėtų būti: reikšmė, kurią galima įrašyti (Reikšmę turi sudaryti ne daugiau"
            " kaip 300 simbolių (dabar – 360)).",
        ),
    ],
)
def test_import_that_is_refused_leaves_the_database_as_it_was(text, reason):
    import_projects(REAL)
    before = everything()
    with pytest.raises(TextRefused) as refusal:
        import_projects(text)
    assert everything() == before
    assert str(refusal.value) == reason


def test_import_that_is_refused_names_the_line_of_what_cannot_be_kept():
    with pytest.raises(TextRefused) as refusal:
        import_projects(TEXT.replace("Lietuvos kultūros taryba", "L" * 201))
    assert refusal.value.line == 2


def test_import_that_fails_in_the_middle_leaves_the_database_as_it_was():
    before = everything()
    with pytest.raises(TextRefused):
        import_projects(REAL + TEXT.replace("Lietuvos kultūros taryba", "L" * 201))
    assert everything() == before


def test_import_gives_new_projects_different_covers_in_the_order_of_the_text():
    import_projects(REAL)
    shown = [(project.cover, project.position) for project in Project.objects.all()]
    assert shown == [("spruce", 1), ("honey", 2)]


def test_long_text_that_is_there_already_is_not_compared_letter_by_letter(monkeypatch):
    text = TEXT + "\nAprašymas:\n\n" + "\n\n".join(f"Pastraipa {word}." for word in "ABCDE")
    import_projects(text)
    monkeypatch.setattr("projects.importers.most_similar", lambda text, others: pytest.fail(text))
    assert len(import_projects(text).unchanged) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql  # on SQLite who writes waits for the other anyway
def test_two_who_import_a_text_at_once_make_each_project_once():
    factories.funder(name="Lietuvos kultūros taryba")
    together = Barrier(2)

    def bring_in():
        with closing(connection):
            together.wait()
            import_projects(TEXT)

    both = [Thread(target=bring_in) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert Project.objects.count() == 1


def run(*arguments):
    output = StringIO()
    call_command("import_projects", *arguments, stdout=output)
    return output.getvalue()


def test_import_command_says_what_it_did(tmp_path):
    file = tmp_path / "projektai.txt"
    file.write_text(TEXT)
    assert run(str(file)) == (
        "Sukurta: 1\n  „Mugė“\nAtnaujinta: 0\nNepakeista: 0\n"
        "Peržiūrėkite:\n  Naujas finansuotojas: Lietuvos kultūros taryba.\n"
    )
    file.write_text(TEXT.replace("80 tūkst. Lt", "90 tūkst. Lt"))
    assert run(str(file)) == "Sukurta: 0\nAtnaujinta: 1\n  „Mugė“ (finansavimas)\nNepakeista: 0\n"


def test_import_command_tries_without_changing(tmp_path):
    file = tmp_path / "projektai.txt"
    file.write_text(TEXT)
    assert run(str(file), "--dry-run").startswith("Sukurta: 1\n")
    assert Project.objects.count() == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "windows-1257", "utf-16"])
def test_import_command_reads_standard_input_in_any_usual_encoding(monkeypatch, encoding):
    data = TEXT.replace("\n", "\r\n").encode(encoding)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(data)))
    run("-", "--publish")
    assert texts(Project.objects.get().goals)[1] == "Stiprinti bendradarbiavimą tarp bibliotekų."


def test_import_command_refuses_in_lithuanian(tmp_path):
    file = tmp_path / "projektai.txt"
    file.write_text("Veiklos:\n1. Mugė.")
    with pytest.raises(CommandError) as refusal:
        run(str(file))
    assert str(refusal.value) == (
        "1 eilutė: parašyta „Veiklos:“, o turėtų būti: projekto pavadinimas kabutėse."
        " Nieko neįkelta."
    )


def test_import_command_says_that_a_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="Failo nepavyko perskaityti"):
        run(str(tmp_path / "nera.txt"))
