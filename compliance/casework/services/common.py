"""What the acts on cases share: the lock, the deadline, the entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role, require
from compliance.audit.services import record
from compliance.casework.deadlines import GIVEN, Deadline, service_level
from compliance.casework.kinds import KINDS
from compliance.casework.models import Case
from compliance.casework.trouble import CaseClosed, CaseRefused


def officer(actor: Actor, action: str) -> UUID:
    """The id of an officer who acts; raises ActorNotAllowed for anybody else."""
    require(actor, Role.OFFICER, action=action)
    assert actor.id is not None
    return actor.id


def lock_case(case: Case) -> Case:
    """The case's row, locked until the transaction ends; raises CaseClosed once it is decided."""
    locked = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if locked.state == Case.State.CLOSED:
        raise CaseClosed(f"The case {locked.pk} was decided on {locked.closed_at:%Y-%m-%d}.")
    return locked


def said(text: str, what: str) -> str:
    """The text without the white space around it; raises CaseRefused when nothing is left."""
    if not text.strip():
        raise CaseRefused(f"{what}.empty", f"The {what} is said in words.")
    return text.strip()


def set_deadline(case: Case, deadline: Deadline) -> None:
    """Put a counted deadline on a case, not saved yet."""
    case.due_on, case.due_at, case.near_at = deadline.due_on, deadline.due_at, deadline.near_at
    case.deadline = deadline.plain()


DEADLINE_FIELDS = ("due_on", "due_at", "near_at", "deadline")


def follow_questions(case: Case) -> None:
    """Bring state and deadline of a locked case in line with its questions, and save them.

    A last day that was given by somebody is not moved.
    """
    stops = tuple(case.questions.values_list("asked_at", "answered_at"))
    waits = any(answered is None for _, answered in stops)
    case.state = Case.State.WAITING if waits else Case.State.OPEN
    if case.deadline.get("rule") != GIVEN:
        set_deadline(
            case,
            service_level(
                opened_at=case.opened_at,
                days=case.deadline.get("inputs", {}).get("days", KINDS[case.kind].days),
                province=case.province,
                stops=stops,
            ),
        )
    case.save(update_fields=["state", *DEADLINE_FIELDS])


def leave(
    actor: Actor, action: str, case: Case, at: datetime, payload: Mapping[str, Any] | None = None
) -> None:
    """Leave the audit entry of an act on a case."""
    record(
        actor=actor,
        action=action,
        subject=case,
        at=at,
        payload={"kind": case.kind, **(payload or {})},
    )
