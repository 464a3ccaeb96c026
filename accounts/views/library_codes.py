"""The way in for a library that has nobody left who could invite: a code to its address."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from .. import library_codes, limits
from ..forms import LibraryCodeForm, UseLibraryCodeForm
from ..refusals import NotPossible


class Refusing(FormView):
    """A form whose refusals are told at the form, with what was typed."""

    def form_valid(self, form):
        try:
            return self.do(form)
        except library_codes.TooMany:
            form.add_error(None, limits.refusal(self.request))
        except (NotPossible, ValidationError) as error:
            told = getattr(error, "messages", error.args)
            form.add_error(self.field_of(error), [str(each) for each in told])
        return self.form_invalid(form)

    def field_of(self, error):
        return None


@method_decorator(never_cache, name="dispatch")
class RequestLibraryCode(Refusing):
    """Ask for a code to the library's official address."""

    form_class = LibraryCodeForm
    template_name = "accounts/library_code.html"

    def get_initial(self):
        return {"library": library_codes.library_asked_for(self.request)}

    def do(self, form):
        library_codes.send(self.request, form.cleaned_data["library"])
        return redirect("library_code_confirm")


@method_decorator(never_cache, name="dispatch")
class UseLibraryCode(Refusing):
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

    def field_of(self, error):
        of_code = {library_codes.WRONG, library_codes.SPENT, library_codes.NO_LONGER}
        return "code" if of_code.intersection(error.args) else None

    def do(self, form):
        email = form.cleaned_data["email"]
        library_codes.use(self.request, form.cleaned_data["code"], email)
        context = {"email": email, "way_back": reverse("library_code")}
        return render(self.request, "accounts/library_code_done.html", context)
