"""How long what tells who people are is kept: the rules of retention of the accounts' app."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from association.keeping import BACKUPS
from association.retention import Rule, Term, register

from . import invitations, journal, name_changes, sessions, unneeded

INVITATIONS = Term(months=12)
NAME_CHANGES = Term(months=24)
# As long as there can be a backup that has the person, and a month more.
JOURNAL = Term(months=BACKUPS.months + 1)


def register_rules():
    register(
        Rule(
            name="Sessions that are over",
            what=_("Sessions: when, by which browser and from which IP address one logged in"),
            term=Term(days=settings.SESSION_COOKIE_AGE // (24 * 3600)),
            since=_("from when it was last written to; to the log-out, if that is sooner"),
            why=_("You stay logged in, and see where."),
            models=("sessions.Session", "usersessions.UserSession"),
            count=lambda: sessions.ended().count(),
            erase=sessions.forget_ended,
            is_quick=True,
        ),
        Rule(
            name="Invitations",
            what=_("Invitations to act for a library"),
            term=INVITATIONS,
            since=_("from when they were accepted, withdrawn or last sent"),
            why=_("One sees who was invited, and by whom."),
            models=("accounts.Invitation",),
            count=lambda: invitations.old(INVITATIONS.before()).count(),
            erase=lambda: invitations.forget_old(INVITATIONS.before()),
        ),
        Rule(
            name="Names of libraries that were decided on",
            what=_("New names that libraries have proposed, and who did"),
            term=NAME_CHANGES,
            since=_("from the decision"),
            why=_("One sees why a library's name was changed or was not."),
            models=("accounts.NameChange",),
            count=lambda: name_changes.old(NAME_CHANGES.before()).count(),
            erase=lambda: name_changes.forget_old(NAME_CHANGES.before()),
        ),
        Rule(
            name="Letters to owners of accounts that will be erased",
            count=lambda: unneeded.to_be_told().count(),
            erase=unneeded.tell,
        ),
        Rule(
            name="Accounts that nobody needs",
            what=_("Accounts of those who act for no library, and do not log in"),
            term=unneeded.TERM,
            since=_("from the last day on which one acted or logged in"),
            why=_("Its owner gets a letter 30 days before."),
            count=lambda: unneeded.to_be_erased().count(),
            erase=unneeded.erase,
            is_one_transaction=False,
        ),
        Rule(
            name="The journal of erasures",
            what=_("Numbers of accounts that were erased, which tell nobody who it was"),
            term=JOURNAL,
            since=_("from the erasure"),
            why=_("Whoever was erased does not come back with a backup."),
            count=lambda: journal.count_old(JOURNAL.before()),
            erase=lambda: journal.forget_old(JOURNAL.before()),
        ),
        Rule(
            name="Accounts",
            what=_("Accounts, ways to log in, and which libraries one acts or has acted for"),
            since=_("as long as there is the account"),
            why=_("Without them one cannot log in, nor act for a library."),
            models=(
                *("accounts.User", "accounts.User_groups", "accounts.User_user_permissions"),
                *("account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator"),
                "accounts.Representative",
            ),
        ),
        Rule(
            name="The history of the site",
            what=_("What was changed on the site, and when"),
            since=_(
                "as long as there is the site; of an account that is erased, without its owner"
            ),
            why=_("A mistake can be found and undone."),
            models=("admin.LogEntry", "reversion.Revision", "reversion.Version"),
        ),
    )
