"""The table of moves, and the transitions made from it. No database.

The graph they draw is walked in tests/guarantees/test_moves_exhaustive.py.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from django_fsm import TransitionNotAllowed

from compliance.accounts.roles import Role
from equity import moves
from equity.models import Offering, Subscription
from equity.moves import Move
from tests.equity.grid import NEEDS, OFFERING_ROWS, SUBSCRIPTION_ROWS, Row

METHODS = {"approve_closing": "close", "record_withdrawal": "withdraw_by_letter"}
"""Transitions that bear another name than their move."""
FLAGS = [(False, False), (True, False), (False, True), (True, True)]


def written(row: Row) -> tuple[Any, ...]:
    targets = frozenset().union(*row.cells.values())
    return frozenset({Role(row.who)}), frozenset(row.cells), targets or None


def in_code(move: Move) -> tuple[Any, ...]:
    return move.roles, move.sources, move.targets


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (moves.OFFERING_MOVES, OFFERING_ROWS),
        (moves.SUBSCRIPTION_MOVES, SUBSCRIPTION_ROWS),
    ],
)
def test_the_table_is_the_one_written_by_hand(
    table: Mapping[str, Move], rows: Mapping[str, Row]
) -> None:
    assert {name: in_code(move) for name, move in table.items()} == {
        name: written(row) for name, row in rows.items()
    }
    for row in rows.values():  # one set of targets for every source, as the code has it
        assert len(set(row.cells.values())) == 1


def test_what_else_a_move_needs() -> None:
    needs = {move.name: move.needs for move in moves.OFFERING_MOVES.values() if move.needs}
    assert needs == NEEDS
    assert all(move.needs is None for move in moves.SUBSCRIPTION_MOVES.values())


def test_standing_moves() -> None:
    assert {
        "draft": {Role.ISSUER},
        "relate": {Role.OFFICER, Role.SYSTEM},
        "portal_status": {Role.OFFICER, Role.SYSTEM},
        "issuer_record": {Role.OFFICER, Role.SYSTEM},
    } == moves.STANDING_MOVES


def test_sets_of_states() -> None:
    assert {"refused", "closed", "cancelled", "failed"} == moves.FINAL
    assert {"approved", "open", "suspended", "closing"} == moves.UNDER_WAY
    assert {"open", "suspended", "closing"} == moves.OPENED
    assert {"agreed", "binding"} == moves.LIVE
    assert len(moves.OFFERING_STATES) == 11
    assert len(moves.SUBSCRIPTION_STATES) == 6


@pytest.mark.parametrize(("amending", "held"), FLAGS)
@pytest.mark.parametrize("state", moves.OFFERING_STATES)
def test_the_moves_of_a_state(state: str, amending: bool, held: bool) -> None:
    facts = {"amending": amending, "held_by_officer": held}
    expected = [
        row.move
        for row in OFFERING_ROWS.values()
        if state in row.cells and (row.move not in NEEDS or facts[NEEDS[row.move]])
    ]
    found = moves.offering_moves_from(state, amending=amending, held_by_officer=held)
    assert list(found) == expected


@pytest.mark.parametrize("state", moves.SUBSCRIPTION_STATES)
def test_the_moves_of_a_subscription(state: str) -> None:
    expected = [row.move for row in SUBSCRIPTION_ROWS.values() if state in row.cells]
    assert list(moves.subscription_moves_from(state)) == expected


def test_an_examiner_makes_no_move() -> None:
    every = [*moves.OFFERING_MOVES.values(), *moves.SUBSCRIPTION_MOVES.values()]
    assert not any(Role.EXAMINER in move.roles for move in every)
    assert not any(Role.EXAMINER in roles for roles in moves.STANDING_MOVES.values())


# The transitions of the models


def transitions(rows: Mapping[str, Row]) -> list[Row]:
    return [row for row in rows.values() if frozenset().union(*row.cells.values())]


@pytest.mark.parametrize(("amending", "held"), FLAGS)
@pytest.mark.parametrize("row", transitions(OFFERING_ROWS), ids=lambda row: row.move)
def test_offering_transitions_from_every_state(row: Row, amending: bool, held: bool) -> None:
    for state in moves.OFFERING_STATES:
        offering = Offering(state=state, amending=amending, held_by_officer=held)
        transition = getattr(offering, METHODS.get(row.move, row.move))
        if state not in row.cells:
            with pytest.raises(TransitionNotAllowed):
                transition()
            assert offering.state == state
            assert (offering.amending, offering.held_by_officer) == (amending, held)
        else:
            transition()
            assert offering.state in row.cells[state]


@pytest.mark.parametrize("row", transitions(SUBSCRIPTION_ROWS), ids=lambda row: row.move)
def test_subscription_transitions_from_every_state(row: Row) -> None:
    for state in moves.SUBSCRIPTION_STATES:
        subscription = Subscription(state=state)
        transition = getattr(subscription, METHODS.get(row.move, row.move))
        if state not in row.cells:
            with pytest.raises(TransitionNotAllowed):
                transition()
            assert subscription.state == state
        else:
            transition()
            assert subscription.state in row.cells[state]


@pytest.mark.parametrize(
    ("move", "amending", "held", "state"),
    [
        ("resume", False, True, "open"),
        ("resume", True, True, "suspended"),
        ("publish", True, False, "open"),
        ("publish", True, True, "suspended"),
    ],
)
def test_both_reasons_to_be_suspended_must_be_over(
    move: str, amending: bool, held: bool, state: str
) -> None:
    offering = Offering(state="suspended", amending=amending, held_by_officer=held)
    getattr(offering, move)()
    assert offering.state == state


@pytest.mark.parametrize("model", [Offering, Subscription])
def test_a_state_is_not_assigned(model: type[Offering] | type[Subscription]) -> None:
    row = model()
    before = row.state
    for state in (*moves.OFFERING_STATES, *moves.SUBSCRIPTION_STATES, before):
        with pytest.raises(AttributeError):
            row.state = state
    assert row.state == before


def test_the_models_have_no_transition_outside_the_table() -> None:
    for model, rows in ((Offering, OFFERING_ROWS), (Subscription, SUBSCRIPTION_ROWS)):
        wanted = {METHODS.get(row.move, row.move) for row in transitions(rows)}
        row = model()
        assert {found.name for found in row.get_all_state_transitions()} == wanted
