from allauth.mfa import stages as allauth

from . import second_factor


class AuthenticateStage(allauth.AuthenticateStage):
    """The second step of a login, for staff and for whoever has set an authenticator app up.

    The passkey of a member is one more way in and locks no other: who added it at work gets in
    at home by a code from a letter.
    """

    def _should_handle(self, request):
        return super()._should_handle(request) and second_factor.is_asked_of(self.login.user)
