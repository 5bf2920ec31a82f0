"""What is filed after a closing, as an officer or an examiner sees it: fees, report, folder."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from compliance.desk.views.common import Desk, acting, looking, show, the_offering
from compliance.web import clock
from equity import moves
from equity.models import Offering
from equity.reports.gathering import distribution
from equity.views.handing import told_in_words
from equity.views.issuer.filings import draft_pdf, filings_context, folder_response


def _closed(offering_id: UUID) -> Offering:
    offering = the_offering(offering_id)
    if offering.state != moves.CLOSED:
        raise Http404
    return offering


@looking()
def filings(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """The filings of a closed offering: by when, where, for how much, and what is missing."""
    offering = _closed(offering_id)
    context = filings_context(distribution(offering, clock.now()))
    return show(request, "filings.html", desk, {"offering": offering, **context})


@looking()
@told_in_words
def draft(request: HttpRequest, desk: Desk, offering_id: UUID, language: str) -> HttpResponse:
    """The report as it now stands, as PDF."""
    return draft_pdf(distribution(_closed(offering_id), clock.now()), language)


@acting("POST")
@told_in_words
def folder(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponseBase:
    """The filing folder as a ZIP; which officer took it is recorded."""
    return folder_response(desk.actor, _closed(offering_id))
