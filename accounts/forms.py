"""allauth's forms with our labels; what they check and do is allauth's.

Labels are not repeated as placeholders, which vanish when one begins to type; and the link
for a forgotten password stands after its field in the templates, not in its help.
"""

from datetime import timedelta

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association.models import Library

from .models import User

PASSKEY_NOT_READ = _("The passkey could not be read. Try once more, or use another way.")

# What fido2 raises for JSON that no browser has made, and allauth lets through.
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


# Of a field into which no browser is to write its own idea of words.
AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}

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
        address.widget.attrs |= AS_TYPED | {"autocomplete": self.address_autocomplete}


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


class ProfileForm(forms.ModelForm):
    """What the person says of themself; the address is changed on a page of its own."""

    class Meta:
        model = User
        fields = ["name", "position", "phone"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "position": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = MISSING["name"]


class LibraryForm(forms.ModelForm):
    """What the public sees of a library; its name has a form of its own.

    `seen` tells in which state the person saw it: a save on top of somebody else's is told.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Library
        fields = ["municipality", "county", "address", "email", "phone", "website"]
        widgets = {
            "email": forms.EmailInput(attrs=AS_TYPED),
            "phone": forms.TextInput(attrs={"type": "tel"}),
            "website": forms.URLInput(attrs=AS_TYPED),
        }

    def __init__(self, *args, instance, **kwargs):
        self.present = {name: getattr(instance, name) for name in self.Meta.fields}
        super().__init__(*args, instance=instance, **kwargs)
        changed_at = instance.changed_at
        self.state = changed_at.isoformat() if changed_at else ""
        self.initial["seen"] = self.state

    def clean(self):
        cleaned = super().clean()
        if cleaned.pop("seen", "") == self.state:
            return cleaned
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.state
        told = [
            _("Somebody else has changed these data meanwhile. What you typed is below; now saved:")
        ]
        for name, value in self.present.items():
            if name in cleaned and cleaned[name] != value:
                shown = self.instance.get_county_display() if name == "county" else value
                told.append(f"{self.fields[name].label} – {shown or '–'};")
        told.append(_("If your text is the right one, save once more."))
        raise ValidationError(" ".join(map(str, told)))


class DayInput(forms.DateInput):
    """Text: the calendar of a browser speaks the browser's language."""

    def __init__(self):
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off", "spellcheck": "false"})


class ChangeNameForm(forms.Form):
    name = forms.CharField(
        label=_("New name"),
        max_length=200,
        error_messages={"required": _("Enter the new name.")},
    )
    name_since = forms.DateField(
        label=_("Bears the name since"),
        widget=DayInput,
        help_text=_("For example, 2026-03-01."),
        error_messages={"required": _("Enter the day: since when the library has this name.")},
    )

    def clean_name_since(self):
        day = self.cleaned_data["name_since"]
        if day > timezone.localdate():
            raise ValidationError(
                _("This day has not come yet. Tell the name once the library bears it.")
            )
        return day


class InviteColleagueForm(Plain, forms.Form):
    email = forms.EmailField(
        label=_("The colleague's e-mail address"),
        help_text=_("The letter with the invitation goes there; one logs in with it later."),
        widget=forms.EmailInput(attrs=AS_TYPED),
    )


class NameSuccessorForm(Plain, forms.Form):
    LONGEST_NOTICE = timedelta(days=366)

    email = forms.EmailField(
        label=_("The new director's e-mail address"),
        help_text=_("Of a colleague who acts for the library: the one with which they log in."),
        widget=forms.EmailInput(attrs=AS_TYPED),
    )
    starts_on = forms.DateField(
        label=_("Directs the library from"),
        widget=DayInput,
        help_text=_("The day before is your last. For example, 2026-12-01."),
        error_messages={"required": _("Enter the day from which the other person directs.")},
    )

    def clean_starts_on(self):
        day, today = self.cleaned_data["starts_on"], timezone.localdate()
        if day <= today:
            raise ValidationError(_("Choose a day after today: you direct the library until then."))
        if day > today + self.LONGEST_NOTICE:
            raise ValidationError(_("The day is more than a year away. Check it."))
        return day


class EraseForm(forms.Form):
    """Asks for a deliberate yes, since nothing can be undone."""

    understood = forms.BooleanField(
        label=_("I understand that my data cannot be brought back"),
        error_messages={"required": _("Tick it if you understand it; nothing is erased yet.")},
    )


class LibraryCodeForm(forms.Form):
    library = forms.ModelChoiceField(
        label=_("Library"),
        queryset=None,
        empty_label=_("Choose the library"),
        error_messages={
            "required": _("Choose the library from the list."),
            "invalid_choice": _("Choose the library from the list."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["library"].queryset = Library.objects.members()


class UseLibraryCodeForm(CodeAsked, forms.Form):
    code = forms.CharField(max_length=20)
    email = forms.EmailField(
        label=_("Your own e-mail address"),
        help_text=_("The letter with the invitation goes there; one logs in with it later."),
        widget=forms.EmailInput(attrs=AS_TYPED | {"autocomplete": "email"}),
    )
