"""„Mano duomenys“: what is held on a person, to take away or to erase."""

import json

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView

from .. import erasures
from ..forms import EraseForm
from ..models import Representative
from ..personal_data import HOLDINGS, export
from ..refusals import NotPossible


@method_decorator(never_cache, name="dispatch")
class MyData(LoginRequiredMixin, TemplateView):
    """What is held, in words, and the ways to take it away and to erase it."""

    template_name = "accounts/my_data.html"
    extra_context = {"holdings": HOLDINGS}


@require_safe
@never_cache
@login_required
def my_data_file(request):
    """All that is held, as a file. It is made as it is sent, and kept nowhere.

    Whoever has to confirm who it is comes back to the page, not to the file: a browser that gets
    a file leaves the form that was sent on the screen, as if it had been in vain.
    """
    if needs_confirmation(request):
        methods = get_adapter().get_reauthentication_methods(request.user)
        messages.info(request, _("Confirm that it is you. Then you can download your data."))
        return redirect(f"{methods[0]['url']}?{REDIRECT_FIELD_NAME}={reverse('my_data')}")
    written = json.dumps(export(request.user), ensure_ascii=False, indent=2)
    return HttpResponse(
        written,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="mano-duomenys.json"'},
    )


def needs_confirmation(request):
    try:
        return is_reauthentication_required(request, app="allauth.account")
    except ReauthenticationRequired:
        return True


@method_decorator(never_cache, name="dispatch")
@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class EraseMyData(FormView):
    """Say what goes and what stays; erase after a deliberate yes."""

    form_class = EraseForm
    template_name = "accounts/erase_my_data.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            holdings=HOLDINGS,
            reason=erasures.why_not(user),
            leaves_nobody=leaves_nobody(user),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            erasures.erase(self.request.user)
        except NotPossible as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        get_adapter().logout(self.request)
        response = redirect("erased")
        response["Clear-Site-Data"] = '"storage"'  # what staff typed, as at each log-out
        return response


def leaves_nobody(user):
    """Return whether nobody would act for a library if `user` did not."""
    mine = user.representations.acting()
    others = Representative.objects.acting().exclude(user=user)
    libraries = mine.values("library").distinct()
    return others.filter(library__in=libraries).values("library").distinct().count() < (
        libraries.count()
    )


class Erased(TemplateView):
    """What has been done, for whoever has erased the own account, and is nobody here any more."""

    template_name = "accounts/erased.html"
    extra_context = {"holdings": HOLDINGS}

    def get(self, request, *args, **kwargs):
        if request.user.is_authenticated:  # whose data are there
            return redirect("my_data")
        return super().get(request, *args, **kwargs)
