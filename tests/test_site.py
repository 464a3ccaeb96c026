"""What holds for every page of the site."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from association import ready_texts
from association.models import CouncilMember, Details, Document, Redirect, TableImport
from projects.models import Photo, Project
from projects.publication import address_of
from tests import factories
from tests.structured_data import graph_of, problems, things

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/projektai/igyvendinti/",
    "/projektai/igyvendinti/?metai=2013",
    "/projektai/igyvendinti/?metai=1812&finansuotojas=0",
    "/paieska/",
    "/paieska/?q=muge",
    "/paieska/?q=nieko+tokio",
    "/projektai/{project}/",
    "/kalendorius/",
    "/finansuotojai/",
    "/finansuotojai/{funder}/",
    "/asociacija/",
    "/bibliotekos/",
    "/bibliotekos/{library}/",
    "/privatumas/",
    "/prieinamumas/",
    "/duomenys/",
    "/prisijungti/",
    "/prisijungti/kodas/",
    "/registracija/",
    "/slaptazodis/",
    "/slaptazodis/kodas/",
    "/slaptazodis/pakeistas/",
    "/paskyra/isjungta/",
    "/paskyra/istrinta/",
    "/kvietimas/raktas/",
    "/kvietimas/pasibaiges/",
    "/kvietimas/nezinomas/",
    "/juodrastis/nera/",
    "/nera-tokio/",
]
MEMBER = [
    "/atsijungti/",
    "/paskyra/",
    "/paskyra/profilis/",
    "/paskyra/duomenys/",
    "/paskyra/duomenys/istrinti/",
    "/paskyra/el-pastas/",
    "/paskyra/slaptazodis/",
    "/paskyra/patvirtinti/",
    "/paskyra/prieigos-raktas/",
    "/paskyra/programele/",
    "/paskyra/antras-zingsnis/",
    "/paskyra/prisijungimo-budai/",
    "/kvietimas/raktas/",
]


class Outline(HTMLParser):
    """The elements of a page that each page must have, and its ids."""

    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.titles, self.inline = [], [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        # A data block is not run: https://html.spec.whatwg.org/multipage/scripting.html#data-block
        data = {"application/json", "application/ld+json"}
        runs = tag == "script" and given.get("type") not in data
        if "style" in given or tag == "style" or (runs and "src" not in given):
            self.inline.append(self.get_starttag_text())

    def handle_data(self, data):
        if self.lasttag == "title":
            self.titles.append(data)


@pytest.fixture
def content():
    """A site with something of everything; returns what addresses are made of."""
    factories.details(name="Lietuvos bibliotekų asociacija", email="info@biblioteka.example")
    for slug in ready_texts.TITLES:
        factories.page(**ready_texts.initial(slug))
    factories.page(slug="apie", title="Apie Asociaciją", text="Vienijame bibliotekas.")
    library = factories.member_library(
        name="Zarasų biblioteka", website="https://biblioteka.example"
    )
    library.former_names.create(ends_on="2009-12-31")
    CouncilMember.objects.create(name="Vardenė Pavardenė", role="pirmininkė")
    Document.objects.create(title="Įstatai", file=factories.upload())
    project = factories.full_project(title="Mugė", summary="Apie mugę.", text="Ilgai.")
    factories.photo(project, alt="Salė")
    project.documents.create(title="Ataskaita", file=factories.upload())
    factories.full_project(ends_on="2013-12-31")
    factories.planned_project()
    Redirect.objects.create(old_path="/senas", target="/asociacija/")
    project.partners.create(library=library)
    funder = project.fundings.get().funder
    factories.invitation(library=library)
    factories.invitation("pasibaiges", sent_at=timezone.now() - Invitation.VALID_FOR)
    return {
        "project": f"{project.pk}-muge",
        "library": f"{library.pk}-zarasu-biblioteka",
        "funder": f"{funder.pk}-{funder.slug}",
    }


def outline_of(response):
    outline = Outline()
    outline.feed(response.content.decode())
    return outline


def pages(content, member):
    visitor = Client()
    for address in PUBLIC:
        yield visitor.get(address.format(**content), follow=True)
    for address in MEMBER:
        yield member.get(address, follow=True)


def test_each_page_has_one_heading_a_title_a_language_and_no_inline_code(content, member):
    for response in pages(content, member):
        outline, address = outline_of(response), response.request["PATH_INFO"]
        title = unescape("".join(outline.titles)).strip()
        assert outline.tags.count("h1") == 1, address
        assert outline.tags.count("main") == 1, address
        assert title.endswith("Lietuvos bibliotekų asociacija"), address
        assert '<html lang="lt">' in response.content.decode(), address
        assert outline.inline == [], address
        assert sorted(set(outline.ids)) == sorted(outline.ids), address


def test_each_page_tells_machines_of_itself_in_words_that_they_know(content, member):
    for response in pages(content, member):
        address = response.request["PATH_INFO"]
        graph = graph_of(response)
        assert problems(graph) == set(), address
        assert graph[0]["@type"] == "NGO", address
        shown = 'class="breadcrumbs"' in response.content.decode()
        assert ("BreadcrumbList" in things(response)) == shown, address


def test_each_page_leads_in_and_up(content, member):
    for response in pages(content, member):
        words = " ".join(unescape(re.sub("<[^>]*>", " ", response.content.decode())).split())
        assert words.endswith("Į viršų")
        if not response.wsgi_request.user.is_authenticated:
            assert words.index("PRISIJUNGTI") < words.index("Į viršų")


def test_menus_mark_the_page_that_is_open(content, member):
    marked = set()
    for response in pages(content, member):
        path = response.wsgi_request.path
        links = re.findall(
            r'<a [^>]*href="([^"]*)"[^>]*aria-current="page"', response.content.decode()
        )
        assert links in ([], [path]), path
        marked |= set(links)
    assert marked == {
        *("/", "/projektai/igyvendinti/", "/bibliotekos/", "/asociacija/", "/paieska/"),
        *("/kalendorius/", "/finansuotojai/", "/privatumas/", "/duomenys/", "/prisijungti/"),
        *("/prieinamumas/", "/paskyra/"),
    }


def test_each_page_below_another_leads_to_it(content):
    for address, above in (
        ("/projektai/{project}/", "/"),
        ("/finansuotojai/{funder}/", "/finansuotojai/"),
        ("/bibliotekos/{library}/", "/bibliotekos/"),
    ):
        page = Client().get(address.format(**content)).content.decode()
        way = re.search(r'(?s)<nav class="breadcrumbs".*?</nav>', page)[0]
        assert re.findall('href="([^"]*)"', way) == [above]


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
# What pages of Django's admin cannot do with: they make HTML in the browser.
OF_PUBLIC_PAGES = "; require-trusted-types-for 'script'; trusted-types 'none'"


def test_each_page_comes_with_a_strict_policy_and_sets_a_stranger_no_cookie(content):
    for address in ["/", "/projektai/{project}/", "/asociacija/", "/bibliotekos/", "/privatumas/"]:
        response = Client().get(address.format(**content))
        assert response["Content-Security-Policy"] == POLICY + OF_PUBLIC_PAGES
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Permissions-Policy"].startswith("publickey-credentials-get=(self)")
        assert "camera=()" in response["Permissions-Policy"]
        assert response.cookies == {}


def test_pages_of_the_admin_have_a_policy_as_strict_as_they_can_do_with(content, superuser):
    answer = superuser.get("/admin/")
    assert (answer.status_code, answer["Content-Security-Policy"]) == (200, POLICY)
    lost = superuser.get("/admin/nera/")
    assert (lost.status_code, lost["Content-Security-Policy"]) == (404, POLICY + OF_PUBLIC_PAGES)


def test_what_is_the_same_for_everybody_may_be_read_by_pages_of_other_sites(content, member):
    for path in ("duomenys/projektai.csv", "duomenys/projektai.json", "naujienos.atom"):
        answer = member.get(f"/{path}")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert member.get("/kalendorius.ics")["Access-Control-Allow-Origin"] == "*"
    for address in ("/", "/paskyra/", "/finansuotojai/"):
        assert "Access-Control-Allow-Origin" not in member.get(address)


@pytest.mark.parametrize("language", ["en", "de", "lt"])
def test_each_page_is_lithuanian_whatever_the_browser_asks_for(content, language):
    response = Client().get("/", headers={"accept-language": language})
    assert "Įgyvendinti projektai" in response.content.decode()
    assert "Accept-Language" not in response.get("Vary", "")


def admin_addresses():
    """Return the addresses of the admin's lists, forms, histories and deletions."""
    addresses = [reverse("admin:index"), reverse("admin:password_change")]
    addresses += [
        reverse("admin:accounts_invitation_csv"),
        reverse("admin:accounts_invitation_send_again"),
        reverse("admin:association_page_add", query={"slug": "privatumas"}),
        reverse("admin:projects_project_from_text"),
        address_of(Project.objects.all()),
        address_of([Project.objects.create(title="Rengiamas")]),
    ]
    for photo in Photo.objects.all()[:1]:
        addresses.append(reverse("admin:projects_project_photos", args=[photo.project_id]))
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"{name}_changelist"))
        if model._meta.model_name not in {"details", "namechange"}:
            addresses.append(reverse(f"{name}_add"))
        record = model.objects.first()
        if record:
            addresses += [
                reverse(f"{name}_{page}", args=[record.pk]) for page in ("change", "history")
            ]
            if model._meta.model_name not in {"details", "namechange"}:
                addresses.append(reverse(f"{name}_delete", args=[record.pk]))
        if hasattr(model_admin, "export_view"):
            addresses += [reverse(f"{name}_imports"), reverse(f"{name}_export")]
            for table_import in TableImport.objects.filter(model=model._meta.label_lower):
                addresses.append(reverse(f"{name}_import", args=[table_import.pk]))
        if hasattr(model_admin, "bin_view"):
            if model is not Details:  # which nobody deletes
                addresses.append(reverse(f"{name}_bin"))
            if record:
                addresses.append(reverse(f"{name}_states", args=[record.pk]))
        if model_admin.search_fields:
            addresses.append(reverse(f"{name}_changelist") + "?q=nera")
    return addresses


def test_each_admin_page_opens(content, superuser):
    for address in admin_addresses():
        assert superuser.get(address, follow=True).status_code == 200, address


def test_each_model_of_ours_can_be_edited(db):
    within_others = {
        *("FormerName", "Membership", "FunderAlias", "Funding", "Goal", "Activity"),
        *("ActivityDay", "Place", "Partner", "ResultLink", "Photo", "Document", "DraftLink"),
        "TableImport",
    }
    ours = {
        model
        for app in ("association", "accounts", "projects")
        for model in apps.get_app_config(app).get_models()
    }
    left = {model.__name__ for model in ours if not admin.site.is_registered(model)}
    assert left - within_others == set()
