from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self):
        from . import keeping, tables, versions  # which need all models

        versions.register()
        tables.register()
        keeping.register_rules()


class StaffAdminConfig(admin.AdminConfig):
    """Django's admin, as StartPageSite."""

    default = False
    default_site = "projects.sites.StartPageSite"
