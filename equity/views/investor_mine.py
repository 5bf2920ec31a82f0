"""What is an investor's own: subscriptions, the money, the right of withdrawal, documents."""

from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compliance.audit.tree.exporting import export_part
from compliance.audit.tree.packages import NothingSigned
from compliance.rules.ni45_110.withdrawal import refund_due
from compliance.web import clock
from compliance.web.acting import attempt, done, refused, sent
from documents.models import Document
from documents.selectors import documents_for_person
from documents.services import render_document
from equity import moves
from equity.evidence.handing import FORMS, package_about
from equity.models import Subscription
from equity.papers.common import reference
from equity.refusal import Refused
from equity.selectors import offerings
from equity.selectors.clock import portal_day
from equity.selectors.receipts import receipt_positions
from equity.services import evidence as evidence_service
from equity.services import money
from equity.services.receiving import receive
from equity.views.handing import evidence_response, told_in_words
from equity.views.money_line import events, money_line
from equity.views.pdf import pdf_response
from investors.actors import investor_actor, investor_only
from investors.models import Person

_PAGE = 20


def _mine(person: Person, subscription_id: UUID) -> Subscription:
    """One of the person's own subscriptions; Http404 for anybody else's, as for none."""
    return get_object_or_404(offerings.subscriptions_of(person), pk=subscription_id)


@require_safe
@investor_only
def subscriptions(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's subscriptions, the latest first."""
    at = clock.now()
    page = Paginator(offerings.subscriptions_of(person), _PAGE).get_page(request.GET.get("page"))
    rows = [{"subscription": row, "line": money_line(row, at)} for row in page]
    context = {"rows": rows, "page": page, "person": person}
    return render(request, "equity/investor/subscriptions.html", context)


def _context(subscription: Subscription, person: Person, at: datetime) -> dict[str, Any]:
    offering = subscription.offering
    owes = subscription.state in moves.LIVE and subscription.owed > 0
    can_withdraw = subscription.state == moves.AGREED and at < subscription.right_ends_at
    return {
        "subscription": subscription,
        "offering": offering,
        "person": person,
        "at": at,
        "line": money_line(subscription, at),
        "events": events(subscription, at),
        "papers": documents_for_person(person.pk).filter(subject_id=subscription.pk),
        "can_withdraw": can_withdraw,
        "can_pay": owes and offering.portal.demonstration,
        "has_owed": owes,
        "reference": reference("S", subscription.pk),
        # Published since the agreement, and so notified to who had agreed (W-11).
        "amended": offering.in_force_id != subscription.version_id,
        "refund_by": refund_by(subscription, at) if can_withdraw else None,
    }


def refund_by(subscription: Subscription, at: datetime) -> date | None:
    """The last day on which what was paid is paid back to somebody who withdraws at ``at`` (W-8);
    None where nothing was paid."""
    if subscription.paid == 0:
        return None
    portal = subscription.offering.portal
    return refund_due(portal_day(portal, at), portal=portal.province).ends_on


@require_safe
@investor_only
def subscription(request: HttpRequest, person: Person, subscription_id: UUID) -> HttpResponse:
    """One subscription: its state, its money, the end of the right, its papers."""
    mine = _mine(person, subscription_id)
    return render(request, "equity/investor/subscription.html", _context(mine, person, clock.now()))


@require_POST
@investor_only
def pay(request: HttpRequest, person: Person, subscription_id: UUID) -> HttpResponse:
    """A demonstration payment of all that is owed: no money moves. Only a demonstration has it."""
    mine, at = _mine(person, subscription_id), clock.now()
    if not mine.offering.portal.demonstration:
        raise Http404
    outcome = attempt(
        lambda: receive(
            actor=investor_actor(person), subscription_id=mine.pk, at=at, key=sent(request)
        ),
        Refused,
    )
    if outcome.refused:
        context = _context(_mine(person, subscription_id), person, at)
        return refused(request, "equity/investor/subscription.html", context, outcome)
    return done(
        request,
        reverse("equity:subscription", args=[mine.pk]),
        _("Demonstration payment recorded. No money has moved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@investor_only
def withdraw(request: HttpRequest, person: Person, subscription_id: UUID) -> HttpResponse:
    """Use the right of withdrawal: one page to confirm, no reason asked."""
    mine, at = _mine(person, subscription_id), clock.now()
    context = _context(mine, person, at)
    if request.method != "POST":
        template = "withdraw" if context["can_withdraw"] else "subscription"
        return render(request, f"equity/investor/{template}.html", context)
    outcome = attempt(
        lambda: money.withdraw(
            actor=investor_actor(person), subscription_id=mine.pk, at=at, key=sent(request)
        ),
        Refused,
    )
    if outcome.refused:
        context = _context(_mine(person, subscription_id), person, at)
        return refused(request, "equity/investor/subscription.html", context, outcome)
    return done(
        request,
        reverse("equity:subscription", args=[mine.pk]),
        _("Your subscription is cancelled. You owe nothing."),
    )


@require_safe
@investor_only
@told_in_words
def receipt(request: HttpRequest, person: Person, subscription_id: UUID) -> HttpResponse:
    """The proof that what is recorded of one subscription stands in the signed trail, as a ZIP that
    its owner can check without us. While nothing covers it yet, a sentence says when it will."""
    mine, at = _mine(person, subscription_id), clock.now()
    positions, file = receipt_positions(mine), BytesIO()
    try:
        covered = export_part(file, positions, at=at).entries
    except NothingSigned:
        covered = 0
    if covered < len(positions):
        return done(
            request,
            reverse("equity:subscription", args=[mine.pk]),
            _("Your receipt is being prepared: it will be ready in a few minutes."),
        )
    return HttpResponse(
        file.getvalue(),
        content_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="recu-receipt.zip"',
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
@investor_only
@told_in_words
def evidence(request: HttpRequest, person: Person, subscription_id: UUID) -> HttpResponse:
    """Everything that the portal keeps of one subscription, sealed, as a ZIP or a PDF: an act,
    since that it was handed over is recorded. While the trail does not cover it, a sentence says
    when it will."""
    mine, at = _mine(person, subscription_id), clock.now()
    form = FORMS.get(request.POST.get("form", ""))
    if form is None:
        raise Http404
    try:
        data, _file = package_about(mine, form[0], at=at, seal=False)
    except NothingSigned:
        return done(
            request,
            reverse("equity:subscription", args=[mine.pk]),
            _("Your evidence is being prepared: it will be ready in a few minutes."),
        )
    evidence_service.hand_over(
        actor=investor_actor(person), person=person, offering=mine.offering, at=at
    )
    return evidence_response(data, form[0])


@require_safe
@investor_only
def documents(request: HttpRequest, person: Person) -> HttpResponse:
    """Every document that is the person's own."""
    page = Paginator(documents_for_person(person.pk), _PAGE).get_page(request.GET.get("page"))
    names = offerings.offering_names({row.offering_id for row in page if row.offering_id})
    rows = [{"document": row, "issuer": _whose(row, names)} for row in page]
    context = {"rows": rows, "page": page, "person": person}
    return render(request, "equity/investor/documents.html", context)


def _whose(paper: Document, names: dict[UUID, str]) -> str:
    """The issuer of a document: by its offering, or as a document of a whole year names it."""
    if paper.offering_id is None:
        return f"{paper.facts['issuer']['name']}, {paper.facts['year']}"
    return names.get(paper.offering_id, "")


@require_safe
@investor_only
def my_document(request: HttpRequest, person: Person, document_id: UUID) -> HttpResponse:
    """One of the person's own documents as PDF."""
    mine = get_object_or_404(Document, pk=document_id, person_id=person.pk)
    return pdf_response(render_document(mine.pk, at=clock.now()))
