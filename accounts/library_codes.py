"""A code to the library's official address opens the way where nobody is left to invite.

Whoever can read that mailbox acts with the authority of the library: it names its new director,
who is then invited as anybody else is. The code is kept in the session of who asked for it, as a
hash; guesses are counted where all processes share them.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from association.models import Details, Library

from . import history, invitations, representations
from .models import Invitation, Representative
from .refusals import NotPossible

LETTER = "accounts/email/library_code"
LETTER_AFTER = "accounts/email/library_code_used"
IN_SESSION = "library_code"

NO_LONGER = _("The code is no longer valid, or none has been asked for. Get a new code.")
WRONG = _("The code is not right. Check the letter, or get a new code.")


class TooMany(Exception):
    """Codes were asked for, or guessed, too often."""


def refuse_unless_open(library):
    """Raise NotPossible, which says what to do instead, unless a code may go to `library`."""
    directors = Representative.objects.acting().filter(library=library, is_director=True)
    if directors.exists():
        raise NotPossible(
            _("The library has a director on this site, who can invite you: ask at the library.")
        )
    if not library.email:
        raise NotPossible(
            _("The official address of this library is not known. Write to the Association.")
        )


def send(request, library):
    """Send a code to the official address of `library`, and keep what it is compared with.

    Raise NotPossible as refuse_unless_open() does, TooMany where it is asked for too often.
    """
    refuse_unless_open(library)
    if not ratelimit.consume(request, action="library_code", key=counted_for(library.pk)):
        raise TooMany
    code, nonce = get_adapter().generate_login_code(), get_random_string(32)
    request.session[IN_SESSION] = {
        "library": library.pk,
        "nonce": nonce,
        "hash": _hash(nonce, code),
        "until": time.time() + settings.CODE_TIMEOUT,
    }
    context = {"library": library, "code": code}
    get_adapter().render_mail(LETTER, library.email, context).send()


def counted_for(library_pk):
    """Return what requests for codes of a library are counted for."""
    return f"library-{library_pk}"


def library_asked_for(request):
    """Return the Library whose code can be entered in this session, None where there is none."""
    kept = request.session.get(IN_SESSION)
    if not kept or kept["until"] < time.time():
        return None
    return Library.objects.members().filter(pk=kept["library"]).first()


def use(request, code, email):
    """Invite the person with `email` as the director of the library whose `code` it is.

    One who is invited already gets the letter again; one who acts for the library already directs
    it from today. Return whether a letter with an invitation was sent. Raise NotPossible where the
    code is none or not the right one, and where the library has a director by now; TooMany after
    three wrong guesses; ValidationError as invitations.invite() does.
    """
    library = library_asked_for(request)
    if library is None:
        raise NotPossible(NO_LONGER)
    kept = request.session[IN_SESSION]
    if not ratelimit.consume(request, action="library_code_guess", key=kept["nonce"]):
        forget(request)
        raise TooMany
    if not constant_time_compare(kept["hash"], _hash(kept["nonce"], "".join(code.split()))):
        raise NotPossible(WRONG)
    refuse_unless_open(library)
    is_invited = _make_director(library, email.lower())
    forget(request)
    return is_invited


@transaction.atomic
def _make_director(library, email):
    """Let the person with `email` direct `library`; return False where no invitation is needed.

    Guesses are counted in the database too, and so never within a transaction that is undone.
    """
    acting = Representative.objects.acting().filter(library=library, user__email__iexact=email)
    colleague = acting.select_related("user").first()
    if colleague:
        representations.begin(colleague.user, library, timezone.localdate(), is_director=True)
        told = _("A representative became the director by a code to the library's address.")
        history.note(colleague.user, library, told)
    else:
        _invite(library, email)
    for address in filter(None, [library.email, Details.objects.current().email]):
        get_adapter().render_mail(LETTER_AFTER, address, {"library": library}).send()
    return colleague is None


def _invite(library, email):
    invited = Invitation.objects.unanswered().filter(library=library, email__iexact=email)
    if invited.filter(is_director=True).exists():
        invitations.send_again(invited.get())
        return
    for invitation in invited:  # as a colleague, by a director who has left
        invitations.withdraw(invitation)
    invitation = Invitation(email=email, library=library, is_director=True, is_by_library=True)
    invitations.invite(invitation, by=None)


def forget(request):
    request.session.pop(IN_SESSION, None)


def _hash(nonce, code):
    return salted_hmac("accounts.library_codes", f"{nonce}{code}", algorithm="sha256").hexdigest()
