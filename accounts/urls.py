"""Login and account pages: allauth's views, or ours on top of them, at Lithuanian addresses.

The names are allauth's own, by which its views and letters find one another.
"""

from allauth.account import views
from django.urls import path

from .views import CompletePasswordReset, ConfirmPasswordResetCode

urlpatterns = [
    path("prisijungti/", views.login, name="account_login"),
    path("atsijungti/", views.logout, name="account_logout"),
    path("registracija/", views.signup, name="account_signup"),
    path("paskyra/isjungta/", views.account_inactive, name="account_inactive"),
    path("paskyra/patvirtinti/", views.reauthenticate, name="account_reauthenticate"),
    path("paskyra/slaptazodis/", views.password_change, name="account_change_password"),
    path("paskyra/slaptazodis/sukurti/", views.password_set, name="account_set_password"),
    path("slaptazodis/", views.password_reset, name="account_reset_password"),
    path(
        "slaptazodis/kodas/",
        ConfirmPasswordResetCode.as_view(),
        name="account_confirm_password_reset_code",
    ),
    path(
        "slaptazodis/naujas/",
        CompletePasswordReset.as_view(),
        name="account_complete_password_reset",
    ),
    path(
        "slaptazodis/pakeistas/",
        views.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
]
