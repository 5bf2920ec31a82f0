"""Deciding a case: once, by an officer, with a reason, on the evidence that the decision needs."""

from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.casework import actions
from compliance.casework.kinds import KINDS, Choice
from compliance.casework.models import Case, CaseDecision
from compliance.casework.selectors import missing_evidence
from compliance.casework.services.common import leave, lock_case, officer, said
from compliance.casework.services.opening import cleared
from compliance.casework.trouble import CaseRefused
from compliance.idempotency.services import Key, repeatable, row_telling


@repeatable("case:settle", row_telling(CaseDecision))
def settle_case(
    *,
    actor: Actor,
    case: Case,
    outcome: str,
    reason: str,
    at: datetime,
    answer: str | None = None,
    question: str | None = None,
    published_for: UUID | None = None,
    key: Key | None = None,
) -> CaseDecision:
    """Write a decision down and close the case with it, for good.

    Only the book-keeping: what the decision causes is done by ``compliance.desk.outcomes.decide``,
    which calls this in its transaction. ``answer`` is told to whoever opened the case, ``question``
    is their question in neutral words; each is given exactly where the decision asks for it.
    ``published_for`` is the offering on whose page both are to stand. Flags are cleared unless the
    decision confirms them; a question that still waits stays unanswered. An officer may. Raises
    ActorNotAllowed, CaseClosed, CaseRefused.
    """
    by = officer(actor, actions.CASE_DECIDE)
    locked = lock_case(case)
    choice = _allowed(locked, outcome)
    words = {"answer": answer, "question": question}
    for name, text in words.items():
        if (name in choice.asks) != bool(text and text.strip()):
            raise CaseRefused(f"{name}.empty", f"The {name} is given where it is asked for.")
    if missing := missing_evidence(locked, choice):
        raise CaseRefused("evidence.missing", f"Evidence is missing: {', '.join(missing)}.")
    decision = CaseDecision.objects.create(
        case=locked,
        kind=locked.kind,
        outcome=outcome,
        reason=said(reason, "reason"),
        answer=answer.strip() if answer else None,
        question=question.strip() if question else None,
        published_for=published_for,
        at=at,
        by=by,
    )
    locked.state, locked.closed_at, locked.closed_by = Case.State.CLOSED, at, by
    locked.save(update_fields=["state", "closed_at", "closed_by"])
    if choice.clears:
        for flag in locked.flags.filter(cleared_at=None):
            cleared(flag, by, at)
    told = {"outcome": outcome, "decision": decision.pk, "cleared": choice.clears}
    leave(actor, actions.CASE_DECIDE, locked, at, told)
    return decision


def _allowed(case: Case, outcome: str) -> Choice:
    choice = KINDS[case.kind].choice(outcome)
    if choice is None:
        raise CaseRefused("decision.not_allowed", f"A {case.kind} is not decided by {outcome}.")
    return choice
