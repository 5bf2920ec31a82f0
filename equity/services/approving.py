"""How many officers approve an offering, and what exactly they approve."""

from datetime import datetime
from typing import Any

from compliance.accounts.roles import Actor
from compliance.approvals import services as approvals
from compliance.approvals.judging import ApprovalFacts, judge
from compliance.approvals.models import Approval, Consumption
from compliance.approvals.selectors import standing_request
from equity.actions import OFFERING_APPROVAL
from equity.models import Offering, OfferingApproval
from equity.refusal import Refused
from equity.services.pairs import agree


def approved_by_enough(
    actor: Actor, offering: Offering, seen: str, at: datetime
) -> OfferingApproval | None:
    """Record the approval of a locked offering, when there are enough officers for it.

    None when the actor is the first of two: a request is left, for the content as it is certified.
    With ``seen``, what the second one read, nobody is taken for the first. Raises Refused when they
    are not two, or not for the same content.
    """
    if offering.portal.approval_officers == 1:
        return _approved(actor, offering, at)
    content = _agreement(offering)
    request = standing_request(OFFERING_APPROVAL, offering)
    if not seen and (request is None or approvals.now_digest(request, content) != request.digest):
        approvals.ask(actor=actor, act=OFFERING_APPROVAL, subject=offering, content=content, at=at)
        return None
    if request is None:
        raise Refused(judge(ApprovalFacts(standing=False)))
    pair = agree(actor, request, seen or request.digest, content, (offering.issuer_id,), at)
    return _approved(actor, offering, at, *pair)


def void_approval_request(actor: Actor, offering: Offering, at: datetime) -> None:
    """An approval that one officer gave no longer stands: the offering is another's turn."""
    approvals.withdraw(actor=actor, act=OFFERING_APPROVAL, subject=offering, at=at)


def _approved(
    actor: Actor,
    offering: Offering,
    at: datetime,
    approval: Approval | None = None,
    consumption: Consumption | None = None,
) -> OfferingApproval:
    version = offering.working
    assert version is not None
    assert actor.id is not None
    return OfferingApproval.objects.create(
        offering=offering,
        version=version,
        digest=version.certified_digest,
        asked_by=None if approval is None else approval.asked_by,
        approved_by=actor.id,
        approved_at=at,
        consumption=consumption,
    )


def _agreement(offering: Offering) -> dict[str, Any]:
    """What two officers agree on: this version, as its issuer certified it."""
    version = offering.working
    assert version is not None
    return {
        "issuer": offering.issuer_id,
        "version": version.pk,
        "certified": version.certified_digest,
    }
