"""What an invited person sees: the page of the letter, and the choice of how to log in."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from .. import invitations
from ..forms import AcceptInvitationForm
from ..models import Invitation, User
from ..refusals import NotPossible


@method_decorator(never_cache, name="dispatch")
class AcceptInvitation(FormView):
    """What a letter invites to. To open it changes nothing: mail scanners open what they find.

    404 for an unknown key, 410 for an invitation that can be accepted no more.
    """

    form_class = AcceptInvitationForm
    template_name = "accounts/invitation.html"

    def dispatch(self, request, *args, **kwargs):
        found = Invitation.objects.of_key(kwargs["key"]).select_related("library", "invited_by")
        self.invitation = found.first()
        if self.invitation is None:
            return self.refuse(404)
        if not self.invitation.is_open:
            return self.refuse(410)
        if not self.is_theirs():
            return self.ask_to_log_in()
        return super().dispatch(request, *args, **kwargs)

    def is_theirs(self):
        """Whether nobody but the invited one can be here: by the letter alone, or logged in."""
        if self.request.user.is_authenticated:
            return self.invitation.is_of(self.request.user)
        return not User.objects.filter(email__iexact=self.invitation.email).exists()

    def refuse(self, status):
        """Answer with why there is nothing to accept, and whom to ask."""
        context = {"invitation": self.invitation}
        template = "accounts/invitation_refused.html"
        return render(self.request, template, context, status=status)

    def ask_to_log_in(self):
        """Ask whose address has an account to log in with it, out of another one first."""
        context = {"invitation": self.invitation}
        return render(self.request, "accounts/invitation_log_in.html", context)

    def get_initial(self):
        return {"name": getattr(self.request.user, "name", "")}

    def get_context_data(self, **kwargs):
        return super().get_context_data(invitation=self.invitation, **kwargs)

    def form_valid(self, form):
        try:
            name = form.cleaned_data["name"]
            user = invitations.accept(self.invitation, name, by=self.request.user)
        except NotPossible:  # since the page was asked for, which now says why
            return redirect(self.request.path)
        if self.request.user.is_authenticated:
            messages.success(self.request, _("The invitation is accepted."))
            return redirect("account")
        # The key came to the address of the account, as a code from a letter would.
        record_authentication(self.request, user, method="code", email=user.email)
        login = Login(user=user, redirect_url=reverse("ways_to_log_in"), email=user.email)
        return perform_login(self.request, login)


class WaysToLogIn(LoginRequiredMixin, TemplateView):
    """The choice of how to log in next time, for whoever has just got an account."""

    template_name = "accounts/ways_to_log_in.html"
