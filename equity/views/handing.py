"""Evidence and closing books as answers to a request."""

from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse

from compliance.audit.tree.packages import NothingSigned
from equity.book.handing import streamed
from equity.book.writing import prepared, signed, unrendered
from equity.evidence.handing import FORMS
from equity.evidence.writing import Proof
from equity.models import Offering

_MOST_WAITING = 20
"""Documents that are made while somebody waits for the page; the workers make the others."""


def evidence_response(data: bytes, form: str) -> HttpResponse:
    """A package to be kept, by nobody on the way; its name tells what it is and never whose."""
    return HttpResponse(
        data, content_type=FORMS[form][1], headers=_headers(f"preuve-evidence.{form}")
    )


def ready_book(offering: Offering, *, at: datetime, issuer: bool) -> Proof:
    """Make a closing book ready to be sent. Raises NotClosed, and NothingSigned while many of its
    documents are still being made or the trail is not signed up to now."""
    if unrendered(offering).count() > _MOST_WAITING:
        raise NothingSigned("The documents of the offering are still being made.")
    for _step in prepared(offering, at=at):
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
