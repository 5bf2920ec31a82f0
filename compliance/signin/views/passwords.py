"""A new password: by a link that goes to the address, or by the present one."""

from typing import Any
from urllib.parse import quote

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.accounts.selectors import account_of
from compliance.signin import passwords
from compliance.signin.forms import AskPasswordForm
from compliance.signin.views.common import security_page
from compliance.vault.indexes import blind_index
from compliance.web import clock
from compliance.web.acting import SeeOther, invalid

_ASK = "signin/password_ask.html"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a new password. The answer is the same for every address, so that nobody learns here
    who has an account; and the link goes out with the next sweep, not while the page waits for a
    mail server, so that the time of the answer tells next to nothing."""
    form = AskPasswordForm(request.POST or None)
    if request.method != "POST":
        return render(request, _ASK, {"form": form})
    if not form.is_valid():
        return invalid(request, _ASK, {"form": form})
    email = form.cleaned_data["email"]
    key = blind_index("signin.attempts", email).hex()
    if not ratelimit.consume(request, action="reset_password", key=key):
        return ratelimit.respond_429(request)
    user = account_of(email)
    if user is not None and user.is_active:
        _send_link(request, user)
    return SeeOther(reverse("account_reset_password_done"))


def _send_link(request: HttpRequest, user: AbstractBaseUser) -> None:
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    given = {"uidb36": user_pk_to_url_str(user), "key": quote(key)}
    link = request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=given))
    passwords.send_link(user, link, at=clock.now())


def asked(request: HttpRequest) -> HttpResponse:
    """What happens next, whoever asked."""
    return render(request, "signin/password_asked.html")


class FromLink(PasswordResetFromKeyView):
    """The page behind the link: once used, or an hour old, it says so and asks for a new one."""

    template_name = "signin/password_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        passwords.reset(self.reset_user, at=clock.now())
        get_adapter().forget_attempts(self.request, self.reset_user)
        messages.success(self.request, _("Your password is changed. Sign in with the new one."))
        return response


def from_link_done(request: HttpRequest) -> HttpResponse:
    """After the new password: the sign-in page."""
    return redirect("account_login")


class Change(PasswordChangeView):
    """A new password by the present one; every other session ends."""

    template_name = "signin/password_change.html"

    def get_success_url(self) -> str:
        return security_page()

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        passwords.changed(form.user, here=self.request.session.session_key, at=clock.now())
        messages.success(self.request, _("Your password is changed; your other sessions ended."))
        return response
