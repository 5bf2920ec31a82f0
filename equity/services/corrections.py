"""A payment that was recorded in error: taken back whole, once, by two officers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.idempotency.services import Key
from equity import moves
from equity.actions import CORRECTION
from equity.models import Correction, Posting, Subscription
from equity.policies import policy
from equity.refusal import require_all_met
from equity.selectors.clock import portal_day
from equity.selectors.money import payments_of
from equity.services import ledger
from equity.services.common import Done, leave_entry, lock_subscription, repeatable, require_role
from equity.services.pairs import agree, the_request
from equity.services.time import settle


@repeatable("subscription:ask_correction")
def ask_correction(
    *,
    actor: Actor,
    subscription_id: UUID,
    payment_id: UUID,
    reason: str,
    at: datetime,
    key: Key | None = None,
) -> Done[ApprovalRequest]:
    """Ask, as an officer, that a payment of a live subscription be taken back.

    ``payment_id`` is its journal entry, ``reason`` a code of ``Correction.Reason``. Raises Refused,
    ValueError on another reason, Subscription.DoesNotExist.
    """
    reason = Correction.Reason(reason).value
    subscription, payment = _ready(actor, subscription_id, payment_id, "ask_correction", at)
    request = approvals.ask(
        actor=actor,
        act=CORRECTION,
        subject=subscription,
        content=_agreement(subscription, payment, reason),
        at=at,
    )
    leave_entry(
        actor, "subscription:ask_correction", subscription, at, payload={"request": request.pk}
    )
    return Done(request)


@repeatable("subscription:correct")
def approve_correction(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> Done[Subscription]:
    """Approve, as another officer, the correction that was asked for: the money leaves the trust
    account by an entry of its own, and the subscription owes it again.

    ``seen`` is the digest of the request that was read. Raises Refused,
    ApprovalRequest.DoesNotExist.
    """
    request = the_request(request_id, CORRECTION)
    said = request.said
    payment_id = UUID(said["payment"])
    subscription, payment = _ready(actor, request.subject_id, payment_id, "approve_correction", at)
    content = _agreement(subscription, payment, said["reason"])
    approval, consumption = agree(
        actor, request, seen, content, (subscription.offering.issuer_id,), at
    )
    subscription.paid -= payment.amount
    subscription.save(update_fields=["paid"])
    Correction.objects.create(
        subscription=subscription,
        entry=ledger.post_correction(subscription, payment.amount, at),
        reverses_id=payment.entry_id,
        amount=payment.amount,
        reason=said["reason"],
        asked_by=approval.asked_by,
        approved_by=approval.approved_by,
        consumption=consumption,
    )
    leave_entry(
        actor,
        "subscription:correct",
        subscription,
        at,
        payload={"amount": payment.amount, "payment": payment.entry_id, "reason": said["reason"]},
    )
    return Done(subscription)


def _ready(
    actor: Actor, subscription_id: UUID, payment_id: UUID, act: str, at: datetime
) -> tuple[Subscription, Posting]:
    """The locked subscription, its offering brought to the instant, with the payment in question;
    raises Refused when it is none that can be corrected."""
    subscription = lock_subscription(subscription_id)
    if settle(subscription.offering, at):
        subscription = lock_subscription(subscription_id)
    require_role(actor, act, (Role.OFFICER,), portal_day(subscription.offering.portal, at))
    payment = payments_of(subscription).filter(entry=payment_id).first()
    live = subscription.state in moves.LIVE
    require_all_met((policy("correction.payment", live and payment is not None),))
    assert payment is not None
    return subscription, payment


def _agreement(subscription: Subscription, payment: Posting, reason: str) -> dict[str, Any]:
    """What two officers agree on: this payment of this subscription, whole, for this reason."""
    return {
        "issuer": subscription.offering.issuer_id,
        "payment": payment.entry_id,
        "amount": f"{payment.amount:.2f}",
        "reason": reason,
    }
