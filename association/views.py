from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.views.generic import DetailView, ListView

from .models import CouncilMember, Document, Library, Page


class NumberedDetail(DetailView):
    """A record found by its number; an address that staff have since renamed leads to the new."""

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_address(self):
        """Return the path of this page of the record as it is today."""
        return self.object.get_absolute_url()

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        address = self.get_address()
        if request.path == address:
            return response
        query = request.META["QUERY_STRING"]
        return redirect(f"{address}?{query}" if query else address, permanent=True)


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
