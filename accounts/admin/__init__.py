"""Accounts, who acts for which library, invitations and new names in Django's admin."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from .invitations import InvitationAdmin
from .libraries import LibraryAdmin
from .name_changes import NameChangeAdmin
from .representatives import RepresentativeAdmin
from .users import UserAdmin

__all__ = ["InvitationAdmin", "LibraryAdmin", "NameChangeAdmin", "RepresentativeAdmin", "UserAdmin"]

# An address is changed with its account, never beside it; what a group may do is not set by
# hand, and the names of permissions are English. The secrets of second factors, and from where
# somebody is logged in, are nobody else's business.
admin.site.unregister([EmailAddress, Group, Authenticator, UserSession])
