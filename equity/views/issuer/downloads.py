"""Files that the issuer takes along: the register of holders, and the offering day by day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.audit.tree.packages import NothingSigned
from compliance.rules.kernel.terms import term
from compliance.web import clock
from compliance.web.language import current
from compliance.web.sheets import csv_response, xlsx_response
from equity import moves
from equity.models import Holding
from equity.selectors.daily import daily
from equity.services.evidence import hand_over_book
from equity.views.handing import book_response, ready_book, told_in_words
from equity.views.issuer.common import Acting, offering_page

_FORMATS: Mapping[str, Callable[..., HttpResponse]] = {"csv": csv_response, "xlsx": xlsx_response}


def _file(
    form: str, name: str, acting: Acting, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """The table in a format; Http404 for another one. Raised before anything is read."""
    return _FORMATS[form](f"{name}-{str(acting.the_offering.pk)[:8]}", headings, rows)


@offering_page(reads="holders")
def holders(request: HttpRequest, acting: Acting, form: str) -> HttpResponse:
    """The register of holders; purchasers are named to the issuer at the closing, not before."""
    offering = acting.the_offering
    if form not in _FORMATS or offering.state != moves.CLOSED:
        raise Http404
    headings = [
        pgettext("rank", "Number"),
        _("Holder"),
        _("Security"),
        _("Quantity"),
        _("Amount"),
        _("Issued on"),
    ]
    rows = offering.holdings.select_related("person").order_by("number").iterator()
    return _file(form, "holders", acting, headings, map(_holder, rows))


def _holder(row: Holding) -> tuple[Any, ...]:
    kind = term(row.security_kind, current())
    return (row.number, row.person.display_name, kind, row.units, row.amount, row.issued_on)


@offering_page("POST", reads="holders")
@told_in_words
def closing_book(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """The closing book as the issuer may have it; that it was handed over is recorded."""
    offering, at = acting.the_offering, clock.now()
    if offering.state != moves.CLOSED:
        raise Http404
    try:
        proof = ready_book(offering, at=at, issuer=True)
    except NothingSigned:
        messages.info(request, _("The closing book is being prepared: try again in a few minutes."))
        return redirect(acting.url("issuing_documents"))
    hand_over_book(actor=acting.actor, offering=offering, at=at)
    return book_response(offering, proof, issuer=True)


@offering_page()
def days(request: HttpRequest, acting: Acting, form: str) -> HttpResponse:
    """Subscriptions and money by day; nobody is named."""
    offering = acting.the_offering
    if form not in _FORMATS or offering.first_available is None:
        raise Http404
    headings = [
        _("Day"),
        _("New subscriptions"),
        _("Amount"),
        pgettext("subscriptions", "Ended"),
        _("Subscribed in all"),
        _("Binding"),
        _("Paid"),
    ]
    rows = [
        (one.on, one.count, one.agreed, one.ended, one.subscribed, one.binding, one.paid)
        for one in daily(offering, clock.now())
    ]
    return _file(form, "days", acting, headings, rows)
