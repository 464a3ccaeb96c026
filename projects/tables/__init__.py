"""The tables of funders, projects and libraries; each brings up to date what is made of them."""

from association.tables.registry import register as register_table

from .funders import FunderTable
from .libraries import LibraryTable
from .projects import ProjectTable


def register():
    """Tell association.tables of each; called once, when all models are there."""
    for table in (ProjectTable, FunderTable, LibraryTable):
        register_table(table())
