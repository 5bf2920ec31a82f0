"""A payment as it comes in: received, or refused, and then told to the desk when it is not the
purchaser's own."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.rules.kernel.findings import not_met
from equity.models import Subscription
from equity.refusal import Refused
from equity.services import money
from equity.services.common import Done
from equity.services.raising import report_third_party

_THIRD_PARTY = "payment.from_purchaser"


def receive(
    *,
    actor: Actor,
    subscription_id: UUID,
    at: datetime,
    amount: Decimal | None = None,
    from_purchaser: bool = True,
    key: Key | None = None,
) -> Done[Subscription]:
    """Receive a payment as ``money.pay`` does, and raise a case when it was a third party's.

    A refusal leaves no row, so the case is opened after it, in a transaction of its own: call this
    outside of any other, or the case goes with the refusal. Raises Refused as ``money.pay`` does.
    """
    try:
        return money.pay(
            actor=actor,
            subscription_id=subscription_id,
            at=at,
            amount=amount,
            from_purchaser=from_purchaser,
            key=key,
        )
    except Refused as refusal:
        if any(finding.code == _THIRD_PARTY for finding in not_met(refusal.findings)):
            subscription = Subscription.objects.select_related("offering__portal").get(
                pk=subscription_id
            )
            # Two presses at once raise the same: the constraint lets one of them.
            with suppress(IntegrityError):
                owed = subscription.owed if amount is None else amount
                report_third_party(subscription, owed, at)
        raise
