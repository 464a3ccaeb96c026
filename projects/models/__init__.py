"""What the association does, and with whose money.

A project has, in order: fundings, goals, activities, partners, photos, documents and links.
"""

from .activities import LAST_DAY, Activity, ActivityDay, ActivityKind, Place
from .draft_links import DraftLink, DraftReader
from .funders import Currency, Funder, FunderAlias, Funding, FundingState
from .projects import Cover, Document, Goal, Partner, Photo, Project, ResultLink

__all__ = [
    "Activity",
    "ActivityDay",
    "ActivityKind",
    "Cover",
    "Currency",
    "Document",
    "DraftLink",
    "DraftReader",
    "Funder",
    "FunderAlias",
    "Funding",
    "FundingState",
    "Goal",
    "LAST_DAY",
    "Partner",
    "Photo",
    "Place",
    "Project",
    "ResultLink",
]
