"""The override of a hold: one officer says why, another approves it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.casework.actions import OVERRIDE
from compliance.casework.models import CaseFlag, Override, OverrideReason
from compliance.casework.services.overriding import lock_holds, note_reason, override_flags
from compliance.idempotency.services import Key
from equity.policies import policy
from equity.refusal import require_all_met
from equity.selectors.holds import accounts_of, issuers_of, persons_of
from equity.services.common import Done, repeatable, require_role
from equity.services.pairs import agree, the_request


@repeatable("override:ask")
def ask_override(
    *, actor: Actor, case_id: UUID, reason: str, at: datetime, key: Key | None = None
) -> Done[ApprovalRequest]:
    """Ask, as an officer, that the flags of a case which hold now hold nothing back any more.

    The case may be decided: what a decision confirmed holds on. ``reason`` may hold personal data;
    it is sealed, and the second officer reads it. Raises Refused, CaseRefused when no reason is
    given, Case.DoesNotExist.
    """
    require_role(actor, "ask_override", (Role.OFFICER,), at.date())
    case, held = lock_holds(case_id)
    require_all_met((policy("override.holds", bool(held)),))
    given = note_reason(actor=actor, case=case, reason=reason, at=at)
    request = approvals.ask(
        actor=actor, act=OVERRIDE, subject=case, content=_agreement(given, held), at=at
    )
    return Done(request)


@repeatable("override:approve")
def approve_override(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> Done[Override]:
    """Approve, as another officer, the override that was asked for: its flags hold nothing.

    Refused when one of them was cleared or overridden meanwhile, or serves another issuer by now;
    a flag that came since goes on holding. Nobody on an issuer's side, and no person whom a flag
    concerns, is one of the two. ``seen`` is the digest of the request that was read. Raises
    Refused, ApprovalRequest.DoesNotExist.
    """
    require_role(actor, "approve_override", (Role.OFFICER,), at.date())
    request = the_request(request_id, OVERRIDE)
    case, held = lock_holds(request.subject_id)
    asked = [flag for flag in held if flag.pk in request.said["flags"]]
    given = OverrideReason.objects.get(pk=request.said["reason"], case=case)
    approval, consumption = agree(
        actor,
        request,
        seen,
        _agreement(given, asked),
        issuers_of(asked),
        at,
        persons=accounts_of(persons_of(asked)),
    )
    row = override_flags(
        actor=actor,
        reason=given,
        flags=asked,
        approval=approval,
        consumption=consumption,
        at=at,
    )
    return Done(row)


def _agreement(given: OverrideReason, flags: list[CaseFlag]) -> dict[str, Any]:
    """What two officers agree on: these flags, these words, and for whom money is released."""
    return {
        "flags": [flag.pk for flag in flags],
        "reason": given.pk,
        "words": bytes(given.reason_index).hex(),
        "issuers": sorted(str(pk) for pk in issuers_of(flags)),
        "persons": sorted(str(pk) for pk in persons_of(flags)),
    }
