"""Money in and back: payments into trust, withdrawals, refunds (NI 45-110 ss. 4 and 5)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.rules.ni45_110 import acts, duties
from equity import papers
from equity.models import Duty, Subscription
from equity.refusal import require_all_met
from equity.selectors import money
from equity.selectors.clock import portal_day
from equity.services import ledger
from equity.services.common import (
    Done,
    leave_entry,
    lock_offering,
    lock_subscription,
    refuse_offering_state,
    refuse_state,
    repeatable,
    require_offering_move,
    require_subscription_move,
)
from equity.services.endings import refund_due
from equity.services.time import settle


@repeatable("subscription:pay")
def pay(
    *,
    actor: Actor,
    subscription_id: UUID,
    at: datetime,
    amount: Decimal | None = None,
    from_purchaser: bool = True,
    key: Key | None = None,
) -> Done[Subscription]:
    """Receive a payment in trust: all that is owed, or a part; never more than is owed.

    Money that does not come from the purchaser is refused (payment.from_purchaser).
    """
    subscription = _entered(actor, subscription_id, "pay", at)
    paid = subscription.owed if amount is None else amount
    if not 0 < paid <= subscription.owed:
        refuse_state(
            subscription, "pay", at, "other_amount" if subscription.owed else "nothing_owed"
        )
    on = portal_day(subscription.offering.portal, at)
    findings = require_all_met((acts.payment_from_purchaser(from_purchaser, on=on),))
    subscription.paid += paid
    subscription.save(update_fields=["paid"])
    ledger.post_payment(subscription, paid, at)
    leave_entry(actor, "subscription:pay", subscription, at, payload={"amount": paid})
    return Done(subscription, findings)


@repeatable("subscription:withdraw")
def withdraw(
    *, actor: Actor, subscription_id: UUID, at: datetime, key: Key | None = None
) -> Done[Subscription]:
    """Use the right of withdrawal: no reason is asked, what was paid is due back (s. 5, s. 4)."""
    subscription = _entered(actor, subscription_id, "withdraw", at)
    subscription.withdraw()
    return _withdrawn(actor, subscription, "withdraw", sent=at, at=at)


@repeatable("subscription:record_withdrawal")
def record_withdrawal(
    *, actor: Actor, subscription_id: UUID, sent: datetime, at: datetime, key: Key | None = None
) -> Done[Subscription]:
    """Record a notice that came by letter or e-mail, from the instant it was sent (W-20).

    Also when the right has ended since. A notice sent before the agreement, in the future, or after
    the end of the right is refused with state.not_allowed.
    """
    subscription = _entered(actor, subscription_id, "record_withdrawal", at)
    if not (subscription.agreed_at <= sent <= at and sent < subscription.right_ends_at):
        refuse_state(subscription, "record_withdrawal", at, "notice_time")
    subscription.withdraw_by_letter()
    return _withdrawn(actor, subscription, "record_withdrawal", sent=sent, at=at)


def _withdrawn(
    actor: Actor, subscription: Subscription, move: str, *, sent: datetime, at: datetime
) -> Done[Subscription]:
    """What both ways of withdrawing share: the room is free, the money due, the notice issued."""
    offering = subscription.offering
    subscription.ended_at = sent
    subscription.save(update_fields=["state", "ended_at"])
    duty = refund_due(subscription, portal_day(offering.portal, sent), at)
    papers.issue_withdrawal_notice(
        subscription, sent=sent, at=at, duty=duty, by_letter=move == "record_withdrawal"
    )
    leave_entry(actor, f"subscription:{move}", subscription, at, payload={"sent": sent})
    return Done(subscription)


@repeatable("subscription:refund")
def refund(
    *, actor: Actor, subscription_id: UUID, at: datetime, key: Key | None = None
) -> Done[Subscription]:
    """Record that what is due back for one subscription was paid back, without deduction."""
    subscription = _entered(actor, subscription_id, "refund", at)
    if money.refund_due_to(subscription) == 0:
        refuse_state(subscription, "refund", at, "no_refund")
    _refunded(actor, subscription, at)
    return Done(subscription)


@repeatable("offering:refund")
def refund_all(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[list[Subscription]]:
    """Record that everything due back in an offering was paid back."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "refund", at)
    owed = [
        duty.subscription
        for duty in Duty.objects.filter(
            offering=offering, code=duties.REFUND, done_at=None
        ).select_related("subscription")
        if duty.subscription is not None
    ]
    if not owed:
        refuse_offering_state(offering, "refund", at, "no_refund")
    for subscription in owed:
        subscription.offering = offering
        _refunded(actor, subscription, at)
    return Done(owed)


def _refunded(actor: Actor, subscription: Subscription, at: datetime) -> None:
    amount = money.refund_due_to(subscription)
    ledger.post_refund_paid(subscription, amount, at)
    Duty.objects.filter(subscription=subscription, code=duties.REFUND, done_at=None).update(
        done_at=at, done_by=actor.id
    )
    leave_entry(actor, "subscription:refund", subscription, at, payload={"amount": amount})


def _entered(actor: Actor, subscription_id: UUID, move: str, at: datetime) -> Subscription:
    """The locked subscription, its offering brought to the instant, the move allowed."""
    subscription = lock_subscription(subscription_id)
    if settle(subscription.offering, at):
        subscription = lock_subscription(subscription_id)
    require_subscription_move(actor, subscription, move, at)
    return subscription
