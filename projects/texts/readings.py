"""What reading a text yields."""

from dataclasses import dataclass, field
from enum import StrEnum

from .funding import FundingText


@dataclass(frozen=True)
class ProjectText:
    """A project as its text tells it; `text` is its other paragraphs, a blank line apart."""

    title: str  # without the quotation marks around it; those inside are „…“
    fundings: tuple[FundingText, ...] = ()
    goals: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    text: str = ""
    # Where the title, each goal and each activity begin, counted from 1.
    line: int = field(default=1, compare=False)
    goal_lines: tuple[int, ...] = field(default=(), compare=False)
    activity_lines: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Remark:
    """Something that was read, but that a person should look at."""

    line: int
    message: str  # translated
    code: str


class Kind(StrEnum):
    """What a part of the text was taken for."""

    TITLE = "title"
    FUNDING = "funding"
    HEADING = "heading"
    GOAL = "goals"
    ACTIVITY = "activities"
    TEXT = "text"
    FURNITURE = "furniture"  # words of the page around the text
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Part:
    """A paragraph, a heading or an item of the text, from its first line to its last.

    `kinds` has more than one where a line holds more: „Veiklos: mugė“ is heading and activity.
    """

    line: int
    last_line: int
    text: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Reading:
    """What a text holds, what to look at in it, and for what each part of it was taken."""

    projects: tuple[ProjectText, ...]
    remarks: tuple[Remark, ...]
    parts: tuple[Part, ...] = ()
