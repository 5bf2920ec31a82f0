"""The tables of states and moves as a person reads them, written out by hand.

A cell is empty (``.``) where the state does not have the move, ``=`` where the move leaves the
state as it is, else the state or states it may lead to. Nothing here is made from the code: the
tests hold the code to these pages.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

SHORT = {
    "dr": "draft",
    "su": "submitted",
    "ch": "changes_requested",
    "re": "refused",
    "ap": "approved",
    "op": "open",
    "sp": "suspended",
    "cg": "closing",
    "cd": "closed",
    "ca": "cancelled",
    "fa": "failed",
    "ag": "agreed",
    "bi": "binding",
    "co": "completed",
    "wi": "withdrawn",
    "la": "lapsed",
    "rl": "released",
}

OFFERING = """
move             who       dr  su  ch  re  ap  op  sp     cg  cd  ca  fa
edit             issuer    =   .   =   .   .   .   .      .   .   .   .
certify          issuer    =   .   =   .   .   .   =      .   .   .   .
submit           issuer    su  .   su  .   .   .   .      .   .   .   .
approve          officer   .   ap  .   .   .   .   .      .   .   .   .
request_changes  officer   .   ch  .   .   .   .   .      .   .   .   .
refuse           officer   .   re  .   .   .   .   .      .   .   .   .
open             issuer    .   .   .   .   op  .   .      .   .   .   .
suspend          officer   .   .   .   .   .   sp  .      .   .   .   .
resume           officer   .   .   .   .   .   .   op/sp  .   .   .   .
amend            issuer    .   .   .   .   .   sp  sp     sp  .   .   .
publish          issuer    .   .   .   .   .   .   op/sp  .   .   .   .
stop             officer   .   .   .   .   fa  fa  fa     fa  .   .   .
cancel           issuer    ca  ca  ca  .   ca  ca  ca     ca  .   .   .
fail             system    .   .   .   .   .   fa  fa     fa  .   .   .
ask_closing      officer   .   .   .   .   .   cg  .      cg  .   .   .
approve_closing  officer   .   .   .   .   .   .   .      cd  .   .   .
concurrent       issuer    =   =   =   .   =   =   =      =   .   .   .
advise           officer   =   =   =   .   =   =   =      =   .   .   .
read             investor  .   .   .   .   .   =   =      =   .   .   .
acknowledge      investor  .   .   .   .   .   =   =      =   .   .   .
subscribe        investor  =   =   =   =   =   =   =      =   =   =   =
file             officer   =   =   =   =   =   =   =      =   =   =   =
refund           officer   =   =   =   =   =   =   =      =   =   =   =
"""
"""Rules and what is due limit ``subscribe``, ``file`` and ``refund``, not the state."""

SUBSCRIPTION = """
move               who       ag  bi  co  wi  la  rl
pay                investor  =   =   .   .   .   .
withdraw           investor  wi  .   .   .   .   .
record_withdrawal  officer   wi  wi  .   .   .   .
bind               system    bi  .   .   .   .   .
reopen             issuer    ag  ag  .   .   .   .
complete           officer   .   co  .   .   .   .
lapse              officer   .   la  .   .   .   .
release            system    rl  rl  .   .   .   .
refund             officer   .   .   .   =   =   =
"""

NEEDS = {"resume": "held_by_officer", "publish": "amending"}
"""Moves of a suspended offering that also need the reason of its suspension to be theirs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the move, who makes it, and its targets by state (empty: no change)."""

    move: str
    who: str
    cells: dict[str, frozenset[str]]


def rows(table: str) -> Iterator[Row]:
    """The lines of a table; a state without the move is left out of the cells."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    states = [SHORT[short] for short in head[2:]]
    for move, who, *cells in lines:
        yield Row(
            move,
            who,
            {
                state: frozenset() if cell == "=" else frozenset(map(SHORT.get, cell.split("/")))
                for state, cell in zip(states, cells, strict=True)
                if cell != "."
            },
        )


OFFERING_ROWS = {row.move: row for row in rows(OFFERING)}
SUBSCRIPTION_ROWS = {row.move: row for row in rows(SUBSCRIPTION)}


Edges = set[tuple[str, str]]


def edges(written: Mapping[str, Row]) -> Edges:
    """The pairs of states that some move leads from and to; a move that stays makes none."""
    return {
        (state, target)
        for row in written.values()
        for state, targets in row.cells.items()
        for target in targets
        if target != state
    }


def reached(start: str, links: Iterable[tuple[str, str]], *, without: str = "") -> set[str]:
    """Every state that a path from the start comes to, never through the one left out."""
    found, fresh = {start}, {start}
    while fresh:
        fresh = {b for a, b in links if a in fresh and b not in found and b != without}
        found |= fresh
    return found
