"""Login and account pages: allauth's views, or ours on top of them, at Lithuanian addresses.

The names are allauth's own, by which its views and letters find one another. Its lists of
second factors, passkeys and sessions are on the one page of the account.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path

from .views import invitations, library_codes, members, personal_data
from .views import login as views

login = [
    path("", allauth.login, name="account_login"),
    path("kodas/", views.RequestLoginCode.as_view(), name="account_request_login_code"),
    path("kodas/ivesti/", views.ConfirmLoginCode.as_view(), name="account_confirm_login_code"),
    path("prieigos-raktas/", views.LoginByPasskey.as_view(), name="mfa_login_webauthn"),
    path("biblioteka/", library_codes.RequestLibraryCode.as_view(), name="library_code"),
    path("biblioteka/kodas/", library_codes.UseLibraryCode.as_view(), name="library_code_confirm"),
    path("antras-zingsnis/", views.Authenticate.as_view(), name="mfa_authenticate"),
]

forgotten_password = [
    path("", allauth.password_reset, name="account_reset_password"),
    path(
        "kodas/",
        views.ConfirmPasswordResetCode.as_view(),
        name="account_confirm_password_reset_code",
    ),
    path("naujas/", views.CompletePasswordReset.as_view(), name="account_complete_password_reset"),
    path(
        "pakeistas/",
        allauth.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
]

confirmation = [
    path("", allauth.reauthenticate, name="account_reauthenticate"),
    path("kodas/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("prieigos-raktas/", views.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("is-naujo/", views.LogInAnew.as_view(), name="log_in_anew"),
]

library = [
    path("", members.EditLibrary.as_view(), name="edit_library"),
    path("pavadinimas/", members.ChangeName.as_view(), name="change_library_name"),
    path("pavadinimas/atsaukti/", members.take_name_back, name="take_name_back"),
    path("pakviesti/", members.InviteColleague.as_view(), name="invite_colleague"),
    path("perduoti/", members.NameSuccessor.as_view(), name="name_successor"),
    path("perduoti/atsaukti/", members.stay, name="stay"),
]

account = [
    path("", members.Account.as_view(), name="account"),
    path("", members.Account.as_view(), name="mfa_index"),
    path("", members.Account.as_view(), name="mfa_list_webauthn"),
    path("profilis/", members.Profile.as_view(), name="profile"),
    path("biblioteka/<int:pk>/", include(library)),
    path("atstovai/<int:pk>/", members.EndRepresentation.as_view(), name="end_representation"),
    path("kvietimai/<int:pk>/is-naujo/", members.send_invitation_again, name="invite_again"),
    path("kvietimai/<int:pk>/atsaukti/", members.withdraw_invitation, name="withdraw_invitation"),
    path("duomenys/", personal_data.MyData.as_view(), name="my_data"),
    path("duomenys/istrinti/", personal_data.EraseMyData.as_view(), name="erase_my_data"),
    path("duomenys.json", personal_data.my_data_file, name="my_data_file"),
    path("istrinta/", personal_data.Erased.as_view(), name="erased"),
    path("isjungta/", allauth.account_inactive, name="account_inactive"),
    path("patvirtinti/", include(confirmation)),
    path("el-pastas/", views.ChangeEmail.as_view(), name="account_email"),
    path("el-pastas/kodas/", views.ConfirmEmail.as_view(), name="account_email_verification_sent"),
    path("slaptazodis/", allauth.password_change, name="account_change_password"),
    path("slaptazodis/sukurti/", views.SetPassword.as_view(), name="account_set_password"),
    path("antras-zingsnis/", views.SecondFactor.as_view(), name="second_factor"),
    path("programele/", views.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("programele/isjungti/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("prieigos-raktas/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("prieigos-raktas/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "prieigos-raktas/<int:pk>/pasalinti/",
        webauthn.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path("atkurimo-kodai/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "atkurimo-kodai/nauji/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "atkurimo-kodai.txt",
        views.DownloadRecoveryCodes.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("prisijungimo-budai/", invitations.WaysToLogIn.as_view(), name="ways_to_log_in"),
    path("prisijungimai/", views.EndOtherSessions.as_view(), name="usersessions_list"),
    path("prisijungimai/<int:pk>/", views.end_session, name="end_session"),
]

urlpatterns = [
    path("prisijungti/", include(login)),
    path("atsijungti/", views.LogOut.as_view(), name="account_logout"),
    path("registracija/", allauth.signup, name="account_signup"),
    path("kvietimas/<slug:key>/", invitations.AcceptInvitation.as_view(), name="invitation"),
    path("slaptazodis/", include(forgotten_password)),
    path("paskyra/", include(account)),
]
