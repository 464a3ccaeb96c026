from django.views.generic import ListView, TemplateView

from association.views import NumberedDetail

from .archive import ArchiveForm
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
    """Finished projects, by year, as far as the visitor narrows them down."""

    template_name = "projects/project_archive.html"
    paginate_by = 20
    page_kwarg = "puslapis"

    def get_queryset(self):
        finished = Project.objects.visible_to(self.request.user).finished()
        self.form = ArchiveForm(self.request.GET, projects=finished)
        return self.form.filtered().with_fundings()

    def paginate_queryset(self, queryset, page_size):
        """Show the last page for a number beyond it, and the first for what is no number."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=self.form, **kwargs)


class ProjectDetail(NumberedDetail):
    """One project."""

    def get_queryset(self):
        user = self.request.user
        return Project.objects.visible_to(user).with_details(user)
