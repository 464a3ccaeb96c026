"""What the site holds on a person: in HOLDINGS, each with what they get of it and how it goes.

tests/accounts/test_personal_data.py fails where a model knows users and no holding names it.
Not in here, since it is no account's: seats in the council, which are a public record, and what
staff write in projects, pages and documents.
"""

import json
from datetime import date, datetime
from itertools import chain

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from reversion.models import Revision, Version

from association import letters, versions
from association.models import TableImport
from association.tables import imports

from . import representations
from .devices import device
from .models import Invitation, NameChange
from .person import Person, inlines, read
from .refusals import NotPossible

__all__ = ["HOLDINGS", "Person", "export"]


def export(user):
    """Return all that is held on `user`, to be written as JSON; its keys are Lithuanian."""
    person = Person.of(user)
    about = {
        gettext("site"): settings.SITE_URL,
        gettext("written at"): plain(timezone.now()),
    }
    return {gettext("About this file"): about} | {
        str(holding.title): holding.tell(person) for holding in HOLDINGS
    }


def plain(value):
    """Return `value` as the file has it: times by the clock of Lithuania, yes and no in words."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def told(record, *fields):
    """Return {name: value} of the `fields` of `record`, by the names that pages have for them."""
    return {
        str(record._meta.get_field(name).verbose_name): plain(getattr(record, name))
        for name in fields
    }


class Holding:
    """One kind of what is held; `relations` are the fields by which models know users."""

    title = contents = None
    relations = ()
    kept = ""  # what is left of it, in a sentence; without the person

    def tell(self, person):
        raise NotImplementedError

    def erase(self, person):
        """Take out what would not go with the account, which is deleted after all holdings."""


class Account(Holding):
    title = _("Account")
    contents = _("Your addresses, name, job title, phone, rights, and when you last logged in.")
    relations = (
        *("account.EmailAddress.user", "accounts.User_groups.user"),
        "accounts.User_user_permissions.user",
    )
    fields = ("email", "name", "position", "phone", "date_joined", "last_login", "warned_at")

    def tell(self, person):
        user = person.user
        addresses = EmailAddress.objects.filter(user=user).order_by("pk")
        return told(user, *self.fields, "is_active", "is_staff", "is_superuser") | {
            gettext("access"): user.access,
            gettext("groups"): [str(group) for group in user.groups.order_by("name")],
            gettext("may change"): self.tell_permissions(user),
            gettext("has a password"): plain(user.has_usable_password()),
            gettext("addresses for logging in"): [
                {gettext("address"): each.email, gettext("confirmed"): plain(each.verified)}
                for each in addresses
            ],
        }

    def tell_permissions(self, user):
        """Return what the person was given rights to, beside groups; Django's names are English."""
        given = user.user_permissions.select_related("content_type")
        return sorted({str(permission.content_type.name) for permission in given})


class Representations(Holding):
    title = _("Representation")
    contents = _("For which libraries you act or have acted, and from when until when.")
    relations = ("accounts.Representative.user",)
    kept = _("That somebody acted for a library, from which day until which.")

    def tell(self, person):
        fields = ("library", "is_director", "starts_on", "ends_on", "ended_at")
        found = person.user.representations.select_related("library")
        return [told(each, *fields) for each in found]

    def erase(self, person):
        """End those that go on; nobody is put where the person was."""
        for each in person.user.representations.all():
            try:
                representations.end(each)
            except NotPossible:  # it is over
                continue
        person.user.representations.update(user=person.nobody)


class Invitations(Holding):
    title = _("Invitations")
    contents = _("Those that you have got, and those by which you have invited others.")
    relations = ("accounts.Invitation.accepted_by", "accounts.Invitation.invited_by")
    kept = _("Invitations by which you have invited others.")
    fields = ("email", "library", "is_director", "starts_on")
    moments = ("made_at", "sent_at", "accepted_at", "withdrawn_at")

    def tell(self, person):
        made = Invitation.objects.filter(invited_by=person.user)
        found = {gettext("got"): person.invitations, gettext("made by you"): made}
        return {
            which: [
                told(each, *self.fields, *self.moments) for each in some.select_related("library")
            ]
            for which, some in found.items()
        }

    def erase(self, person):
        person.invitations.delete()


class NameChanges(Holding):
    title = _("Names of libraries")
    contents = _("New names of libraries that you have proposed, or decided on.")
    relations = ("accounts.NameChange.proposed_by", "accounts.NameChange.decided_by")
    kept = _("New names of libraries that you have proposed, or decided on.")

    def tell(self, person):
        fields = ("library", "name", "name_since", "proposed_at", "decided_at", "answer")
        by = {
            gettext("proposed by you"): {"proposed_by": person.user},
            gettext("decided by you"): {"decided_by": person.user},
        }
        return {
            which: [
                told(each, *fields) | {gettext("state"): each.get_state_display()}
                for each in NameChange.objects.filter(**whose).select_related("library")
            ]
            for which, whose in by.items()
        }

    def erase(self, person):
        """Take the person out of the answers, which staff may have begun with a greeting."""
        for change in NameChange.objects.exclude(answer=""):
            if person.scrubber.finds(change.answer):
                change.answer = person.scrubber.scrub(change.answer)
                change.save(update_fields=["answer"])


class WaysIn(Holding):
    title = _("Ways to log in")
    contents = _("Your passkeys and authenticator app, and how many recovery codes are left.")
    relations = ("mfa.Authenticator.user",)

    def tell(self, person):
        """Return what is kept of each but its secrets, by which others would get in."""
        found = Authenticator.objects.filter(user=person.user).order_by("pk")
        return [self.tell_one(each) for each in found]

    def tell_one(self, way):
        types = {
            Authenticator.Type.WEBAUTHN: _("passkey"),
            Authenticator.Type.TOTP: _("authenticator app"),
            Authenticator.Type.RECOVERY_CODES: _("recovery codes"),
        }
        more = {}
        if way.type == Authenticator.Type.WEBAUTHN:
            more = {gettext("name"): way.data.get("name", "")}
        elif way.type == Authenticator.Type.RECOVERY_CODES:
            more = {gettext("left"): len(way.wrap().get_unused_codes())}
        return (
            {gettext("kind"): str(types[way.type])}
            | more
            | {
                gettext("added at"): plain(way.created_at),
                gettext("last used at"): plain(way.last_used_at),
            }
        )


class Logins(Holding):
    title = _("Where you are logged in")
    contents = _("Browsers, IP addresses and times.")
    relations = ("usersessions.UserSession.user",)

    def tell(self, person):
        return [
            {
                gettext("device"): device(each.user_agent),
                gettext("what the browser says of itself"): each.user_agent,
                gettext("IP address"): each.ip,
                gettext("logged in at"): plain(each.created_at),
                gettext("last seen at"): plain(each.last_seen_at),
            }
            for each in UserSession.objects.filter(user=person.user).order_by("-created_at")
        ]

    def erase(self, person):
        """End the person's sessions, and what was begun without a login; scrub those of others."""
        store = Session.get_session_store_class()()
        for session in list(Session.objects.all()):
            data = session.get_decoded()
            number = data.get(SESSION_KEY)
            if number == str(person.user.pk):
                session.delete()
            elif person.scrubber.finds(data) or self.leads_to(person.user, data):
                if number is None:
                    session.delete()
                else:
                    session.session_data = store.encode(person.scrubber.scrub(data))
                    session.save(update_fields=["session_data"])

    def leads_to(self, user, data):
        """Return whether a step towards a login of `user` has been done; allauth notes whose."""
        if isinstance(data, dict):
            numbers = {str(user.pk), user_pk_to_url_str(user)}
            own = any(str(data.get(name)) in numbers for name in ("user_pk", "user_id"))
            return own or any(self.leads_to(user, each) for each in data.values())
        return False


class Deeds(Holding):
    title = _("What you have done")
    contents = _("What you have changed on the site, and when.")
    relations = ("admin.LogEntry.user",)
    kept = _("What was changed on the site, and when, but not who did it.")

    def tell(self, person):
        entries = LogEntry.objects.filter(user=person.user).select_related("content_type")
        return [tell_entry(each) for each in entries]

    def erase(self, person):
        LogEntry.objects.filter(user=person.user).update(user=person.nobody)


class History(Holding):
    title = _("What has been done with your data")
    contents = _("When your account, representations and invitations were changed, and how.")

    def tell(self, person):
        found = (entry for entry, _after in self.entries_about(person))
        return [tell_entry(each) for each in found]

    def erase(self, person):
        for entry, after in list(self.entries_about(person)):
            LogEntry.objects.filter(pk=entry.pk).update(**after)

    def entries_about(self, person):
        """Yield (LogEntry, its fields without the person) for each that is about them."""
        for entry in LogEntry.objects.select_related("content_type").iterator():
            is_own = (self.label(entry), entry.object_id) in person.records
            after = {
                "object_repr": self.without(person, entry.object_repr, is_own=is_own),
                "change_message": self.message_without(person, entry.change_message, is_own),
            }
            if is_own or any(getattr(entry, name) != value for name, value in after.items()):
                yield entry, after

    def label(self, entry):
        model = entry.content_type and entry.content_type.model_class()
        return model and model._meta.label

    def without(self, person, text, *, is_own):
        """Return how `text` tells a record; one that is the person's has no name of theirs left.

        It may be one that nothing else knows of any more: then all of the text goes.
        """
        scrubbed = person.scrubber.scrub(text)
        return person.replacement if is_own and scrubbed == text else scrubbed

    def message_without(self, person, message, is_own):
        changes = person.scrubber.scrub(read(message))
        for before, after in zip(inlines(read(message)), inlines(changes), strict=True):
            about = is_own or person.is_told_of(before)
            after["object"] = self.without(person, before["object"], is_own=about)
        if isinstance(changes, str):
            return changes
        return message if changes == read(message) else json.dumps(changes)


def tell_entry(entry):
    done = {
        ADDITION: pgettext("record", "added"),
        CHANGE: pgettext("record", "changed"),
        DELETION: pgettext("record", "deleted"),
    }
    return {
        gettext("time"): plain(entry.action_time),
        gettext("what"): done[entry.action_flag],
        gettext("of what kind"): entry.content_type and str(entry.content_type.name),
        gettext("record"): entry.object_repr,
        gettext("changes"): entry.get_change_message(),
    }


class States(Holding):
    """The states of records that are kept to be restored, the bin's too."""

    title = _("States that you have made")
    contents = _("When you have changed or deleted what the site shows, so that it can come back.")
    relations = ("reversion.Revision.user",)
    kept = _("States of what the site shows, to be restored, but not who made them.")

    def tell(self, person):
        found = Revision.objects.filter(user=person.user)
        return [
            {
                gettext("time"): plain(each.date_created),
                gettext("record"): [version.object_repr for version in each.version_set.all()][:1],
                gettext("changes"): each.get_comment(),
            }
            for each in found.prefetch_related("version_set")
        ]

    def erase(self, person):
        Revision.objects.filter(user=person.user).update(user=person.nobody)
        for revision in Revision.objects.only("pk", "comment").iterator(chunk_size=500):
            told = read(revision.comment)
            if person.scrubber.finds(told):
                left = person.scrubber.scrub(told)
                revision.comment = left if isinstance(left, str) else json.dumps(left)
                revision.save(update_fields=["comment"])
        kept = Version.objects.select_related("content_type")
        for version in kept.iterator(chunk_size=500):
            if person.scrubber.finds([read(version.serialized_data), version.object_repr]):
                versions.rewrite(version, person.scrubber.scrub)


class Tables(Holding):
    """Tables sent to be imported: a draft of the person's, gone with the account."""

    title = _("Tables")
    contents = _("Tables that you have sent to be imported, and that wait for you.")
    relations = ("association.TableImport.by",)

    def tell(self, person):
        found = TableImport.objects.filter(by=person.user).light()
        fields = ("name", "made_at")
        return [
            told(each, *fields) | {gettext("state"): each.get_state_display()} for each in found
        ]

    def erase(self, person):
        for each in TableImport.objects.filter(by=person.user).light():
            each.delete()
            imports.delete_file(each)


class Letters(Holding):
    title = _("Letters")
    contents = _("That wait to be sent to you, or have been sent within the hour.")

    def tell(self, person):
        return [
            {
                gettext("subject"): task.args_kwargs["args"][0]["subject"],
                gettext("written at"): plain(task.enqueued_at),
            }
            for task in letters.waiting_for(person.addresses)
        ]

    def erase(self, person):
        """Delete those to the person; scrub those to others, and whatever else was put off."""
        letters.take_back(person.addresses)
        fields = ["args_kwargs", "return_value", "traceback"]
        for task in list(DBTaskResult.objects.all()):
            before = [getattr(task, name) for name in fields]
            if person.scrubber.finds(before):
                for name, value in zip(fields, person.scrubber.scrub(before), strict=True):
                    setattr(task, name, value)
                task.save(update_fields=fields)


HOLDINGS = [
    Account(),
    Representations(),
    Invitations(),
    NameChanges(),
    WaysIn(),
    Logins(),
    Tables(),
    Letters(),
    Deeds(),
    History(),
    States(),
]

RELATIONS = set(chain.from_iterable(holding.relations for holding in HOLDINGS))
