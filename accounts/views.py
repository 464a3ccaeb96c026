"""allauth's views of the forgotten password, which here always say what became of a code."""

from allauth.account import views as allauth
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

NO_CODE = _("The code is no longer valid, or none has been asked for. Get a new code.")
TOO_MANY = _("A wrong code was entered too many times. Get a new code.")


class NeedsCode:
    """A step that a code leads to; without a valid one, the way begins anew."""

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        return response if self._process else self.begin_anew(NO_CODE)

    def begin_anew(self, reason):
        """Lead to where codes are asked for, with `reason` as the message there."""
        messages.error(self.request, reason)
        return redirect(self.passthrough_next_url(reverse("account_reset_password")))


class ConfirmPasswordResetCode(NeedsCode, allauth.ConfirmPasswordResetCodeView):
    def form_invalid(self, form):
        """Count the attempt; allauth's own refusal speaks of logging in, and leads there."""
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return self.begin_anew(TOO_MANY)


class CompletePasswordReset(NeedsCode, allauth.CompletePasswordResetView):
    pass
