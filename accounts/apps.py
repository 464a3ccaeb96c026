from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("User accounts")


class StaffAdminConfig(admin.AdminConfig):
    """Django's admin, as StaffSite."""

    default = False
    default_site = "accounts.sites.StaffSite"
