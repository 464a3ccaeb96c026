"""A table comes in: it is sent, read by the worker, looked at, corrected, and imported."""

from io import BytesIO
from threading import Event, Thread

import openpyxl
import pytest
from django.db import connection
from playwright.sync_api import expect

from association import tasks
from association.models import TableImport
from association.tables import doing, imports
from projects.models import Project
from tests import factories
from tests.tasks import run_tasks

from .conftest import RUN_AXE_AA, log_in, look_at
from .test_admin_pages import STAND_STILL

pytestmark = pytest.mark.both_databases

LIST = "/admin/projects/project/"
HEADINGS = ["Projektas", "Pavadinimas", "Pradžia", "Pabaiga", "Biudžetas", "Biudžeto valiuta"]
WRONG = {
    100: ["", "", "", "", "", ""],
    500: ["", "", "kovo 32 d.", "", "", ""],
    900: ["", "", "2014-05-01", "2014-04-01", "", ""],
}


class Worker(Thread):
    """The worker at its tasks, as beside the site: with a connection of its own."""

    def __init__(self):
        super().__init__()
        self.worker = tasks.new_worker()
        self.start()

    def run(self):
        try:
            self.worker.run()
        finally:
            connection.close()

    def stop(self):
        """Wait for the end of what it is at; what else is due, such as pictures, is left."""
        self.worker.running = False
        self.join()


def table(tmp_path, name, rows=1000, *, wrong=()):
    """Return a workbook of so many new projects, in the lines of `wrong` what cannot be."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Projektai"
    sheet.append(HEADINGS)
    for line in range(2, rows + 2):
        row = [f"naujas-{line}", f"Projektas Nr. {line}", "2014-03-01", "2014 m. gruodžio 31 d."]
        row += [80000.5, "Lt"]
        if line in wrong:
            row = [each or row[at] for at, each in enumerate(WRONG[line])]
            row[1] = "" if line == 100 else row[1]
        sheet.append(row)
    path = tmp_path / name
    book.save(path)
    return path


class Gate:
    """Keeps the worker at `verb` until the page has shown that it is at it."""

    def __init__(self, monkeypatch, module, verb):
        self.opened, do = Event(), getattr(module, verb)

        def wait_and_do(*args, **options):
            self.opened.wait(20)
            return do(*args, **options)

        monkeypatch.setattr(module, verb, wait_and_do)


def send(page, path):
    page.locator("#id_file").set_input_files(path)
    page.get_by_role("button", name="Peržiūrėti, kas pasikeis").click()


class Looker:
    """Looks at a page at both widths, in both schemes of colours."""

    def __init__(self, page):
        self.page, self.found = page, {}

    def look(self, name):
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            for colours in ("light", "dark"):
                self.page.emulate_media(color_scheme=colours)
                self.page.evaluate(STAND_STILL)
                told = look_at(self.page, f"admin-{name}-{width}-{colours}", RUN_AXE_AA)
                self.found[name, width, colours] = told

    @property
    def barriers(self):
        return {where: told for where, told in self.found.items() if told}


def test_thousand_rows_with_errors_in_three_are_corrected_and_imported(
    live_site, open_browser, staff, tmp_path, monkeypatch
):
    page = open_browser()
    looker = Looker(page)
    log_in(page, live_site, staff)
    reading = Gate(monkeypatch, imports, "read_file")
    importing = Gate(monkeypatch, doing, "keep_many")
    page.goto(live_site + LIST)
    page.get_by_role("link", name="Importuoti lentelę").click()
    looker.look("lenteles-importas")
    send(page, table(tmp_path, "projektai.xlsx", wrong=WRONG))
    expect(page.get_by_text("Lentelė laukia savo eilės.")).to_be_visible()
    looker.look("lentele-laukia")
    worker = Worker()
    expect(page.get_by_text("Lentelė skaitoma ir tikrinama.")).to_be_visible()
    reading.opened.set()
    expect(page.get_by_text("997 nauji įrašai. 3 įrašai turi klaidų.")).to_be_visible(
        timeout=60_000
    )
    worker.stop()
    expect(page.locator(".lacks li")).to_have_text(
        [
            "Projektai, 100 eilutė, „Pavadinimas“: Šis langelis negali būti tuščias."
            " Užpildykite jį.",
            "Projektai, 500 eilutė, „Pradžia“: „kovo 32 d.“ – ne data. Rašykite taip: 2014-05-03.",
            "Projektai, 900 eilutė: Pabaiga negali būti ankstesnė už pradžią.",
        ]
    )
    looker.look("lentele-klaidos")
    with page.expect_download() as download:
        page.get_by_role("link", name="Atsisiųsti eilutes su klaidomis").click()
    rows = list(openpyxl.load_workbook(BytesIO(download.value.path().read_bytes())).active.values)
    assert rows[0][:2] == ("Klaida", "Projektas")
    assert [row[1] for row in rows[1:]] == ["naujas-100", "naujas-500", "naujas-900"]
    page.get_by_role("link", name="Siųsti pataisytą lentelę").click()
    send(page, table(tmp_path, "pataisyta.xlsx"))
    worker = Worker()
    expect(page.get_by_text("1 000 naujų įrašų.")).to_be_visible(timeout=60_000)
    worker.stop()
    looker.look("lentele-perziura")
    assert not Project.objects.exists()
    page.get_by_role("button", name="Importuoti 1 000 įrašų").click()
    worker = Worker()
    expect(page.locator("progress[value]")).to_be_visible()
    importing.opened.set()
    expect(page.get_by_text("Pridėta 1 000 įrašų.")).to_be_visible(timeout=60_000)
    looker.look("lentele-importuota")
    assert Project.objects.filter(published_at=None, budget_amount="80000.50").count() == 1000
    worker.stop()
    assert looker.barriers == {}


def test_changes_are_seen_word_by_word_and_imported_without_a_script(
    live_site, open_browser, staff, tmp_path
):
    project = factories.full_project(title="Skaitymo mugė", summary="Mugė Vilniuje ir Kaune.")
    run_tasks()
    page = open_browser(scripts=False)
    log_in(page, live_site, staff)
    page.goto(live_site + LIST)
    page.get_by_role("link", name="Eksportuoti lentelę").click()
    page.get_by_label("CSV, vienas lapas: Projektai").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Atsisiųsti").click()
    text = download.value.path().read_text(encoding="utf-8")
    path = tmp_path / "projektai.csv"
    path.write_text(text.replace("Vilniuje ir Kaune", "Vilniuje, Kaune ir Zarasuose"))
    page.goto(f"{live_site}{LIST}importuoti/")
    page.locator("#id_file").set_input_files(path)
    page.get_by_role("button", name="Peržiūrėti, kas pasikeis").press("Enter")
    expect(page.get_by_text("Lentelė laukia savo eilės.")).to_be_visible()
    run_tasks()
    expect(page.get_by_text("Keičiamas 1 įrašas.")).to_be_visible()  # by itself, without a script
    expect(page.get_by_text("lankytojai pakeitimus matys iš karto")).to_be_visible()
    expect(page.locator(".differences del")).to_have_text(["Vilniuje", "Kaune."])
    expect(page.locator(".differences ins")).to_have_text(["Vilniuje, Kaune", "Zarasuose."])
    page.get_by_role("button", name="Importuoti 1 įrašą").press("Enter")
    run_tasks()
    expect(page.get_by_text("Pakeistas 1 įrašas.")).to_be_visible()
    project.refresh_from_db()
    assert project.summary == "Mugė Vilniuje, Kaune ir Zarasuose."


def test_pages_of_tables_have_no_barrier(live_site, open_browser, staff, tmp_path):
    project = factories.full_project(title="Skaitymo mugė")
    run_tasks()
    page = open_browser()
    looker = Looker(page)
    log_in(page, live_site, staff)
    page.goto(f"{live_site}{LIST}eksportuoti/")
    looker.look("lentele-eksportas")
    book = openpyxl.Workbook()
    book.active.title = "Tikslai"
    book.active.append(["Projektas", "Eilė", "Tekstas", "Kas tai"])
    book.active.append([project.pk, 1, "Pirmas tikslas."])
    book.active.append([project.pk, None, "Visai naujas tikslas."])
    book.save(tmp_path / "tikslai.xlsx")
    page.goto(f"{live_site}{LIST}importuoti/")
    send(page, tmp_path / "tikslai.xlsx")
    run_tasks()
    expect(page.get_by_text("Keičiamas 1 įrašas.")).to_be_visible()
    looker.look("lentele-pakeitimai")
    TableImport.objects.update(state=TableImport.State.READING, task="")
    page.reload()
    looker.look("lentele-nutruko")
    assert looker.barriers == {}
