from functools import partial
from types import SimpleNamespace

import pytest
from allauth.account.adapter import get_adapter
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.admin.users import UserForm
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.roles import Role
from association.models import CouncilMember
from tests import factories
from tests.logins import log_in
from tests.projects.test_admin import save
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def staff(role):
    user = factories.user()
    roles.give(user, role)
    return user


def client_of(role):
    return log_in(Client(), staff(role))


def address_of(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


@pytest.mark.parametrize("role", list(roles.RIGHTS))
def test_group_of_each_role_has_the_rights_to_all_models_of_its_apps(role):
    rights = Group.objects.get(name=role.value).permissions.all()
    models = {
        model for label in roles.RIGHTS[role] for model in apps.get_app_config(label).get_models()
    }
    assert {right.content_type.model_class() for right in rights} == models
    assert rights.count() == 4 * len(models)


@pytest.mark.parametrize("role", list(Role))
def test_role_that_is_given_is_the_one_that_is_had(role):
    user = staff(Role.ADMINISTRATOR)
    roles.give(user, role)
    user = User.objects.get(pk=user.pk)
    assert roles.role_of(user) == role
    assert (user.is_staff, user.is_superuser) == (role != Role.NONE, role == Role.ALL_RIGHTS)


def test_group_that_was_lost_is_made_again_with_its_rights():
    Group.objects.all().delete()
    assert staff(Role.EDITOR).has_perm("projects.change_project")


def test_editor_changes_content_and_no_accounts():
    client = client_of(Role.EDITOR)
    assert client.get("/admin/projects/project/add/").status_code == 200
    for page in ("user", "invitation", "representative"):
        assert client.get(f"/admin/accounts/{page}/").status_code == 403
        assert client.get(f"/admin/accounts/{page}/add/").status_code == 403


def test_editor_cannot_give_himself_rights():
    editor = staff(Role.EDITOR)
    client = log_in(Client(), editor)
    sent = {"email": editor.email, "role": "*", "is_superuser": "on", "is_staff": "on"}
    assert client.post(address_of(editor), sent).status_code == 403
    client.post("/paskyra/profilis/", sent | {"name": "Ona"})
    assert roles.role_of(User.objects.get(pk=editor.pk)) == Role.EDITOR


def test_administrator_makes_somebody_an_editor_and_the_history_says_so():
    client, user = client_of(Role.ADMINISTRATOR), factories.user()
    page = client.get(address_of(user))
    assert "redaktorius: projektai, finansuotojai, bibliotekos, puslapiai" in text_of(page)
    assert save(client, address_of(user), role=Role.EDITOR.value) == []
    assert roles.role_of(User.objects.get(pk=user.pk)) == Role.EDITOR
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == [
        "Pakeista: teisės svetainėje."
    ]


def test_account_saved_unchanged_keeps_its_role():
    client, editor = client_of(Role.ADMINISTRATOR), staff(Role.EDITOR)
    assert save(client, address_of(editor)) == []
    assert roles.role_of(User.objects.get(pk=editor.pk)) == Role.EDITOR


def test_administrator_gives_no_more_than_they_have():
    client, user = client_of(Role.ADMINISTRATOR), factories.user()
    (error,) = save(client, address_of(user), role="*")
    assert "*" in error
    assert roles.role_of(User.objects.get(pk=user.pk)) == Role.NONE
    save(client, address_of(user), is_superuser="on", is_staff="on", groups="1")
    assert roles.role_of(User.objects.get(pk=user.pk)) == Role.NONE


def test_form_of_an_administrator_offers_no_more_while_another_one_does():
    user, admin_of_users = factories.user(), admin.site.get_model_admin(User)
    form, _other = (
        admin_of_users.get_form(SimpleNamespace(user=staff(role)), user, change=True)
        for role in (Role.ADMINISTRATOR, Role.ALL_RIGHTS)
    )
    assert [value for value, _label in form.base_fields["role"].choices] == [
        *("", "Redaktoriai", "Administratoriai")
    ]


def test_administrator_does_not_touch_who_has_all_rights():
    administrator = client_of(Role.ADMINISTRATOR)
    owner = staff(Role.ALL_RIGHTS)
    for page in ("change", "delete"):
        address = reverse(f"admin:accounts_user_{page}", args=[owner.pk])
        response = administrator.post(address, {"email": "kita@biblioteka.example", "post": "yes"})
        assert response.status_code == 403
    password = reverse("admin:auth_user_password_change", args=[owner.pk])
    assert administrator.get(password).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": owner.pk, "post": "yes"}
    administrator.post("/admin/accounts/user/", chosen)
    assert User.objects.get(pk=owner.pk).email == owner.email


def test_who_has_all_rights_gives_them_to_others():
    client, user = client_of(Role.ALL_RIGHTS), factories.user()
    assert save(client, address_of(user), role="*") == []
    assert roles.role_of(User.objects.get(pk=user.pk)) == Role.ALL_RIGHTS


@pytest.mark.parametrize("way", ["page", "list"])
@pytest.mark.parametrize(
    "make",
    [
        factories.representative,
        factories.invitation,
        partial(CouncilMember.objects.create, name="Ona Onaitė"),
    ],
)
def test_library_is_not_deleted_with_its_people_who_would_not_come_back_with_it(make, way):
    library, client = factories.library(), client_of(Role.ADMINISTRATOR)
    kept = make(library=library)
    if way == "page":
        address = reverse("admin:association_library_delete", args=[library.pk])
        page = client.post(address, {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": library.pk, "post": "yes"}
        page = client.post("/admin/association/library/", chosen)
    assert str(kept) in text_of(page)
    kept.refresh_from_db()
    assert kept.library == library


@pytest.mark.parametrize("changes", [{"role": ""}, {"role": "Redaktoriai"}, {"is_active": []}])
def test_last_who_has_all_rights_keeps_them_until_another_one_has_them(changes):
    owner = staff(Role.ALL_RIGHTS)
    client = log_in(Client(), owner)
    (error,) = save(client, address_of(owner), **changes)
    assert "Pirmiausia suteikite jas kitam žmogui." in error
    assert roles.role_of(User.objects.get(pk=owner.pk, is_active=True)) == Role.ALL_RIGHTS
    staff(Role.ALL_RIGHTS)
    assert save(client, address_of(owner), **changes) == []


def test_rights_taken_away_while_the_person_saves_do_not_come_back(monkeypatch):
    editor = staff(Role.EDITOR)
    client = log_in(Client(), editor)

    def demoted(form):
        roles.give(User.objects.get(pk=editor.pk), Role.NONE)

    monkeypatch.setattr(ProfileForm, "clean", demoted)
    client.post("/paskyra/profilis/", {"name": "Ona Onaitė"})
    get_adapter().set_password(editor, "visai-Naujas-914")
    user = User.objects.get(pk=editor.pk)
    assert (user.name, user.is_staff) == ("Ona Onaitė", False)
    assert user.check_password("visai-Naujas-914")


def test_account_that_staff_save_keeps_the_password_that_was_made_meanwhile(monkeypatch):
    client, user = client_of(Role.ADMINISTRATOR), factories.user(name="Ona")

    def meanwhile(form):
        other = User.objects.get(pk=user.pk)
        get_adapter().set_password(other, "visai-Naujas-914")

    monkeypatch.setattr(UserForm, "clean", meanwhile)
    assert save(client, address_of(user), name="Ona Onaitė") == []
    user.refresh_from_db()
    assert user.name == "Ona Onaitė"
    assert user.check_password("visai-Naujas-914")


def test_rights_given_one_by_one_stay():
    user = factories.user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_project"))
    client = client_of(Role.ADMINISTRATOR)
    assert save(client, address_of(user), name="Ona Onaitė") == []
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.is_staff) == ("Ona Onaitė", True)
    assert user.has_perm("projects.view_project")
