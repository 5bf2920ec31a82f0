"""Transitions of the models, made from the one table of moves."""

from collections.abc import Callable
from typing import Any

from django_fsm import RETURN_VALUE, transition

from equity.moves import Move


def moving(move: Move) -> Callable[..., Any]:
    """The transition of a move that changes the state.

    With one target the body of the method says nothing; with several it returns which one it is.
    """
    assert move.targets is not None, f"{move.name} leaves the state as it is"
    targets = sorted(move.targets)
    return transition(
        field="state",
        source=sorted(move.sources),
        target=targets[0] if len(targets) == 1 else RETURN_VALUE(*targets),
    )
