"""Who may act, in which state, and with whose money: findings made outside the judgements."""

from collections.abc import Iterable
from datetime import date

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110.book import rulebook


def actor_not_allowed(move: str, *, on: date) -> Finding:
    """actor.not_allowed: the move is not open to this person."""
    return rulebook(on).finding("actor.not_allowed", met=False, move=move)


def state_not_allowed(
    move: str, state: str, moves: Iterable[str], *, on: date, why: str = "state"
) -> Finding:
    """state.not_allowed: says which state it is in, which moves that state has, and why not this
    one: ``why`` is the code of a reason (``..._why`` in ``kernel/terms.toml``)."""
    return rulebook(on).finding(
        "state.not_allowed", met=False, move=move, state=state, moves=tuple(moves), why=why
    )


def payment_from_purchaser(from_purchaser: bool, *, on: date) -> Finding:
    """payment.from_purchaser: portal policy; a payment comes from the purchaser."""
    return rulebook(on).finding("payment.from_purchaser", from_purchaser)
