"""An offering at a glance: what is missing while it is prepared, its figures once it is open."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.casework.models import CaseDecision
from compliance.casework.selectors import to_amend
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import format_date
from compliance.rules.ni45_110.duties import DUTIES
from compliance.rules.ni45_110.withdrawal import ninetieth_day
from compliance.web import clock
from compliance.web.language import current
from documents.facts import FactsError
from documents.models import Document
from documents.selectors import documents_of
from equity import moves
from equity.comparing import compared_items
from equity.models import Duty, Offering
from equity.selectors.clock import portal_day
from equity.selectors.daily import daily
from equity.selectors.figures import offering_figures
from equity.selectors.remarks import latest_request
from equity.views.issuer.common import Acting, offering_page, show
from equity.views.issuer.drafting import editable
from equity.views.issuer.papers import pdf_of, preview_of
from equity.views.issuer.picture import picture_of
from equity.views.issuer.standing import standing_of
from equity.words import LANGUAGES, province

_OF_PURCHASERS = (
    "purchaser_confirmation",
    "share_certificate",
    "cooperative_share_certificate",
    "bond_certificate",
    "payment_schedule",
)
"""What the closing issued to purchasers: the issuer keeps a copy, and not before."""
_HOLDERS = 50
"""On one page; the files hold them all."""
_MOST_DUTIES = 8
"""How many duties stand on the offering's page; the page of duties has them all."""


@offering_page()
def overview(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The offering's page."""
    return overview_page(request, acting)


def overview_page(
    request: HttpRequest,
    acting: Acting,
    *,
    reasons: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The offering's page, with the reasons of an act that was just refused."""
    offering, at = acting.the_offering, clock.now()
    # A refused act changed nothing, but what it was judged by may have moved since the page began.
    offering = Offering.objects.select_related("issuer", "portal", "in_force", "working").get(
        pk=offering.pk
    )
    context: dict[str, Any] = {
        "offering": offering,
        "version": offering.working or offering.document,
        "reasons": reasons,
        "moves": moves.offering_moves_from(
            offering.state, amending=offering.amending, held_by_officer=offering.held_by_officer
        ),
        "editable": editable(offering) and acting.may("work"),
        "asked": latest_request(offering),
    }
    if offering.working is not None and offering.state not in moves.FINAL:
        context["standing"] = standing_of(offering, offering.working, at)
    if offering.first_available is not None:
        context |= _live(offering, at)
    return show(request, "overview.html", acting, context, status=status)


def _live(offering: Offering, at: datetime) -> dict[str, Any]:
    """Counts and amounts only: no purchaser is named before the closing."""
    assert offering.first_available is not None
    assert offering.last_day is not None
    on = portal_day(offering.portal, at)
    terms, days = offering.document, daily(offering, at)
    return {
        "figures": offering_figures(offering, at),
        "days": days,
        "picture": picture_of(offering, days, terms.minimum, terms.maximum),
        "timeline": _timeline(offering, on),
        "terms": terms,
        "days_left": max(0, (offering.last_day - on).days),
        "ninetieth": ninetieth_day(offering.first_available),
        "opened": offering.state in moves.OPENED,
        "to_amend": _to_amend(offering),
    }


def _to_amend(offering: Offering) -> list[CaseDecision]:
    """The material answers that the document in force does not have yet, while it may have them."""
    version = offering.in_force
    if offering.state not in moves.OPENED or version is None or version.published_at is None:
        return []
    return list(to_amend(offering.pk, version.published_at))


def _timeline(offering: Offering, on: date) -> list[tuple[str, str, str, bool]]:
    """The days that matter, in their order: the opening, the issuer's last day, the last day to
    close, and the duties that wait; those of refunds are told by their number alone."""
    first, last = offering.first_available, offering.last_day
    assert first is not None
    assert last is not None
    rows = [(first, _("The offering opened"), "")]
    if offering.state in moves.OPENED:
        rows += [
            (last, _("Last day to reach the minimum"), _("Nothing is subscribed after it.")),
            (ninetieth_day(first), _("Last day to close"), _("After it, everything is refunded.")),
        ]
    waiting = offering.duties.filter(done_at=None).order_by("due_on", "code")
    rows += [
        (duty.due_on, str(_told(duty, on)["title"]), _place(duty.jurisdiction))
        for duty in waiting.filter(subscription=None)[:_MOST_DUTIES]
    ]
    refund = waiting.filter(subscription__isnull=False).aggregate(n=Count("pk"), by=Min("due_on"))
    if refund["n"]:
        said = ngettext("%(n)d refund is due", "%(n)d refunds are due", refund["n"])
        rows.append((refund["by"], said % {"n": refund["n"]}, _("The portal pays them.")))
    rows.sort(key=lambda row: row[0])
    return [(format_date(when, current()), what, note, when < on) for when, what, note in rows]


def _place(code: str) -> str:
    return province(code, current()) if code else ""


@offering_page()
def duties(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is to be done by a day, by whom, and what was done."""
    offering = acting.the_offering
    on = portal_day(offering.portal, clock.now())
    rows = [_told(duty, on) for duty in offering.duties.filter(subscription=None)]
    refunds = offering.duties.filter(subscription__isnull=False)
    context = {
        "rows": rows,
        "refunds": refunds.count(),
        "refunds_open": refunds.filter(done_at=None).count(),
    }
    return show(request, "duties.html", acting, context)


def _told(duty: Duty, on: Any) -> dict[str, Any]:
    kind = DUTIES.get(duty.code)
    return {
        "duty": duty,
        "title": duty.code if kind is None else kind.title(current()),
        "binds": "" if kind is None else kind.binds,
        "overdue": duty.done_at is None and duty.due_on < on,
    }


@offering_page(reads="holders")
def holders(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The register of holders, once the offering is closed."""
    offering = acting.the_offering
    if offering.state != moves.CLOSED:
        raise Http404
    rows = offering.holdings.select_related("person").order_by("number")
    page = Paginator(rows, _HOLDERS).get_page(request.GET.get("page"))
    return show(request, "holders.html", acting, {"page": page, "closing": offering.closing})


def _visible(acting: Acting) -> Any:
    """The documents of the offering itself; after the closing, those it issued to purchasers, for
    whoever may see the holders."""
    offering = acting.the_offering
    found = documents_of(offering.pk).filter(person_id=None)
    if offering.state == moves.CLOSED and acting.may("holders"):
        found |= documents_of(offering.pk).filter(kind__in=_OF_PURCHASERS)
    return found.order_by("-issued_at", "kind", "language")


@offering_page()
def documents(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The documents that the issuer may have."""
    return show(request, "documents.html", acting, {"documents": _visible(acting)[:500]})


@offering_page()
def document(request: HttpRequest, acting: Acting, document_id: UUID) -> HttpResponse:
    """One document, as PDF."""
    row: Document = get_object_or_404(_visible(acting), pk=document_id)
    return pdf_of(row, at=clock.now())


@offering_page()
def preview(request: HttpRequest, acting: Acting, language: str) -> HttpResponse:
    """The document as it now stands, before it is certified or published."""
    offering = acting.the_offering
    version = offering.working or offering.document
    chosen = next((each for each in LANGUAGES if each == language), None)
    if chosen is None or chosen not in version.languages:
        raise Http404
    try:
        return preview_of(offering, version, chosen, at=clock.now())
    except FactsError:
        messages.error(request, _("The particulars of the security are needed for a preview."))
        return redirect(acting.url("issuing"))


@offering_page()
def difference(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What an amendment changes, item by item, before it is published."""
    offering = acting.the_offering
    if offering.in_force is None or offering.working is None:
        raise Http404
    compared = [
        (language, compared_items(offering.in_force, offering.working, language))
        for language in LANGUAGES
        if language in offering.working.languages
    ]
    context = {
        "compared": compared,
        "changed": any(rows for _language, rows in compared),
        "version": offering.working,
    }
    return show(request, "changes.html", acting, context)
