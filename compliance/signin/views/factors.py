"""Second factors of one's own account: an application, passkeys, recovery codes; and what else the
page about the account shows."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import IndexView
from allauth.mfa.base.views import ReauthenticateView as ConfirmByCodeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from compliance.accounts.selectors import roles_of
from compliance.accounts.verification import may_commit
from compliance.signin import demonstration, entering, factors, sessions
from compliance.signin.views.common import keep_way_back, security_page, way_back
from compliance.web import clock


class Security(IndexView):
    """One's own account: address, password, second factor, sessions."""

    template_name = "signin/security.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keep_way_back(request)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "needed": bool(roles_of(user)),
            "verified": may_commit(user),
            "factor": factors.has_factor(user),
            "sessions": sessions.sessions_of(user, at=clock.now()),
            "way_back": way_back(self.request),
        }


class ActivateTOTP(ActivateTOTPView):
    template_name = "signin/totp_add.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        factors.added(self.request, self.request.user, "totp", at=clock.now())
        messages.success(self.request, _("Your application is your second factor from now on."))
        return response


class DeactivateTOTP(DeactivateTOTPView):
    template_name = "signin/totp_remove.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        factors.removed(self.request, self.request.user, "totp", at=clock.now())
        messages.success(self.request, _("The application is removed."))
        return response


class AddPasskey(AddWebAuthnView):
    template_name = "signin/passkey_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Browsers bind a passkey to a name; at a number (`127.0.0.1`) they give none.
        host = urlsplit(f"//{self.request.get_host()}")
        here = (host.hostname or "").replace(".", "").isdigit()
        named = f"http://localhost:{host.port or 80}{self.request.path}" if here else ""
        return {**super().get_context_data(**kwargs), "named": named}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        factors.added(self.request, self.request.user, "webauthn", at=clock.now())
        messages.success(self.request, _("The passkey is added."))
        return response


class RenamePasskey(EditWebAuthnView):
    template_name = "signin/passkey_rename.html"

    def get_success_url(self) -> str:
        return security_page()


class RemovePasskey(RemoveWebAuthnView):
    template_name = "signin/passkey_remove.html"

    def get_success_url(self) -> str:
        return security_page()

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        factors.removed(self.request, self.request.user, "webauthn", at=clock.now())
        messages.success(self.request, _("The passkey is removed."))
        return response


class Codes(ViewRecoveryCodesView):
    """The recovery codes that are left, and the way on for whoever was kept from the desk."""

    template_name = "signin/codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "way_back": way_back(self.request)}


class NewCodes(GenerateRecoveryCodesView):
    template_name = "signin/codes_new.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        factors.renewed(self.request.user, at=clock.now())
        messages.success(self.request, _("Here are your new codes. The former ones are void."))
        return response


class _ToldWhenRefused:
    """A confirmation that fails leaves its entry, as a sign-in that fails does."""

    def form_invalid(self, form: Any) -> HttpResponse:
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        entering.refused(user=request.user, why="confirm", at=clock.now())  # type: ignore[arg-type]
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response


class ConfirmPassword(_ToldWhenRefused, ReauthenticateView):
    template_name = "signin/confirm_password.html"


class ConfirmCode(_ToldWhenRefused, ConfirmByCodeView):
    template_name = "signin/confirm_code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = demonstration.code_of(self.request.user, self.request.get_host())
        return {**super().get_context_data(**kwargs), "demonstration_code": shown}


class ConfirmPasskey(_ToldWhenRefused, ReauthenticateWebAuthnView):
    template_name = "signin/confirm_passkey.html"
