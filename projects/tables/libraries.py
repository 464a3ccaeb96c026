"""The table of libraries, by whose names their projects are found too."""

from association.tables.libraries import LibraryTable as AssociationLibraryTable

from ..indexing import collect_words
from ..models import Project


class LibraryTable(AssociationLibraryTable):
    def follow_up(self, records):
        collect_words(Project.objects.filter(partners__library__in=records).distinct())
