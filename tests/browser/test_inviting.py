"""Staff invite many from a table, and decide on a library's new name, in a real browser."""

import pytest
from playwright.sync_api import expect

from accounts import name_changes
from accounts.models import Invitation, NameChange
from association.models import Library
from tests import factories

from .conftest import RUN_AXE_AA, log_in, look_at

CSV = "/admin/accounts/invitation/csv/"
AGAIN = "/admin/accounts/invitation/siusti-is-naujo/"
OLD, NEW = "Zarasų rajono savivaldybės viešoji biblioteka", "Zarasų „Ežerų“ biblioteka"


def table():
    """The rows of a table of all 60 libraries, three of them wrong."""
    names = list(Library.objects.values_list("name", flat=True))
    rows = [f"{name};direktore{number}@biblioteka.example" for number, name in enumerate(names, 1)]
    rows[4] = f"{names[4]};direktore(eta)biblioteka.example"
    rows[20] = rows[20].replace("viešoji", "vieša").replace(names[20][:4], names[20][1:4])
    rows[59] = rows[59].replace("direktore60@", "direktore1@")
    return rows


def submit(page, name):
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def see_what_will_happen(page):
    submit(page, "Peržiūrėti, kas bus padaryta")


def addresses(box):
    return sorted(letter["To"] for letter in box.letters)


@pytest.mark.parametrize("scripts", [True, False])
def test_sixty_libraries_are_invited_and_three_rows_corrected(
    site, open_browser, mailbox, staff, tmp_path, scripts
):
    rows = table()
    assert len(rows) == 60
    file = tmp_path / "kvietimai.csv"
    file.write_text("\r\n".join(["Biblioteka;El. paštas", *rows]), encoding="cp1257")
    page = open_browser(scripts=scripts)
    log_in(page, site, staff)
    page.goto(f"{site}/admin/accounts/invitation/")
    page.get_by_role("link", name="Pakviesti iš CSV").click()
    page.get_by_label("CSV failas").set_input_files(file)
    see_what_will_happen(page)
    expect(page.get_by_text("Bus išsiųsti 57 laiškai. 3 eilutės turi klaidų.")).to_be_visible()
    for told in ("Netinkamas el. pašto adresas", "Gal turėjote galvoje", "Toks pat adresas jau"):
        expect(page.get_by_text(told)).to_be_visible()
    assert mailbox.letters == []
    submit(page, "Išsiųsti kvietimus")
    expect(page.get_by_text("Išsiųsti 57 laiškai.")).to_be_visible()
    assert len(set(addresses(mailbox))) == len(mailbox.letters) == 57
    assert Invitation.objects.filter(is_director=True).count() == 57
    left = page.get_by_label("Lentelė").input_value()
    assert left.strip().splitlines() == ["Biblioteka;El. paštas", rows[4], rows[20], rows[59]]
    name = Library.objects.all()[20].name
    corrected = left.replace("(eta)", "@").replace(rows[20].partition(";")[0], name)
    corrected = corrected.replace("direktore1@", "direktore60@")
    page.get_by_label("Lentelė").fill(corrected)
    see_what_will_happen(page)
    expect(page.get_by_text("Bus išsiųsti 3 laiškai.")).to_be_visible()
    submit(page, "Išsiųsti kvietimus")
    page.wait_for_url("**/admin/accounts/invitation/")
    assert len(set(addresses(mailbox))) == len(mailbox.letters) == 60
    assert set(Invitation.objects.values_list("library", flat=True)) == set(
        Library.objects.values_list("pk", flat=True)
    )


def test_new_name_is_agreed_to_and_the_old_one_is_found(site, open_browser, mailbox, staff):
    library = Library.objects.get(name=OLD)
    director = factories.representative(library=library, is_director=True)
    name_changes.propose(library, NEW, None, by=director.user)
    page = open_browser()
    log_in(page, site, staff)
    page.goto(f"{site}/admin/association/library/{library.pk}/change/")
    page.get_by_role("link", name=NEW).click()
    page.get_by_label("Atsakymas bibliotekai").fill("Sveikiname.")
    submit(page, "Patvirtinti")
    expect(page.get_by_text(f"Naujas pavadinimas paskelbtas: {NEW}")).to_be_visible()
    assert "Sveikiname." in mailbox.next_to(director.user.email).as_string()
    visitor = open_browser(scripts=False)
    visitor.goto(f"{site}/bibliotekos/{library.pk}/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text(NEW)
    visitor.goto(f"{site}/paieska/?q=zarasu+rajono+savivaldybes+viesoji")
    expect(visitor.locator("main").get_by_role("link", name=NEW).first).to_be_visible()


@pytest.mark.parametrize(("width", "colours"), [(390, "dark"), (1280, "light")])
def test_pages_of_the_admin_have_no_barrier_that_axe_finds(
    site, open_browser, staff, width, colours
):
    page = open_browser(width, colours)
    log_in(page, site, staff)
    found = {}

    def look(name):
        found[name] = look_at(page, f"admin-{name}-{width}-{colours}", RUN_AXE_AA)

    page.goto(site + CSV)
    look("csv")
    see_what_will_happen(page)
    look("csv-klaida")
    rows = table()
    page.get_by_label("Lentelė").fill("\n".join(["Biblioteka;El. paštas", *rows[:7], rows[20]]))
    see_what_will_happen(page)
    look("csv-perziura")
    submit(page, "Išsiųsti kvietimus")
    look("csv-padaryta")
    page.goto(site + AGAIN)
    look("siusti-is-naujo-nera-kam")
    Invitation.objects.update(sent_at="2026-01-05T12:00Z")
    page.goto(site + AGAIN)
    look("siusti-is-naujo")
    library = Library.objects.get(name=OLD)
    director = factories.representative(
        library=library, user=factories.user(name="Ona Onaitė"), is_director=True
    )
    change = name_changes.propose(library, NEW, None, by=director.user)
    page.goto(f"{site}/admin/accounts/namechange/{change.pk}/change/")
    look("pavadinimas")
    submit(page, "Nepatvirtinti")
    look("pavadinimas-klaida")
    page.goto(f"{site}/admin/association/library/{library.pk}/change/")
    look("biblioteka")
    name_changes.refuse(NameChange.objects.get(), by=staff, answer="Trūksta įsakymo.")
    page.goto(f"{site}/admin/accounts/namechange/{change.pk}/change/")
    look("pavadinimas-nuspresta")
    for name, address in {
        "bibliotekos": "association/library",
        "kvietimai": "accounts/invitation",
        "atstovai": "accounts/representative",
        "pavadinimai": "accounts/namechange",
    }.items():
        page.goto(f"{site}/admin/{address}/")
        look(name)
    assert {name: violations for name, violations in found.items() if violations} == {}
