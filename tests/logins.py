"""Sessions as a login leaves them, and the codes that a login asks for."""

import time
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts import second_factor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app_code(secret=SECRET):
    """Return what an authenticator app with `secret` shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def set_up_app(user):
    """Give `user` an authenticator app with SECRET and recovery codes; return the codes."""
    totp.TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).get_unused_codes()


def passkey_of(user, name="Raktas"):
    """Give `user` a passkey of no device, which pages read and nobody can use."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    credential = AttestedCredentialData.create(
        b"\0" * 16, name.encode(), ES256.from_cryptography_key(key)
    )
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, credential)
    number = websafe_encode(name.encode())
    answer = {
        "clientDataJSON": websafe_encode(
            b'{"type": "webauthn.create", "challenge": "", "origin": ""}'
        ),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    registered = {"id": number, "rawId": number, "type": "public-key", "response": answer}
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": name, "credential": registered}
    )


def log_in(client, user, *, ago=0):
    """Log `user` in, seconds `ago`: staff with the app that they get here, unless they have one.

    Return `client`.
    """
    client.force_login(user)
    if user.is_staff and not second_factor.factors_of(user).exists():
        set_up_app(user)
    methods = ["password"]
    if second_factor.is_asked_of(user):
        methods.append("mfa")
    session = client.session
    for method in methods:
        record_authentication(SimpleNamespace(session=session), user, method)
    for record in session["account_authentication_methods"]:
        record["at"] -= ago
    session.save()
    return client
