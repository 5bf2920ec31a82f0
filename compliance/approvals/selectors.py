"""Reading approvals: what waits for a second person, and what stands between two people."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import Role
from compliance.accounts.selectors import is_officer
from compliance.approvals.judging import GRANTED_LATELY, ApprovalFacts
from compliance.approvals.models import ApprovalRequest
from compliance.approvals.people import account, one_person
from compliance.audit.services import Subject, subject_key


def waiting() -> QuerySet[ApprovalRequest]:
    """The requests that wait for a second person or for their use, oldest first."""
    rows = ApprovalRequest.objects.filter(standing=True).select_related("approval")
    return rows.order_by("asked_at", "pk")


def standing_request(act: str, subject: Subject) -> ApprovalRequest | None:
    """The request that stands for this act on this subject; None when there is none."""
    subject_type, subject_id = subject_key(subject)
    return ApprovalRequest.objects.filter(
        act=act, subject_type=subject_type, subject_id=subject_id, standing=True
    ).first()


def granted_lately(one: UUID, other: UUID, at: datetime) -> bool:
    """Whether one of two officers holds the role by the other's doing since less than 24 hours:
    as who granted it, who asked for it, or who approved it."""
    pair = (one, other)
    approval = "consumption__approval"
    by_them = (
        Q(granter__in=pair)
        | Q(**{f"{approval}__asked_by__in": pair})
        | Q(**{f"{approval}__approved_by__in": pair})
    )
    return RoleGrant.objects.filter(
        by_them,
        holder__in=pair,
        role=Role.OFFICER.value,
        revoked_at=None,
        granted_at__gt=at - GRANTED_LATELY,
    ).exists()


def facts_of(
    request: ApprovalRequest,
    approver: UUID,
    *,
    at: datetime,
    beneficiaries: Iterable[AbstractBaseUser] = (),
    interested: bool = False,
    changed: bool = False,
    approved: bool = False,
) -> ApprovalFacts:
    """What an approval by this officer would be judged by now.

    `beneficiaries` are accounts that gain by the act, `interested` says that a floor above found
    one of the two on the side of whoever does. `approved` tells the use of an approval from the
    giving of one, for which there must be none yet.
    """
    asked, approves = account(request.asked_by), account(approver)
    both = (asked, approves)
    return ApprovalFacts(
        same_person=request.asked_by == approver or one_person(asked, approves),
        officers=all(user is not None and is_officer(user) for user in both),
        interested=interested
        or any(one_person(user, gains) for user in both for gains in beneficiaries),
        granted_lately=granted_lately(request.asked_by, approver, at),
        standing=request.standing and hasattr(request, "approval") is approved,
        changed=changed,
    )


def bound(act: str, subject: Subject, content: Mapping[str, Any]) -> dict[str, Any]:
    """What two people agree on: the content with the act and the subject, which the digest covers
    too, so that no approval serves another act or another subject."""
    kind, key = subject_key(subject)
    return {**content, "act": act, "subject": f"{kind}/{key}"}
