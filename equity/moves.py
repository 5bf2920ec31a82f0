"""The two state machines as data: every move, from which states, to which state, by whom.

This is the one table. The transitions of the models, the refusals, the picture in the docs and the
exhaustive tests are all made from it. A target of None leaves the state as it is; several targets
are told apart by the model's transition.
"""

from dataclasses import dataclass
from typing import Literal

from compliance.accounts.roles import Role

DRAFT = "draft"
SUBMITTED = "submitted"
CHANGES_REQUESTED = "changes_requested"
REFUSED = "refused"
APPROVED = "approved"
OPEN = "open"
SUSPENDED = "suspended"
CLOSING = "closing"
CLOSED = "closed"
CANCELLED = "cancelled"
FAILED = "failed"

OFFERING_STATES = (
    DRAFT,
    SUBMITTED,
    CHANGES_REQUESTED,
    REFUSED,
    APPROVED,
    OPEN,
    SUSPENDED,
    CLOSING,
    CLOSED,
    CANCELLED,
    FAILED,
)
FINAL = frozenset({REFUSED, CLOSED, CANCELLED, FAILED})
"""States that an offering never leaves."""
UNDER_WAY = frozenset({APPROVED, OPEN, SUSPENDED, CLOSING})
"""States in which a distribution counts as another one of the group (offering.one_at_a_time)."""
OPENED = frozenset({OPEN, SUSPENDED, CLOSING})
"""States of an offering whose document is available and which has not ended."""
_NOT_FINAL = frozenset(OFFERING_STATES) - FINAL

AGREED = "agreed"
BINDING = "binding"
COMPLETED = "completed"
WITHDRAWN = "withdrawn"
LAPSED = "lapsed"
RELEASED = "released"

SUBSCRIPTION_STATES = (AGREED, BINDING, COMPLETED, WITHDRAWN, LAPSED, RELEASED)
LIVE = frozenset({AGREED, BINDING})
"""W-5: agreed or binding, paid or not."""
COUNTING = (*sorted(LIVE), COMPLETED)
"""What an offering has raised: what is live, and what was completed at the closing."""
PAST_RIGHT = (BINDING, COMPLETED)
"""What can no longer be cancelled. Both are tuples, so that a statement is written one way."""


Needed = Literal["amending", "held_by_officer"]


@dataclass(frozen=True, slots=True)
class Move:
    """One move: its name, who makes it, from which states, and where it may lead."""

    name: str
    roles: frozenset[Role]
    sources: frozenset[str]
    targets: frozenset[str] | None = None
    needs: Needed | None = None
    """A further fact the state alone does not tell."""


def _move(
    name: str,
    role: Role,
    sources: set[str] | frozenset[str],
    targets: set[str] | None = None,
    needs: Needed | None = None,
) -> Move:
    return Move(
        name=name,
        roles=frozenset({role}),
        sources=frozenset(sources),
        targets=None if targets is None else frozenset(targets),
        needs=needs,
    )


_OFFERING = (
    _move("edit", Role.ISSUER, {DRAFT, CHANGES_REQUESTED}),
    _move("certify", Role.ISSUER, {DRAFT, CHANGES_REQUESTED, SUSPENDED}),
    _move("submit", Role.ISSUER, {DRAFT, CHANGES_REQUESTED}, {SUBMITTED}),
    _move("approve", Role.OFFICER, {SUBMITTED}, {APPROVED}),
    _move("request_changes", Role.OFFICER, {SUBMITTED}, {CHANGES_REQUESTED}),
    _move("refuse", Role.OFFICER, {SUBMITTED}, {REFUSED}),
    _move("open", Role.ISSUER, {APPROVED}, {OPEN}),
    _move("suspend", Role.OFFICER, {OPEN}, {SUSPENDED}),
    _move("resume", Role.OFFICER, {SUSPENDED}, {OPEN, SUSPENDED}, needs="held_by_officer"),
    _move("amend", Role.ISSUER, OPENED, {SUSPENDED}),
    _move("publish", Role.ISSUER, {SUSPENDED}, {OPEN, SUSPENDED}, needs="amending"),
    _move("stop", Role.OFFICER, UNDER_WAY, {FAILED}),
    _move("cancel", Role.ISSUER, _NOT_FINAL, {CANCELLED}),
    _move("fail", Role.SYSTEM, OPENED, {FAILED}),
    _move("ask_closing", Role.OFFICER, {OPEN, CLOSING}, {CLOSING}),
    _move("approve_closing", Role.OFFICER, {CLOSING}, {CLOSED}),
    _move("concurrent", Role.ISSUER, _NOT_FINAL),
    _move("advise", Role.OFFICER, _NOT_FINAL),
    _move("read", Role.INVESTOR, OPENED),
    _move("acknowledge", Role.INVESTOR, OPENED),
    _move("subscribe", Role.INVESTOR, frozenset(OFFERING_STATES)),
    _move("file", Role.OFFICER, frozenset(OFFERING_STATES)),
    _move("refund", Role.OFFICER, frozenset(OFFERING_STATES)),
)
_SUBSCRIPTION = (
    _move("pay", Role.INVESTOR, LIVE),
    _move("withdraw", Role.INVESTOR, {AGREED}, {WITHDRAWN}),
    _move("record_withdrawal", Role.OFFICER, LIVE, {WITHDRAWN}),
    _move("bind", Role.SYSTEM, {AGREED}, {BINDING}),
    _move("reopen", Role.ISSUER, LIVE, {AGREED}),
    _move("complete", Role.OFFICER, {BINDING}, {COMPLETED}),
    _move("lapse", Role.OFFICER, {BINDING}, {LAPSED}),
    _move("release", Role.SYSTEM, LIVE, {RELEASED}),
    _move("refund", Role.OFFICER, {WITHDRAWN, LAPSED, RELEASED}),
)

FOLLOWING = frozenset({"fail", "bind", "reopen", "complete", "lapse", "release"})
"""Moves that nobody makes by hand: time brings them, or a publication, a closing or an end does."""

OFFERING_MOVES = {move.name: move for move in _OFFERING}
SUBSCRIPTION_MOVES = {move.name: move for move in _SUBSCRIPTION}

STANDING_MOVES = {
    "draft": frozenset({Role.ISSUER}),
    "relate": frozenset({Role.OFFICER, Role.SYSTEM}),
    "portal_status": frozenset({Role.OFFICER, Role.SYSTEM}),
    "issuer_record": frozenset({Role.OFFICER, Role.SYSTEM}),
}
"""Moves that no state limits: who may make them. The system is the installation's own set-up."""


def offering_moves_from(state: str, *, amending: bool, held_by_officer: bool) -> tuple[str, ...]:
    """The names of the moves that an offering in this state has, whoever makes them."""
    facts = {"amending": amending, "held_by_officer": held_by_officer}
    return tuple(
        move.name
        for move in _OFFERING
        if state in move.sources and (move.needs is None or facts[move.needs])
    )


def subscription_moves_from(state: str) -> tuple[str, ...]:
    """The names of the moves that a subscription in this state has, whoever makes them."""
    return tuple(move.name for move in _SUBSCRIPTION if state in move.sources)
