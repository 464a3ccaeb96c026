from operator import attrgetter
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateField, DateTimeField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView, TemplateView

from association.addresses import NumberedDetail, absolute
from association.content_state import remembered
from association.models import may_change
from association.policies import for_all_sites
from association.prepared import prepared
from association.renderings import made_once
from association.spreadsheets import write_csv
from association.structured_data import item_list

from . import structured_data
from .archive import ArchiveForm, Choices, TwoEndedPaginator
from .calendars import calendar_of
from .charts import bar_chart
from .models import Activity, ActivityDay, DraftLink, DraftReader, Funder, Project
from .project_pages import page_context, page_of_draft
from .publication import moment
from .search import Results
from .totals import total_of, totals_by_year

COMING_LENGTH = 50  # days to come on the page of the calendar; its file has more
CALENDAR_LENGTH = 500  # activities in the file of them all, the latest
SHELF_LENGTH = 7  # finished projects on the first page; the archive has them all
FUNDER_SHELF_LENGTH = 50  # finished projects on a funder's page; the archive has the others
QUERY_LENGTH = 200  # characters of a search; the rest is cut off


@prepared(now=DateTimeField(), today=DateField())
def on_first_page(with_drafts, now, today):
    """Return the current and planned projects, and the latest finished ones, in one statement."""
    visible = Project.objects.visible(with_drafts, now).without_stems().order_by()
    latest = visible.finished(today).values("pk")[:SHELF_LENGTH]
    shown = visible.unfinished(today).union(visible.filter(pk__in=latest), all=True)
    return shown.order_by(*Project._meta.ordering)


def first_page_list(projects):
    """Return the list of `projects` for machines, made once for all that they say."""
    written = structured_data.written_with_grants
    return made_once(projects, "list", lambda: item_list(map(written, projects)))


class ProjectList(TemplateView):
    """The first page: current projects in full, then planned, then finished ones."""

    template_name = "projects/project_list.html"

    def get_context_data(self, **kwargs):
        with_drafts = may_change(self.request.user, Project)
        shown = on_first_page(with_drafts, now=timezone.now(), today=timezone.localdate())
        of_state = {state: [] for state in Project.State}
        for each in shown:
            of_state[each.state].append(each)
        current, planned = of_state[Project.State.CURRENT], of_state[Project.State.PLANNED]
        finished = of_state[Project.State.FINISHED]
        finished.sort(key=attrgetter("ends_on"), reverse=True)  # among equals, in order as they are
        Project.objects.with_text().give_parts(current + planned)
        return super().get_context_data(
            current=current,
            planned=planned,
            finished=finished,
            structured_data=[first_page_list(current + planned)],
            **kwargs,
        )


class Paginated(ListView):
    """A list a page at a time, that has an answer to every number of a page."""

    page_kwarg = "puslapis"

    def paginate_queryset(self, queryset, page_size):
        """Show the last page for a number beyond it, and the first for what is no number."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()


class ProjectArchive(Paginated):
    """Finished projects, by year, as far as the visitor narrows them down."""

    template_name = "projects/project_archive.html"
    paginate_by = 20
    paginator_class = TwoEndedPaginator

    def get_queryset(self):
        finished = Project.objects.visible_to(self.request.user).finished()
        choices = self.remembered("choices", lambda: Choices.of(finished))
        self.form = ArchiveForm(self.request.GET, projects=finished, choices=choices)
        return self.form.filtered().with_fundings()

    def get_paginator(self, queryset, per_page, **kwargs):
        paginator = super().get_paginator(queryset, per_page, **kwargs)
        chosen = tuple(self.form.cleaned_data.items())
        paginator.count = self.remembered(chosen, queryset.count)
        return paginator

    def remembered(self, name, make):
        """Return what `make()` does, which may read the whole of the archive."""
        return remembered(self.request, ("archive", name), make)

    def get_context_data(self, **kwargs):
        chosen = {name: self.request.GET[name] for name in self.form.chosen_names}
        address = f"{self.request.path}?{urlencode(chosen)}" if chosen else self.request.path
        context = super().get_context_data(form=self.form, canonical=absolute(address), **kwargs)
        projects = map(structured_data.written_with_grants, context["object_list"])
        return context | {"structured_data": [item_list(projects, context["page_obj"])]}


class Search(Paginated):
    """What the words in `q` find, whatever they are."""

    template_name = "projects/search.html"
    paginate_by = 20

    def get_queryset(self):
        self.words = " ".join(self.request.GET.get("q", "").replace("\0", "").split())
        self.words = self.words[:QUERY_LENGTH].strip()
        return Results(self.words, self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            words=self.words, query_length=QUERY_LENGTH, results=self.object_list, **kwargs
        )


class ProjectDetail(NumberedDetail, DetailView):
    """One project; an address that staff have since renamed leads to the new one."""

    def get_queryset(self):
        user = self.request.user
        return Project.objects.visible_to(user).with_details(user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs | page_context(self.object))


def draft(request, key):
    """A draft, for who was sent the link; once it is public, the link leads to its page."""
    link = DraftLink.objects.opening(key)
    if link is None:
        return render(request, "projects/draft_refused.html", status=404)
    if link.project.is_published:
        return redirect(link.project)
    told = _("A draft, which only those who have this link see. The link is valid until %(time)s.")
    reader = DraftReader(link.project_id)
    return page_of_draft(request, reader, told % {"time": moment(link.expires_at)}, key)


class ActivityCalendar(Paginated):
    """Days of activities: those to come, then, a page at a time, those that are past."""

    template_name = "projects/calendar.html"
    paginate_by = 30

    def get_queryset(self):
        return self.days().past()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(coming=self.days().to_come()[:COMING_LENGTH], **kwargs)
        is_first = context["page_obj"].number == 1
        days = [*(context["coming"] if is_first else []), *context["object_list"]]
        events = [
            structured_data.event_node(day, day.activity, day.activity.project) for day in days
        ]
        return context | {"structured_data": events}

    def days(self):
        return ActivityDay.objects.visible_to(self.request.user).with_activity()


def calendar_response(activities, name="", **headers):
    content = calendar_of(activities, name)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@for_all_sites
def calendar_file(request):
    """The activities in one file, the same for everybody: calendar programs do not log in."""
    visible = Activity.objects.visible_to(AnonymousUser()).dated().with_calendar()
    return calendar_response(visible[:CALENDAR_LENGTH], _("Activities of the Association"))


def activity_file(request, pk):
    """The days of one activity, to put into a calendar of one's own."""
    visible = Activity.objects.visible_to(request.user).dated().with_calendar()
    activity = get_object_or_404(visible, pk=pk)
    attached = {"Content-Disposition": f'attachment; filename="{activity.anchor}.ics"'}
    return calendar_response([activity], **attached)


class FunderList(ListView):
    """Who pays for what the association does."""

    def get_queryset(self):
        return Funder.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        funders = map(structured_data.funder_summary, context["object_list"])
        return context | {"structured_data": [item_list(funders)]}


class FunderMixin:
    """One funder, and what it awarded for projects that the visitor may see."""

    def get_queryset(self):
        return Funder.objects.visible_to(self.request.user)

    def get_awards(self):
        visible = Project.objects.visible_to(self.request.user)
        return self.object.fundings.filter(project__in=visible).awards()


class FunderDetail(FunderMixin, NumberedDetail, DetailView):
    """What a funder pays for, and how much it awarded in which year."""

    def get_context_data(self, **kwargs):
        visible = Project.objects.visible_to(self.request.user)
        unfinished = list(visible.unfinished_funded_by(self.object).with_fundings())
        keys = remembered(self.request, ("shelf", self.object.pk), self.get_shelf)
        finished = list(visible.filter(pk__in=keys).finished().with_fundings())
        years, total = remembered(self.request, ("totals", self.object.pk), self.get_totals)
        paid_for = unfinished + finished[:FUNDER_SHELF_LENGTH]
        return super().get_context_data(
            breadcrumbs=[(_("Funders"), reverse("projects:funders"))],
            structured_data=[
                structured_data.funder_node(self.object),
                *map(structured_data.written_with_grants, paid_for),
            ],
            current=[project for project in unfinished if project.state == Project.State.CURRENT],
            planned=[project for project in unfinished if project.state == Project.State.PLANNED],
            finished=finished[:FUNDER_SHELF_LENGTH],
            has_more_finished=len(finished) > FUNDER_SHELF_LENGTH,
            years=years,
            total=total,
            chart=bar_chart([(each.year, each.total.in_euro) for each in years]),
            **kwargs,
        )

    def get_shelf(self):
        """Return the keys of the latest finished projects: one more than are shown, if there is."""
        visible = Project.objects.visible_to(self.request.user)
        finished = visible.funded_by(self.object).finished()
        return list(finished.values_list("pk", flat=True)[: FUNDER_SHELF_LENGTH + 1])

    def get_totals(self):
        """Return what was awarded by year, and in all."""
        awards = self.get_awards()
        return totals_by_year(awards), total_of(awards)


class FunderTotals(FunderMixin, NumberedDetail, DetailView):
    """The table of a funder's page as CSV, without its last row: no sum is in a column twice."""

    def get_address(self):
        return self.object.get_totals_url()

    def render_to_response(self, context, **response_kwargs):
        return HttpResponse(
            write_csv(self.rows()),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="sumos-{self.object.slug}.csv"'},
        )

    def rows(self):
        yield [
            _("Funder"),
            _("Year"),
            _("Number of fundings"),
            _("Awarded in litas, Lt"),
            _("Awarded in euro, Eur"),
            _("All in euro, Eur"),
            _("Number of unknown sums"),
        ]
        for year, total in ((each.year, each.total) for each in totals_by_year(self.get_awards())):
            sums = [total.litas, total.euro, total.in_euro]
            yield [str(self.object), year, total.count, *sums, total.unknown]
