"""Asking for an approval, giving it, and using it up: in the transaction of the act it is for.

A service of the floor of the act calls these, and says what it alone knows: what the content now
is, and whether one of the two people gains by it.

    request = approvals.ask(actor=..., act=PAYOUT, subject=offering, content=..., at=at)
    ...
    approval = approvals.approve(actor=..., request_id=..., seen=digest, content=..., at=at)
    consumption = approvals.consume(actor=..., approval=approval, content=..., at=at)
    Payout.objects.create(..., consumption=consumption)
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from compliance.accounts.roles import Actor, Role, require
from compliance.approvals import actions, acts
from compliance.approvals.judging import (
    ApprovalFacts,
    ApprovalRefused,
    judge,
    require_approved,
)
from compliance.approvals.models import Approval, ApprovalRequest, Consumption
from compliance.approvals.selectors import bound, facts_of, standing_request
from compliance.audit.discretion import canonical_text
from compliance.audit.services import Subject, record, subject_key
from compliance.idempotency.services import Key, repeatable, row_telling


def ask(
    *, actor: Actor, act: str, subject: Subject, content: Mapping[str, Any], at: datetime
) -> ApprovalRequest:
    """Ask for an act with its content as it now is; a new request replaces the one that stands.

    `content` is what the second person approves: ids, codes, amounts as text, digests. An officer
    asks, at the instant `at`. Raises ActorNotAllowed, UnknownAct, NotDiscreet on content that may
    be personal, TransactionManagementError outside a transaction.
    """
    require(actor, Role.OFFICER, action=actions.ASK)
    assert actor.id is not None
    withdraw(actor=actor, act=act, subject=subject, at=at)
    subject_type, subject_id = subject_key(subject)
    text = canonical_text(bound(acts.act(act).code, subject, content))
    request = ApprovalRequest.objects.create(
        act=act,
        subject_type=subject_type,
        subject_id=subject_id,
        content=text,
        digest=digest_of(text),
        asked_by=actor.id,
        asked_at=at,
    )
    _leave(actor, actions.ASK, request, at)
    return request


def withdraw(*, actor: Actor, act: str, subject: Subject, at: datetime) -> None:
    """End the request that stands for an act on a subject, if there is one: it was withdrawn, or
    what it is about no longer is."""
    found = standing_request(act, subject)
    if found is None:
        return
    request = hold(found.pk)
    if request.standing:
        _end(actor, request, at)


@repeatable("approvals:withdraw", row_telling(ApprovalRequest))
def withdraw_request(
    *, actor: Actor, request_id: UUID, at: datetime, key: Key | None = None
) -> ApprovalRequest:
    """End a request that stands, whoever asked: nothing is done, and it may be asked for anew.

    An officer may. Raises ApprovalRefused when it no longer stands, ActorNotAllowed,
    ApprovalRequest.DoesNotExist.
    """
    require(actor, Role.OFFICER, action=actions.WITHDRAW)
    request = hold(request_id)
    if not request.standing:
        raise ApprovalRefused(judge(ApprovalFacts(standing=False)))
    _end(actor, request, at)
    return request


def approve(
    *,
    actor: Actor,
    request_id: UUID,
    seen: str,
    content: Mapping[str, Any],
    at: datetime,
    beneficiaries: Iterable[AbstractBaseUser] = (),
    interested: bool = False,
) -> Approval:
    """Approve, as another officer, exactly what was asked for and return the approval.

    `seen` is the digest of the page that the officer read, `content` the content as it is now, and
    the rest what `facts_of` says. Raises ApprovalRefused with every finding, ActorNotAllowed,
    ApprovalRequest.DoesNotExist.
    """
    require(actor, Role.OFFICER, action=actions.APPROVE)
    assert actor.id is not None
    request = hold(request_id)
    facts = facts_of(
        request,
        actor.id,
        at=at,
        beneficiaries=beneficiaries,
        interested=interested,
        changed=not (seen == request.digest == now_digest(request, content)),
    )
    require_approved(judge(facts))
    approval = Approval.objects.create(
        request=request,
        digest=request.digest,
        asked_by=request.asked_by,
        approved_by=actor.id,
        approved_at=at,
    )
    _leave(actor, actions.APPROVE, request, at)
    return approval


def consume(
    *,
    actor: Actor,
    approval: Approval,
    content: Mapping[str, Any],
    at: datetime,
    beneficiaries: Iterable[AbstractBaseUser] = (),
    interested: bool = False,
) -> Consumption:
    """Use an approval up, once, in the transaction of the act it was given for.

    `content` is the content as it is now: what has changed since the approval is not approved.
    Raises ApprovalRefused with every finding.
    """
    request = hold(approval.request_id)
    facts = facts_of(
        request,
        approval.approved_by,
        at=approval.approved_at,
        beneficiaries=beneficiaries,
        interested=interested,
        changed=now_digest(request, content) != request.digest,
        approved=True,
    )
    require_approved(judge(facts))
    consumption = Consumption.objects.create(
        approval=approval,
        act=request.act,
        digest=request.digest,
        used_by_role=actor.role.value,
        used_by=actor.id,
        used_at=at,
    )
    _leave(actor, actions.USE, request, at)
    return consumption


def hold(request_id: UUID) -> ApprovalRequest:
    """A request, locked until the transaction ends: an approval, its use and its end wait for each
    other. Raises ApprovalRequest.DoesNotExist."""
    return ApprovalRequest.objects.select_for_update().get(pk=request_id)


def now_digest(request: ApprovalRequest, content: Mapping[str, Any]) -> str:
    """The digest that a request would have with this content."""
    subject = (request.subject_type, request.subject_id)
    return digest_of(canonical_text(bound(request.act, subject, content)))


def digest_of(text: str) -> str:
    """SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _end(actor: Actor, request: ApprovalRequest, at: datetime) -> None:
    request.standing = False
    request.save(update_fields=["standing"])
    _leave(actor, actions.WITHDRAW, request, at)


def _leave(actor: Actor, action: str, request: ApprovalRequest, at: datetime) -> None:
    record(
        actor=actor,
        action=action,
        subject=request,
        at=at,
        payload={
            "act": request.act,
            "subject_type": request.subject_type,
            "subject_id": request.subject_id,
            "digest": request.digest,
        },
    )
