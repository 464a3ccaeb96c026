import re
import time
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from association.letters import format_expiry
from association.models import Details

from . import limits, second_factor
from .devices import device

# Stands before the name of the sender in a plain text: mail programs know it, RFC 3676, 4.3.
SIGNATURE_MARK = "-- "
# The setting of allauth that says how long, in seconds, the code in a letter is valid.
CODE_TIMEOUTS = {
    "account/email/login_code": "LOGIN_BY_CODE_TIMEOUT",
    "account/email/password_reset_code": "PASSWORD_RESET_BY_CODE_TIMEOUT",
    "accounts/email/library_code": "LOGIN_BY_CODE_TIMEOUT",
    "account/email/email_confirmation": "EMAIL_VERIFICATION_BY_CODE_TIMEOUT",
    "account/email/email_confirmation_signup": "EMAIL_VERIFICATION_BY_CODE_TIMEOUT",
}


# Refusals for too many attempts.
LIMITED = {"too_many_login_attempts", "rate_limited"}


class AccountAdapter(DefaultAccountAdapter):
    """The association's policy: nobody signs up uninvited, letters are in its name."""

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """Return whether `url` is of the very host that was asked; older names of it are not.

        A word without a slash is none: Django would look for a page of that name, and fail.
        """
        if "/" not in url:
            return False
        hosts = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, hosts, require_https=self.request.is_secure())

    def validation_error(self, code, *args):
        """Return the refusal that allauth names `code`; one of too many says until when."""
        if code in LIMITED:
            return ValidationError(limits.refusal(self.request), code=code)
        return super().validation_error(code, *args)

    def set_password(self, user, password):
        """Write the password alone: staff may just be taking rights away from `user`."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_login_key(self, request, email):
        """Return what failed logins with the address `email` are counted for."""
        return self._get_login_attempts_cache_key(request, email=email)

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
        """Return the letter, of which only the text is written: its HTML is made from that."""
        details = Details.objects.current()
        context |= {
            "details": details,
            "association": details.name or settings.SITE_URL,
            "site_url": settings.SITE_URL.rstrip("/"),
            "signature_mark": SIGNATURE_MARK,
        }
        # No answers from programs, such as that somebody is on holiday: RFC 3834, 5.
        headers = {"Auto-Submitted": "auto-generated"} | (headers or {})
        if template_prefix in CODE_TIMEOUTS:
            seconds = getattr(app_settings, CODE_TIMEOUTS[template_prefix])
            context["code_minutes"] = seconds // 60
            headers["Expires"] = format_expiry(timedelta(seconds=seconds))
        letter = super().render_mail(template_prefix, email, context, headers)
        letter.from_email = self.get_sender(details)
        # A template that another one includes ends its last line too.
        letter.body = re.sub("\n{3,}", "\n\n", letter.body)
        letter.attach_alternative(self.get_html(letter, context), "text/html")
        return letter

    def get_sender(self, details):
        """Return who a letter is from: the association's name and the address of the site."""
        name, address = parseaddr(self.get_from_email())
        return str(Address(details.name or name, addr_spec=address))

    def get_html(self, letter, context):
        """Return the text of `letter` as HTML."""
        content, _, signature = letter.body.partition(f"\n{SIGNATURE_MARK}\n")
        parts = {
            "subject": letter.subject,
            "paragraphs": content.strip().split("\n\n"),
            "signature": signature.split("\n\n"),
        }
        return render_to_string("account/email/base_message.html", context | parts)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors under the association's name, passkeys under that of their device."""

    def _get_site_name(self):
        return Details.objects.current().name or super()._get_site_name()

    def generate_authenticator_name(self, user, type):
        return device(self.request.headers.get("User-Agent", ""))
