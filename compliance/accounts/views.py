"""Signing in and out. People register as investors one floor up (``investors.views``)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from compliance.accounts.forms import SignInForm
from compliance.web.acting import SeeOther, invalid
from compliance.web.language import LANGUAGES, remember, safe_next


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, by e-mail address and password.

    One message for every failure: a page that told an unknown address from a wrong password would
    tell anybody who has an account here. The page speaks the account's language from then on.
    """
    next_url = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(next_url)
    form = SignInForm(request.POST or None)
    context = {"form": form, "next": next_url}
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", context)
    if not form.is_valid():
        return invalid(request, "accounts/sign_in.html", context)
    user = authenticate(
        request,
        **{get_user_model().USERNAME_FIELD: form.cleaned_data["email"]},
        password=form.cleaned_data["password"],
    )
    if user is None:
        form.add_error(None, _("No account has this e-mail address and this password."))
        return invalid(request, "accounts/sign_in.html", context)
    login(request, user)
    response: HttpResponse = SeeOther(next_url)
    language = getattr(user, "language", "")
    if language in LANGUAGES and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        remember(response, language)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; everything kept in it goes too."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return SeeOther(settings.LOGOUT_REDIRECT_URL or "/")
