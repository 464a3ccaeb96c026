"""allauth's views where the site asks for more of them."""

from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.mixins import NextRedirectMixin
from allauth.account.utils import get_login_redirect_url, passthrough_next_redirect_url
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.usersessions import views as usersessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from .. import second_factor
from ..forms import PASSKEY_NOT_READ

NO_CODE = _("The code is no longer valid, or none has been asked for. Get a new code.")
TOO_MANY = _("A wrong code was entered too many times. Get a new code.")


class LogOut(allauth.LogoutView):
    """Nothing that staff typed stays in the browser: static/js/drafts.js keeps it there."""

    def post(self, *args, **kwargs):
        was_staff = self.request.user.is_staff
        response = super().post(*args, **kwargs)
        if was_staff:
            response["Clear-Site-Data"] = '"storage"'
        return response


class NeedsCode:
    """A step that a code leads to; without a valid one, the way begins anew at `beginning`.

    allauth leads there too, or to the login, but does not say why.
    """

    beginning = "account_reset_password"

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        return response if getattr(self, "_process", None) else self.begin_anew(NO_CODE)

    def begin_anew(self, reason):
        """Lead to where codes are asked for, with `reason` as the message there."""
        messages.error(self.request, reason)
        return redirect(self.passthrough_next_url(reverse(self.beginning)))


class CountsAttempts(NeedsCode):
    """The step where a code is entered."""

    def form_invalid(self, form):
        """Count the attempt; allauth's own refusal speaks of logging in, and leads there."""
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return self.begin_anew(TOO_MANY)


class ConfirmPasswordResetCode(CountsAttempts, allauth.ConfirmPasswordResetCodeView):
    pass


class CompletePasswordReset(NeedsCode, allauth.CompletePasswordResetView):
    pass


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class RequestLoginCode(allauth.RequestLoginCodeView):
    """Send a code to log in with; the form of the login page may be sent here as it is."""

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if "login" in kwargs.get("data", {}):
            kwargs["data"] = kwargs["data"].copy()
            kwargs["data"]["email"] = kwargs["data"]["login"]
        return kwargs

    def form_valid(self, form):
        stays = form.cleaned_data["remember"]
        self.request.session.set_expiry(settings.SESSION_COOKIE_AGE if stays else 0)
        return super().form_valid(form)


class ConfirmLoginCode(CountsAttempts, allauth.ConfirmLoginCodeView):
    beginning = "account_request_login_code"

    def begin_anew(self, reason):
        if self.request.user.is_authenticated:  # who has used the code, and goes back to it
            return redirect(get_login_redirect_url(self.request))
        return super().begin_anew(reason)


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class ChangeEmail(allauth.EmailView):
    """Ask for the new address; before it is typed, whether it is still the same person."""


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class SetPassword(allauth.PasswordSetView):
    """Ask for a first password; as there is no old one, whether it is still the same person."""


class ConfirmEmail(CountsAttempts, allauth.ConfirmEmailVerificationCodeView):
    beginning = "account_email"


class LoginByPasskey(webauthn.LoginWebAuthnView):
    def form_invalid(self, form):
        """Tell why, and keep where the person was going."""
        response = super().form_invalid(form)
        way = passthrough_next_redirect_url(self.request, response.url, REDIRECT_FIELD_NAME)
        return redirect(way)


class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form):
        """Tell why, and stay; allauth leads to the login, and forgets where one was going."""
        super().form_invalid(form)
        return redirect(self.passthrough_next_url(self.request.path))


class Authenticate(mfa.AuthenticateView):
    def form_invalid(self, form):
        if form is self.webauthn_form:  # its field is hidden, and so would its errors be
            messages.error(self.request, PASSKEY_NOT_READ)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        factors = second_factor.factors_of(self.stage.login.user)
        has_passkeys = factors.filter(type=Authenticator.Type.WEBAUTHN).exists()
        return super().get_context_data(**kwargs) | {"has_passkeys": has_passkeys}


class SetsUp:
    """A view that sets a second factor up: whoever did has proved to have it in this session."""

    def form_valid(self, form):
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", reauthenticated=True)
        return response

    def get_success_url(self):
        """Show the recovery codes once they may be asked for, unless they have been seen."""
        user = self.request.user
        codes = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
        is_new = second_factor.is_asked_of(user) and not codes.wrap().did_view
        return reverse("mfa_view_recovery_codes" if is_new else "account")


class ActivateApp(SetsUp, totp.ActivateTOTPView):
    pass


class AddPasskey(SetsUp, webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        options = begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}


class DownloadRecoveryCodes(recovery_codes.DownloadRecoveryCodesView):
    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = 'attachment; filename="atkurimo-kodai.txt"'
        return response


class EndOtherSessions(usersessions.ListUserSessionsView):
    """End all sessions but this one; the list is on the page of the account."""

    def get(self, request, *args, **kwargs):
        return redirect("account")

    def get_success_url(self):
        return reverse("account")


@require_POST
@login_required
def end_session(request, pk):
    """End one of one's own sessions; 404 for another's."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    session.end()
    messages.success(request, _("You are logged out there."))
    return redirect("account")


class LogInAnew(LoginRequiredMixin, NextRedirectMixin, TemplateView):
    """Confirm by logging in anew: the one way that is open to everybody."""

    template_name = "accounts/log_in_anew.html"

    def get_context_data(self, **kwargs):
        way_back = self.passthrough_next_url(reverse("account_login"))
        return super().get_context_data(way_back=way_back, **kwargs)


class SecondFactor(LoginRequiredMixin, NextRedirectMixin, TemplateView):
    """Why staff need a second factor, and the choice of one."""

    template_name = "accounts/second_factor.html"
