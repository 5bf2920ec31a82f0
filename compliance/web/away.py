"""The page of a site that cannot work for the moment: its database is away or full (status 503).

A project names both once, beside its addresses:

    handler400 = "compliance.web.away.bad_request"
    handler500 = "compliance.web.away.server_error"

Handlers and not a middleware, because they also see what fails in a middleware, a session say.
"""

import logging
import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import bad_request as senseless
from django.views.defaults import server_error as unexpected

from compliance.audit.guard.trouble import in_words
from compliance.web.policy import POLICY

logger = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 60


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to the exception that is being handled.

    Status 503 and how to send again for trouble that passes; for everything else Django's own
    answer, status 500. Nothing is asked of the database: the page knows neither reader nor portal.
    """
    error = sys.exc_info()[1]
    words = in_words(error) if error is not None else ""
    return _unavailable(words) if words else unexpected(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that makes no sense (status 400, Django's own).

    Except where it was the session that could not be written: Django takes every trouble of the
    database for a session that somebody ended, and the error itself is what came before.
    """
    before: BaseException | None = exception if isinstance(exception, SessionInterrupted) else None
    while before is not None:
        if words := in_words(before):
            return _unavailable(words)
        before = before.__context__
    return senseless(request, exception)


def _unavailable(words: str) -> HttpResponse:
    logger.error("A page could not be served. %s.", words)
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    # Said above in one line; without this Django would log the stack trace of a full disk.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
