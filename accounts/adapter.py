import time
from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from association.models import Details

from . import second_factor
from .devices import device


class AccountAdapter(DefaultAccountAdapter):
    """The association's policy: nobody signs up uninvited, letters bear its name."""

    def is_open_for_signup(self, request):
        return False

    def is_reauthentication_required(self, *, app, **kwargs):
        """Return whether to confirm that it is still the same person: a login does so for a while.

        Of one that has a second step, that step alone: neither a password nor a session from
        before it may add a factor or show recovery codes. Whoever has nothing to confirm with
        cannot but log in anew.
        """
        user = self.request.user
        is_asked = second_factor.is_asked_of(user)
        moments = [
            record["at"]
            for record in get_authentication_records(self.request, user)
            if record["method"] == "mfa" or not is_asked
        ]
        if time.time() - max(moments, default=0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        if not get_reauthentication_flows(user):
            raise ReauthenticationRequired
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user):
        """Return the ways to confirm who it is, the first of which is taken unless one chooses.

        The password is not among them where a second step is asked for, nor recovery codes where
        none is, since they have not been shown; to log in anew is open to everybody.
        """
        if not user.is_authenticated:
            return []
        unfit = "reauthenticate" if second_factor.is_asked_of(user) else "mfa_reauthenticate"
        methods = super().get_reauthentication_methods(user)
        methods = [method for method in methods if method["id"] != unfit]
        url = reverse("log_in_anew")
        return [*methods, {"id": "log_in_anew", "description": _("Log in anew"), "url": url}]

    def logout(self, request):
        """End the session, and forget from where it was."""
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def get_login_stages(self):
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.stages.AuthenticateStage"}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def get_email_verification_redirect_url(self, email_address):
        return reverse("account")

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    def render_mail(self, template_prefix, email, context, headers=None):
        details = Details.objects.current()
        ours = {
            "current_site": SimpleNamespace(
                name=details.name or settings.SITE_URL, domain=settings.SITE_URL
            ),
            "details": details,
            "code_minutes": settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT // 60,
        }
        return super().render_mail(template_prefix, email, context | ours, headers)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors under the association's name, passkeys under that of their device."""

    def _get_site_name(self):
        return Details.objects.current().name or super()._get_site_name()

    def generate_authenticator_name(self, user, type):
        return device(self.request.headers.get("User-Agent", ""))
