from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView

from .models import Project

SHELF_LENGTH = 7  # finished projects on the first page; the archive has them all


class ProjectList(TemplateView):
    """The first page: current projects in full, then planned, then finished ones."""

    template_name = "projects/project_list.html"

    def get_context_data(self, **kwargs):
        visible = Project.objects.visible_to(self.request.user)
        unfinished = visible.unfinished().with_text()
        finished = visible.finished()
        return super().get_context_data(
            current=[project for project in unfinished if project.state == Project.State.CURRENT],
            planned=[project for project in unfinished if project.state == Project.State.PLANNED],
            finished=finished[:SHELF_LENGTH],
            **kwargs,
        )


class ProjectArchive(ListView):
    """Finished projects, by year."""

    template_name = "projects/project_archive.html"

    def get_queryset(self):
        visible = Project.objects.visible_to(self.request.user)
        return visible.finished().with_text()


class ProjectDetail(DetailView):
    """One project; an address that staff have since renamed leads to the new one."""

    def get_queryset(self):
        user = self.request.user
        return Project.objects.visible_to(user).with_details(user)

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(breadcrumbs=self.breadcrumbs(), **kwargs)

    def breadcrumbs(self):
        """Return the pages above this one, as pairs of a name and a path."""
        steps = [(_("Projects"), reverse("projects:list"))]
        if self.object.state == Project.State.FINISHED:
            steps.append((_("Finished projects"), reverse("projects:archive")))
        return steps

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        address = self.object.get_absolute_url()
        if request.path == address:
            return response
        query = request.META["QUERY_STRING"]
        return redirect(f"{address}?{query}" if query else address, permanent=True)
