"""allauth's forms with our labels; what they check and do is allauth's.

Labels are not repeated as placeholders, which vanish when one begins to type; and the link
for a forgotten password stands after its field in the templates, not in its help.
"""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import User

PASSKEY_NOT_READ = _("The passkey could not be read. Try once more, or use another way.")

# What fido2 raises for JSON that no browser has made, and allauth lets through.
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


# What to do about a field that was left empty; „this field is required“ does not say it.
MISSING = {
    "login": _("Enter the e-mail address."),
    "email": _("Enter the e-mail address."),
    "password": _("Enter the password."),
    "oldpassword": _("Enter the present password."),
    "password1": _("Enter a new password."),
    "password2": _("Enter the new password once more."),
    "code": _("Enter the code."),
    "name": _("Enter a name."),
}


class Plain:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]
        for name in ("password", "oldpassword"):
            if name in self.fields:
                self.fields[name].help_text = ""


class AddressAsked(Plain):
    """A form that asks for the address with which one logs in."""

    address_field = "email"
    address_autocomplete = "username"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        address = self.fields[self.address_field]
        address.label = _("E-mail address")
        address.widget.attrs |= {
            "autocomplete": self.address_autocomplete,
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class CodeAsked(Plain):
    """A form whose field `code` takes what came in a letter."""

    code_label = _("Code from the letter")
    code_help = _("Six digits, for example, 204 816. A code that you have copied will do.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label, code.help_text = self.code_label, self.code_help
        code.widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}


class FactorAsked(CodeAsked):
    """A form whose field `code` takes that of an authenticator app, or a recovery code."""

    code_label = _("Code from the app, or a recovery code")
    code_help = ""


class Remembering(forms.Form):
    """A form that asks whether to stay logged in when the browser is closed."""

    remember = forms.BooleanField(
        label=_("Stay logged in on this device"),
        help_text=_("Do not tick it if others use the computer too."),
        required=False,
    )


class LoginForm(AddressAsked, Remembering, account.LoginForm):
    address_field = "login"
    # The browser offers passkeys in this field, beside addresses.
    address_autocomplete = "username webauthn"

    def clean(self):
        """Tell what does not match at the field that is empty now and has to be filled anew."""
        try:
            return super().clean()
        except ValidationError as error:
            if error.code != "email_password_mismatch":
                raise
            self.add_error("password", error)


class RequestLoginCodeForm(AddressAsked, account.RequestLoginCodeForm, Remembering):
    field_order = ["email", "remember"]


class ConfirmLoginCodeForm(CodeAsked, account.ConfirmLoginCodeForm):
    pass


class ResetPasswordForm(AddressAsked, account.ResetPasswordForm):
    pass


class ConfirmPasswordResetCodeForm(CodeAsked, account.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    pass


class SetPasswordForm(Plain, account.SetPasswordForm):
    pass


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    pass


class AddEmailForm(AddressAsked, account.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("New e-mail address")
        email.widget.attrs["autocomplete"] = "email"


class ConfirmEmailVerificationCodeForm(CodeAsked, account.ConfirmEmailVerificationCodeForm):
    pass


class AuthenticateForm(FactorAsked, mfa.AuthenticateForm):
    pass


class ReauthenticateCodeForm(FactorAsked, mfa.ReauthenticateForm):
    pass


class ActivateAppForm(CodeAsked, totp.ActivateTOTPForm):
    code_label = _("Code that the app shows")
    code_help = ""


class PasskeyRead:
    """A form that gets what a passkey has signed; allauth's refusal speaks of a code."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except MALFORMED as error:
            raise ValidationError(PASSKEY_NOT_READ) from error
        except ValidationError as error:
            if error.code != "incorrect_code":
                raise
            raise ValidationError(PASSKEY_NOT_READ) from error


class AuthenticatePasskeyForm(PasskeyRead, webauthn.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(PasskeyRead, webauthn.ReauthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(PasskeyRead, webauthn.LoginWebAuthnForm):
    pass


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):
    """A passkey always does without a password: there is nothing to choose."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("By which you will know it among others.")
        self.fields["name"].max_length = 100

    def clean(self):
        try:
            cleaned = super().clean()
        except (ValidationError, *MALFORMED) as error:
            raise ValidationError(PASSKEY_NOT_READ) from error
        if "credential" in self.errors:  # of a field that nobody sees
            raise ValidationError(PASSKEY_NOT_READ)
        return cleaned


class RenamePasskeyForm(Plain, webauthn.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")


class AcceptInvitationForm(forms.ModelForm):
    """The name of the person who accepts; whose it is, is known from the invitation."""

    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
