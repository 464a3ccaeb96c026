"""Whole project texts, as the association writes them on its page."""

from dataclasses import replace

from django.utils.translation import gettext as _

from ..money import find_sums
from . import quotation
from .funding import (
    FundingText,
    looks_like_funding,
    read_award,
    read_fundings,
    sentences,
    tells_award,
    write_funding,
)
from .lines import TextRefused, read_lines, refuse_what_is_not_text
from .pieces import (
    heading,
    is_furniture,
    is_other_heading,
    other_label,
    pieces,
    without_label,
    without_marker,
)
from .readings import Kind, Part, ProjectText, Reading, Remark

_LISTS = ("goals", "activities")


def read_projects(text):
    """Return the Reading of `text`, which holds one project or more.

    A project begins with its title: in quotation marks, after „Projektas:“, or bare and
    right above a funding sentence or a heading. Funding sentences and the lists of goals
    and activities follow in any order. Items and paragraphs keep their wording. What is
    not understood is kept as the project's text; what stands outside of a project, and is
    not the page's furniture, is quoted in a remark.

    Raise TextRefused where there is no project, where a list or a funding sentence has no
    title above it, and where a quotation in a title is not closed.
    """
    refuse_what_is_not_text(text)
    lines = read_lines(text)
    reader = _Reader(pieces(lines))
    reader.read()
    if not reader.projects:
        first = lines[0] if lines else None
        raise TextRefused(first.number if first else 1, _title(), first.text if first else "")
    return Reading(
        tuple(project.finished() for project in reader.projects),
        tuple(reader.remarks),
        tuple(reader.parts()),
    )


def write_projects(projects):
    """Return the text of `projects`, written as the association writes it.

    read_projects() reads it as the same projects, if that is where they come from.
    """
    return "\n\n".join(_write(project) for project in projects) + "\n"


def _write(project):
    blocks = ["\n".join([f"„{project.title}“.", *map(write_funding, project.fundings)])]
    blocks += [_write_paragraph(text) for text in project.text.split("\n\n") if text]
    for name, items in (("Projekto tikslai:", project.goals), ("Veiklos:", project.activities)):
        numbered = [f"{number}. {item}" for number, item in enumerate(items, start=1)]
        if items:
            blocks.append("\n".join([name, *numbered]))
    return "\n\n".join(blocks)


def _write_paragraph(text):
    """Return `text`, with a label where it would be taken for a title, a heading or an award."""
    title, fundings = "Pavadinimas", (FundingText("Finansuotojas"),)
    alone = _write(ProjectText(title, fundings)) + "\n\n" + text
    try:
        same = read_projects(alone).projects == (ProjectText(title, fundings, text=text),)
    except TextRefused:
        same = False
    return text if same else f"Aprašymas: {text}"


def _title():
    return _("the title of a project in quotation marks")


class _Draft:
    """A project that is being read."""

    def __init__(self, title, piece):
        self.title, self.piece = title, piece
        self.fundings, self.text = [], []
        self.items = {section: [] for section in _LISTS}
        self.lines = {section: [] for section in _LISTS}  # of the items
        self.headings = []  # of the lists, in the order of the text

    def finished(self):
        return ProjectText(
            self.title,
            tuple(self.fundings),
            tuple(self.items["goals"]),
            tuple(self.items["activities"]),
            "\n\n".join(self.text),
            self.piece.line,
            tuple(self.lines["goals"]),
            tuple(self.lines["activities"]),
        )


class _Reader:
    """Takes pieces one by one; `section` is where the next one belongs."""

    def __init__(self, found):
        self.pieces = found
        self.projects, self.remarks = [], []
        self.kinds = []  # for each piece, what it was taken for
        self.section = "outside"  # or "text", or one of _LISTS
        self.number = 0  # of the last item in the list
        self.marked = False  # the list has marked items

    @property
    def project(self):
        return self.projects[-1] if self.projects else None

    def read(self):
        for at, piece in enumerate(self.pieces):
            self.kinds.append([])
            if self._is_certain_item(at):
                self._take_item(piece)
            elif is_furniture(piece.text, outside=self.section == "outside"):
                self.section = "outside"
                self._took_as(Kind.FURNITURE)
            elif found := heading(piece.text):
                self._take_heading(piece, *found)
            elif looks_like_funding(piece.text) or self._tells_award(piece):
                self._take_funding(piece)
            elif title := self._title_of(at):
                self._begin_project(title, piece)
            else:
                self._take_other(at)
        self._remark_on_bare_project()

    def parts(self):
        """Yield a Part for each piece that was read."""
        for piece, kinds in zip(self.pieces, self.kinds, strict=True):
            kinds = tuple(dict.fromkeys(kinds))
            yield Part(piece.line, piece.last_line, piece.written, kinds)

    def _took_as(self, kind):
        """Note what the piece that is being read was taken for."""
        self.kinds[-1].append(kind)

    def _begin_project(self, title, piece):
        self._took_as(Kind.TITLE)
        self._remark_on_bare_project()
        self.projects.append(_Draft(title, piece))
        self.section = "text"

    def _remark_on_bare_project(self):
        """Remark on the project above where it may be no project but a line in quotation marks."""
        project = self.project
        if project and not (project.fundings or any(project.items.values())):
            message = _("“%(text)s” has neither funding nor goals nor activities. Is it a project?")
            self._remark(project.piece, "bare_project", message)

    def _tells_award(self, piece):
        """Return whether the piece tells an award; a title may do so in its quotation marks."""
        if self.section == "outside" or quotation.starts_quoted(piece.text):
            return False
        return tells_award(piece.text)

    def _remark(self, piece, code, message, text=None):
        quote = quotation.shown(piece.written if text is None else text)
        self.remarks.append(Remark(piece.line, message % {"text": quote}, code))

    def _is_certain_item(self, at):
        """Return whether the piece is an item of the list, whatever it looks like.

        A bullet is, and so is the number that comes next; below a blank line, a heading or
        the title of the next project may bear a number too.
        """
        piece = self.pieces[at]
        if self.section not in _LISTS or not piece.marker:
            return False
        if piece.number and piece.number != self.number + 1:
            return False
        if self._is_next_labelled_title(piece):
            return False
        if not piece.gap or not piece.number:
            return True
        if self._quoted_title(piece) and self._is_above_new_project(at):
            return False
        return not heading(piece.text) and not self._is_bare_title(at)

    def _is_next_labelled_title(self, piece):
        """Return whether „2. Projektas „B“ counts on from the „1. Projektas „A“ above."""
        above = self.project.piece
        return (
            bool(piece.number)
            and piece.number == above.number + 1
            and all(without_label(each.text)[0] != each.text for each in (above, piece))
            and bool(self._quoted_title(piece))
        )

    def _take_item(self, piece):
        self.number, self.marked = piece.number, True
        self._add_item(piece, piece.text)

    def _add_item(self, piece, text):
        if text:
            self.project.items[self.section].append(text)
            self.project.lines[self.section].append(piece.line)
            self._took_as(Kind(self.section))
        else:
            self._took_as(Kind.LEFT_OUT)
            self._remark(piece, "empty_item", _("Nothing follows “%(text)s”."))

    def _take_heading(self, piece, section, rest):
        if not self.project and section == "text":
            self._take_outside(piece)
            return
        if not self.project:
            raise TextRefused(piece.line, _title(), piece.written)
        self.section, self.number, self.marked = section, 0, False
        self._took_as(Kind.HEADING)
        if section == "text":
            if rest:
                self._keep(piece, rest)
            return
        self._note_repetition(piece, section)
        if rest:
            marker, self.number, text = without_marker(rest)
            self.marked = bool(marker)
            self._add_item(piece, text)

    def _note_repetition(self, piece, section):
        """Remark on a second list of the same kind; refuse one that may be another project's."""
        headings = self.project.headings
        if section in headings:
            if headings[-1] != section:
                raise TextRefused(piece.line, _title(), piece.written)
            message = _("The heading “%(text)s” is repeated; its list was added to the one above.")
            self._remark(piece, "repeated_heading", message)
        headings.append(section)

    def _take_funding(self, piece):
        if not self.project:
            raise TextRefused(piece.line, _title(), piece.written)
        self.section = "text"
        for sentence in sentences(piece.text):
            self._take_sentence(piece, sentence)

    def _take_sentence(self, piece, sentence):
        fundings = self.project.fundings
        award = read_award(sentence)
        found = read_fundings(sentence)
        if award and fundings and not fundings[-1].awarded:
            fundings[-1] = replace(fundings[-1], awarded=award)
            self._took_as(Kind.FUNDING)
        elif found:
            self._took_as(Kind.FUNDING)
            fundings += [replace(funding, line=piece.line) for funding in found]
        else:
            self._keep_sentence(piece, sentence)
        for funding in found:
            if funding.is_joined():
                message = _("“%(text)s” was read as one funder. Are there several?")
                self._remark(piece, "joined_funders", message, funding.funder)

    def _keep_sentence(self, piece, sentence):
        if looks_like_funding(sentence):
            self.project.text.append(sentence)
            self._took_as(Kind.TEXT)
            message = _("Funding was not understood and is kept as text: “%(text)s”.")
            self._remark(piece, "funding_not_understood", message, sentence)
        else:
            self._keep(piece, sentence)

    def _keep(self, piece, text):
        """Keep `text` as a paragraph, with a remark where it speaks of money."""
        self.project.text.append(text)
        self._took_as(Kind.TEXT)
        if any(find_sums(text)):
            message = _("A sum of money is mentioned, but not read as funding: “%(text)s”.")
            self._remark(piece, "money_in_text", message, text)

    def _title_of(self, at):
        """Return the title that the piece is, or ""."""
        piece = self.pieces[at]
        if title := self._quoted_title(piece):
            return "" if self._is_quoted_item(at) else title
        text, labelled = without_label(piece.text)
        if not labelled and not self._is_bare_title(at):
            return ""
        try:
            return quotation.balanced(text).rstrip(quotation.AFTER_QUOTATION)
        except quotation.Unclosed:
            self._refuse_unclosed(piece)

    def _is_quoted_item(self, at):
        """Return whether a quotation right below an item is one too, and not a title.

        It is where nothing follows that begins a project. Below a blank line a quotation is
        a title, as on the association's own page.
        """
        piece = self.pieces[at]
        if self.section not in _LISTS or piece.gap or self._is_next_labelled_title(piece):
            return False
        if at + 1 == len(self.pieces):
            return True
        below = self.pieces[at + 1].text
        section = (heading(below) or ("",))[0]
        again = section == "activities" and section in self.project.headings
        return not (looks_like_funding(below) or section == "goals" or again)

    def _quoted_title(self, piece):
        """Return the title that fills the piece in quotation marks, or ""."""
        try:
            return quotation.quoted(without_label(piece.text)[0])
        except quotation.Unclosed:
            if not piece.marker:
                self._refuse_unclosed(piece)
            return ""

    def _refuse_unclosed(self, piece):
        raise TextRefused(piece.line, _("a closing quotation mark in the title"), piece.written)

    def _is_bare_title(self, at):
        """Return whether the piece is a title only because of what stands right below it."""
        piece = self.pieces[at]
        if not self._is_followed_directly(at):
            return False
        if not self.project:
            return True
        if self.section in _LISTS and piece.marker:
            counts_on = piece.number == self.number + 1
            is_apart = piece.gap and bool(piece.number)
            return is_apart and self._is_above_new_project(at, by_list=counts_on)
        if self.section in _LISTS and not piece.gap and not self.marked:
            return self._is_above_new_project(at, by_list=True)
        complete = self.project.headings or not piece.text.endswith(".")
        return bool(complete) and self._is_above_new_project(at)

    def _is_followed_directly(self, at):
        below = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        if not below or below.gap:
            return False
        section = (heading(below.text) or ("",))[0]
        return section in _LISTS or looks_like_funding(below.text)

    def _is_above_new_project(self, at, by_list=False):
        """Return whether what follows piece `at` cannot belong to the project above.

        It cannot where the project has such a list already, and where funding follows
        though the project has funding or lists; `by_list` asks for a list.
        """
        for below in self.pieces[at + 1 : at + 6]:
            section = (heading(below.text) or ("",))[0]
            if section in _LISTS:
                return not self.project or section in self.project.headings
            if not looks_like_funding(below.text):
                return False
            if not by_list:
                return bool(self.project.fundings or self.project.headings)
        return False

    def _take_other(self, at):
        piece = self.pieces[at]
        if self.section == "outside":
            self._take_outside(piece)
        elif self.section == "text":
            self._keep(piece, piece.written)
        elif piece.marker:
            self._take_item(piece)
        elif self._ends_list(piece):
            self._take_text_after_list(piece)
        elif not self._is_introduction(at):
            self._add_item(piece, piece.text)
        else:
            self._keep(piece, piece.text)

    def _take_outside(self, piece):
        self._took_as(Kind.LEFT_OUT)
        message = _("This stands outside of the projects and was left out: “%(text)s”.")
        self._remark(piece, "outside", message)

    def _ends_list(self, piece):
        """Return whether a piece without a marker belongs to the list no more."""
        if not self.project.items[self.section]:
            return False
        if self.marked and not (quotation.is_enclosed(piece.text) and not piece.gap):
            return True
        return bool(is_other_heading(piece.text) or other_label(piece.text))

    def _take_text_after_list(self, piece):
        self.project.text.append(piece.text)
        self._took_as(Kind.TEXT)
        if is_other_heading(piece.text) or without_marker(other_label(piece.text))[0]:
            self.section = "text"
        message = _("This stands below a list and is kept as text: “%(text)s”.")
        self._remark(piece, "text_after_list", message)

    def _is_introduction(self, at):
        """Return whether the piece only introduces the marked items that follow."""
        below = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        return not self.project.items[self.section] and bool(below and below.marker)
