"""By what a person is known on the site: addresses, names, and the records that are theirs."""

import json
from dataclasses import dataclass, field
from functools import cached_property

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext

from .models import Invitation, User
from .scrubbing import Scrubber


@dataclass
class Person:
    """The owner of the account `user`, who may have had other names and addresses before.

    What was once told of them is found by `records`, pairs of a model's label and a number, and by
    text: by `addresses` and `names`, the former ones too, but not where another account bears them.
    """

    user: User
    addresses: set = field(default_factory=set)
    names: set = field(default_factory=set)
    records: set = field(default_factory=set)

    @classmethod
    def of(cls, user):
        person = cls(user)
        person.addresses |= {user.email}
        person.addresses |= set(EmailAddress.objects.filter(user=user).values_list("email", flat=1))
        person.addresses |= {each.email for each in person.invitations}
        person.names |= {user.name}
        person._own(user, *user.representations.all(), *person.invitations)
        for model in (EmailAddress, Authenticator, UserSession):
            person._own(*model.objects.filter(user=user))
        person._remember()
        person._leave_to_others()
        return person

    @property
    def invitations(self):
        """Those that the person got, at whatever address they had then."""
        known = Q(accepted_by=self.user)
        for address in self.addresses:
            known |= Q(email__iexact=address)
        return Invitation.objects.filter(known)

    @cached_property
    def replacement(self):
        return gettext("Erased account")

    @cached_property
    def nobody(self):
        return User.objects.erased()

    @cached_property
    def scrubber(self):
        return Scrubber(self.names, self.addresses, self.replacement)

    def _own(self, *records):
        self.records |= {(each._meta.label, str(each.pk)) for each in records}

    def _remember(self):
        """Add what the person was called when something about them was noted."""
        about = ContentType.objects.get_for_model(User)
        entries = LogEntry.objects.filter(content_type=about, object_id=str(self.user.pk))
        for entry in entries:
            called = entry.object_repr.strip()
            (self.addresses if "@" in called else self.names).add(called)
            for told in inlines(read(entry.change_message)):
                label, number = told.get("record") or (None, None)
                if number is not None:
                    self.records.add((label, str(number)))

    def _leave_to_others(self):
        """Keep what another account bears out of what is found by text alone."""
        others = User.objects.exclude(pk=self.user.pk).values_list("name", "email")
        taken = {each.casefold() for pair in others for each in pair}
        self.names = {each for each in self.names if each.casefold() not in taken}
        self.addresses = {each for each in self.addresses if each.casefold() not in taken}

    def is_told_of(self, told):
        """Return whether `told`, of an inline in a change message, is about the person."""
        label, number = told.get("record") or (None, None)
        return (label, str(number)) in self.records or self.user.pk in told.get("persons", [])


def read(message):
    """Return what the change message of a LogEntry holds: a list, or the text that it is."""
    try:
        found = json.loads(message)
    except ValueError:
        return message
    return found if isinstance(found, list) else message


def inlines(changes):
    """Yield what change messages tell of other records, as association.admin notes it."""
    if isinstance(changes, list):
        for change in changes:
            if isinstance(change, dict):
                yield from (
                    told for told in change.values() if isinstance(told, dict) and "object" in told
                )
