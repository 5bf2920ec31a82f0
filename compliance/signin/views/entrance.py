"""Signing in and out. People register as investors one floor up (``investors.views``)."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.logout import logout
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from compliance.signin import demonstration, entering
from compliance.signin.forms import SignInForm
from compliance.signin.views.common import see_other
from compliance.web import clock
from compliance.web.acting import SeeOther, invalid
from compliance.web.language import safe_next

_PAGE = "signin/sign_in.html"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page, by e-mail address and password.

    One message for every failure: a page that told an unknown address from a wrong password would
    tell anybody who has an account here. Tries are counted by address and by account, and too many
    are refused with status 429 without looking at the password.
    """
    next_url = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(next_url)
    form = SignInForm(request.POST or None)
    context = {"form": form, "next": next_url}
    if request.method != "POST":
        return render(request, _PAGE, context)
    if not form.is_valid():
        return invalid(request, _PAGE, context)
    email = form.cleaned_data["email"]
    try:
        user = get_adapter().authenticate(
            request, username=email, password=form.cleaned_data["password"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return render(request, _PAGE, context, status=429)
    if user is None:
        entering.refused(email=email, why="password", at=clock.now())
        form.add_error(None, _("No account has this e-mail address and this password."))
        return invalid(request, _PAGE, context)
    return see_other(entering.go_in(request, user, next_url=next_url))


class CodePage(AuthenticateView):
    """The second factor, after the password: a code, or a passkey."""

    template_name = "signin/code.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        entering.refused(user=self.stage.login.user, why="factor", at=clock.now())
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.stage.login.user
        shown = demonstration.code_of(user, self.request.get_host())
        return {**super().get_context_data(**kwargs), "demonstration_code": shown}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; everything kept in it goes too. Also leaves a sign-in half way."""
    if request.user.is_authenticated:
        entering.left(request, at=clock.now())
        logout(request, show_message=False)
        messages.success(request, _("You are signed out."))
    else:
        logout(request, show_message=False)
    return SeeOther(safe_next(request, settings.LOGOUT_REDIRECT_URL or "/"))
