"""Project texts, read as plain data and written again.

Pure functions: nothing here knows the database. What `write_projects()` writes,
`read_projects()` reads as the same data.
"""

from .funding import FundingText
from .lines import TextRefused, decode
from .projects import read_projects, write_projects
from .readings import Kind, Part, ProjectText, Reading, Remark

__all__ = [
    "FundingText",
    "Kind",
    "Part",
    "ProjectText",
    "Reading",
    "Remark",
    "TextRefused",
    "decode",
    "read_projects",
    "write_projects",
]
