"""Accounts that nobody needs any more: their owners are told, and a month later they are erased.

Whoever acts for no library, is no staff and has not logged in for as long as TERM does not need
an account, nor the association their data. Who logs in after the letter keeps it.
"""

import logging
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from association.models import Membership
from association.retention import Term

from . import erasures
from .models import Invitation, Representative, User

TERM = Term(months=24)
NOTICE = timedelta(days=30)
LETTER = "accounts/email/unneeded"
MOST = 200  # letters, or erasures, of one night

logger = logging.getLogger(__name__)


class NotAllErased(Exception):
    """Some accounts could not be erased; the log has their keys."""


def unneeded(since):
    """Return the accounts that have not been needed since the moment `since`."""
    day = timezone.localdate(since)
    memberships = Membership.objects.exclude(ends_on__lt=day).filter(library=OuterRef("library"))
    acted = Representative.objects.exclude(ends_on__lt=day).filter(
        Exists(memberships), user=OuterRef("pk")
    )
    waiting = Invitation.objects.waiting().annotate(address=Lower("email"))
    invited = waiting.filter(address=Lower(OuterRef("email")))
    not_since = Q(last_login=None) | Q(last_login__lt=since)
    return (
        User.objects.people()
        .filter(not_since, date_joined__lt=since)
        .exclude(Q(is_staff=True, is_active=True) | Q(is_superuser=True))
        .exclude(Exists(acted))
        .exclude(Exists(invited))
        .order_by("pk")
    )


def to_be_told():
    """Return the accounts that will be erased in NOTICE, and whose owners do not know yet."""
    return unneeded(TERM.before() + NOTICE).filter(warned_at=None)


def to_be_erased():
    """Return the accounts whose owners have known it for as long as NOTICE."""
    return unneeded(TERM.before()).filter(warned_at__lte=timezone.now() - NOTICE)


@transaction.atomic
def tell():
    """Write to the owners of accounts that will be erased; return to how many.

    Who needed the account again after a letter gets another one before the next time.
    """
    soon = unneeded(TERM.before() + NOTICE)
    User.objects.exclude(warned_at=None).exclude(pk__in=soon.values("pk")).update(warned_at=None)
    owners = list(to_be_told().select_for_update()[:MOST])
    day = timezone.localdate() + NOTICE + timedelta(days=1)
    for user in owners:
        get_adapter().render_mail(LETTER, user.email, {"day": day}).send()
    told = User.objects.filter(pk__in=[user.pk for user in owners])
    return told.update(warned_at=timezone.now())


def erase():
    """Erase what is to_be_erased(), each account by itself; return how many.

    Raise NotAllErased at the end where one could not be erased.
    """
    done = failed = 0
    for user in to_be_erased()[:MOST]:
        if not to_be_erased().filter(pk=user.pk).exists():  # they have logged in just now
            continue
        try:
            erasures.erase(user, is_unneeded=True)
        except DatabaseError:
            raise
        except Exception:
            # What it says may name the person.
            logger.error("Account %s, which nobody needs, could not be erased.", user.key)
            failed += 1
        else:
            done += 1
    if failed:
        raise NotAllErased(f"{failed} of {failed + done} accounts could not be erased")
    return done
