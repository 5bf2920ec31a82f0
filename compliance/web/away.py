"""The page of a site that cannot work for the moment: its database is away or full (status 503).

A project names it once, beside its addresses: handler500 = "compliance.web.away.server_error".
A handler and not a middleware, because it also sees what fails in a middleware, a session say.
"""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as unexpected

from compliance.audit.guard.trouble import in_words

logger = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 60


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to the exception that is being handled.

    Status 503 and how to send again for trouble that passes; for everything else Django's own
    answer, status 500. Nothing is asked of the database: the page knows neither reader nor portal.
    """
    error = sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1]
    words = in_words(error) if error is not None else ""
    if not words:
        return unexpected(request)
    logger.error("A page could not be served. %s.", words)
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    # Said above in one line; without this Django would log the stack trace of a full disk.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
