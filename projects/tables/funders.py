"""The table of funders, with all that they are called and what they require."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.lithuanian import fold
from association.tables import cells
from association.tables.declared import OwnedLines, Sheet, Table, field_column

from ..indexing import collect_words
from ..models import Funder, Project
from ..share_images import draw_later


class Names(cells.Lines):
    def item_of(self, alias):
        return alias.name


class Aliases(OwnedLines):
    def check(self, record, value, numbered):
        if len({fold(name) for name in value}) < len(value):
            raise cells.Wrong(gettext("Two of these names are the same but for their spelling."))
        super().check(record, value, numbered)


def column(name, *args, **options):
    return field_column(Funder, name, *args, **options)


class FunderTable(Table):
    model = Funder
    key_heading = _("Funder")
    sheets = (
        Sheet(
            _("Funders"),
            Funder,
            [
                column("name", width=50),
                column("kind"),
                Aliases(
                    "aliases",
                    _("Other names"),
                    Names(),
                    values=lambda item: {"name": item},
                    alike=fold,
                    width=40,
                ),
                column("website", width=30),
                column("publicity_statement", width=60),
                column("requires_logo", _("Requires its logo")),
                column("requires_statement", _("Requires its statement of publicity")),
                column("requires_sum", _("Requires the sum awarded")),
                column("requires_period", _("Requires the period of the project")),
                column("requires_alternative_texts", _("Requires alternative texts of photos")),
                column("requires_results", _("Requires results")),
            ],
        ),
    )

    def records(self, sheet=None):
        return super().records(sheet).prefetch_related("aliases")

    def unique_names(self, draft):
        """Return its name and its other ones: no two funders share any."""
        names = [draft.record.name]
        for each, value in draft.values.items():
            if each.name == "aliases":
                names += value
        return [fold(name) for name in names if name]

    def follow_up(self, records):
        projects = Project.objects.filter(fundings__funder__in=records).distinct()
        collect_words(projects)
        draw_later(projects)
