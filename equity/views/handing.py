"""Evidence and closing books as answers to a request."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from compliance.audit.tree.nodes import MissingNode
from compliance.audit.tree.packages import NothingSigned, TrailDamaged
from documents.seals.telling import kind_name
from equity.book.handing import streamed
from equity.book.writing import prepared, signed, unrendered
from equity.evidence.handing import FORMS
from equity.evidence.writing import Proof
from equity.models import Offering
from equity.papers.making import NotMade

logger = logging.getLogger(__name__)
_MOST_WAITING = 20
"""Documents that are made while somebody waits for the page; the workers make the others."""


def told_in_words(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that hands something over: what cannot be made, or must not be sealed, is said on a
    page (status 422), and that it was taken is not recorded."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **given)
        except NotMade as error:
            logger.error("%s", error)
            told = {"kind": kind_name(error.kind), "number": error.number}
            reason = _("The document %(kind)s, number %(number)s, cannot be made as it must be.")
            reason = reason % told
        except (TrailDamaged, MissingNode) as error:
            logger.error("Nothing was sealed: the audit trail is damaged. %s", error)
            reason = _("The audit trail is damaged: nothing is sealed until it is examined.")
        return render(request, "equity/not_handed.html", {"reason": reason}, status=422)

    return page


def evidence_response(data: bytes, form: str) -> HttpResponse:
    """A package to be kept, by nobody on the way; its name tells what it is and never whose."""
    return HttpResponse(
        data, content_type=FORMS[form][1], headers=_headers(f"preuve-evidence.{form}")
    )


def ready_book(offering: Offering, *, at: datetime, issuer: bool) -> Proof:
    """Make a closing book ready to be sent. Raises as `prepared` and `signed`, and NothingSigned
    while many of its documents are still being made or the trail is not signed up to now."""
    if unrendered(offering).count() > _MOST_WAITING:
        raise NothingSigned("The documents of the offering are still being made.")
    for _step in prepared(offering, at=at, seal=not issuer):
        continue
    return signed(offering, issuer=issuer)


def book_response(offering: Offering, proof: Proof, *, issuer: bool) -> StreamingHttpResponse:
    """A closing book, sent as it is made: the first bytes leave at once, however large it is."""
    return StreamingHttpResponse(
        streamed(offering, proof, issuer=issuer),
        content_type="application/zip",
        headers=_headers("livre-de-cloture-closing-book.zip"),
    )


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
