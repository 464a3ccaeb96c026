"""allauth's forms with our labels; what they check and do is allauth's.

Labels are not repeated as placeholders, which vanish when one begins to type; and the link
for a forgotten password stands after its field in the templates, not in its help.
"""

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _


class Plain:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        for name in ("password", "oldpassword"):
            if name in self.fields:
                self.fields[name].help_text = ""


class LoginForm(Plain, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, remember = self.fields["login"], self.fields["remember"]
        login.label = _("E-mail address")
        login.widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        remember.label = _("Stay logged in on this device")
        remember.help_text = _("Do not tick it if others use the computer too.")


class ResetPasswordForm(Plain, allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class ConfirmPasswordResetCodeForm(Plain, allauth.ConfirmPasswordResetCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code from the letter")
        code.widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}


class ResetPasswordKeyForm(Plain, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(Plain, allauth.SetPasswordForm):
    pass


class ReauthenticateForm(Plain, allauth.ReauthenticateForm):
    pass
