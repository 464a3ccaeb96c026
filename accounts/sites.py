from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from association import policies

from . import second_factor
from .views.login import LogOut


class StaffSite(AdminSite):
    """Django's admin, for staff who have logged in to the site with a second factor.

    It has no login, no logout and no form for a password of its own: these are those of the site,
    where attempts are limited and the person is told of changes.
    """

    def has_permission(self, request):
        return super().has_permission(request) and second_factor.is_used(request)

    def admin_view(self, view, cacheable=False):
        return policies.of_admin(super().admin_view(view, cacheable))

    @method_decorator([never_cache, secure_admin_login])
    def login(self, request, extra_context=None):
        """Lead to what is missing: the login, the second factor; 403 for those not of the staff."""
        target = get_next_redirect_url(request) or reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(target)
        way = second_factor.way_to(request.user)
        return redirect(reverse(way, query={REDIRECT_FIELD_NAME: target}))

    def logout(self, request, extra_context=None):
        return LogOut.as_view()(request)

    def password_change(self, request, extra_context=None):
        """Lead to the page of the account."""
        return redirect("account_change_password")
