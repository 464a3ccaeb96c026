"""Many invited at once, from a table: what will happen with each row, and that it happens."""

from dataclasses import dataclass, field
from enum import Enum

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from association.models import Library

from . import invitations
from .invitation_tables import Names, Row
from .models import Invitation, Representative


class Fate(Enum):
    INVITED = "invited"  # now, or when it is asked for
    SKIPPED = "skipped"  # there is nothing to do
    WRONG = "wrong"  # somebody has to correct it


@dataclass
class Judged:
    """A row of the table, and what becomes of it."""

    row: Row
    fate: Fate
    told: list[str]
    library: Library | None = None
    is_director: bool = False
    invitation: Invitation | None = field(default=None, repr=False)

    @property
    def is_wrong(self):
        return self.fate == Fate.WRONG

    @property
    def is_invited(self):
        return self.fate == Fate.INVITED


def judge(table):
    """Return a Judged for each row of the Table `table`; nothing is done.

    Where the table does not say who is director, it is the first who is invited for a library
    that has none and has invited none.
    """
    return list(_Judge().judge(table))


@transaction.atomic
def invite(table, by):
    """Invite, in the name of the user `by`, whom judge() finds good; return its Judged as done.

    A row that fails at the last moment is wrong, and leaves the others as they are.
    """
    judged = judge(table)
    for each in judged:
        if not each.is_invited:
            continue
        each.invitation = Invitation(
            email=each.row.email, library=each.library, is_director=each.is_director
        )
        try:
            with transaction.atomic():
                invitations.invite(each.invitation, by=by)
        except (ValidationError, IntegrityError) as error:
            each.invitation, each.fate = None, Fate.WRONG
            each.told = getattr(
                error, "messages", [gettext("somebody else has sent an invitation a moment ago")]
            )
        else:
            each.told = [gettext("the invitation has been sent")]
    return judged


def without_anybody():
    """Return the member libraries that have no director, and nobody invited."""
    return Library.objects.members().exclude(pk__in=_directed()).exclude(pk__in=_waited_for())


def _directed():
    return Representative.objects.going_on().filter(is_director=True).values("library")


def _waited_for():
    return Invitation.objects.unanswered().values("library")


class _Judge:
    """Knows what the database says of those in a table, in a fixed number of queries."""

    def __init__(self):
        libraries = Library.objects.with_membership().prefetch_related("former_names")
        self.libraries = {library.pk: library for library in libraries}
        self.names = Names(
            (library.pk, library.name, [former.name for former in library.former_names.all()])
            for library in self.libraries.values()
        )
        acting = Representative.objects.going_on().values_list(
            "library", "user__email", "is_director"
        )
        self.acting, self.directed = set(), set()
        for library, email, is_director in acting:
            self.acting.add((library, email.lower()))
            if is_director:
                self.directed.add(library)
        self.unanswered = {}
        for invitation in Invitation.objects.unanswered():
            self.unanswered[invitation.library_id, invitation.email.lower()] = invitation
            if invitation.is_director:
                self.directed.add(invitation.library_id)
        self.lines = {}  # of those who will be invited, by address

    def judge(self, table):
        for row in table.rows:
            library, problems = self.library_of(row)
            if library and not row.email:
                told = gettext("no address: the line is left out")
                yield Judged(row, Fate.SKIPPED, [told], library)
                continue
            problems += self.problems_of(row)
            key = library and library.pk, row.email.lower()
            if problems:
                yield Judged(row, Fate.WRONG, problems, library)
            elif key in self.acting:
                told = gettext("acts for the library already")
                yield Judged(row, Fate.SKIPPED, [told], library)
            elif key in self.unanswered:
                yield Judged(row, Fate.SKIPPED, [_invited_when(self.unanswered[key])], library)
            elif key[1] in self.lines:
                told = gettext("line %(line)s has the same address") % {"line": self.lines[key[1]]}
                yield Judged(row, Fate.WRONG, [told], library)
            else:
                yield self.good(row, library)

    def good(self, row, library):
        self.lines[row.email.lower()] = row.line
        is_director = row.is_director
        if is_director is None:
            is_director = library.pk not in self.directed
        if is_director:
            self.directed.add(library.pk)
        return Judged(
            row, Fate.INVITED, [gettext("an invitation will be sent")], library, is_director
        )

    def library_of(self, row):
        """Return the library that `row` means, or None, and what is wrong with it."""
        if not row.library:
            return None, [gettext("the library is missing")]
        found = self.names.find(row.library)
        if len(found) > 1:
            return None, [gettext("several libraries were called so: enter the present name")]
        if not found:
            near = self.names.near(row.library)
            told = [gettext("there is no such library")]
            if near:
                meant = gettext("Did you mean: %(names)s?") % {"names": "; ".join(near)}
                told.append(meant)
            return None, told
        library = self.libraries[next(iter(found))]
        if not library.is_member:
            return library, [gettext("the library is not a member of the Association")]
        return library, []

    def problems_of(self, row):
        problems = []
        if not row.email:
            problems.append(gettext("the address is missing"))
        elif not _is_address(row.email):
            problems.append(gettext("this is no e-mail address"))
        if not row.has_known_role:
            problems.append(gettext("the column „Vadovas“ takes „taip“ or „ne“"))
        return problems


def _is_address(text):
    try:
        Invitation._meta.get_field("email").run_validators(text)
    except ValidationError:
        return False
    return True


def _invited_when(invitation):
    day = date_format(timezone.localtime(invitation.sent_at), "SHORT_DATE_FORMAT")
    if invitation.state == Invitation.State.RUN_OUT:
        return gettext("the invitation has run out (%(day)s): send it again") % {"day": day}
    return gettext("the invitation has been sent already (%(day)s)") % {"day": day}
