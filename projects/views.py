from django.shortcuts import get_object_or_404, redirect
from django.views.generic import DetailView, ListView, TemplateView

from .models import Project
from .search import Results

SHELF_LENGTH = 7  # finished projects on the first page; the archive has them all
QUERY_LENGTH = 200  # characters of a search; the rest is cut off


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


class Search(ListView):
    """What the words in `q` find, whatever they are."""

    template_name = "projects/search.html"
    paginate_by = 20
    page_kwarg = "puslapis"

    def get_queryset(self):
        self.words = " ".join(self.request.GET.get("q", "").replace("\0", "").split())
        self.words = self.words[:QUERY_LENGTH].strip()
        return Results(self.words, self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            words=self.words, query_length=QUERY_LENGTH, results=self.object_list, **kwargs
        )


class ProjectDetail(DetailView):
    """One project; an address that staff have since renamed leads to the new one."""

    def get_queryset(self):
        user = self.request.user
        return Project.objects.visible_to(user).with_details(user)

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        address = self.object.get_absolute_url()
        if request.path == address:
            return response
        query = request.META["QUERY_STRING"]
        return redirect(f"{address}?{query}" if query else address, permanent=True)
