"""What the publicity of a project lacks: what its funders require, and what is only good.

Which of the items a funder requires is kept with the funder. What is required stops the
publication (see publication.publish()); what is only good is told.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Lack:
    """Something that is missing: `told` in a sentence, mended at the address `mend` of the admin.

    `required_by` names the funders that require it; none where it is only good to have.
    """

    told: str
    mend: str
    required_by: tuple[str, ...] = ()

    @property
    def stops(self):
        return bool(self.required_by)


def lacks(project, on=None):
    """Return a Lack for each item that the page of `project` would lack on the day `on`, in order.

    `on` is a date, today's by default: only who has ended owes results. The project comes with
    its fundings and their funders.
    """
    on = on or timezone.localdate()
    return [*_of_funders(project), *_of_project(project, on)]


def _of_funders(project):
    fundings = project.awarded_fundings
    if not fundings:
        yield Lack(_("No funder is named."), _form(project, "fundings-group"))
    for funder in project.funders:
        page = reverse("admin:projects_funder_change", args=[funder.pk])
        named = {"funder": funder}
        if not funder.logo:
            told = _("The logo of the funder is missing: %(funder)s.") % named
            yield _lack(told, f"{page}#id_logo", "logo", [funder])
        if not funder.publicity_statement:
            told = _("The statement of publicity is missing: %(funder)s.") % named
            yield _lack(told, f"{page}#id_publicity_statement", "statement", [funder])
    for number, funding in enumerate(project.fundings.all()):
        if funding in fundings and funding.awarded is None:
            told = _("The sum that was awarded is missing: %(funder)s.")
            place = _form(project, f"id_fundings-{number}-awarded_amount")
            yield _lack(told % {"funder": funding.funder}, place, "sum", [funding.funder])


def _of_project(project, on):
    funders = project.funders
    if not (project.starts_on and project.ends_on):
        told = _("The period is missing: when the project starts, and when it ends.")
        yield _lack(told, _form(project, "id_starts_on"), "period", funders)
    if number := sum(not photo.is_described for photo in project.photos.all()):
        told = ngettext(
            "%(number)s photo has no alternative text: visitors will not see it.",
            "%(number)s photos have no alternative text: visitors will not see them.",
            number,
        )
        place = reverse("admin:projects_project_photos", args=[project.pk])
        yield _lack(told % {"number": number}, place, "alternative_texts", funders)
    if project.ends_on and project.ends_on < on and not project.has_results:
        told = _("The project has ended, and its results are missing.")
        yield _lack(told, _form(project, "links-group"), "results", funders)


def _lack(told, mend, item, funders):
    """Return the Lack of `item`, required by those of `funders` that say so."""
    requiring = (funder for funder in funders if getattr(funder, f"requires_{item}"))
    return Lack(told, mend, tuple(str(funder) for funder in requiring))


def _form(project, place):
    page = reverse("admin:projects_project_change", args=[project.pk])
    return f"{page}#{place}"
