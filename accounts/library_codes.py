"""A code to the library's official address opens the way where nobody is left to invite.

Whoever can read that mailbox acts with the authority of the library: it names its new director,
who is then invited as anybody else is. The code is kept in the session of who asked for it, as a
hash; guesses are counted where all processes share them.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from association.models import Details, Library

from . import invitations
from .models import Invitation, Representative
from .refusals import NotPossible

LETTER = "accounts/email/library_code"
LETTER_AFTER = "accounts/email/library_code_used"
IN_SESSION = "library_code"
GUESSES = 3  # of one code

NO_LONGER = _("The code is no longer valid, or none has been asked for. Get a new code.")
WRONG = _("The code is not right. Check the letter, or get a new code.")
SPENT = _("A wrong code was entered too many times. Get a new code.")


class NoSuchCode(NotPossible):
    """What was entered is not the code, or that is no longer valid."""


class TooMany(Exception):
    """Codes were asked for, or guessed, too often."""


def refuse_unless_open(library):
    """Raise NotPossible, which says what to do instead, unless a code may go to `library`."""
    directors = Representative.objects.acting().filter(library=library, is_director=True)
    if directors.filter(user__is_active=True).exists():
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
    """Return what codes of a library, and guesses at them, are counted for."""
    return f"library-{library_pk}"


def library_asked_for(request):
    """Return the Library for which a code was asked for in this session, None where none was."""
    kept = request.session.get(IN_SESSION)
    return Library.objects.members().filter(pk=kept["library"]).first() if kept else None


def use(request, code, email):
    """Invite the person with `email` as the director of the library whose `code` it is.

    One who is invited already gets the letter again. Raise NoSuchCode where the code is none or
    not the right one, NotPossible where the library has a director by now; TooMany where codes are
    guessed too often; ValidationError as invitations.invite() does.
    """
    library, kept = library_asked_for(request), request.session.get(IN_SESSION)
    if library is None or kept["until"] < time.time():
        raise NoSuchCode(NO_LONGER)
    if not ratelimit.consume(request, action="library_code_guess", key=counted_for(library.pk)):
        raise TooMany
    _guess(kept, code)
    used = f"library_code:{kept['nonce']}:used"
    if not _take(used):
        raise NoSuchCode(NO_LONGER)
    try:
        _invite_director(library, email.lower())
    except Exception:
        cache.delete(used)
        raise
    forget(request)


def _guess(kept, code):
    """Raise NoSuchCode unless `code` is that of which the session has `kept` the hash.

    Each guess takes a place in the cache, which all processes share: several at once have no more
    than GUESSES together.
    """
    place = next(
        (each for each in range(GUESSES) if _take(f"library_code:{kept['nonce']}:{each}")), GUESSES
    )
    if place == GUESSES:
        raise NoSuchCode(SPENT)
    typed = "".join(normalize_user_code(code).split())
    if not constant_time_compare(kept["hash"], _hash(kept["nonce"], typed)):
        raise NoSuchCode(WRONG if place + 1 < GUESSES else SPENT)


def _take(key):
    """Whether `key` was free in the cache, where it is taken for longer than a code is valid."""
    return cache.add(key, True, 2 * settings.CODE_TIMEOUT)


@transaction.atomic
def _invite_director(library, email):
    """Invite the person with `email`; tell the library and the association.

    Guesses are counted in the database too, and so never within a transaction that is undone.
    """
    refuse_unless_open(Library.objects.select_for_update().get(pk=library.pk))
    _invite(library, email)
    for address in filter(None, [library.email, Details.objects.current().email]):
        get_adapter().render_mail(LETTER_AFTER, address, {"library": library}).send()


def _invite(library, email):
    """Send the letter of an invitation to direct the library from today, a new one or again."""
    invited = Invitation.objects.unanswered().filter(library=library, email__iexact=email)
    invitation = invited.select_for_update().first()
    if invitation is None:
        invitation = Invitation(email=email, library=library)
    # As a colleague, or from a day to come, by a director who has left.
    invitation.is_director, invitation.starts_on = True, None
    invitation.is_by_library = True
    invitations.invite(invitation, by=None)


def forget(request):
    request.session.pop(IN_SESSION, None)


def _hash(nonce, code):
    return salted_hmac("accounts.library_codes", f"{nonce}{code}", algorithm="sha256").hexdigest()
