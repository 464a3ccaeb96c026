import re
import textwrap
import time
import unicodedata
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from projects.money import Sum, read_sum
from projects.texts import (
    FundingText,
    ProjectText,
    TextRefused,
    decode,
    read_projects,
    write_projects,
)
from projects.texts.lines import read_lines

SAMPLE_BYTES = (Path(settings.BASE_DIR) / "association/sample/projektai.txt").read_bytes()
SAMPLE = SAMPLE_BYTES.decode()
PROJECTS = (
    ProjectText(
        "Viešųjų bibliotekų patirties mainų akademija: gebėjimų stiprinimas Lietuvoje ir "
        "užsienio šalyse",
        (
            FundingText(
                "Lietuvos kultūros taryba",
                partial=True,
                awarded=Sum(Decimal("80000.00"), "LTL", "80 tūkst. Lt"),
            ),
        ),
        (
            "Trimis kvalifikacijos kėlimo renginiais sudaryti sąlygas Lietuvos savivaldybių "
            "viešųjų bibliotekų vadovaujantiems darbuotojams tobulinti įgūdžius ir gebėjimus "
            "inovacijų diegimo srityje, skatinti skleisti gerąją patirtį Lietuvoje ir užsienio "
            "šalyse.",
            "Sudaryti sąlygas darbuotojams susipažinti su užsienio viešųjų bibliotekų "
            "infrastruktūra, inovacijomis ir mokyti jas pritaikyti veikloje.",
            "Stiprinti bendradarbiavimą tarp Lietuvos ir Europos šalių viešųjų bibliotekų, "
            "skatinti užsienio šalių domėjimąsi Lietuva.",
        ),
        (
            "Įvadinis seminaras „Gerosios patirties sklaida: formos, metodai ir būdai“.",
            "Patirties sklaidos konferencija „Inovacijos bibliotekose: iššūkiai ir naujos "
            "galimybės“. Dalyvauja Lenkijos viešųjų bibliotekų asociacija.",
            "Pažintinis mokomasis patirties sklaidos seminaras-stažuotė „Inovacijos "
            "bibliotekose: Lietuvos, Prancūzijos ir Vokietijos bibliotekų patirtis“. Stažuotė "
            "vyks Berlyno, Nicos, Marselio, Liono, Avinjono bibliotekose.",
        ),
    ),
    ProjectText(
        "Viešųjų bibliotekų patirties sklaidos keliai tradicinėje ir virtualioje erdvėse",
        (
            FundingText(
                "LR Kultūros ministerija",
                "Bibliotekų plėtros programa",
                partial=True,
                awarded=Sum(Decimal("17000.00"), "LTL", "17 tūkst. Lt"),
            ),
        ),
        (
            "Sudaryti sąlygas viešosioms bibliotekoms tradicinėmis ir virtualiomis priemonėmis "
            "skleisti savo gerąją, inovatyviąją gyventojų skaitmeninės atskirties mažinimo "
            "patirtį.",
            "Atkreipti valdžios, visuomenės dėmesį, kaip bibliotekos transformuojasi, keičiasi, "
            "sudaryti jiems sąlygas pamatyti pačias įvairiausias bibliotekų sėkmes bei idėjas.",
            "Plėtoti profesinį bendradarbiavimą, skatinti bibliotekų darbuotojų gerąją kolegų "
            "patirtį taikyti savo praktinėje veikloje, įgyvendinti vertę kuriančias idėjas ir "
            "taip užtikrinti veiklos kokybę, mokymosi visą gyvenimą būtinumą bei bibliotekų "
            "darbuotojų kompetencijų plėtrą.",
        ),
        (
            "Reklaminio lankstuko apie Asociacijos veiklą parengimas ir išleidimas.",
            "Virtualios parodos, pristatančios inovatyvias viešųjų bibliotekų veiklas, parengimas.",
            "Patirties sklaidos mugė.",
        ),
    ),
)


def only(text):
    """Return the one project in `text`, about which there is nothing to remark."""
    reading = read_projects(text)
    (project,) = reading.projects
    assert reading.remarks == ()
    return project


def titles(text):
    return [project.title for project in read_projects(text).projects]


def codes(text):
    return [remark.code for remark in read_projects(text).remarks]


def wrapped(text, width):
    """Return `text` with its long lines broken as a mail program breaks them."""
    lines = [textwrap.wrap(line, width, break_on_hyphens=False) for line in text.splitlines()]
    return "\n".join("\n".join(line) for line in lines)


# The association's own page


def test_sample_is_read_whole():
    reading = read_projects(SAMPLE)
    assert reading.projects == PROJECTS
    assert [project.line for project in reading.projects] == [6, 19]
    assert reading.remarks == ()


def test_sample_is_written_in_its_own_form():
    page = re.sub(r"^(\d) ?\.\s+", r"\1. ", SAMPLE, flags=re.MULTILINE)
    page = page.split("projektus:\n\n")[1].removesuffix("\nĮ viršų")
    assert write_projects(PROJECTS) == page


SAMPLE_VARIANTS = {
    "CRLF": SAMPLE.replace("\n", "\r\n"),
    "CR": SAMPLE.replace("\n", "\r"),
    "tabs": re.sub(r"^(\d ?\.)\s+", "\\1\t", SAMPLE, flags=re.MULTILINE),
    "no-break spaces": SAMPLE.replace(" ", "\u00a0"),
    "zero-width": SAMPLE.replace("b", "\u200bb"),
    "soft hyphens": SAMPLE.replace("bliotek", "b\u00adliotek"),
    "soft hyphens at line ends": SAMPLE.replace("bliotek", "b\u00ad\nliotek"),
    "quoted": re.sub("^", "> ", SAMPLE, flags=re.MULTILINE),
    "quoted twice": re.sub("^", ">> ", SAMPLE, flags=re.MULTILINE),
    "wrapped and quoted": re.sub("^", "> ", wrapped(SAMPLE, 68), flags=re.MULTILINE),
    "bullets": re.sub(r"^\d ?\.\s+", "• ", SAMPLE, flags=re.MULTILINE),
    "dashes": re.sub(r"^\d ?\.\s+", "– ", SAMPLE, flags=re.MULTILINE),
    "round brackets": re.sub(r"^(\d) ?\.", r"\1)", SAMPLE, flags=re.MULTILINE),
    "both brackets": re.sub(r"^(\d) ?\.", r"(\1)", SAMPLE, flags=re.MULTILINE),
    "no numbers": re.sub(r"^\d ?\.\s+", "", SAMPLE, flags=re.MULTILINE),
    "indented": re.sub("^", "    ", SAMPLE, flags=re.MULTILINE),
    "no blank lines": re.sub(r"\n\n+", "\n", SAMPLE),
    "a blank line after each": SAMPLE.replace("\n", "\n\n"),
    "capitals": SAMPLE.replace("Projekto tikslai:", "PROJEKTO TIKSLAI"),
    "short headings": SAMPLE.replace("Projekto tikslai:", "tikslai :"),
    "decomposed": unicodedata.normalize("NFD", SAMPLE),
}


@pytest.mark.parametrize("name", SAMPLE_VARIANTS)
def test_sample_reads_alike_in_another_shape(name):
    reading = read_projects(SAMPLE_VARIANTS[name])
    assert (reading.projects, reading.remarks) == (PROJECTS, ())


@pytest.mark.parametrize("width", range(60, 77))
def test_sample_reads_alike_when_a_mail_program_broke_its_lines(width):
    reading = read_projects(wrapped(SAMPLE, width))
    assert (reading.projects, reading.remarks) == (PROJECTS, ())


@pytest.mark.parametrize("marks", ['""', "“”", "«»", ("„", "”"), (",,", "''")])
def test_sample_reads_alike_in_other_quotation_marks(marks):
    def translated(text):
        return text.replace("„", marks[0]).replace("“", marks[1])

    reading = read_projects(translated(SAMPLE))
    expected = [
        (
            project.title,
            project.fundings,
            tuple(map(translated, project.goals)),
            tuple(map(translated, project.activities)),
        )
        for project in PROJECTS
    ]
    found = [(p.title, p.fundings, p.goals, p.activities) for p in reading.projects]
    assert (found, reading.remarks) == (expected, ())


# Bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1257"])
def test_bytes_are_decoded(encoding):
    page = SAMPLE.replace("\u00a0", " ")
    assert decode(page.encode(encoding)) == page


def test_utf_16_of_the_other_order_is_decoded():
    assert decode(b"\xfe\xff" + "Mugė".encode("utf-16-be")) == "Mugė"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a\nb\x00c", 2),
        (b"\x89PNG\r\n\x1a\n", 2),
        (b"a\n\n\x81\x83", 3),
        (b"\xff\xfea", 1),
        (b"a\n\x07", 2),
    ],
)
def test_bytes_that_are_no_text_are_refused(data, line):
    with pytest.raises(TextRefused) as refused:
        decode(data)
    assert refused.value.line == line


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(data):
    try:
        text = decode(data)
    except TextRefused:
        return
    assert isinstance(text, str)


# Titles


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("„Atvira biblioteka“.", "Atvira biblioteka"),
        ("„Atvira biblioteka“", "Atvira biblioteka"),
        ("„Atvira biblioteka“,", "Atvira biblioteka"),
        ('"Atvira biblioteka".', "Atvira biblioteka"),
        ("“Atvira biblioteka”.", "Atvira biblioteka"),
        ("„Atvira biblioteka”.", "Atvira biblioteka"),
        ("«Atvira biblioteka».", "Atvira biblioteka"),
        (",,Atvira biblioteka''.", "Atvira biblioteka"),
        (",,Atvira biblioteka“.", "Atvira biblioteka"),
        ("Projektas „Atvira biblioteka“.", "Atvira biblioteka"),
        ("Projektas: „Atvira biblioteka“.", "Atvira biblioteka"),
        ("PROJEKTAS: „Atvira biblioteka“.", "Atvira biblioteka"),
        ("Projekto pavadinimas: „Atvira biblioteka“", "Atvira biblioteka"),
        ("Projekto pavadinimas: Atvira biblioteka", "Atvira biblioteka"),
        ("Projekto pavadinimas:\n„Atvira biblioteka“", "Atvira biblioteka"),
        ("1. „Atvira biblioteka“.", "Atvira biblioteka"),
        ("1) Projektas „Atvira biblioteka“.", "Atvira biblioteka"),
        ("„Ar tai biblioteka?“.", "Ar tai biblioteka?"),
        ("„Seminaras „Aušra““.", "Seminaras „Aušra“"),
        ("„Seminaras „Aušra“ mieste“.", "Seminaras „Aušra“ mieste"),
        ("„Seminaras “Aušra” “", "Seminaras „Aušra“"),
        ("„Seminaras „Aušra“", "Seminaras „Aušra“"),
        ("„Seminaras „Aušra“.", "Seminaras „Aušra“"),
        ('"Seminaras "Aušra"".', "Seminaras „Aušra“"),
        ('"Seminaras "Aušra" mieste".', "Seminaras „Aušra“ mieste"),
        ("„Seminaras «Aušra» mieste“.", "Seminaras „Aušra“ mieste"),
        ("„Viešųjų bibliotekų\npatirties sklaida“.", "Viešųjų bibliotekų patirties sklaida"),
        ("„Seminaras „Aušra“\nir paroda“.", "Seminaras „Aušra“ ir paroda"),
        ("„Viešųjų biblio\u00ad\ntekų sklaida“.", "Viešųjų bibliotekų sklaida"),
    ],
)
def test_title_is_read(line, title):
    assert only(f"{line}\nDalinį finansavimą skyrė Taryba.") == ProjectText(
        title, (FundingText("Taryba", partial=True),)
    )


BARE = "Tarptautinė bibliotekininkų konferencija „Pokyčių evoliucija: (DI) ir (EI)“"


@pytest.mark.parametrize("end", ["", "."])
@pytest.mark.parametrize("below", ["Finansavimą skyrė Taryba.", "Projekto tikslai:", "Veiklos:"])
def test_title_without_quotation_marks_is_known_by_what_follows(end, below):
    assert titles(f"{BARE}{end}\n{below}\n") == [BARE]


def test_title_without_quotation_marks_may_be_broken():
    broken = BARE.replace("„Pokyčių ", "„Pokyčių\n")
    assert titles(f"{broken}\nFinansavimą skyrė Taryba.") == [BARE]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("item", ["1. Mugė", "1. Mugė."])
@pytest.mark.parametrize("title", ["„Antras“.", f"{BARE}"])
def test_project_begins_below_a_list_with_and_without_a_blank_line(gap, item, title):
    text = (
        f"„Pirmas“.\nVeiklos:\n{item}{gap}{title}\nFinansavimą skyrė Taryba.\nVeiklos:\n1. Paroda"
    )
    assert titles(text) == ["Pirmas", title.strip("„“.") if title != BARE else BARE]
    assert [p.activities for p in read_projects(text).projects] == [
        (item.removeprefix("1. "),),
        ("Paroda",),
    ]


def test_numbered_titles_are_no_items_of_the_list_above():
    text = "1. „A“.\nVeiklos:\n1. Mugė.\n\n2. „B“.\nFinansavimą skyrė Taryba.\n"
    assert titles(text) == ["A", "B"]


def test_numbered_bare_title_is_no_item_of_the_list_above():
    text = "1. Mugė A\nFinansavimą skyrė Taryba.\nVeiklos:\n- Seminaras\n- Paroda\n\n"
    text += "2. Mugė B\nFinansavimą skyrė Taryba.\n"
    assert titles(text) == ["Mugė A", "Mugė B"]


def test_funding_below_the_last_item_does_not_make_it_a_title():
    text = "„A“.\nVeiklos:\n1. Paroda\n\n2. Mugė\nProjektą finansavo X.\n"
    assert only(text) == ProjectText("A", (FundingText("X"),), activities=("Paroda", "Mugė"))


def test_numbered_item_in_quotation_marks_is_an_item():
    assert only("„A“.\nTikslai:\n1. Mugė.\n2. „B“.\nVeiklos:\n1. „C“.\n") == ProjectText(
        "A", goals=("Mugė.", "„B“."), activities=("„C“.",)
    )


def test_item_in_quotation_marks_without_a_number_is_an_item():
    items = ("Seminaras „A“.", "„Skaitymo savaitė“.", "„Knygų mugė“ Vilniuje.", "Mugė.")
    assert only("„P“.\nVeiklos:\n" + "\n".join(items)) == ProjectText("P", activities=items)


def test_item_in_quotation_marks_below_a_numbered_one_is_an_item():
    assert only("„P“.\nVeiklos:\n1. Mugė.\n„Savaitė“.\n2. Paroda.\n").activities == (
        "Mugė.",
        "„Savaitė“.",
        "Paroda.",
    )


@pytest.mark.parametrize("below", ["Finansavimą skyrė X.", "Tikslai:\n1. B.", "Veiklos:\n1. B."])
def test_quotation_in_a_list_is_a_title_where_a_project_begins(below):
    assert titles(f"„P“.\nVeiklos:\nMugė.\n„Savaitė“.\n{below}\n") == ["P", "Savaitė"]


def test_project_with_nothing_in_it_is_remarked():
    reading = read_projects("„P“.\nVeiklos:\nMugė.\n\n„Savaitė“.\n\nTekstas.\n")
    assert [project.title for project in reading.projects] == ["P", "Savaitė"]
    assert [(remark.line, remark.code) for remark in reading.remarks] == [(5, "bare_project")]


def test_numbered_and_labelled_titles_count_on_without_a_blank_line():
    text = "1. Projektas „A“.\nVeiklos:\n1. Mugė.\n2. Projektas „B“.\nVeiklos:\n1. Paroda.\n"
    assert titles(text) == ["A", "B"]


def test_quotation_with_words_after_it_is_a_title_only_above_a_heading():
    line = "„Knyga“ – tai projektas apie skaitymą."
    assert titles(f"„P“.\nVeiklos:\n1. Mugė.\n\n{line}\n\nKita.") == ["P"]
    assert titles(f"{line}\nVeiklos:\n1. Mugė.") == [line.removesuffix(".")]


def test_item_broken_before_a_quotation_is_one_item():
    text = "„A“.\nVeiklos:\n1. Įvadinis seminaras\n„Gerosios patirties sklaida“.\n2. Mugė.\n"
    assert only(text).activities == ("Įvadinis seminaras „Gerosios patirties sklaida“.", "Mugė.")


# Lists


@pytest.mark.parametrize(
    "heading",
    ["Projekto tikslai:", "Projekto tikslas:", "Tikslai:", "Tikslas:", "PROJEKTO TIKSLAI"]
    + ["projekto tikslai :", "Tikslai", "2. Tikslai:"]
    + ["Projekto tikslas ir uždaviniai:", "Tikslai ir uždaviniai:"],
)
def test_heading_of_goals_is_known(heading):
    assert only(f"„A“.\n{heading}\n1. Stiprinti.\n").goals == ("Stiprinti.",)


@pytest.mark.parametrize(
    "heading", ["Veiklos:", "Veikla:", "Projekto veiklos:", "Projekto veikla:", "VEIKLOS"]
)
def test_heading_of_activities_is_known(heading):
    assert only(f"„A“.\n{heading}\n1. Mugė.\n").activities == ("Mugė.",)


def test_first_item_may_stand_on_the_line_of_the_heading():
    assert only("„A“.\nTikslas: Stiprinti\nryšius.\nVeikla: „Mugė“.\n") == ProjectText(
        "A", goals=("Stiprinti ryšius.",), activities=("„Mugė“.",)
    )
    assert only("„A“.\nProjekto tikslas – stiprinti ryšius.\n").goals == ("stiprinti ryšius.",)


@pytest.mark.parametrize(
    "markers",
    [("1 .", "2."), ("1.", "2."), ("1)", "2)"), ("(1)", "(2)"), ("•", "•"), ("·", "·")]
    + [("*", "*"), ("-", "-"), ("–", "–"), ("—", "—"), ("", "")]
    + [("a)", "b)"), ("A.", "B."), ("I.", "II."), ("i)", "ii)")],
)
def test_items_are_read_with_any_marker_or_none(markers):
    first, second = markers
    text = f"„A“.\nVeiklos:\n{first} Mugė\n{second}\tParoda 2014 m.\n"
    assert only(text).activities == ("Mugė", "Paroda 2014 m.")


def test_marker_may_stand_on_a_line_of_its_own():
    assert only("„A“.\nVeiklos:\n1.\nMugė.\n2.\nParoda.\n").activities == ("Mugė.", "Paroda.")


def test_letter_that_does_not_count_on_is_no_marker():
    items = ("A. Mickevičiaus skaitymai.", "Mugė.")
    assert only("„A“.\nVeiklos:\n" + "\n".join(items)).activities == items


def test_short_lines_in_small_letters_are_items():
    text = "„A“.\nTikslai:\nskatinti skaitymą\nugdyti bendruomenę\nVeiklos:\n1. Mugė.\n"
    assert only(text).goals == ("skatinti skaitymą", "ugdyti bendruomenę")


@pytest.mark.parametrize("number", ["1. ", ""])
@pytest.mark.parametrize(
    "line",
    ["Partneriai: Kauno biblioteka.", "Nuotraukos: http://x.lt", "Projekto biudžetas – 5 Lt."],
)
def test_labelled_line_below_an_item_is_text_with_a_remark(number, line):
    text = f"„A“.\nVeiklos:\n{number}Seminaras Kaune.\n{line}\n"
    assert read_projects(text).projects == (
        ProjectText("A", activities=("Seminaras Kaune.",), text=line),
    )
    assert codes(text) == ["text_after_list"]


def test_broken_items_without_markers_are_joined():
    text = "„A“.\nVeiklos:\nSudaryti sąlygas\nskleisti patirtį\nMugė.\nParoda.\n"
    assert only(text).activities == ("Sudaryti sąlygas skleisti patirtį", "Mugė.", "Paroda.")


def test_marker_is_removed_once():
    assert only("„A“.\nVeiklos:\n1. 2. Mugė\n").activities == ("2. Mugė",)


def test_number_that_begins_a_sentence_is_no_marker():
    assert only("„A“.\nVeiklos:\n2014 m. mugė.\n1.5 val. paskaita.\n").activities == (
        "2014 m. mugė.",
        "1.5 val. paskaita.",
    )


def test_tasks_are_no_goals():
    text = "„A“.\nTikslai:\n1. Stiprinti.\nProjekto uždaviniai:\n1. Rengti.\nVeiklos:\n1. Mugė.\n"
    (project,) = read_projects(text).projects
    assert project == ProjectText(
        "A",
        goals=("Stiprinti.",),
        activities=("Mugė.",),
        text="Projekto uždaviniai:\n\n1. Rengti.",
    )
    assert codes(text) == ["text_after_list"]


def test_paragraphs_between_title_and_lists_are_text():
    text = "„A“.\nFinansavimą skyrė X.\n\nPirma\npastraipa.\n\nAntra.\n\nVeiklos:\n1. Mugė.\n"
    assert only(text).text == "Pirma pastraipa.\n\nAntra."


def test_paragraph_below_a_list_is_text_with_a_remark():
    text = "„A“.\nVeiklos:\n1. Mugė.\n\nDaugiau: www.example.lt\n\n2. Paroda.\n"
    (project,) = read_projects(text).projects
    assert project == ProjectText(
        "A", activities=("Mugė.", "Paroda."), text="Daugiau: www.example.lt"
    )
    assert codes(text) == ["text_after_list"]


def test_sentence_that_introduces_items_is_text():
    assert only("„A“.\nVeiklos:\nProjekto metu vyks:\n1. Mugė.\n") == ProjectText(
        "A", activities=("Mugė.",), text="Projekto metu vyks:"
    )


def test_description_is_text_whatever_it_looks_like():
    assert only("„A“.\nAprašymas: Veiklos:\nTikslas: B.\n").text == "Veiklos:"


def test_marker_with_nothing_after_it_is_remarked():
    assert codes("„A“.\nVeiklos:\n1. Mugė.\n2.\n") == ["empty_item"]


def test_heading_repeated_at_once_adds_to_its_list():
    text = "„A“.\nTikslas: Stiprinti.\nTikslas: Plėtoti.\n"
    assert read_projects(text).projects[0].goals == ("Stiprinti.", "Plėtoti.")
    assert codes(text) == ["repeated_heading"]


# Funding


@pytest.mark.parametrize(
    ("sentence", "fundings"),
    [
        (
            "Dalinį finansavimą - 17 tūkst. Lt skyrė LR Kultūros ministerija (Bibliotekų "
            "plėtros programa).",
            [
                FundingText(
                    "LR Kultūros ministerija",
                    "Bibliotekų plėtros programa",
                    True,
                    read_sum("17 tūkst. Lt"),
                )
            ],
        ),
        (
            "Dalinį finansavimą\n– 17 tūkst. Lt skyrė LR\nKultūros ministerija.",
            [FundingText("LR Kultūros ministerija", "", True, read_sum("17 tūkst. Lt"))],
        ),
        ("Finansavimą – 6 000 Eur – skyrė X", [FundingText("X", awarded=read_sum("6 000 Eur"))]),
        ("Finansavimą (6 000 Eur) skyrė X", [FundingText("X", awarded=read_sum("6 000 Eur"))]),
        (
            "Finansavimą – 3586 eur. skyrė Kauno m. savivaldybė.",
            [FundingText("Kauno m. savivaldybė", awarded=read_sum("3586 eur"))],
        ),
        ("Dalinį finansavimą skyrė X.", [FundingText("X", partial=True)]),
        ("Projektą finansavo X", [FundingText("X")]),
        ("Projektą remia X.", [FundingText("X")]),
        ("Projektą iš dalies finansuoja X", [FundingText("X", partial=True)]),
        ("Projektą dalinai finansavo X.", [FundingText("X", partial=True)]),
        (
            "Projektą finansuoja X, skirta 6 000 Eur",
            [FundingText("X", awarded=read_sum("6 000 Eur"))],
        ),
        (
            "Projektą finansuoja X (6 000 Eur).",
            [FundingText("X", awarded=read_sum("6 000 Eur"))],
        ),
        (
            "Finansavimą skyrė: X – 6 000 Eur, Y (programa) – 3 000 Eur ir Z – 100 eurų.",
            [
                FundingText("X", awarded=read_sum("6 000 Eur")),
                FundingText("Y", "programa", awarded=read_sum("3 000 Eur")),
                FundingText("Z", awarded=read_sum("100 eurų")),
            ],
        ),
        (
            "Dalinį finansavimą – 80 tūkst. Lt skyrė X ir 17 tūkst. Lt – Y.",
            [
                FundingText("X", partial=True, awarded=read_sum("80 tūkst. Lt")),
                FundingText("Y", partial=True, awarded=read_sum("17 tūkst. Lt")),
            ],
        ),
        (
            "Finansavimą skyrė X.\nDalinį finansavimą – 5 Lt skyrė Y.",
            [FundingText("X"), FundingText("Y", partial=True, awarded=read_sum("5 Lt"))],
        ),
        ("Finansuotojas: X", [FundingText("X")]),
        ("Rėmėjas: X", [FundingText("X")]),
        (
            "Lietuvos kultūros taryba projektui skyrė 80 tūkst. Lt.",
            [FundingText("Lietuvos kultūros taryba", awarded=read_sum("80 tūkst. Lt"))],
        ),
        (
            "Taryba (programa) skyrė 6 000 Eur šiam projektui.",
            [FundingText("Taryba", "programa", awarded=read_sum("6 000 Eur"))],
        ),
        ("Finansavimą skyrė Kauno m. sav.", [FundingText("Kauno m. sav.")]),
        (
            "Finansuotojas: X\nSkirta suma: 6 000 Eur",
            [FundingText("X", awarded=read_sum("6 000 Eur"))],
        ),
        (
            "Projektą finansuoja Taryba. Skirta 6 000 Eur.",
            [FundingText("Taryba", awarded=read_sum("6 000 Eur"))],
        ),
        (
            "Finansavimą skyrė Lietuvos Respublikos švietimo, mokslo ir sporto ministerija.",
            [FundingText("Lietuvos Respublikos švietimo, mokslo ir sporto ministerija")],
        ),
        (
            "Finansavimą skyrė Taryba (2014–2016 m. kvietimas).",
            [FundingText("Taryba", "2014–2016 m. kvietimas")],
        ),
        # An abbreviation belongs to the name: it says who, not from which purse.
        (
            "Finansavimą skyrė Lietuvos kultūros taryba (LKT).",
            [FundingText("Lietuvos kultūros taryba (LKT)")],
        ),
        (
            "Finansavimą skyrė Lietuvos kultūros taryba (LKT) (Kultūros sklaida).",
            [FundingText("Lietuvos kultūros taryba (LKT)", "Kultūros sklaida")],
        ),
    ],
)
def test_funding_is_read(sentence, fundings):
    assert only(f"„A“.\n{sentence}\n") == ProjectText("A", tuple(fundings))


def test_funding_may_follow_the_lists():
    assert only("„A“.\nVeiklos:\n1. Mugė.\nProjektą finansavo X.\n") == ProjectText(
        "A", (FundingText("X"),), activities=("Mugė.",)
    )


@pytest.mark.parametrize(
    "funder",
    ["Kultūros taryba ir Kauno savivaldybė", "UAB „Aušra“, VšĮ „Rytas“", "„Aušra“ ir „Rytas“"],
)
def test_funders_that_cannot_be_told_apart_are_one_with_a_remark(funder):
    text = f"„A“.\nFinansavimą skyrė {funder}.\n"
    assert read_projects(text).projects == (ProjectText("A", (FundingText(funder),)),)
    assert codes(text) == ["joined_funders"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Finansavimo sutartis pasirašyta.",
        "Finansavimą – 80 tūkst. Lt skyrė X ir Y – 3 Lt.",
        "Finansavimą – 1,234 Lt skyrė X.",
        "Finansavimą skyrė.",
        "Skirta suma: 6 000 Eur",
        "Projektas finansuojamas X lėšomis.",
        "Finansavimo neskyrė X.",
        "Finansavimą skirti atsisakė X.",
    ],
)
def test_funding_that_is_not_understood_is_text_with_a_remark(sentence):
    text = f"„A“.\n{sentence}\nTikslas: B.\n"
    assert read_projects(text).projects == (ProjectText("A", goals=("B.",), text=sentence),)
    assert codes(text) == ["funding_not_understood"]


@pytest.mark.parametrize("text", ["Projekto biudžetas – 100 000 Lt.", "Prašoma suma – 5000 Eur."])
def test_money_in_a_paragraph_is_remarked(text):
    reading = read_projects(f"„A“.\n\n{text}\n\nTikslas: B.\n")
    assert reading.projects == (ProjectText("A", goals=("B.",), text=text),)
    assert [(remark.line, remark.code) for remark in reading.remarks] == [(3, "money_in_text")]


def test_award_told_in_a_title_is_no_funding():
    assert titles("„P“.\nTikslas: B.\n\n„X skyrė 6 Eur projektui. Kita“.\n") == [
        "P",
        "X skyrė 6 Eur projektui. Kita",
    ]


def test_award_told_below_an_item_is_funding():
    text = "„A“.\nVeiklos:\n1. Mugė.\nTaryba projektui skyrė 5 Lt.\n"
    assert only(text) == ProjectText(
        "A", (FundingText("Taryba", awarded=read_sum("5 Lt")),), activities=("Mugė.",)
    )


def test_sentence_after_the_funding_is_text():
    assert only("„A“.\nProjektą finansuoja Taryba. Projektas vyks 2014 m.\n") == ProjectText(
        "A", (FundingText("Taryba"),), text="Projektas vyks 2014 m."
    )


# Line numbers


def test_lines_of_fundings_goals_and_activities_are_known():
    text = "\n„A“.\nFinansavimą skyrė X,\nskirta 5 Lt.\nProjektą remia Y.\nTikslas: B\n"
    project = only(f"{text}Veiklos:\n1. C\nir D.\n\n2. E.\n")
    assert [funding.line for funding in project.fundings] == [3, 5]
    assert (project.goal_lines, project.activity_lines) == ((6,), (8, 11))


def test_line_of_a_funding_is_that_of_its_funder():
    project = only("„A“.\nFinansuotojas: X\nSkirta suma: 6 000 Eur\n")
    assert [funding.line for funding in project.fundings] == [2]


# What each part was taken for


def test_each_part_of_the_text_is_told_by_its_lines_and_what_it_was_taken_for():
    text = (
        "Laba diena,\n\n„A“.\nFinansavimą skyrė X,\nskirta 5 Lt.\nTikslai: Skaityti.\n"
        "Veiklos:\n1. Mugė.\n2.\n\nDalyviai: visi.\nĮ viršų\n"
    )
    parts = read_projects(text).parts
    assert [(part.line, part.last_line, [*part.kinds]) for part in parts] == [
        (1, 1, ["left out"]),
        (3, 3, ["title"]),
        (4, 5, ["funding"]),
        (6, 6, ["heading", "goals"]),
        (7, 7, ["heading"]),
        (8, 8, ["activities"]),
        (9, 9, ["left out"]),
        (11, 11, ["text"]),
        (12, 12, ["furniture"]),
    ]
    assert parts[2].text == "Finansavimą skyrė X, skirta 5 Lt."


# Around the projects


def test_page_furniture_is_passed_over():
    words = "PRISIJUNGTI\nProjektai\nĮgyvendinti projektai\nBibliotekos\nAsociacija\nAtsijungti\n"
    one = "Šiuo metu Asociacija įgyvendina šį projektą:\n"
    assert only(f"{words}{one}\n„A“.\nVeiklos:\n1. Mugė.\nĮ viršų\nAtsijungti\n") == ProjectText(
        "A", activities=("Mugė.",)
    )


def test_text_outside_of_the_projects_is_quoted_in_a_remark():
    reading = read_projects("Laba diena,\n\n„A“.\nVeiklos:\n1. Mugė.\n\nĮ viršų\n© 2014\n")
    assert [(remark.line, remark.code) for remark in reading.remarks] == [
        (1, "outside"),
        (8, "outside"),
    ]
    assert [
        "Laba diena," in reading.remarks[0].message,
        "© 2014" in reading.remarks[1].message,
    ] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("\n\nLaba diena.\n", 3),
        ("\nProjekto tikslai:\n1. Stiprinti.\n", 2),
        ("Laba diena.\n\nVeiklos:\n1. Mugė.\n", 3),
        ("Finansavimą skyrė X.\n\n„A“.\n", 1),
        ("\n„Atvira biblioteka\n\nVeiklos:\n1. Mugė.\n", 2),
        ("„Atvira biblioteka\nVeiklos:\n1. Mugė.\n", 1),
        ("„A“.\nTikslai:\n1. B\nVeiklos:\n1. C\n\nTikslai:\n1. D\n", 7),
        ("„A“.\nB\x00\n", 2),
        ("„A“.\n\ud800\n", 2),
    ],
)
def test_text_that_is_no_projects_is_refused_with_its_line(text, line):
    with pytest.raises(TextRefused) as refused:
        read_projects(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("paragraph", "quoted"),
    [
        ("Vieta – Vilnius.", ": „Vieta – Vilnius“."),
        ("Seminaras „A“.", ": „Seminaras „A““."),
        ('Seminaras "A" mieste', ": „Seminaras „A“ mieste“."),
        ("Ir kita...", ": „Ir kita...“."),
    ],
)
def test_remark_quotes_a_text_without_its_outer_stop_and_marks(paragraph, quoted):
    (remark,) = read_projects(f"{paragraph}\n\n„A“.\nVeiklos:\n1. Mugė.\n").remarks
    assert remark.message.endswith(quoted)


def test_refusal_quotes_a_line_without_its_outer_stop():
    with pytest.raises(TextRefused, match="„Laba diena“"):
        read_projects("Laba diena.")


def test_refusal_shows_a_shortened_line_and_what_was_expected():
    with pytest.raises(TextRefused) as refused:
        read_projects("Laba diena. " * 20)
    assert refused.value.expected in str(refused.value)
    assert "Laba diena. " * 4 in str(refused.value)
    assert len(str(refused.value)) < 200


# Any text

FRAGMENTS = [
    *SAMPLE.splitlines(),
    *("„Antras „Vidinis“ projektas“", "Projektas: „Trečias“,", "1. „Ketvirtas“.", BARE),
    *('"Penktas "x" projektas"', "«Šeštas»", ",,Septintas''", "„Seminaras „Aušra“."),
    *("Projekto pavadinimas: Devintas", "Projektas:", "„", "“", '"', "„“", "„.“", "''", ",,"),
    *("Tikslas: Stiprinti.", "Tikslai: 1. foo", "tikslai", "PROJEKTO VEIKLA", "2. Veiklos:"),
    *("Veikla: „Kabutės“.", "Projekto uždaviniai:", "Aprašymas: Tekstas", "Aprašymas: Veiklos:"),
    *("Finansavimą skyrė X (Y programa)", "Finansavimą skyrė", "Skirta suma: 6 000 Eur"),
    *("Projektą finansavo A ir B. Kitas sakinys. Skirta 5 Lt.", "finansavimo sutartis"),
    *("1. Seminaras", "2. Mugė.", "3. „Leidinys“.", "• Paroda", "- Stažuotė", "* Kita", "100. A"),
    *("a) pirmas", "b) antras", "I. Vienas", "II. Du", "2. Projektas „Kita“.", "„Savaitė“."),
    *("Taryba projektui skyrė 5 Lt.", "X skyrė 6 Eur projektui. Kita.", "Biudžetas – 5 €."),
    *("Partneriai: Kauno biblioteka.", "Tikslai ir uždaviniai:", "Finansavimą skyrė Kauno sav."),
    *("1. Projektas „Knyga“.", "skatinti skaitymą", "ugdyti", "„Knyga“ – tai projektas."),
    *("1.", "2 .", "(3) trys", "4. 4. keturi", "Paprastas tekstas.", "mažosiomis", "Be taško"),
    *("Projektai", "> cituota", "x\u00ad", "a\u200bb", "\u0301x", "2014 m. kovo mėn.", ":", "–"),
]
SHUFFLED = st.lists(
    st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["\n", "\n\n", "\r\n", "\n> ", " "])),
    max_size=12,
).map(lambda parts: "".join(fragment + end for fragment, end in parts))


def assert_reads_back(text):
    try:
        projects = read_projects(text).projects
    except TextRefused:
        return
    assert read_projects(write_projects(projects)).projects == projects


@given(st.text())
def test_any_text_is_read_and_reads_back_or_is_refused(text):
    assert_reads_back(text)


@given(st.text(), st.text())
def test_any_text_below_a_title_and_in_a_list_reads_back(paragraph, item):
    assert_reads_back(f"„A“.\n{paragraph}\nVeiklos:\n1. {item}")


@hypothesis_settings(max_examples=500, deadline=None)
@given(SHUFFLED)
def test_shuffled_fragments_read_back(text):
    assert_reads_back(text)


@given(SHUFFLED)
def test_each_line_is_told_once_in_the_order_of_the_text(text):
    try:
        parts = read_projects(text).parts
    except TextRefused:
        return
    told = [number for part in parts for number in range(part.line, part.last_line + 1)]
    assert told == sorted(set(told))
    assert {line.number for line in read_lines(text)} <= set(told)
    assert all(part.kinds for part in parts)


LINES = {
    "„Pirmasis projektas“.": ["Pirmasis"],
    "Antrasis projektas": ["Antrasis"],
    "1. „Trečiasis“": ["Trečiasis"],
    "Projekto tikslai:": [],
    "Tikslas: Ketvirtasis": ["Ketvirtasis"],
    "Veiklos:": [],
    "Veiklos: 1. Penktasis": ["Penktasis"],
    "Finansavimą – 5 Lt skyrė Šeštasis (Septintasis).": ["5 Lt", "Šeštasis", "Septintasis"],
    "Finansavimą kažkada Aštuntasis": ["Aštuntasis"],
    "1. Devintasis": ["Devintasis"],
    "2. Dešimtasis.": ["Dešimtasis"],
    "• Vienuoliktasis": ["Vienuoliktasis"],
    "– Dvyliktasis": ["Dvyliktasis"],
    "tryliktasis": ["tryliktasis"],
    "a) šešioliktasis": ["šešioliktasis"],
    "b) septynioliktasis": ["septynioliktasis"],
    "„Aštuonioliktasis“.": ["Aštuonioliktasis"],
    "Partneriai: Devynioliktasis": ["Devynioliktasis"],
    "Dvidešimtasis projektui skyrė 7 Lt.": ["Dvidešimtasis", "7 Lt"],
    "Keturioliktasis.": ["Keturioliktasis"],
    "Penkioliktasis:": ["Penkioliktasis"],
    "Į viršų": [],
    "Projektai": [],
    "": [],
}


@hypothesis_settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)
@given(st.lists(st.sampled_from(sorted(LINES)), max_size=12, unique=True))
def test_no_line_is_lost(lines):
    try:
        reading = read_projects("„A“.\n" + "\n".join(lines))
    except TextRefused:
        return
    kept = write_projects(reading.projects) + "".join(r.message for r in reading.remarks)
    lost = [word for line in lines for word in LINES[line] if word not in kept]
    assert lost == []


MEGABYTE = 10**6


@pytest.mark.parametrize(
    "unit", ["„", '"', " ", "\u00a0", "1", "1 ", "111 ", ">", "(", ",", "a", "„a“ ", "5 Lt ir X – "]
)
@pytest.mark.parametrize(
    "start", ["", "„A“.\n", "„A“.\nVeiklos:\n1. ", "„A“.\nFinansavimą ", "„A“.\nFinansavimą skyrė "]
)
def test_megabyte_of_anything_is_read_in_seconds(start, unit):
    text = start + unit * (MEGABYTE // len(unit))
    started = time.process_time()
    with suppress(TextRefused):
        read_projects(text)
    assert time.process_time() - started < 20  # seconds of a slow machine; squares take hours
