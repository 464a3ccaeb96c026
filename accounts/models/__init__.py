"""Who may come in: users, and the libraries that they act for."""

from .invitations import Invitation
from .name_changes import NameChange
from .representatives import Representative
from .users import User

__all__ = ["Invitation", "NameChange", "Representative", "User"]
