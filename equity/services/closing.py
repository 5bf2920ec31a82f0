"""The closing: asked by one officer, approved by another, for the same figures (W-15 to W-17)."""

from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110 import closing as rules
from compliance.rules.ni45_110 import duties
from compliance.rules.ni45_110.facts import ApprovalFacts, ApprovingFacts
from equity import papers
from equity.models import (
    Closing,
    ClosingRequest,
    Duty,
    Holding,
    Offering,
    Subscription,
)
from equity.refusal import require_all_met
from equity.selectors.approvers import principal, same_person
from equity.selectors.clock import portal_day
from equity.selectors.closings import (
    closing_facts,
    closing_figures,
    completing,
    lapsing,
)
from equity.services import ledger
from equity.services.common import (
    Done,
    glance_at_offering,
    hold_reached,
    judged,
    leave_entry,
    lock_offering,
    repeatable,
    require_offering_move,
)
from equity.services.endings import keep_records, refund_due, void_closing_request
from equity.services.time import settle


@repeatable("offering:ask_closing")
def ask_closing(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[ClosingRequest]:
    """Ask for the closing with its figures as they now stand; a new request replaces the old."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "ask_closing", at)
    assert actor.id is not None
    rows, on = completing(offering), portal_day(offering.portal, at)
    facts = closing_facts(offering, rows, at)
    findings = require_all_met(rules.judge(facts, on=on))
    figures = closing_figures(offering, rows)
    offering.ask_closing()
    offering.save(update_fields=["state"])
    void_closing_request(offering)
    request = ClosingRequest.objects.create(
        offering=offering,
        asked_by=actor.id,
        asked_at=at,
        figures=figures.lines,
        digest=figures.digest,
    )
    leave_entry(
        actor,
        "offering:ask_closing",
        offering,
        at,
        payload={"digest": figures.digest},
        judgements=[judged("closing", facts, findings, on)],
    )
    return Done(request, findings)


@repeatable("offering:approve_closing")
def approve_closing(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[Offering]:
    """Approve the closing that another officer asked for, when nothing has moved since.

    Completes what is paid and binding, releases the money whole to the issuer, lets the unpaid
    lapse with their refunds, writes the register of holders, and leaves the duties and the papers.
    """
    hold_reached(glance_at_offering(offering_id).issuer_id)
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "approve_closing", at)
    request = ClosingRequest.objects.get(offering=offering, superseded=False)
    rows, on = completing(offering), portal_day(offering.portal, at)
    facts = closing_facts(offering, rows, at)
    approval = ApprovalFacts(
        same_person=same_person(actor, request, at),
        principal=principal(offering, actor, request),
        changed=closing_figures(offering, rows).digest != request.digest,
    )
    findings = require_all_met(rules.judge_approval(facts, approval, on=on))
    _close(actor, offering, request, rows, at)
    leave_entry(
        actor,
        "offering:approve_closing",
        offering,
        at,
        payload={"digest": request.digest, "request": request.pk},
        judgements=[judged("approval", ApprovingFacts(facts, approval), findings, on)],
    )
    return Done(offering, findings)


def _close(
    actor: Actor,
    offering: Offering,
    request: ClosingRequest,
    rows: list[Subscription],
    at: datetime,
) -> None:
    on = portal_day(offering.portal, at)
    amount = sum((row.amount for row in rows), ZERO)
    for row in lapsing(offering):
        _lapse(actor, offering, row, at)
    offering.close()
    offering.ended_at = offering.ended_recorded_at = at
    offering.moved_on = on
    offering.save(update_fields=["state", "ended_at", "ended_recorded_at", "moved_on"])
    assert actor.id is not None
    closing = Closing.objects.create(
        offering=offering,
        request=request,
        asked_by=request.asked_by,
        approved_by=actor.id,
        closed_at=at,
        closed_on=on,
        amount=amount,
    )
    for number, row in enumerate(rows, start=1):
        _complete(actor, offering, row, closing, number)
    _leave_duties(offering, rows, closing)


def _lapse(actor: Actor, offering: Offering, row: Subscription, at: datetime) -> None:
    """W-17: unpaid at the closing; what was paid in part is due back from the closing day."""
    row.offering = offering
    row.lapse()
    row.ended_at = at
    row.save(update_fields=["state", "ended_at"])
    refund_due(row, portal_day(offering.portal, at), at)
    leave_entry(actor, "subscription:lapse", row, at)


def _complete(
    actor: Actor, offering: Offering, row: Subscription, closing: Closing, number: int
) -> None:
    row.offering = offering
    row.complete()
    row.ended_at = closing.closed_at
    row.save(update_fields=["state", "ended_at"])
    ledger.post_release(row, row.paid, closing.closed_at)
    holding = Holding.objects.create(
        issuer=offering.issuer,
        offering=offering,
        person=row.person,
        subscription=row,
        security_kind=row.version.security_kind,
        number=number,
        units=row.units,
        amount=row.amount,
        issued_on=closing.closed_on,
    )
    papers.issue_closing_papers(holding, closing, at=closing.closed_at)
    leave_entry(actor, "subscription:complete", row, closing.closed_at)


def _leave_duties(offering: Offering, rows: list[Subscription], closing: Closing) -> None:
    """The filings of the head office and of every purchaser's province, and the other duties."""
    places = sorted({offering.issuer.head_office, *(row.province for row in rows)})
    wanted = [
        *((code, place) for code in duties.AFTER_CLOSING_PER_JURISDICTION for place in places),
        *((code, "") for code in duties.AFTER_CLOSING),
    ]
    Duty.objects.bulk_create(
        Duty(
            code=code,
            offering=offering,
            jurisdiction=place,
            event_on=closing.closed_on,
            due_on=duties.due_on(code, closing.closed_on),
            created_at=closing.closed_at,
        )
        for code, place in wanted
    )
    keep_records(offering, closing.closed_on, closing.closed_at)
