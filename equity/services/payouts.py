"""The payout of a closing: the released money, whole, to the account in force, by two officers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.idempotency.services import Key
from equity.actions import PAYOUT
from equity.models import AccountInForce, Closing, Issuer, Offering, Payout
from equity.policies import policy
from equity.refusal import require_all_met
from equity.selectors.clock import portal_day
from equity.selectors.holds import holds_on, kinds_of
from equity.selectors.payouts import account_in_force
from equity.services.common import Done, leave_entry, lock_offering, repeatable, require_role
from equity.services.pairs import agree, the_request


@repeatable("payout:ask")
def ask_payout(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[ApprovalRequest]:
    """Ask, as an officer, that the money of a closing be paid out to the account in force.

    Refused while a flag holds the money back that no two officers overrode. Raises Refused,
    Offering.DoesNotExist.
    """
    offering, closing, account = _ready(actor, offering_id, "ask_payout", at)
    request = approvals.ask(
        actor=actor,
        act=PAYOUT,
        subject=offering,
        content=_agreement(offering, closing, account),
        at=at,
    )
    leave_entry(actor, "payout:ask", offering, at, payload={"request": request.pk})
    return Done(request)


@repeatable("payout:approve")
def approve_payout(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> Done[Payout]:
    """Approve, as another officer, the payout that was asked for, and record it.

    Refused when the account in force is not the one that was asked for any more, or a flag has
    come to hold the money back. ``seen`` is the digest of the request that was read. Raises
    Refused, ApprovalRequest.DoesNotExist.
    """
    request = the_request(request_id, PAYOUT)
    offering, closing, account = _ready(actor, request.subject_id, "approve_payout", at)
    content = _agreement(offering, closing, account)
    approval, consumption = agree(actor, request, seen, content, (offering.issuer_id,), at)
    payout = Payout.objects.create(
        closing=closing,
        account=account,
        amount=closing.amount,
        asked_by=approval.asked_by,
        approved_by=approval.approved_by,
        paid_at=at,
        consumption=consumption,
    )
    leave_entry(actor, "payout:approve", offering, at, payload={"amount": payout.amount})
    return Done(payout)


def _ready(
    actor: Actor, offering_id: UUID, act: str, at: datetime
) -> tuple[Offering, Closing, AccountInForce]:
    """The locked offering with its closing and its issuer's account in force; raises Refused.

    The issuer is held too: a change of its account waits for the payout, or the payout for it.
    """
    offering = lock_offering(offering_id)
    require_role(actor, act, (Role.OFFICER,), portal_day(offering.portal, at))
    Issuer.objects.select_for_update(no_key=True).get(pk=offering.issuer_id)
    closing = Closing.objects.filter(offering=offering, payout=None).first()
    account = account_in_force(offering.issuer_id)
    held = list(holds_on(offering).select_related("case"))
    require_all_met(
        (
            policy("payout.closed", closing is not None),
            policy("payout.account_in_force", account is not None),
            policy("payout.not_held", not held, flags=len(held), cases=kinds_of(held)),
        )
    )
    assert closing is not None
    assert account is not None
    return offering, closing, account


def _agreement(offering: Offering, closing: Closing, account: AccountInForce) -> dict[str, Any]:
    """What two officers agree on: this closing, its whole amount, this account."""
    return {
        "issuer": offering.issuer_id,
        "closing": str(closing.pk),
        "amount": f"{closing.amount:.2f}",
        "account": account.account_id,
        "details": bytes(account.account.details_index).hex(),
    }
