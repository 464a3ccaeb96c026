"""Each kind of page of the site, in each of its states, as a browser comes to it."""

from urllib.parse import quote

from django.core import mail
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from accounts import name_changes
from accounts.models import Invitation
from association.models import CouncilMember, Details, Document, Library
from association.urls import handler400, handler403, handler404, handler500, urlpatterns
from projects.models import Project
from tests import factories, logins
from tests.accounts.test_login import code_of
from tests.tasks import run_tasks

from .conftest import log_in

__all__ = ["handler400", "handler403", "handler404", "handler500"]

ADDRESSES = {
    "pradzia": "/",
    "igyvendinti": "/projektai/igyvendinti/",
    "igyvendinti-2": "/projektai/igyvendinti/?puslapis=2",
    "igyvendinti-klaida": "/projektai/igyvendinti/?metai=1812",
    "kalendorius": "/kalendorius/",
    "finansuotojai": "/finansuotojai/",
    "paieska": "/paieska/",
    "rasta": "/paieska/?q=biblioteka",
    "nieko-nerasta": "/paieska/?q=nieko+tokio",
    "bibliotekos": "/bibliotekos/",
    "asociacija": "/asociacija/",
    "privatumas": "/privatumas/",
    "prieinamumas": "/prieinamumas/",
    "duomenys": "/duomenys/",
    "prisijungti": "/prisijungti/",
    "prisijungti-kodu": "/prisijungti/kodas/",
    "bibliotekos-kodas": "/prisijungti/biblioteka/",
    "registracija": "/registracija/",
    "paskyra-isjungta": "/paskyra/isjungta/",
    "paskyra-istrinta": "/paskyra/istrinta/",
    "kvietimas": "/kvietimas/raktas/",
    "kvietimas-turinciam-paskyra": "/kvietimas/turi-paskyra/",
    "kvietimas-nebegalioja": "/kvietimas/pasibaiges/",
    "kvietimas-nezinomas": "/kvietimas/nezinomas/",
    "slaptazodis": "/slaptazodis/",
    "slaptazodis-be-kodo": "/slaptazodis/kodas/",
    "slaptazodis-pakeistas": "/slaptazodis/pakeistas/",
    "nerasta": "/nera-tokio/",
}
# Pages that have something to say while the site has no content.
EMPTY = ["pradzia", "igyvendinti", "kalendorius", "finansuotojai", "bibliotekos", "asociacija"]
ERRORS = ["400", "403", "403_csrf", "413", "429", "500"]
MEMBER = {
    "pradzia-prisijungus": "/",
    "paskyra": "/paskyra/",
    "profilis": "/paskyra/profilis/",
    "mano-duomenys": "/paskyra/duomenys/",
    "el-pastas": "/paskyra/el-pastas/",
    "prieigos-raktas": "/paskyra/prieigos-raktas/",
    "programele": "/paskyra/programele/",
    "antras-zingsnis": "/paskyra/antras-zingsnis/",
    "keisti-slaptazodi": "/paskyra/slaptazodis/",
    "patvirtinti": "/paskyra/patvirtinti/",
    "prisijungimo-budai": "/paskyra/prisijungimo-budai/",
    "kvietimas-kitam": "/kvietimas/raktas/",
    "atsijungti": "/atsijungti/",
}


def show(request, name):
    """The page of an error, without the error."""
    return render(request, f"{name}.html")


urlpatterns = [path("klaidos/<str:name>/", show), *urlpatterns]


def full_project():
    """A project in which each part of the page has something to show."""
    made = factories.full_project(
        title="Tarptautinė konferencija „Pokyčių evoliucija bibliotekose“",
        short_title="Pokyčių evoliucija",
        summary="Kaip keičiasi bibliotekos ir kas jas keičia – pasakoja Lietuvos ir užsienio "
        "bibliotekininkai.",
        text="Dviejų dienų **programoje** – pranešimai, *diskusijos* ir išvyka.\n\n## Temos\n"
        "– skaitmeninės paslaugos:\n  1. paieška;\n  2. skolinimas;\n– bendruomenės telkimas.\n\n"
        "### Daugiau\n[Apie konferenciją](https://biblioteka.example/konferencija?kalba=lt&metai=2014)",
        starts_on="2014-03-01",
        ends_on="2099-12-31",
        contact_person="Projekto vadovė",
        contact_email="projektai@biblioteka.example",
        cover="madder",
    )
    made.fundings.update(programme="Bibliotekų plėtros programa")
    activity = made.activities.first()
    activity.goals.add(made.goals.first())
    activity.was_done, activity.participants, activity.outcome = True, 58, "Parengtas leidinys."
    activity.kind = "conference"
    activity.save()
    factories.photo(made, alt="Pilna salė klausytojų", caption="Konferencijos atidarymas")
    made.documents.create(title="Programa", file=factories.upload())
    made.documents.create(title="Sąmata", audience="members", file=factories.upload())
    return made


def full_funder():
    """A funder whose page has something to show in each of its parts."""
    made = factories.funder(
        name="Lietuvos kultūros rėmimo fondas",
        kind="foundation",
        publicity_statement="Projektą finansuoja fondas.",
        website="https://fondas.example",
        logo=factories.picture(),
    )
    for year, amount, currency in ((2013, 80000, "LTL"), (2014, None, ""), (2019, 14900, "EUR")):
        project = factories.project(starts_on=f"{year}-01-01", ends_on=f"{year}-12-31")
        factories.funding(project, made, awarded_amount=amount, awarded_currency=currency)
    factories.funding(factories.planned_project(), made)
    factories.funding(factories.project(), made)
    return made


def fill_association():
    """Give each part of the association's page something to show; it has its contacts then."""
    Details.objects.update(
        code="123456789",
        email="info@biblioteka.example",
        phone="+370 5 200 0000",
        register="Juridinių asmenų registras",
        account="LT12 3456 7890 1234 5678",
    )
    library = Library.objects.first()
    CouncilMember.objects.create(name="Vardenė Pavardenė", role="pirmininkė", library=library)
    Document.objects.create(title="Įstatai", file=factories.upload())


def addresses():
    """Fill the site up; return the addresses at which a stranger finds each kind of page."""
    fill_association()
    factories.invitation(is_director=True)
    factories.invitation("turi-paskyra", email=factories.user().email)
    factories.invitation("pasibaiges", sent_at=timezone.now() - Invitation.VALID_FOR)
    project, funder = full_project(), full_funder()
    planned = Project.objects.get(starts_on__gt=project.starts_on, ends_on=None)
    for year in range(1990, 2005):
        factories.project(starts_on=f"{year}-01-01", ends_on=f"{year}-12-31")
    run_tasks()
    waiting = factories.project(title="Nuotraukos dar ruošiamos")
    factories.photo(waiting, caption="Atidarymas")
    return ADDRESSES | {
        "projektas-be-vaizdu": waiting.get_absolute_url(),
        "biblioteka": Library.objects.get(name_since="2022-12-29").get_absolute_url(),
        "finansuotojas": funder.get_absolute_url(),
        "projektas": Project.objects.first().get_absolute_url(),
        "projektas-igyvendintas": Project.objects.get(title__contains="Ispan").get_absolute_url(),
        "projektas-planuojamas": planned.get_absolute_url(),
        "projektas-su-viskuo": project.get_absolute_url(),
        **{f"klaida-{name}": f"/klaidos/{quote(name)}/" for name in ERRORS},
    }


def open_each(page, site):
    """Lead `page` to each kind of page in turn, refused forms too; yield the name of each.

    Needs the addresses of this module: `pytest.mark.urls`.
    """
    for name, address in addresses().items():
        page.goto(site + address)
        yield name
    editor = factories.user(email="redaktore@biblioteka.example", is_staff=True, is_superuser=True)
    logins.set_up_app(editor)
    yield from forget_password(page, site, editor)
    page.goto(f"{site}/prisijungti/")
    page.get_by_label("El. pašto adresas").fill(editor.email)
    press(page, "Prisijungti")
    yield "prisijungti-klaida"
    log_in(page, site, editor)
    for name, address in (MEMBER | editors_addresses()).items():
        page.goto(site + address)
        yield name
    for name, address in directors_addresses(editor).items():
        page.goto(site + address)
        yield name
    yield from refused_forms_of_directors(page)
    page.goto(f"{site}/paskyra/slaptazodis/")
    press(page, "Pakeisti slaptažodį")
    yield "keisti-slaptazodi-klaida"


def editors_addresses():
    """Return the addresses of what only an editor sees as yet."""
    return {
        "projektas-rengiamas": factories.draft(title="Rengiamas projektas").get_absolute_url(),
        "finansuotojas-be-projektu": factories.funder().get_absolute_url(),
    }


def directors_addresses(user):
    """Let `user` direct a library with all that can belong to it; return what they see of it."""
    library = Library.objects.get(name_since="2022-12-29")
    library.address, library.email = "Bibliotekos g. 1, Zarasai", "biblioteka@zarasai.example"
    library.phone, library.website = "8 385 00000", "https://biblioteka.zarasai.example"
    library.save()
    mine = factories.representative(user=user, library=library, is_director=True)
    colleague = factories.representative(user=factories.user(name="Ona Onaitė"), library=library)
    factories.invitation("laukia", library=library)
    factories.invitation(
        "seniai", library=library, sent_at=timezone.now() - Invitation.VALID_FOR, is_director=True
    )
    name_changes.propose(library, "Zarasų rajono kultūros biblioteka", None, by=user)
    Document.objects.create(
        title="Posėdžio protokolas", audience="members", file=factories.upload()
    )
    of_library = f"/paskyra/biblioteka/{library.pk}"
    return {
        "paskyra-vadovo": "/paskyra/",
        "bibliotekos-duomenys": f"{of_library}/",
        "bibliotekos-pavadinimas": f"{of_library}/pavadinimas/",
        "pakviesti": f"{of_library}/pakviesti/",
        "baigti-savo": f"/paskyra/atstovai/{mine.pk}/",
        "baigti-kito": f"/paskyra/atstovai/{colleague.pk}/",
        "perduoti": f"{of_library}/perduoti/",
    }


def refused_forms_of_directors(page):
    """Err in the form that `page` shows, that of a successor."""
    page.get_by_label("Naujo vadovo el. pašto adresas").fill("be eta")
    press(page, "Perduoti pareigas")
    yield "perduoti-klaida"


def forget_password(page, site, user):
    """Go with `page` to the form for a new password of `user`, and err at each step."""
    page.goto(f"{site}/slaptazodis/")
    press(page, "Gauti kodą")
    yield "slaptazodis-klaida"
    page.get_by_label("El. pašto adresas").fill(user.email)
    press(page, "Gauti kodą")
    yield "kodas"
    page.get_by_label("Kodas").fill("ne tas")
    press(page, "Patvirtinti")
    yield "kodas-klaida"
    page.get_by_label("Kodas").fill(code_of(mail.outbox[-1]))
    press(page, "Patvirtinti")
    yield "naujas-slaptazodis"
    press(page, "Pakeisti slaptažodį")
    yield "naujas-slaptazodis-klaida"


def press(page, name):
    """Send the form whose button is `name`, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()
