"""The association itself: its details, member libraries, council, pages and documents.

Other apps build on what is here (association ← accounts ← projects).
"""

from ..redirects import Redirect
from .libraries import (
    County,
    FormerName,
    Library,
    Membership,
)
from .own import (
    CouncilMember,
    Details,
    Document,
    DocumentKind,
    Page,
)
from .shared import (
    LAST,
    Audience,
    BaseDocument,
    DatedQuerySet,
    DocumentQuerySet,
    Ordered,
    OrderedQuerySet,
    Publishable,
    PublishableQuerySet,
    last_turn,
    may_change,
    not_before,
    one_of,
    reads_all_documents,
)
from .table_imports import TableImport

__all__ = [
    "Audience",
    "BaseDocument",
    "CouncilMember",
    "County",
    "DatedQuerySet",
    "Details",
    "Document",
    "DocumentKind",
    "DocumentQuerySet",
    "FormerName",
    "LAST",
    "Library",
    "Membership",
    "Ordered",
    "OrderedQuerySet",
    "Page",
    "Publishable",
    "PublishableQuerySet",
    "Redirect",
    "TableImport",
    "last_turn",
    "may_change",
    "not_before",
    "one_of",
    "reads_all_documents",
]
