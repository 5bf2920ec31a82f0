"""How subscriptions and offerings end without a closing: the money goes back (W-18)."""

from datetime import date, datetime

from compliance.accounts.roles import SYSTEM, Actor
from compliance.rules.ni45_110 import duties, withdrawal
from equity import moves
from equity.models import ClosingRequest, Duty, Offering, Subscription
from equity.selectors.clock import portal_day
from equity.services import ledger
from equity.services.approving import void_approval_request
from equity.services.common import leave_entry


def refund_due(subscription: Subscription, event_on: date, at: datetime) -> Duty | None:
    """Make what was paid due back, from the day of the event (W-8); None when nothing was paid.

    The ledger moves the money to what is owed back; the duty carries the day it is counted from,
    its due day and how it was counted.
    """
    if subscription.paid == 0:
        return None
    offering = subscription.offering
    ledger.post_refund_due(subscription, subscription.paid, at)
    due = withdrawal.refund_due(event_on, portal=offering.portal.province)
    return Duty.objects.create(
        code=duties.REFUND,
        offering=offering,
        subscription=subscription,
        amount=subscription.paid,
        event_on=event_on,
        due_on=due.ends_on,
        counted={
            "rule": due.rule,
            "inputs": dict(due.inputs),
            "counted": [day.isoformat() for day in due.counted],
            "skipped": {day.isoformat(): why.en for day, why in due.skipped.items()},
        },
        created_at=at,
    )


def end_offering(offering: Offering, *, legal_at: datetime, event_on: date, at: datetime) -> None:
    """Release every live subscription of an offering that has just failed or been cancelled.

    ``legal_at`` is the instant of the end by law, ``at`` the instant it is recorded, ``event_on``
    the day from which refunds are counted. Saves the offering.
    """
    live = offering.subscriptions.filter(state__in=moves.LIVE).select_related("person")
    for subscription in live.order_by("order"):
        subscription.offering = offering
        subscription.release()
        subscription.ended_at = legal_at
        subscription.save(update_fields=["state", "ended_at"])
        refund_due(subscription, event_on, at)
        leave_entry(SYSTEM, "subscription:release", subscription, at)
    offering.ended_at = legal_at
    offering.ended_recorded_at = at
    offering.moved_on = portal_day(offering.portal, at)
    offering.save(update_fields=["state", "reason", "ended_at", "ended_recorded_at", "moved_on"])
    void_closing_request(offering)
    void_approval_request(SYSTEM, offering, at)
    if offering.first_available is not None or offering.state == moves.FAILED:
        # Stopped before it opened is failed too, and its record is kept as long (W-19).
        keep_records(offering, portal_day(offering.portal, legal_at), at)


def keep_records(offering: Offering, ended_on: date, at: datetime) -> None:
    """Leave the duty to keep the record of an offering that has ended (NI 45-110 s. 3)."""
    Duty.objects.create(
        code=duties.RETAIN,
        offering=offering,
        event_on=ended_on,
        due_on=duties.due_on(duties.RETAIN, ended_on),
        created_at=at,
    )


def void_closing_request(offering: Offering) -> None:
    """A closing that was asked for no longer stands."""
    ClosingRequest.objects.filter(offering=offering, superseded=False).update(superseded=True)


def fail_offering(
    offering: Offering, *, last_day_passed: date, legal_at: datetime, at: datetime, actor: Actor
) -> None:
    """Fail an opened offering whose time passed; refunds count from the last day that passed."""
    offering.fail()
    end_offering(offering, legal_at=legal_at, event_on=last_day_passed, at=at)
    leave_entry(
        actor,
        "offering:fail",
        offering,
        at,
        payload={"last_day": last_day_passed, "legal_at": legal_at},
    )
