"""Project texts, read as plain data and written again.

Pure functions: nothing here knows the database. What `write_projects()` writes,
`read_projects()` reads as the same data.
"""

from .funding import FundingText
from .lines import TextRefused, decode
from .projects import ProjectText, Reading, Remark, read_projects, write_projects

__all__ = [
    "FundingText",
    "ProjectText",
    "Reading",
    "Remark",
    "TextRefused",
    "decode",
    "read_projects",
    "write_projects",
]
