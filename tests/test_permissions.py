"""Who gets what: each address and each file, for each kind of person, as a table to be read.

tests/permissions.txt is that table. An address without a line fails, and so does a line without
an address. After a change that is meant, `PERMISSIONS=write` writes it anew, to be read by eye:

    yes     the page, or what was asked for
    on      led on to another page
    login   led to the login, by the door of the admin too
    step    led to the second step of the login
    no      404, as if there were nothing
    denied  403
    –       nothing can be asked for, or sent, in this way
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import name_changes, representations, roles
from association import versions
from association.files import file_fields
from association.models import CouncilMember, Document, Library, Redirect, TableImport
from association.renditions import PictureField
from association.tables import imports
from projects.models import DraftLink, Funder, Photo, Project
from projects.project_pages import KEY
from projects.share_images import draw_later
from tests import factories
from tests.crawling import patterns
from tests.logins import log_in, passkey_of
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("permissions.txt")
ROLES = ["visitor", "former", "represents", "directs", "no-2nd-step", "editor", "administrator"]
ROLES += ["superuser"]
ADMIN, LOGIN, STEPS = (
    "/admin/login/",
    "/prisijungti/",
    ("/paskyra/antras-zingsnis/", "/paskyra/patvirtinti/"),
)
WORDS = {200: "yes", 400: "no", 403: "denied", 404: "no", 405: "–", 410: "no", 429: "denied"}


class World:
    """Somebody of each role, and something behind each address."""

    def __init__(self, editor_user):
        factories.details(email="info@asociacija.example")
        factories.page(slug="privatumas", title="Privatumas")
        factories.page(slug="rengiamas", title="Rengiamas puslapis", published_at=None)
        self.library, self.other = factories.member_library(), factories.member_library()
        self.library.email = "biblioteka@zarasai.example"
        self.library.save()
        self.project = factories.full_project(title="Konferencija")
        self.draft = factories.draft(title="Rengiamas")
        self.draft_activity = self.draft.activities.create(text="Veikla")
        self.draft_activity.days.create(starts_on="2014-04-10")
        self.link = DraftLink.renew(self.draft)
        self.funder = factories.funder(name="Fondas", logo=factories.picture())
        self.only_asked = factories.funder(name="Kitas fondas", logo=factories.picture())
        factories.funding(self.project, self.funder)
        factories.funding(self.draft, self.only_asked)
        CouncilMember.objects.create(name="Vardenė Pavardenė")
        Redirect.objects.create(old_path="/sena/", target="/")
        self.people = self.make_people(editor_user)
        name_changes.propose(self.library, "Naujas pavadinimas", None, by=self.director.user)
        self.invitation = factories.invitation(library=self.library)
        self.other_invitation = factories.invitation("kitas", library=self.other)
        self.other_director = factories.representative(library=self.other, is_director=True)
        owners = {"of who represents": self.colleague.user, "of somebody else": factories.user()}
        self.passkeys = {whose: [passkey_of(owner).pk] for whose, owner in owners.items()}
        self.sessions = {whose: [self.make_session(owner).pk] for whose, owner in owners.items()}
        self.table_imports = self.make_table_imports(editor_user)
        self.files = self.make_files()
        LogEntry.objects.log_actions(editor_user.pk, [self.project], 2, change_message="Pakeista.")

    def make_people(self, editor_user):
        last_year = timezone.localdate() - timedelta(days=365)
        self.colleague = factories.representative(library=self.library)
        self.director = factories.representative(library=self.library, is_director=True)
        left = factories.representative(library=self.library, starts_on=last_year)
        representations.end(left)
        editor_user.user_permissions.clear()
        roles.give(editor_user, roles.Role.EDITOR)
        administrator = factories.user()
        roles.give(administrator, roles.Role.ADMINISTRATOR)
        held_back = factories.user(is_staff=True, is_superuser=True)
        return {
            "visitor": None,
            "former": left.user,
            "represents": self.colleague.user,
            "directs": self.director.user,
            "no-2nd-step": held_back,
            "editor": editor_user,
            "administrator": administrator,
            "superuser": factories.user(is_staff=True, is_superuser=True),
        }

    def make_table_imports(self, editor_user):
        """Tables with an error each, which the editor has sent."""
        table = "Pavadinimas;Nėra\n;x".encode()
        sent = [
            imports.receive(model, "Lentelė.csv", table, editor_user)
            for model in (Project, Funder, Library)
        ]
        run_tasks()
        return {each.model: each for each in sent}

    def make_session(self, owner):
        """A session elsewhere than where somebody asks."""
        return UserSession.objects.create(
            user=owner, ip="127.0.0.1", session_key=f"kitur-{owner.pk}", user_agent=""
        )

    def make_files(self):
        """Return the address of a file of each kind, by what it is."""
        files = {}
        for audience in ("public", "members"):
            made = Document.objects.create(title="P", audience=audience, file=factories.upload())
            files[f"association, {audience}"] = made.file.url
            for project in (self.project, self.draft):
                made = project.documents.create(
                    title="S", audience=audience, file=factories.upload()
                )
                files[f"{project}, {audience}"] = made.file.url
        for project in (self.project, self.draft):
            factories.photo(project)
        draw_later(Project.objects.order_by())
        run_tasks()
        pictures = {f"{photo.project}, photo": photo.image for photo in Photo.objects.all()}
        for funder in (self.funder, self.only_asked):
            funder.refresh_from_db()
            pictures[f"{funder}, logo"] = funder.logo
        for name, picture in pictures.items():
            files[f"{name} as uploaded"] = picture.url
            files[f"{name}"] = picture.storage.url(picture.rendition_names[0])
        sent = TableImport.objects.get(pk=self.table_imports["projects.project"].pk)
        files["table that the editor has sent"] = sent.file.url
        for project in Project.objects.filter(pk__in=[self.project.pk, self.draft.pk]):
            files[f"{project}, picture for networks"] = project.share_image.url
        folders = {address.split("/")[2] for address in files.values()}
        assert folders == set(folders_of_files()), "a folder of files has no line"
        return files

    def client(self, role):
        user = self.people[role]
        client = Client()
        if role == "no-2nd-step":
            client.force_login(user)
        elif user:
            log_in(client, user)
        return client

    def addresses(self):
        """Return all addresses by what stands in the table."""
        found = dict(self.files)
        found = {f"file ({name})": address for name, address in sorted(found.items())}
        for name, arguments in patterns():
            if name == "file":
                continue
            for what, values in self.values(name, arguments).items():
                key = f"{name} ({what})" if what else name
                found[key] = reverse(name, kwargs=dict(zip(arguments, values, strict=True)))
        found["admin:projects_project_publication"] += f"?id={self.draft.pk}"
        for name, address in self.files.items():
            if name.startswith(str(self.draft)):
                found[f"linked ({name})"] = f"{address}?{KEY}={self.link.key}"
        return found

    def values(self, name, arguments):
        """Return the values of `arguments` by what they stand for."""
        if not arguments:
            return {"": []}
        if name.startswith("admin:"):
            return {"": self.values_of_admin(name, arguments)}
        activity = self.project.activities.first()
        of_libraries = {"own": [self.library.pk], "other": [self.other.pk]}
        of_people = {
            "of a colleague": [self.colleague.pk],
            "of the director": [self.director.pk],
            "of another library": [self.other_director.pk],
        }
        of_invitations = {
            "own": [self.invitation.pk],
            "of another library": [self.other_invitation.pk],
        }
        known = {
            "projects:activity_file": {"": [activity.pk], "draft": [self.draft_activity.pk]},
            "projects:detail_by_number": {"": [self.project.pk], "draft": [self.draft.pk]},
            "projects:detail": {
                "": [self.project.pk, self.project.slug],
                "draft": [self.draft.pk, self.draft.slug],
            },
            "projects:funder_by_number": {
                "": [self.funder.pk],
                "of drafts": [self.only_asked.pk],
            },
            "projects:funder": {
                "": [self.funder.pk, self.funder.slug],
                "of drafts": [self.only_asked.pk, self.only_asked.slug],
            },
            "projects:funder_totals": {
                "": [self.funder.pk, self.funder.slug],
                "of drafts": [self.only_asked.pk, self.only_asked.slug],
            },
            "projects:draft": {"": [self.link.key], "unknown key": ["nera"]},
            "invitation": {"": ["raktas"], "unknown key": ["nera"]},
            "end_representation": of_people,
            "invite_again": of_invitations,
            "withdraw_invitation": of_invitations,
            "mfa_edit_webauthn": self.passkeys,
            "mfa_remove_webauthn": self.passkeys,
            "end_session": self.sessions,
            "association:sitemap_section": {"": ["projektai"]},
            "association:library_by_number": {"": [self.library.pk]},
            "association:library": {"": [self.library.pk, self.library.slug]},
            "association:page": {"": ["privatumas"], "draft": ["rengiamas"]},
        }
        if name in known:
            return known[name]
        assert reverse(name, args=[1]).startswith("/paskyra/biblioteka/"), name
        return of_libraries

    def values_of_admin(self, name, arguments):
        if name == "admin:view_on_site":
            return [ContentType.objects.get_for_model(Library).pk, self.library.pk]
        if name == "admin:app_list":
            return ["projects"]
        if name == "admin:auth_user_password_change":
            return [self.people["represents"].pk]
        app, model = name.removeprefix("admin:").split("_")[:2]
        if "_import" in name:
            return [self.table_imports[f"{app}.{model}"].pk]
        record = ContentType.objects.get(app_label=app, model=model).model_class().objects.first()
        assert record is not None, f"{name} has nothing behind it"
        if name.endswith("_restore"):
            versions.keep(record, by=None, told="Pakeista.")
            return [record.pk, versions.states(record).first().pk]
        return [record.pk]


def folders_of_files():
    """Yield the folder of each field that keeps files, and of the renditions of its pictures."""
    for field in file_fields():
        yield field.upload_to
        if isinstance(field, PictureField):
            yield field.renditions_folder


def word(response):
    """Return what the table says of `response`."""
    if response.status_code in {301, 302, 303}:
        path = urlsplit(response["Location"]).path
        if path == LOGIN:
            return "login"
        return "step" if path.startswith(STEPS) else "on"
    response.getvalue()  # to its end, which closes the file
    return WORDS[response.status_code]


def asked(client, method, address):
    """Return the answer in a word; whatever it changed is undone."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = getattr(client, method)(address)
        if response.get("Location", "").startswith(ADMIN):  # which leads whoever is not let in
            response = client.get(response["Location"])
        answer = word(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def table(world):
    """Return the whole table as text."""
    addresses = world.addresses()
    clients = {role: world.client(role) for role in ROLES}
    rows = []
    for name, address in addresses.items():
        for method in ("get", "post"):
            answers = [asked(clients[role], method, address) for role in ROLES]
            if set(answers) != {"–"}:
                rows.append([f"{method.upper()} {name}", *answers])
    width = max(len(row[0]) for row in rows)
    columns = [max(len(role), 6) for role in ROLES]
    lines = [
        "  ".join([first.ljust(width), *(w.ljust(c) for w, c in zip(rest, columns, strict=True))])
        for first, *rest in [["", *ROLES], *rows]
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_everybody_gets_what_the_table_says_and_nothing_else(editor_user):
    found = table(World(editor_user))
    if os.environ.get("PERMISSIONS") == "write":
        TABLE.write_text(found, encoding="utf-8")
    assert found.splitlines() == TABLE.read_text(encoding="utf-8").splitlines()
