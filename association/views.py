from datetime import timedelta
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from projects.models import Project
from projects.structured_data import project_of_library

from . import inserts, structured_data
from .addresses import AtItsAddress, NumberedDetail, absolute
from .models import CouncilMember, Details, Document, Library, Page

SECURITY_NOTE_HOLDS = timedelta(days=180)  # RFC 9116 recommends less than a year


def favicon(request):
    """Where browsers look for an icon on pages that name none, such as the admin's."""
    return redirect(static("img/favicon.svg"))


def robots(request):
    """What robots may read: everything but the admin, and here is the list."""
    sitemap = absolute(reverse("association:sitemap"))
    lines = ["User-agent: *", f"Disallow: {reverse('admin:index')}", f"Sitemap: {sitemap}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def security(request):
    """To whom weaknesses of the site are told (RFC 9116): by e-mail, else as the contacts say."""
    email = Details.objects.current().email
    contacts = f"{absolute(reverse('association:about'))}#kontaktai"
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{quote(email, safe='@')}" if email else f"Contact: {contacts}",
        f"Expires: {(today + SECURITY_NOTE_HOLDS):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: lt, en",
        f"Canonical: {absolute(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def about(request):
    """The association: who it is, its council and documents, how to reach it."""
    page = Page.objects.visible_to(request.user).filter(slug=Page.ABOUT).first()
    details = Details.objects.current()
    return render(
        request,
        "association/about.html",
        {
            "details": details,
            "page": inserts.filled(page, details),
            "council": CouncilMember.objects.in_force().select_related("library"),
            "documents": Document.objects.visible_to(request.user),
        },
    )


class LibraryList(ListView):
    """The member libraries, by county in Lithuanian order."""

    def get_queryset(self):
        return Library.objects.members().by_county()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        libraries = map(structured_data.library_summary, context["object_list"])
        return context | {"structured_data": [structured_data.item_list(libraries)]}


class LibraryDetail(NumberedDetail, DetailView):
    """One library: its names and memberships as far as known, and the projects it took part in."""

    def get_queryset(self):
        visible = Library.objects.visible_to(self.request.user).with_membership()
        return visible.prefetch_related("former_names", "memberships")

    def get_context_data(self, **kwargs):
        visible = Project.objects.visible_to(self.request.user)
        projects = visible.with_library(self.object)
        library = structured_data.library_node(self.object)
        return super().get_context_data(
            breadcrumbs=[(_("Libraries"), reverse("association:libraries"))],
            projects=projects,
            structured_data=[library, *(project_of_library(each, library) for each in projects)],
            **kwargs,
        )


class PageDetail(AtItsAddress, DetailView):
    """A plain page that staff wrote."""

    def get_queryset(self):
        return Page.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs):
        details = Details.objects.current()
        page = inserts.filled(self.object, details)
        return super().get_context_data(
            details=details,
            page=page,
            structured_data=[structured_data.page_node(page)],
            **kwargs,
        )
