"""Two people for an act of this floor: what the second one approves is done at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from compliance.accounts.roles import Actor
from compliance.approvals import services as approvals
from compliance.approvals.judging import ApprovalRefused
from compliance.approvals.models import Approval, ApprovalRequest, Consumption
from equity.refusal import Refused
from equity.selectors.approvers import on_the_side_of


def the_request(request_id: UUID, act: str) -> ApprovalRequest:
    """The request of an act by its id; raises ApprovalRequest.DoesNotExist for another act's."""
    return ApprovalRequest.objects.get(pk=request_id, act=act)


def agree(
    actor: Actor,
    request: ApprovalRequest,
    seen: str,
    content: Mapping[str, Any],
    issuers: Collection[UUID],
    at: datetime,
    *,
    persons: Collection[AbstractBaseUser] = (),
) -> tuple[Approval, Consumption]:
    """Approve a request as the second officer and use the approval up, in the caller's transaction.

    ``seen`` is the digest that the officer read, ``content`` what it would be of now. Nobody on the
    side of one of the issuers is one of the two, nor one of ``persons``, the accounts of people who
    gain by it. Raises Refused with every finding.
    """
    officers = [request.asked_by, *([] if actor.id is None else [actor.id])]
    given: dict[str, Any] = {
        "content": content,
        "at": at,
        "interested": any(on_the_side_of(one, officers, names=[actor.name]) for one in issuers),
        "beneficiaries": persons,
    }
    try:
        approval = approvals.approve(actor=actor, request_id=request.pk, seen=seen, **given)
        return approval, approvals.consume(actor=actor, approval=approval, **given)
    except ApprovalRefused as refusal:
        raise Refused(refusal.findings) from refusal
