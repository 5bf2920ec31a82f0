"""Addresses of signing in and of one's own account.

allauth finds its pages by the names of its own lists, so the names below are theirs. What is not
listed does not exist: no sign-up of theirs, no list of addresses, no sign-in by code, no other
site's accounts.
"""

from allauth.account.views import account_inactive
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path

from compliance.signin.views import entrance, factors, own, passwords
from compliance.signin.views.common import ours

_OURS = [
    path("sign-in/", entrance.sign_in, name="sign_in"),
    path("sign-out/", entrance.sign_out, name="sign_out"),
    path("address/", own.address, name="verify"),
    path("address/<str:token>/", own.verify, name="verify_link"),
    path("sessions/<int:session_id>/end/", own.end_session, name="end_session"),
    path("sessions/end-others/", own.end_others, name="end_others"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_OURS, "accounts"))),
    path("sign-in/", entrance.sign_in, name="account_login"),
    path("sign-out/", entrance.sign_out, name="account_logout"),
    path("closed/", account_inactive, name="account_inactive"),
    path("sign-in/code/", ours(entrance.CodePage.as_view()), name="mfa_authenticate"),
    path("confirm/", ours(factors.ConfirmPassword.as_view()), name="account_reauthenticate"),
    path("confirm/code/", ours(factors.ConfirmCode.as_view()), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        ours(factors.ConfirmPasskey.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("password/forgotten/", passwords.ask, name="account_reset_password"),
    path("password/forgotten/sent/", passwords.asked, name="account_reset_password_done"),
    path(
        "password/forgotten/done/",
        passwords.from_link_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "password/forgotten/<str:uidb36>/<str:key>/",
        ours(passwords.FromLink.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "password/change/",
        ours(login_required(passwords.Change.as_view())),
        name="account_change_password",
    ),
    path("security/", factors.Security.as_view(), name="mfa_index"),
    path("security/application/", ours(factors.ActivateTOTP.as_view()), name="mfa_activate_totp"),
    path(
        "security/application/remove/",
        ours(factors.DeactivateTOTP.as_view()),
        name="mfa_deactivate_totp",
    ),
    path("security/passkeys/add/", ours(factors.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path(
        "security/passkeys/<int:pk>/rename/",
        ours(factors.RenamePasskey.as_view()),
        name="mfa_edit_webauthn",
    ),
    path(
        "security/passkeys/<int:pk>/remove/",
        ours(factors.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("security/codes/", factors.Codes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "security/codes/new/", ours(factors.NewCodes.as_view()), name="mfa_generate_recovery_codes"
    ),
]
