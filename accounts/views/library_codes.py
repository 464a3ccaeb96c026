"""The way in for a library that has nobody left who could invite: a code to its address."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from .. import library_codes
from ..forms import LibraryCodeForm, UseLibraryCodeForm
from .refusing import Refusing


@method_decorator(never_cache, name="dispatch")
class RequestLibraryCode(Refusing, FormView):
    """Ask for a code to the library's official address."""

    form_class = LibraryCodeForm
    template_name = "accounts/library_code.html"

    def get_initial(self):
        return {"library": library_codes.library_asked_for(self.request)}

    def do(self, form):
        library_codes.send(self.request, form.cleaned_data["library"])
        return redirect("library_code_confirm")


@method_decorator(never_cache, name="dispatch")
class UseLibraryCode(Refusing, FormView):
    """Enter the code, and the address of who directs the library now."""

    form_class = UseLibraryCodeForm
    template_name = "accounts/library_code_confirm.html"

    def dispatch(self, request, *args, **kwargs):
        self.library = library_codes.library_asked_for(request)
        if self.library is None:
            messages.error(request, library_codes.NO_LONGER)
            return redirect("library_code")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(own_library=self.library, **kwargs)

    def do(self, form):
        email = form.cleaned_data["email"]
        try:
            library_codes.use(self.request, form.cleaned_data["code"], email)
        except library_codes.NoSuchCode as error:
            raise ValidationError({"code": str(error)}) from error
        context = {"email": email, "way_back": reverse("library_code")}
        return render(self.request, "accounts/library_code_done.html", context)
