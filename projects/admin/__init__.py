"""Projects and funders in Django's admin."""

from .funders import FunderAdmin
from .libraries import LibraryAdmin, NameChangeAdmin
from .projects import ProjectAdmin

__all__ = ["FunderAdmin", "LibraryAdmin", "NameChangeAdmin", "ProjectAdmin"]
