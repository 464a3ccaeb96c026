"""Text in, projects out: brings what a text says into the database.

What the text says is read by `texts`; here it meets the records that exist. What staff added
by hand stays, and so does an item that the text lacks; what both have is worded as the text
has it. Importing a text again changes nothing.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from association import versions
from association.lithuanian import fold, unquoted
from association.notation import plain

from . import publication
from .indexing import collect_words
from .models import Activity, Cover, Funder, Funding, FundingState, Goal, Project
from .share_images import draw_later
from .similarity import most_similar
from .texts import ProjectText, Reading, TextRefused, read_projects


class Choice(StrEnum):
    """What is to become of a project of the text that there is already."""

    UPDATE = "update"
    NEW = "new"  # it is another one, however alike
    LEAVE = "leave"


@dataclass(frozen=True)
class Change:
    """What a known project has new: `name` of what was changed, and how it reads."""

    name: str  # translated
    before: str = ""
    after: str = ""


@dataclass
class Imported:
    """What became of one project of the text; `changes` tell what a known one has new."""

    project: Project
    told: ProjectText
    is_new: bool
    is_left: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def changed(self):
        """The names of what was changed, each once."""
        return list(dict.fromkeys(change.name for change in self.changes))


@dataclass
class Outcome:
    """What an import did with a Reading; `notes` are sentences about what staff should look at."""

    reading: Reading
    projects: list[Imported] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def remarks(self):
        """The remarks of the reading, each with its line, and the notes."""
        lines = ({"line": each.line, "remark": each.message} for each in self.reading.remarks)
        return [*(_("Line %(line)d: %(remark)s") % line for line in lines), *self.notes]

    @property
    def created(self):
        return [each for each in self.projects if each.is_new]

    @property
    def updated(self):
        return [each for each in self.projects if not each.is_new and each.changes]

    @property
    def unchanged(self):
        return [each for each in self.projects if not each.is_new and not each.changes]


@transaction.atomic
def import_projects(text, *, publish=False, choices=None):
    """Bring the projects of `text` into the database and return the Outcome.

    New projects are drafts unless `publish` is true, which publishes all that the text names, as
    far as no publicity is lacking that a funder requires. `choices` has a Choice by the folded
    titles of those that are not to be updated. Raises TextRefused, and leaves the database as it
    was, where the text cannot be read.
    """
    reading = read_projects(text)
    _refuse_repeated_titles(reading.projects)
    # Else two imports of the same text would not see each other's projects.
    versions.wait_for_others()
    outcome = Outcome(reading)
    for told, project in _recognise(reading.projects):
        choice = (choices or {}).get(fold(told.title), Choice.UPDATE)
        if project and choice == Choice.LEAVE:
            outcome.projects.append(Imported(project, told, is_new=False, is_left=True))
            continue
        if choice == Choice.NEW:
            project = None
        outcome.projects.append(_Import(told, project, outcome.notes).run(publish=publish))
    Project.objects.unfinished().renumber()
    return outcome


def try_projects(text, *, choices=None):
    """Return the Outcome that import_projects() would have, and change nothing."""
    with transaction.atomic():
        outcome = import_projects(text, choices=choices)
        transaction.set_rollback(True)
    return outcome


def _refuse_repeated_titles(projects):
    lines = {}
    for told in projects:
        first = lines.setdefault(fold(told.title), told.line)
        if first != told.line:
            raise TextRefused(
                told.line,
                _("another title: the one on line %(line)s is the same") % {"line": first},
            )


def _recognise(projects):
    """Pair each project of the text with the record it means, None where it is new.

    The same title first, for all of them, so that a reworded title never takes the record of
    a title that stands in the text as it is.
    """
    by_title = {}
    for pk, title in Project.objects.order_by("-pk").values_list("pk", "folded_title"):
        by_title[title] = pk  # of several with one title, the oldest
    found = {told: by_title.pop(fold(told.title), None) for told in projects}
    for told in projects:
        folded = fold(told.title)
        if found[told] is None and (title := most_similar(folded, same_numbers(folded, by_title))):
            found[told] = by_title.pop(title)
    # Locked: the worker writes to them too.
    records = Project.objects.select_for_update().in_bulk([pk for pk in found.values() if pk])
    return [(told, records.get(found[told])) for told in projects]


def same_numbers(text, others):
    """Return those of `others` that have the numbers of `text`: a year makes another project."""
    numbers = re.findall(r"\d+", text)
    return [other for other in others if re.findall(r"\d+", other) == numbers]


class _Import:
    """The import of one project: `told` by the text, into `project` or a new one."""

    def __init__(self, told, project, notes):
        self.told = told
        self.imported = Imported(project or Project(), told, is_new=project is None)
        self.project = self.imported.project
        self.notes = notes
        self.line = told.line  # of the text, where what is being written stands

    def run(self, *, publish):
        if not self.imported.is_new:
            versions.keep_first(self.project)
        self._write_project()
        self._write_fundings()
        goals = list(zip(self.told.goal_lines, self.told.goals, strict=True))
        self._write_parts(Goal, self.project.goals, goals, _("goal"))
        activities = list(zip(self.told.activity_lines, self.told.activities, strict=True))
        self._write_parts(Activity, self.project.activities, activities, _("activity"))
        if publish:
            self._publish()
        collect_words(Project.objects.filter(pk=self.project.pk))
        draw_later(Project.objects.filter(pk=self.project.pk))
        return self.imported

    def _publish(self):
        if self.project.is_published:
            return
        try:
            publication.publish(self.project)
        except publication.Stopped as stopped:
            told = " ".join(lack.told for lack in stopped.lacks)
            self.notes.append(
                _("“%(project)s” was not published. %(lacks)s")
                % {"project": self.project, "lacks": told}
            )
        else:
            self._changed(_("published"))

    def _changed(self, name, before="", after=""):
        if not self.imported.is_new:
            self.imported.changes.append(Change(name, before, after))

    def _save(self, record):
        """Save a record that passes its own rules; refuse the text where it does not."""
        try:
            record.full_clean()
        except ValidationError as error:
            reasons = " ".join(error.messages).removesuffix(".")
            expected = _("what can be kept (%(reasons)s)") % {"reasons": reasons}
            raise TextRefused(self.line, expected, str(record)) from error
        record.save()

    def _write_project(self):
        project, told = self.project, self.told
        if self.imported.is_new:
            colours = list(Cover)
            project.cover = colours[Project.objects.count() % len(colours)]
        self._write(project, {"title": unquoted(told.title)}, _("title"))
        self._write(project, {"text": with_paragraphs(project.text, told.text)}, _("text"))

    def _write_fundings(self):
        old = list(self.project.fundings.select_related("funder"))
        order = []
        for told in self.told.fundings:
            self.line = told.line
            funding = self._recognise_funding(told, old)
            if funding in old:
                old.remove(funding)
            order.append(funding)
            self._write_funding(funding, told)
        self._put_in_order(Funding, order, old)
        self._report_left(old, _("funding"))

    def _recognise_funding(self, told, candidates):
        funder = Funder.objects.named(told.funder)
        same = [funding for funding in candidates if funder and funding.funder_id == funder.pk]
        for funding in same:
            if fold(funding.programme) == fold(told.programme):
                return funding
        for funding in same:
            if not funding.programme or not told.programme:
                return funding
        return Funding(project=self.project, funder=funder or self._new_funder(told.funder))

    def _new_funder(self, name):
        funder = Funder(name=name)
        self._save(funder)
        self.notes.append(_("New funder: %(name)s.") % {"name": name})
        return funder

    def _write_funding(self, funding, told):
        if funding.state == FundingState.REFUSED:
            self.notes.append(
                _("“%(project)s”: by the text %(funder)s gave money, by the record it refused.")
                % {"project": self.project, "funder": funding.funder}
            )
            return
        values = {"state": FundingState.AWARDED, "is_partial": told.partial}
        if told.programme:
            values["programme"] = told.programme
        if told.awarded:
            values |= {
                "awarded_amount": told.awarded.amount,
                "awarded_currency": told.awarded.currency,
                "awarded_as_written": told.awarded.as_written,
            }
        self._write(funding, values, _("funding"))

    def _write_parts(self, model, manager, numbered, name):
        """Make the texts the goals or activities, in their order, each recognised by its text.

        `numbered` gives each text with its line.
        """
        lines, texts = zip(*numbered, strict=True) if numbered else ((), ())
        old = list(manager.all())
        order = pair_by_text(texts, old)
        for position, record in enumerate(order):
            self.line = lines[position]
            order[position] = record = record or model(project=self.project)
            self._write(record, {"text": texts[position]}, name)
        left = [record for record in old if record not in order]
        self._put_in_order(model, order, left)
        self._report_left(left, name)

    def _report_left(self, left, name):
        for record in left:
            self.notes.append(
                _("“%(project)s”: the text lacks this %(name)s, it stays: %(text)s")
                % {"project": self.project, "name": name, "text": record}
            )

    def _write(self, record, values, name):
        if record.pk and all(getattr(record, key) == value for key, value in values.items()):
            return
        before = _told(record, values) if record.pk else ""
        for key, value in values.items():
            setattr(record, key, value)
        self._save(record)
        self._changed(name, before, _told(record, values))

    def _put_in_order(self, model, order, left):
        """Order the records as the text has them; one that it lacks stays after its neighbour."""
        before = list(model.objects.filter(project=self.project))
        for record in left:
            earlier = before[: before.index(record)]
            neighbour = next((other for other in reversed(earlier) if other in order), None)
            order.insert(order.index(neighbour) + 1 if neighbour else 0, record)
        if order != before:
            self._changed(_("order"))
        moved = []
        for position, record in enumerate(order, start=1):
            if record.position != position:
                record.position = position
                moved.append(record)
        model.objects.bulk_update(moved, ["position"])


def _told(record, values):
    """Return how `record`, of which `values` are written, reads: its words, or who gives what."""
    if not isinstance(record, Funding):
        return "\n".join(getattr(record, key) for key in values)
    facts = [
        str(record.funder),
        record.programme,
        record.get_state_display(),
        _("in part") if record.is_partial else "",
        str(record.awarded or ""),
    ]
    return ", ".join(filter(None, facts))


def pair_by_text(texts, records):
    """Return for each of `texts` the record that it words, None where there is none.

    The same text first, for all of them, then a similar one; never by position alone.
    """
    left = {}
    for record in reversed(records):
        left.setdefault(fold(record.text), []).append(record)

    def take(folded):
        record = left[folded].pop()
        if not left[folded]:
            del left[folded]
        return record

    pairs = [take(fold(text)) if fold(text) in left else None for text in texts]
    for at, text in enumerate(texts):
        if pairs[at] is None and (similar := most_similar(fold(text), left)):
            pairs[at] = take(similar)
    return pairs


def with_paragraphs(text, more):
    """Return `text` with those paragraphs of `more` at its end that it lacks.

    A paragraph that stands in `text` reworded is not lacking: the wording is the staff's. Neither
    is one that they have made an item of a list, or emphasised words of.
    """
    words = plain(text)
    has = {fold(each) for each in words.split("\n\n") + words.splitlines()}
    missing = [
        each
        for each in more.split("\n\n")
        if (folded := fold(plain(each))) not in has and not most_similar(folded, has)
    ]
    return "\n\n".join(part for part in [text, *missing] if part)
