"""Opening and closing cases."""

from datetime import date, datetime

from compliance.accounts.roles import Actor, Role, require
from compliance.audit.services import Subject, record, subject_key
from compliance.casework import actions
from compliance.casework.models import Case
from compliance.idempotency.services import Key, repeatable, row_telling


class CaseClosed(ValueError):  # noqa: N818 - it says what happened
    """The case is closed already, and a closed case does not change."""


@repeatable("case:open", row_telling(Case))
def open_case(
    *,
    actor: Actor,
    kind: str,
    subject: Subject,
    at: datetime,
    note: str = "",
    due_on: date | None = None,
    key: Key | None = None,
) -> Case:
    """Open a case about `subject` and return it.

    Anybody may: an investor complains, the system finds a late notice. `note` may hold personal
    data; it is sealed and stays out of the audit trail. Raises ValueError on an unknown kind.
    """
    case_kind = Case.Kind(kind)
    subject_type, subject_id = subject_key(subject)
    case = Case.objects.create(
        kind=case_kind.value,
        subject_type=subject_type,
        subject_id=subject_id,
        note=note,
        due_on=due_on,
        opened_at=at,
        opened_by_role=actor.role.value,
        opened_by=actor.id,
    )
    about = {"subject_type": subject_type, "subject_id": subject_id}
    record(
        actor=actor,
        action=actions.CASE_OPEN,
        subject=case,
        at=at,
        payload={"kind": case_kind.value, "due_on": due_on, **about},
    )
    return case


@repeatable("case:close", row_telling(Case))
def close_case(
    *, actor: Actor, case: Case, at: datetime, outcome: str, key: Key | None = None
) -> Case:
    """Close a case with its outcome in words and return it.

    An officer or the system may. Raises CaseClosed when somebody was first, ValueError when the
    outcome is empty, ActorNotAllowed.
    """
    require(actor, Role.OFFICER, Role.SYSTEM, action=actions.CASE_CLOSE)
    if not outcome.strip():
        raise ValueError("A case is closed with its outcome in words.")
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.state != Case.State.OPEN:
        raise CaseClosed(f"The case {locked.pk} was closed on {locked.closed_at:%Y-%m-%d}.")
    locked.state = Case.State.CLOSED
    locked.outcome = outcome
    locked.closed_at = at
    locked.closed_by = actor.id
    locked.save(update_fields=["state", "outcome", "closed_at", "closed_by"])
    record(
        actor=actor,
        action=actions.CASE_CLOSE,
        subject=locked,
        at=at,
        payload={"kind": locked.kind},
    )
    return locked
