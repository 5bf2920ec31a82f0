"""The rows of an override: why it is asked for, and what two officers then lifted.

Who may approve it, and that two did, is judged above (``equity.services.overrides``), where it is
known whom the lifted hold serves. These are its book-keeping, in the caller's transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.approvals.models import Approval, Consumption
from compliance.casework import actions
from compliance.casework.models import Case, CaseFlag, Override, OverrideReason
from compliance.casework.selectors import holds_of
from compliance.casework.services.common import leave, officer, said


def lock_holds(case_id: UUID) -> tuple[Case, list[CaseFlag]]:
    """A case, decided or not, and its flags that still hold, locked until the transaction ends.

    What is decided, cleared or overridden meanwhile waits, or this does. The case comes first, as
    in every act on one. Raises Case.DoesNotExist.
    """
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    held = [flag.pk for flag in holds_of(case)]
    locked = CaseFlag.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(locked.filter(pk__in=held))
    return case, holds_of(case)


def note_reason(*, actor: Actor, case: Case, reason: str, at: datetime) -> OverrideReason:
    """Write down why an officer asks that the hold of a case be lifted, sealed; it lifts nothing.

    Raises ActorNotAllowed, CaseRefused when no reason is given.
    """
    by = officer(actor, actions.CASE_ASK_OVERRIDE)
    row = OverrideReason.objects.create(
        case=case, reason=said(reason, "reason"), asked_at=at, asked_by=by
    )
    leave(actor, actions.CASE_ASK_OVERRIDE, case, at, {"reason": row.pk})
    return row


def override_flags(
    *,
    actor: Actor,
    reason: OverrideReason,
    flags: Iterable[CaseFlag],
    approval: Approval,
    consumption: Consumption,
    at: datetime,
) -> Override:
    """Write down that two officers overrode flags, which hold nothing back from then on.

    A trigger compares the row, and each flag, with what the used approval was given for.
    """
    row = Override.objects.create(
        reason=reason,
        asked_by=approval.asked_by,
        approved_by=approval.approved_by,
        at=at,
        consumption=consumption,
    )
    lifted = []
    for flag in flags:
        flag.override = row
        flag.save(update_fields=["override"])
        lifted.append(flag.pk)
    told = {"override": row.pk, "flags": lifted}
    leave(actor, actions.CASE_OVERRIDE, reason.case, at, told)
    return row
