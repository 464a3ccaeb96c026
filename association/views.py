from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.generic import DetailView, ListView

from .models import CouncilMember, Document, Library, Page


def favicon(request):
    """Where browsers look for an icon on pages that name none, such as the admin's."""
    return redirect(static("img/favicon.svg"))


def about(request):
    """The association: who it is, its council and documents, how to reach it."""
    return render(
        request,
        "association/about.html",
        {
            "council": CouncilMember.objects.in_force().select_related("library"),
            "documents": Document.objects.visible_to(request.user),
        },
    )


class LibraryList(ListView):
    """The member libraries, by county in Lithuanian order."""

    def get_queryset(self):
        return Library.objects.members().by_county()


class PageDetail(DetailView):
    """A plain page that staff wrote."""

    def get_queryset(self):
        return Page.objects.visible_to(self.request.user)
