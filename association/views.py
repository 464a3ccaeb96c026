from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.generic import DetailView, ListView

from projects.models import Project

from .addresses import AtItsAddress, NumberedDetail
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
            "page": Page.objects.visible_to(request.user).filter(slug=Page.ABOUT).first(),
            "council": CouncilMember.objects.in_force().select_related("library"),
            "documents": Document.objects.visible_to(request.user),
        },
    )


class LibraryList(ListView):
    """The member libraries, by county in Lithuanian order."""

    def get_queryset(self):
        return Library.objects.members().by_county()


class LibraryDetail(NumberedDetail, DetailView):
    """One library: its names and memberships as far as known, and the projects it took part in."""

    def get_queryset(self):
        visible = Library.objects.visible_to(self.request.user)
        return visible.prefetch_related("former_names", "memberships")

    def get_context_data(self, **kwargs):
        visible = Project.objects.visible_to(self.request.user)
        return super().get_context_data(projects=visible.with_library(self.object), **kwargs)


class PageDetail(AtItsAddress, DetailView):
    """A plain page that staff wrote."""

    def get_queryset(self):
        return Page.objects.visible_to(self.request.user)
