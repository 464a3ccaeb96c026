"""What staff may do: three roles, each with all that the one before it may.

An editor writes the content of the site; an administrator looks after people too; whoever has all
rights looks after the site itself, and alone gives them to others. Rights are kept with the groups
of Django; give_rights() writes them in a migration, for whatever models there are by then.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Of the staff; the value is the name of the group that has its rights, if it needs one."""

    NONE = "", _("none: the own account, and the libraries that one acts for")
    EDITOR = "Redaktoriai", _("editor: projects, funders, libraries, pages, documents")
    ADMINISTRATOR = (
        "Administratoriai",
        _("administrator: the same, and accounts, invitations and who acts for which library"),
    )
    ALL_RIGHTS = "*", _("all rights: the same, and giving all rights to others")


# The apps whose records each group may add, change, see and delete.
RIGHTS = {
    Role.EDITOR: ["association", "projects"],
    Role.ADMINISTRATOR: ["association", "projects", "accounts"],
}


def give_rights(apps, schema_editor):
    """Make the groups, and give each the rights to all models that its apps have in `apps`.

    A migration that adds a model calls it after that, by RunPython.
    """
    for label in RIGHTS[Role.ADMINISTRATOR]:
        # Django makes them only after all migrations.
        using = schema_editor.connection.alias
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps, using=using)
    for role in RIGHTS:
        make_group(role, apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))


def make_group(role, groups=Group, permissions=Permission):
    """Return the group of `role` with its rights, a record of the model `groups`."""
    group, _is_new = groups.objects.get_or_create(name=role.value)
    group.permissions.set(permissions.objects.filter(content_type__app_label__in=RIGHTS[role]))
    return group


def role_of(user):
    """Return the Role of `user`: the highest that they have."""
    if user.is_superuser:
        return Role.ALL_RIGHTS
    names = {group.name for group in user.groups.all()} if user.is_staff else set()
    held = [role for role in RIGHTS if role.value in names]
    return held[-1] if held else Role.NONE


def given_by(user):
    """Return the roles that `user` may give: nobody gives more than they have."""
    return [role for role in Role if user.is_superuser or role != Role.ALL_RIGHTS]


def may_look_after(user, other):
    """Whether `user` may change the account `other`: who has all rights is changed by their like.

    Otherwise an administrator could let in whoever they like with all rights, by a new address.
    """
    return user.is_superuser or not other.is_superuser


@transaction.atomic
def give(user, role):
    """Let `role` be that of `user`, and no other."""
    user.is_superuser = role == Role.ALL_RIGHTS
    user.is_staff = role != Role.NONE
    user.save(update_fields=["is_superuser", "is_staff"])
    user.groups.remove(*Group.objects.filter(name__in=[each.value for each in RIGHTS]))
    if role in RIGHTS:
        user.groups.add(Group.objects.filter(name=role.value).first() or make_group(role))
