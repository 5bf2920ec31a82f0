"""The decision in OpenFisca: one variable for each input, each refusal and each room.

It counts for many at once, as numpy does, or for one; a citation is the reference of a variable.
"""

from collections.abc import Callable
from typing import Any

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from tests.bench.peers.decision import (
    BOOLEANS,
    EIGHTEEN,
    GROUP_CAP,
    LIMIT,
    LIMIT_ADVISED,
    NOTICE_DAYS,
    NUMBERS,
    ROWS,
    TEXTS,
)
from tests.bench.peers.timing import Answer, Case, in_order, main, timed

_BATCH = 10_000
"""How many are judged at once where that is measured."""
_DAY = "2026-03-02"
_PURCHASE = build_entity(
    key="purchase", plural="purchases", label="A subscription that is judged", is_person=True
)


class _Given:
    """The columns of a formula, by name."""

    def __init__(self, purchase: Any, period: Any) -> None:
        self._purchase, self._period = purchase, period

    def __getattr__(self, name: str) -> Any:
        return self._purchase(name, self._period)


_ANSWERS: dict[str, Callable[[Any], Any]] = {
    "portal.authorised": lambda of: numpy.where(
        of.dealer,
        ~of.registered,
        (of.told > of.on - NOTICE_DAYS)
        | (of.confirmed > of.on)
        | (of.f5 < of.f5_oldest)
        | (of.f5 > of.on),
    ),
    "portal.entry_acknowledged": lambda of: ~of.entry_acknowledged,
    "offering.open": lambda of: (of.state != "open") | (of.last_day < of.on),
    "offering.room": lambda of: of.live + of.amount > of.maximum,
    "group.cap": lambda of: of.closed + of.live + of.amount > GROUP_CAP,
    "purchaser.limit": lambda of: (
        of.person_live + of.amount > numpy.where(of.advised, LIMIT_ADVISED, LIMIT)
    ),
    "purchaser.minimum": lambda of: of.person_live + of.amount < of.minimum,
    "purchaser.resident": lambda of: ~of.offered_here,
    "purchaser.identified": lambda of: ~of.identified,
    "purchaser.document_read": lambda of: numpy.where(
        of.province == "QC", ~of.read_french, ~of.read_any
    ),
    "purchaser.risks_acknowledged": lambda of: ~of.acknowledged | (of.unanswered > 0),
    "purchaser.not_too_late": lambda of: (
        (of.ninetieth_begins != 0) & (of.right_ends > of.ninetieth_begins)
    ),
    "purchaser.particulars_complete": lambda of: of.missing > 0,
    "purchaser.of_age": lambda of: (
        ~of.organisation & (of.age < numpy.where(numpy.isin(of.province, EIGHTEEN), 18, 19))
    ),
    "purchaser.suitable": lambda of: of.dealer & ~of.suitable,
    "room.offering": lambda of: numpy.maximum(of.maximum - of.live, 0),
    "room.group": lambda of: numpy.maximum(GROUP_CAP - of.closed - of.live, 0),
    "room.purchaser": lambda of: numpy.maximum(
        numpy.where(of.advised, LIMIT_ADVISED, LIMIT) - of.person_live, 0
    ),
}
_CITATIONS = {row.code: row.citation for row in ROWS}


def _variable(name: str, kind: type, answer: Callable[[Any], Any] | None) -> type[Variable]:
    """A variable of a purchase, with its formula and its reference where it is an answer."""
    parts: dict[str, Any] = {
        "value_type": kind,
        "entity": _PURCHASE,
        "definition_period": DateUnit.DAY,
        "label": name,
    }
    if answer is not None:
        parts["reference"] = _CITATIONS.get(name, "")
        parts["formula"] = lambda purchase, period: answer(_Given(purchase, period))
    return type(name, (Variable,), parts)


def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([_PURCHASE])
    kinds = dict.fromkeys(BOOLEANS, bool) | dict.fromkeys(NUMBERS, int) | dict.fromkeys(TEXTS, str)
    for name, kind in kinds.items():
        system.add_variable(_variable(name, kind, None))
    for name, answer in _ANSWERS.items():
        kind = int if name.startswith("room.") else bool
        system.add_variable(_variable(name, kind, answer))
    return system


_SYSTEM = _system()
_REFERENCES = {code: _SYSTEM.get_variable(code).reference for code in _CITATIONS}
_INPUTS = (*BOOLEANS, *NUMBERS, *TEXTS)


def _simulation(columns: dict[str, Any], count: int) -> Simulation:
    made = SimulationBuilder().build_default_simulation(_SYSTEM, count=count)
    for name in _INPUTS:
        made.set_input(name, _DAY, columns[name])
    return made


def _calculated(columns: dict[str, Any], count: int) -> dict[str, Any]:
    """Every answer as a column."""
    made = _simulation(columns, count)
    return {name: made.calculate(name, _DAY) for name in _ANSWERS}


def judge(case: Case) -> Any:
    """The refusals with their citations, and the rooms, of one."""
    found = _calculated({name: [case[name]] for name in _INPUTS}, 1)
    refusals = [(code, _REFERENCES[code]) for code in _CITATIONS if found[code][0]]
    rooms = {name[5:]: int(column[0]) for name, column in found.items() if name[:5] == "room."}
    return refusals, rooms


def answer(result: Any) -> Answer:
    """As it is compared."""
    refusals, rooms = result
    return {"refused": in_order(code for code, _ in refusals), "rooms": rooms}


def more(cases: list[Case], seconds: float) -> dict[str, float]:
    """What it is made for: very many at once, here as columns of answers without citations."""
    many = [cases[number % len(cases)] for number in range(_BATCH)]
    columns = {name: numpy.array([case[name] for case in many]) for name in _INPUTS}
    per_batch = timed(lambda _: _calculated(columns, _BATCH), [{}], seconds)
    return {f"{_BATCH:,} at once, answers only": per_batch * _BATCH}


if __name__ == "__main__":
    main("OpenFisca-Core", judge, answer, more)
