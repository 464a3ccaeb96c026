"""What staff log in with beside the password or the code from a letter: a passkey or an app."""

from functools import partial

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user
from django.utils.functional import SimpleLazyObject

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def factors_of(user):
    """Return the passkeys and the authenticator app of `user`; recovery codes only stand in."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS)


def is_asked_of(user):
    """Return whether `user`, after the password or a code from a letter, has to use one."""
    factors = factors_of(user)
    if not user.is_staff:
        factors = factors.filter(type=Authenticator.Type.TOTP)
    return factors.exists()


def is_used(request):
    """Return whether this session was entered with a second factor that the user still has.

    The answer is kept with the request, since a page of the admin asks more than once.
    """
    if not hasattr(request, "second_factor_is_used"):
        request.second_factor_is_used = _is_used_by(request, request.user)
    return request.second_factor_is_used


def _is_used_by(request, user):
    records = get_authentication_records(request, user)
    entered = any(record["method"] == "mfa" for record in records)
    return entered and factors_of(user).exists()


def asked_of_staff(get_response):
    """Hold staff back who have not used a second factor in this session.

    They are let to what they may see as members, and to their own account: neither the admin nor
    a draft, nor a file of one.
    """

    def middleware(request):
        request.user = SimpleLazyObject(partial(_user_of, request))
        return get_response(request)

    return middleware


def _user_of(request):
    user = get_user(request)
    if user.is_staff:
        request.second_factor_is_used = _is_used_by(request, user)
        user.is_held_back = not request.second_factor_is_used
    return user


def way_to(user):
    """Return the name of the view where `user` uses a second factor, or sets one up."""
    types = set(factors_of(user).values_list("type", flat=True))
    if Authenticator.Type.TOTP in types:
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if types else "second_factor"


def hand_over(user):
    """Give `user` an authenticator app and recovery codes; return the app's key and the codes.

    For an account that is handed over ready to be used: whoever has them passes the second step.
    """
    key = generate_totp_secret()
    TOTP.activate(user, key)
    return key, RecoveryCodes.activate(user).get_unused_codes()


def remove(user):
    """Take all passkeys, the app and the recovery codes from `user`."""
    Authenticator.objects.filter(user=user).delete()
