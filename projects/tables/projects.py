"""The table of projects: a sheet for them, and one for each kind of part that is told in words."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from association.lithuanian import fold
from association.models import LAST, Library
from association.tables import cells
from association.tables.declared import (
    Column,
    OwnedLines,
    PartNumbers,
    Reference,
    Sheet,
    Table,
    field_column,
)
from association.tables.drafts import NEW

from ..indexing import collect_words
from ..models import Activity, Cover, Funder, Funding, Goal, Partner, Project, ResultLink
from ..share_images import draw_later
from .days import Days, Places, of_day, of_place


class Position(Column):
    """The place among all projects; where none is told it stays, or comes to the end."""

    def of(self, record):
        return None if record.position == LAST else record.position

    def is_same(self, one, other):
        return other is None or one == other

    def keep(self, record, value):
        if value is not None:
            record.position = value


def columns(model, *names, **headings):
    """Return the columns of `names`; `headings` are those of fields that share their own."""
    wide = {"title", "text", "summary", "outcome", "programme", "url", "name"}
    return [
        field_column(model, name, headings.get(name), width=50 if name in wide else 18)
        for name in names
    ]


def funder_names():
    for funder in Funder.objects.prefetch_related("aliases").order_by("pk"):
        yield funder, [funder.name, *(alias.name for alias in funder.aliases.all())]


def library_names():
    for library in Library.objects.prefetch_related("former_names").order_by("pk"):
        yield library, [library.name, *(former.name for former in library.former_names.all())]


PROJECTS = Sheet(
    _("Projects"),
    Project,
    [
        *columns(Project, "title", "short_title", "starts_on", "ends_on", "summary", "text"),
        *columns(
            *(Project, "budget_amount", "budget_currency", "budget_as_written"),
            budget_currency=_("Currency of the budget"),
            budget_as_written=_("Budget as written"),
        ),
        *columns(Project, "contact_person", "contact_email", "cover"),
        Position("position", _("Place in the list"), cells.Number()),
        Column("published_at", _("Published at"), cells.Moment(), is_told=True),
        Column("changed_at", _("Last changed at"), cells.Moment(), is_told=True),
    ],
)
FUNDINGS = Sheet(
    _("Funding"),
    Funding,
    [
        Reference(
            "funder",
            _("Funder"),
            funder_names,
            _("There is no funder %(name)s. Write it as the site has it, or add the funder first."),
            width=40,
        ),
        *columns(Funding, "programme", "state", "is_partial", "awarded_on"),
        *columns(
            *(Funding, "asked_amount", "asked_currency", "asked_as_written"),
            asked_currency=_("Currency of the sum asked for"),
            asked_as_written=_("Sum asked for, as written"),
        ),
        *columns(
            *(Funding, "awarded_amount", "awarded_currency", "awarded_as_written"),
            awarded_currency=_("Currency of the sum awarded"),
            awarded_as_written=_("Sum awarded, as written"),
        ),
    ],
    accessor="fundings",
    owner="project",
    alike=lambda funding: (funding.funder_id, fold(funding.programme)),
)
GOALS = Sheet(
    _("Goals"),
    Goal,
    columns(Goal, "text"),
    accessor="goals",
    owner="project",
    alike=lambda goal: fold(goal.text),
)
PARTNERS = Sheet(
    _("Partners"),
    Partner,
    [
        *columns(Partner, "name"),
        Reference(
            "library",
            _("Member library"),
            library_names,
            _("There is no library %(name)s. Write it as the site has it, or add it first."),
            width=50,
        ),
        *columns(Partner, "country"),
    ],
    accessor="partners",
    owner="project",
    alike=lambda partner: (partner.library_id, fold(partner.name)),
)
ACTIVITIES = Sheet(
    _("Activities"),
    Activity,
    [
        *columns(Activity, "text", "kind", "short_title"),
        OwnedLines(
            *("days", _("Days"), Days()),
            values=of_day,
            alike=lambda item: item[0],
            width=36,
        ),
        OwnedLines(
            *("places", _("Places"), Places()),
            values=of_place,
            alike=lambda item: item[0],
            is_ordered=True,
            width=36,
        ),
        PartNumbers(
            *("goals", _("Numbers of the goals"), GOALS),
            lambda activity: activity.project.goals.all(),
            _("The project has no goal %(number)s: write the numbers of the sheet of goals."),
        ),
        PartNumbers(
            *("partners", _("Numbers of the partners"), PARTNERS),
            lambda activity: activity.project.partners.all(),
            _("The project has no partner %(number)s: write the numbers of the sheet of partners."),
        ),
        *columns(Activity, "was_done", "outcome", "participants"),
    ],
    accessor="activities",
    owner="project",
    alike=lambda activity: fold(activity.text),
)
LINKS = Sheet(
    _("Links"),
    ResultLink,
    columns(ResultLink, "title", "url"),
    accessor="links",
    owner="project",
    alike=lambda link: link.url,
)


class ProjectTable(Table):
    model = Project
    key_heading = _("Project")
    place_heading = _("Order")
    name_field = "title"
    sheets = (PROJECTS, FUNDINGS, GOALS, ACTIVITIES, PARTNERS, LINKS)

    def records(self, sheet=None):
        fundings = Prefetch("fundings", Funding.objects.select_related("funder"))
        partners = Prefetch("partners", Partner.objects.select_related("library"))
        own_lines = ("activities__days", "activities__places")
        of_activities = ("goals", partners, *own_lines, "activities__goals", "activities__partners")
        read = {
            PROJECTS: [],
            FUNDINGS: [fundings],
            GOALS: ["goals"],
            ACTIVITIES: of_activities,
            PARTNERS: [partners],
            LINKS: ["links"],
            None: [fundings, *of_activities, "links"],
        }
        return super().records(sheet).prefetch_related(*read[sheet])

    def prepare(self, record, number):
        """Give it a colour: others near it in the table have another."""
        colours = list(Cover)
        record.cover = colours[number % len(colours)]

    def is_public(self, record):
        return record.is_published

    def next_steps(self, counts):
        if not counts.get(NEW):
            return []
        drafts = reverse("admin:projects_project_changelist", query={"waits": "drafts"})
        return [(_("New projects are drafts: look at them, and publish."), drafts)]

    def ignored(self, draft):
        """Publication has one door, at which it is asked what a funder requires."""
        for column, cell in draft.line.cells.items():
            if column.name == "published_at":
                told = column.kind.read(cell)
                if told and column.kind.write(told) != column.write(draft.record):
                    yield _(
                        "When a project is public is not taken from a table: publish it on its"
                        " page “Publication”."
                    )

    def follow_up(self, records):
        Project.objects.unfinished().renumber()
        collect_words(records)
        draw_later(records)
