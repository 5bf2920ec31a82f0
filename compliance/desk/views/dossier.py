"""The dossier of one offering: rules, figures, moves, papers, trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from compliance.approvals.selectors import standing_request
from compliance.casework.selectors import cases_about
from compliance.desk import selectors
from compliance.desk.choices import choices
from compliance.desk.drawings import subscriptions_picture
from compliance.desk.evidence import Evidence, evidence_of
from compliance.desk.history import deeds
from compliance.desk.views.common import Desk, looking, show, the_offering
from compliance.desk.views.remarks import told
from compliance.rules.kernel.findings import not_met
from compliance.rules.ni45_110.withdrawal import ninetieth_day
from compliance.web import clock
from compliance.web.language import current
from documents.facts import FactsError
from documents.models import Document
from documents.selectors import documents_of, made_of, with_seals
from equity import moves
from equity.actions import OFFERING_APPROVAL
from equity.comparing import compared_items
from equity.models import Offering
from equity.models.ledger import Account
from equity.selectors.clock import portal_day
from equity.selectors.figures import offering_figures
from equity.selectors.money import balance
from equity.selectors.remarks import latest_request
from equity.views.issuer.papers import pdf_of, preview_of
from equity.views.issuer.standing import judged
from equity.words import LANGUAGES

_SHOWN, _A_PAGE = 8, 50


@looking()
def dossier(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Everything about one offering that an officer decides by."""
    offering, at = the_offering(offering_id), clock.now()
    possible = moves.offering_moves_from(
        offering.state, amending=offering.amending, held_by_officer=offering.held_by_officer
    )
    asked, evidence = latest_request(offering), evidence_of(offering, at)
    found = list(deeds(offering)[: _SHOWN + 1])
    context: dict[str, Any] = {
        "offering": offering,
        "version": offering.working or offering.document,
        "figures": offering_figures(offering, at),
        "ninetieth": _ninetieth(offering),
        "possible": possible,
        "documents": documents_of(offering.pk).filter(person_id=None),
        "changes": _changes(offering),
        "versions": offering.versions.count(),
        "events": selectors.events(found[:_SHOWN]),
        "more_events": len(found) > _SHOWN,
        "previews": _previews(offering),
        "asked": None if asked is None else told(asked),
        "cases": cases_about(offering),
        "evidence": evidence,
        **_judgements(offering, evidence, at),
    }
    context["choices"] = choices(
        offering,
        unmet=len(not_met(context.get("filing", ()))),
        waits=standing_request(OFFERING_APPROVAL, offering),
        officer=desk.actor.id,
    )
    return show(request, "dossier.html", desk, context)


def _ninetieth(offering: Offering) -> Any:
    return None if offering.first_available is None else ninetieth_day(offering.first_available)


def _changes(offering: Offering) -> Any:
    if offering.in_force is None or offering.working is None:
        return ()
    return compared_items(offering.in_force, offering.working, current())


def _previews(offering: Offering) -> list[str]:
    return [] if offering.working is None else list(offering.working.languages)


def _judgements(offering: Offering, evidence: Evidence, at: datetime) -> dict[str, Any]:
    """The filing judged now, and the closing too once the offering has opened."""
    if offering.state in moves.FINAL:
        return {}
    found: dict[str, Any] = {"filing": judged(offering, offering.working or offering.document, at)}
    if offering.state in moves.OPENED:
        found["closing"] = selectors.worksheet(offering, at).findings
    waits = {
        name: [one.code in evidence.coming for one in not_met(findings)]
        for name, findings in found.items()
    }
    return {
        **found,
        "unmet": {name: coming.count(False) for name, coming in waits.items()},
        "coming": {name: coming.count(True) for name, coming in waits.items()},
    }


@looking()
def subscriptions(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """The subscriptions of an offering, with their states and amounts."""
    offering = the_offering(offering_id)
    rows = offering.subscriptions.select_related("person").order_by("order")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    today = portal_day(offering.portal, clock.now())
    context = {"offering": offering, "page": page, "by_day": subscriptions_picture(offering, today)}
    return show(request, "subscriptions.html", desk, context)


@looking()
def ledger(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """The trust ledger of an offering: its balances and every movement."""
    offering = the_offering(offering_id)
    rows = (
        offering.postings.filter(amount__gt=0)
        .select_related("entry", "subscription__person")
        .order_by("-entry__at", "-pk")
    )
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "offering": offering,
        "page": page,
        "rows": page.object_list,
        "trust": balance(offering, Account.TRUST),
        "purchasers": balance(offering, Account.PURCHASERS),
        "refunds": balance(offering, Account.REFUNDS),
    }
    return show(request, "ledger.html", desk, context)


@looking()
def documents(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Every document issued for an offering, and how many of them are made by now."""
    offering = the_offering(offering_id)
    rows = with_seals(documents_of(offering.pk)).order_by("-issued_at", "kind", "language")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {"offering": offering, "page": page, "papers": made_of(offering.pk)}
    return show(request, "documents.html", desk, context)


@looking()
def document(
    request: HttpRequest, desk: Desk, offering_id: UUID, document_id: UUID
) -> HttpResponse:
    """One document, as PDF: as it is kept, or as it is filed."""
    row: Document = get_object_or_404(documents_of(offering_id), pk=document_id)
    return pdf_of(row, at=clock.now(), filing=request.GET.get("copy") == "filing")


@looking()
def preview(request: HttpRequest, desk: Desk, offering_id: UUID, language: str) -> HttpResponse:
    """The document in preparation, as PDF."""
    offering = the_offering(offering_id)
    chosen = next((each for each in LANGUAGES if each == language), None)
    if offering.working is None or chosen is None or chosen not in offering.working.languages:
        raise Http404
    try:
        return preview_of(offering, offering.working, chosen, at=clock.now())
    except FactsError as error:
        raise Http404 from error
