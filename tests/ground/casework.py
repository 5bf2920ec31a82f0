"""What the tests of cases share: cases in every state, made through the services."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.casework.kinds import KINDS
from compliance.casework.models import Case, CaseDecision
from compliance.casework.services import add_evidence, open_case, settle_case

OPENED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in Montréal."""
SUBSCRIPTION = ("equity.subscription", UUID(int=5))
DIGEST = "ab" * 32


def made(kind: str = "other", *, actor: Actor = SYSTEM, at: datetime = OPENED, **more: Any) -> Case:
    """A case of a kind, about a subscription unless said otherwise."""
    return open_case(actor=actor, kind=kind, at=at, **({"subject": SUBSCRIPTION} | more))


def with_evidence(case: Case, officer: Actor, outcome: str, at: datetime = OPENED) -> Case:
    """The case with all the evidence that a decision needs."""
    choice = KINDS[case.kind].choice(outcome)
    assert choice is not None
    for kind in choice.evidence:
        add_evidence(actor=officer, case=case, kind=kind, name="pièce", content=b"octets", at=at)
    return case


def settled(
    case: Case, officer: Actor, outcome: str = "settled", at: datetime = OPENED, **more: Any
) -> CaseDecision:
    """The decision of a case, with a reason."""
    return settle_case(actor=officer, case=case, outcome=outcome, reason="Vérifié.", at=at, **more)


def somebody(role: Role) -> Actor:
    """An actor of a role that the database knows nothing of."""
    return SYSTEM if role is Role.SYSTEM else Actor(role, uuid4())
