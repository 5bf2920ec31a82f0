"""The account that an issuer is paid to: proposed, asked for and approved by two officers."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.idempotency.services import Key
from compliance.rules.ni45_110 import acts
from equity.actions import BANK_DETAILS
from equity.models import AccountInForce, Issuer, IssuerAccount
from equity.policies import policy
from equity.refusal import Refused, require_all_met
from equity.selectors.payouts import account_in_force
from equity.services.common import Done, leave_entry, repeatable, require_role
from equity.services.pairs import agree, the_request
from equity.services.parts import require_part

_SHAPES = {
    "institution": re.compile(r"[0-9]{3}"),
    "transit": re.compile(r"[0-9]{5}"),
    "number": re.compile(r"[0-9]{5,12}"),
    "holder": re.compile(r"\S.{0,199}"),
}
"""How the particulars of an account at a Canadian institution are written (Payments Canada)."""
_PROPOSE = "propose_account"


@repeatable("account:propose")
def propose_account(
    *,
    actor: Actor,
    issuer_id: UUID,
    institution: str,
    transit: str,
    number: str,
    holder: str,
    at: datetime,
    key: Key | None = None,
) -> Done[IssuerAccount]:
    """Record an account that the issuer would be paid to; nothing is paid to it yet.

    The issuer itself or an officer may. ``institution`` has three digits, ``transit`` five,
    ``number`` five to twelve. Raises Refused, ValueError on other shapes, Issuer.DoesNotExist.
    """
    require_role(actor, _PROPOSE, (Role.ISSUER, Role.OFFICER), at.date())
    if actor.role is Role.ISSUER and actor.id != issuer_id:
        raise Refused((acts.actor_not_allowed(_PROPOSE, on=at.date()),))
    require_part(actor, "account")
    assert actor.id is not None
    details = {"institution": institution, "transit": transit, "number": number, "holder": holder}
    if wrong := [name for name, text in details.items() if not _SHAPES[name].fullmatch(text)]:
        # The value is not repeated: it may be an account number.
        raise ValueError(f"These are not written as an account's: {', '.join(wrong)}.")
    issuer = Issuer.objects.get(pk=issuer_id)
    account = IssuerAccount.objects.create(
        issuer=issuer,
        last_two=number[-2:],
        proposed_by_role=actor.role.value,
        proposed_by=actor.id,
        proposed_at=at,
        **details,
    )
    leave_entry(actor, "account:propose", account, at, payload={"issuer": issuer.pk})
    return Done(account)


@repeatable("account:ask")
def ask_account(
    *, actor: Actor, account_id: UUID, at: datetime, key: Key | None = None
) -> Done[ApprovalRequest]:
    """Ask, as an officer, that a proposed account be the one in force.

    A new request for the issuer replaces the one that stands. Raises Refused,
    IssuerAccount.DoesNotExist.
    """
    require_role(actor, "ask_account", (Role.OFFICER,), at.date())
    account = IssuerAccount.objects.select_related("issuer").get(pk=account_id)
    _hold(account.issuer_id)
    used = AccountInForce.objects.filter(account=account).exists()
    require_all_met((policy("account.waits", not used),))
    request = approvals.ask(
        actor=actor,
        act=BANK_DETAILS,
        subject=account.issuer,
        content=_agreement(account),
        at=at,
    )
    leave_entry(actor, "account:ask", account, at, payload={"request": request.pk})
    return Done(request)


@repeatable("account:approve")
def approve_account(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> Done[AccountInForce]:
    """Approve, as another officer, the account that was asked for: it is in force from then on.

    ``seen`` is the digest of the request that was read. Raises Refused,
    ApprovalRequest.DoesNotExist.
    """
    require_role(actor, "approve_account", (Role.OFFICER,), at.date())
    request = the_request(request_id, BANK_DETAILS)
    account = IssuerAccount.objects.get(pk=request.said["account"])
    _hold(account.issuer_id)
    content, issuers = _agreement(account), (account.issuer_id,)
    approval, consumption = agree(actor, request, seen, content, issuers, at)
    before = account_in_force(account.issuer_id)
    row = AccountInForce.objects.create(
        issuer_id=account.issuer_id,
        number=1 if before is None else before.number + 1,
        account=account,
        asked_by=approval.asked_by,
        approved_by=approval.approved_by,
        since=at,
        consumption=consumption,
    )
    leave_entry(actor, "account:approve", account, at, payload={"number": row.number})
    return Done(row)


def _hold(issuer_id: UUID) -> None:
    """A change of account and a payout wait for each other. Not the whole lock: rows that only
    point at the issuer must not wait, or they wait in a ring."""
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)


def _agreement(account: IssuerAccount) -> dict[str, Any]:
    """What two officers agree on: this account, in place of the one in force."""
    before = account_in_force(account.issuer_id)
    return {
        "issuer": account.issuer_id,
        "account": account.pk,
        "details": bytes(account.details_index).hex(),
        "replaces": None if before is None else before.account_id,
    }
