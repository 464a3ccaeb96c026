from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.generic import DetailView, ListView, TemplateView

from association.addresses import NumberedDetail

from .calendars import calendar_of
from .models import Activity, ActivityDay, Project

COMING_LENGTH = 50  # days to come on the page of the calendar; its file has more
CALENDAR_LENGTH = 500  # activities in the file of them all, the latest
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


class ActivityCalendar(ListView):
    """Days of activities: those to come, then, a page at a time, those that are past."""

    template_name = "projects/calendar.html"
    paginate_by = 30
    page_kwarg = "puslapis"

    def get_queryset(self):
        return self.days().past()

    def get_context_data(self, **kwargs):
        return super().get_context_data(coming=self.days().to_come()[:COMING_LENGTH], **kwargs)

    def days(self):
        return ActivityDay.objects.visible_to(self.request.user).with_activity()


def calendar_response(activities, name="", **headers):
    content = calendar_of(activities, name)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def calendar_file(request):
    """The activities in one file, the same for everybody: calendar programs do not log in."""
    visible = Activity.objects.visible_to(AnonymousUser()).dated().with_calendar()
    return calendar_response(visible[:CALENDAR_LENGTH], gettext("Activities of the Association"))


def activity_file(request, pk):
    """The days of one activity, to put into a calendar of one's own."""
    visible = Activity.objects.visible_to(request.user).dated().with_calendar()
    activity = get_object_or_404(visible, pk=pk)
    attached = {"Content-Disposition": f'attachment; filename="{activity.anchor}.ics"'}
    return calendar_response([activity], **attached)
