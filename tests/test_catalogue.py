"""Everything that anybody can meet on the site is in Lithuanian."""

import re
import shutil
from html import unescape
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from accounts import name_changes
from accounts.models import User
from association.lithuanian import typeset
from association.models import Library
from projects.models import Funder, Project
from tests import factories
from tests.forms import form_data
from tests.logins import log_in
from tests.test_site import MEMBER, PUBLIC, admin_addresses, content  # noqa: F401

CATALOGUE = Path(settings.BASE_DIR, "locale", "lt", "LC_MESSAGES", "django.po")
OURS = ["association", "accounts", "projects", "templates"]
ENGLISH = re.compile(
    r"\b(the|and|of|to|your|you|please|search|true|false|none|change|delete|save|add|remove"
    r"|view|select|password|email|user|error|home|history|no|yes|with|from|by|was|is|are"
    r"|object|project|goal|activity|partner|funder|library|popup|closing|close|enter|valid)\b",
    re.IGNORECASE,
)


def entries(path):
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in polib.pofile(path)}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The strings that the code asks for now, read from a copy of it."""
    copy = tmp_path_factory.mktemp("code")
    for folder in OURS:
        shutil.copytree(Path(settings.BASE_DIR, folder), copy / folder)
    shutil.rmtree(copy / "templates" / "admin")  # Django's own strings
    (copy / "locale" / "lt").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        patch.setattr(settings, "LOCALE_PATHS", [str(copy / "locale")])
        call_command(
            "makemessages", locale=["lt"], extensions=["html", "py", "txt", "xml"], verbosity=0
        )
    return copy / "locale" / "lt" / "LC_MESSAGES" / "django.po"


def test_catalogue_holds_what_the_code_asks_for_and_nothing_else(extracted):
    assert entries(CATALOGUE) == entries(extracted)


def test_catalogue_is_whole():
    lacking = [entry.msgid for entry in polib.pofile(CATALOGUE) if not entry.translated()]
    assert lacking == []


def test_catalogue_fills_in_what_its_source_does():
    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]")
    for entry in polib.pofile(CATALOGUE):
        for translation in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(placeholder.findall(translation)) == set(placeholder.findall(entry.msgid))


def test_catalogue_is_compiled():
    compiled = polib.mofile(CATALOGUE.with_suffix(".mo"))
    written = polib.pofile(CATALOGUE)

    def texts(file):
        return {
            (entry.msgctxt, entry.msgid, entry.msgstr, *sorted(entry.msgstr_plural.items()))
            for entry in file
        }

    assert texts(compiled) == texts(written)


def test_catalogue_has_lithuanian_quotation_marks_only():
    for entry in polib.pofile(CATALOGUE):
        for translation in entry.msgstr_plural.values() or [entry.msgstr]:
            words = re.sub(r"<[^>]*>", "", translation)
            assert not re.search('["”«»]', words), entry.msgid
            assert words.count("„") == words.count("“"), entry.msgid


def test_sentences_of_pages_are_typeset_in_the_catalogue():
    for entry in polib.pofile(CATALOGUE):
        on_page = any(path.endswith(".html") for path, _line in entry.occurrences)
        if on_page and len(entry.msgstr) > 40:  # what is shorter stands on one line
            for words in re.split(r"<[^>]*>|%\(\w+\)s", entry.msgstr):
                assert typeset(words) == words, entry.msgid


@pytest.fixture
def missing(monkeypatch):
    """The strings that were asked for and are in no Lithuanian catalogue, as the site runs."""
    found = set()
    lithuanian = trans_real.translation("lt")._catalog
    # Django asks for some names twice, the second time in Lithuanian.
    translations = {text for _message, text in lithuanian.items()}

    def recording(original):
        def look_up(self, message, *rest):
            known = self._catalog.get(message if not rest else (message, self.plural(rest[1])))
            if known is None and message not in translations and re.search("[a-z]", str(message)):
                found.add(message)
            return original(self, message, *rest)

        return look_up

    for name in ("gettext", "ngettext"):
        original = getattr(trans_real.DjangoTranslation, name)
        monkeypatch.setattr(trans_real.DjangoTranslation, name, recording(original))
    return found


def words_of(response):
    """Return the words of a page that one sees or hears, those in attributes too."""
    page = response.content.decode()
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"', page)
    buttons = re.findall(r'<input type="submit" value="([^"]*)"', page)
    words = unescape(" ".join([re.sub("<[^>]*>", " ", page), *spoken, *buttons]))
    # What is shown of a password's salt is chance: „by****“.
    words = re.sub(r"\S+\*{6,}", "", words)
    return words.replace("Creative Commons CC BY", "")  # a name


@pytest.mark.django_db
def test_nothing_that_visitors_members_and_editors_meet_is_missing(
    content,  # noqa: F811
    member,
    superuser,
    missing,
):
    visited = [Client().get(address.format(**content), follow=True) for address in PUBLIC]
    visited += [member.get(address, follow=True) for address in MEMBER]
    visited += [superuser.get(address, follow=True) for address in admin_addresses()]
    # Forms that are refused.
    project = f"/admin/projects/project/{Project.objects.first().pk}/change/"
    visited += [
        Client().post("/prisijungti/", {"login": "ne adresas"}),
        Client().post("/prisijungti/", {"login": "a@biblioteka.example", "password": "ne tas"}),
        Client().post("/slaptazodis/", {"email": "ne adresas"}),
        member.post("/paskyra/slaptazodis/", {"oldpassword": "ne tas", "password1": "1"}),
        superuser.post(project, {"title": "", "starts_on": "rytoj", "budget_amount": "daug"}),
        superuser.post(
            "/admin/projects/project/",
            {"action": "delete_selected", "_selected_action": [Project.objects.first().pk]},
        ),
        superuser.post("/admin/accounts/user/add/", {"email": "x", "password1": "1"}),
        superuser.get("/admin/accounts/user/"),
        superuser.get(f"/admin/accounts/user/{factories.user().pk}/password/"),
    ]
    assert missing == set()
    assert english_in(visited) == set()


def english_in(responses):
    """Return each English word on a page, with the address of the page."""
    return {
        (response.request["PATH_INFO"], word)
        for response in responses
        for word in ENGLISH.findall(words_of(response))
    }


def filtered_lists(client):
    """Yield each list of the admin by each choice of each of its filters."""
    for model, model_admin in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if model_admin.list_filter:
            page = client.get(address).content.decode()
            for choice in re.findall(r'<li[^>]*>\s*<a href="(\?[^"]+)"', page):
                yield client.get(address + unescape(choice))


def windows(client):
    """Yield the forms that open in windows of their own, and what closes such a one."""
    for address in admin_addresses():
        if address.endswith(("/add/", "/change/")):
            yield client.get(address, {"_popup": "1"}, follow=True)
    rows = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    yield client.post("/admin/projects/funder/add/", {"name": "Naujas", "_popup": "1"} | rows)


def refused_rows(client, project):
    """Return the form of `project` with something wrong in each kind of row."""
    address = reverse("admin:projects_project_change", args=[project.pk])
    sent = form_data(client.get(address).content.decode(), "project_form")
    for prefix, wrong in {
        "fundings": {"funder": "", "state": "x", "awarded_amount": "daug", "awarded_on": "rytoj"},
        "goals": {"text": "", "position": "pirmas"},
        "activities": {"text": "\0", "kind": "x", "days": "rytoj", "participants": "-1"},
        "partners": {"name": "", "library": "x", "country": "x" * 61},
        "documents": {"title": "", "dated": "vakar", "audience": "x"},
        "links": {"title": "", "url": "be protokolo", "position": "9" * 20},
    }.items():
        sent |= {f"{prefix}-0-{name}": value for name, value in wrong.items()}
    return client.post(address, sent)


def of_little_rights(user):
    """Yield what somebody meets who may only look, and who is not let in."""
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = log_in(Client(), user)
    for address in admin_addresses():
        yield client.get(address, follow=True)


@pytest.mark.django_db
def test_nothing_that_staff_meet_on_their_way_is_missing(
    content,  # noqa: F811
    superuser,
    editor_user,
    missing,
):
    project = Project.objects.get(title="Mugė")
    choices = {"app_label": "projects", "model_name": "funding", "field_name": "funder"}
    visited = [
        *filtered_lists(superuser),
        *windows(superuser),
        refused_rows(superuser, project),
        superuser.get("/admin/projects/project/0/change/", follow=True),
        superuser.get("/admin/projects/project/x/change/", follow=True),
        superuser.get("/admin/projects/project/?e=1"),
        superuser.get("/admin/nera/"),
        superuser.post("/admin/projects/project/", {"action": "publish"}, follow=True),
        superuser.post("/admin/projects/project/", {"action": ""}, follow=True),
    ]
    found = superuser.get("/admin/autocomplete/", choices | {"term": "finans"}).json()
    looked_at = list(of_little_rights(editor_user))
    assert missing == set()
    assert english_in(visited) == set()
    assert ENGLISH.findall(" ".join(each["text"] for each in found["results"])) == []
    # The site has nobody who may look only: the icons for yes and no keep Django's names there.
    icons = {"True", "False", "None"}
    assert {word for _address, word in english_in(looked_at)} <= icons


@pytest.mark.django_db
def test_prose_of_staff_is_spelled_as_lithuanian(content, superuser):  # noqa: F811
    for address in admin_addresses():
        page = superuser.get(address, follow=True).content.decode()
        assert '<html lang="lt"' in page, address
        assert set(re.findall(r'\slang="([^"]*)"', page)) == {"lt"}, address
        unspelled = re.findall(r'<[^>]*spellcheck="false"[^>]*>', page)
        # A table of addresses is no prose.
        assert [each for each in unspelled if "table-text" not in each] == [], address


def everything_changed(model_admin, request, record):
    """Return the form and formsets of `record` as if all of it, and of its parts, had changed."""
    form = model_admin.get_form(request, record, change=True)(instance=record)
    form.changed_data = list(form.fields)
    formsets = []
    for factory, _inline in model_admin.get_formsets_with_inlines(request, record):
        formset = factory(instance=record)
        part = formset.get_queryset()[0]
        formset.new_objects = formset.deleted_objects = [part]
        shown = [field.name for field in formset.forms[0].visible_fields()]
        formset.changed_objects = [(part, [name for name in shown if name != "DELETE"])]
        formsets.append(formset)
    return form, formsets


@pytest.mark.django_db
def test_history_of_whatever_field_is_lithuanian(
    content,  # noqa: F811
    superuser,
    rf,
    missing,
):
    Library.objects.first().former_names.create(name="Senoji biblioteka")
    Funder.objects.first().aliases.create(name="Rėmėjas")
    acting = factories.representative(user=User.objects.get(), library=Library.objects.first())
    name_changes.propose(acting.library, "Naujas pavadinimas", None, by=acting.user)
    request = rf.get("/admin/")
    request.user = User.objects.get()
    for model, model_admin in admin.site._registry.items():
        record = model.objects.first()
        form, formsets = everything_changed(model_admin, request, record)
        told = model_admin.construct_change_message(request, form, formsets)
        model_admin.log_change(request, record, told)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_history"
        page = superuser.get(reverse(name, args=[record.pk]))
        assert ENGLISH.findall(words_of(page)) == [], model
    assert missing == set()


def test_names_of_what_we_keep_are_lithuanian():
    lithuanian = trans_real.translation("lt")
    for name in ("association", "accounts", "projects"):
        config = apps.get_app_config(name)
        labels = [config.verbose_name]
        for model in config.get_models():
            labels += [model._meta.verbose_name, model._meta.verbose_name_plural]
            for field in model._meta.get_fields():
                if getattr(field, "editable", False) and not field.primary_key:
                    labels.append(field.verbose_name)
        for label in labels:
            source = getattr(label, "_args", [label])[0]
            assert lithuanian._catalog.get(source) is not None, (config, source)
