from accounts.sites import StaffSite
from association import health

from .waiting import projects_at_hand, waiting_for


class StartPageSite(StaffSite):
    """The admin, which begins with what waits for somebody, and with the projects."""

    index_template = "projects/admin/start_page.html"

    def index(self, request, extra_context=None):
        may_write = ["projects.add_project", "projects.change_project"]
        started = {
            "troubles": health.troubles(),
            "last_backup": health.last_backup(),
            "waiting": waiting_for(request.user),
            "projects": projects_at_hand(request.user),
            "may_change_projects": request.user.has_perm("projects.change_project"),
            "may_add_projects": request.user.has_perms(may_write),
        }
        return super().index(request, started | (extra_context or {}))
