"""The language of a page: the one that was chosen, French until one is."""

from collections.abc import Callable
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

LANGUAGES = ("fr", "en")


def current() -> Literal["fr", "en"]:
    """The language of the page being made, as the rules and the wording name it."""
    chosen = (translation.get_language() or "fr")[:2]
    return "en" if chosen == "en" else "fr"


class ChosenLanguage:
    """Serves each page in the language that the visitor chose, and French before any choice.

    Django's own middleware follows the browser, and a browser is often English only because nobody
    set it: in Quebec French is served first, and English is one click away on every page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


def remember(response: HttpResponse, language: str) -> HttpResponse:
    """Keep a chosen language in the visitor's cookie, as Django's ``set_language`` does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast("Literal['Lax', 'Strict']", settings.LANGUAGE_COOKIE_SAMESITE),
    )
    return response


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The address that the request asks to go to next, when it is one of this site's own."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise
