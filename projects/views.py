from django.views.generic import DetailView, ListView, TemplateView

from association.addresses import NumberedDetail

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


class ProjectDetail(NumberedDetail, DetailView):
    """One project; an address that staff have since renamed leads to the new one."""

    def get_queryset(self):
        user = self.request.user
        return Project.objects.visible_to(user).with_details(user)
