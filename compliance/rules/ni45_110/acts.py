"""Who may act, in which state, and with whose money: findings made outside the judgements."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110.book import rulebook

Reason = Literal[
    "state",
    "amending",
    "held_by_officer",
    "never_was",
    "name_taken",
    "itself",
    "language",
    "nothing_owed",
    "other_amount",
    "notice_time",
    "no_refund",
    "duty_not_open",
]
"""Why an act is not possible where somebody who may do it asks for it; in words in
``kernel/terms.toml``, with ``_why`` after it."""


def actor_not_allowed(move: str, *, on: date) -> Finding:
    """actor.not_allowed: the move is not open to this person."""
    return rulebook(on).finding("actor.not_allowed", met=False, move=move)


def state_not_allowed(
    move: str, state: str, moves: Iterable[str], *, on: date, why: Reason = "state"
) -> Finding:
    """state.not_allowed: says why, which state it is in, and which other moves are possible in it;
    an empty state is that of nothing, and is not told."""
    return rulebook(on).finding(
        "state.not_allowed", met=False, move=move, state=state, moves=tuple(moves), why=why
    )


def payment_from_purchaser(from_purchaser: bool, *, on: date) -> Finding:
    """payment.from_purchaser: portal policy; a payment comes from the purchaser."""
    return rulebook(on).finding("payment.from_purchaser", from_purchaser)
