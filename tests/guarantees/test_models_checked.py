"""B8: three models checked in every order of their steps by spin, and broken copies of each.

What a test with threads tries at random, the model checker tries in all orders: `spin/cap.pml` (the
cap under retries and crashes), `spin/trust.pml` (money in trust until it is released or refunded)
and `spin/outbox.pml` (the trail and its reader). Each model says what holds; each broken copy is
the same model with one line otherwise, and must be found to break it.
"""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from equity import moves
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

MODELS = Path(__file__).parent / "spin"
DEPTH = 100_000
MEGABYTES = 4_000
OPTIMISED = sized(short="-O0", long="-O2")
"""Compiling takes longer than a short form runs."""
SECONDS = 300
"""Nothing takes so long, also on a busy machine: a model that grew is noticed."""


@dataclass(frozen=True)
class Model:
    """One model: the forms in which it must hold, and what breaks it."""

    name: str
    forms: tuple[tuple[str, ...], ...]
    """Definitions for the preprocessor; every form must hold."""
    least: int
    """Fewer states than this would mean that the model no longer does anything."""
    broken: dict[str, tuple[str, ...]]
    """Broken copies by name, each with its definitions."""


CHECKED = (
    Model(
        "cap",
        forms=sized(short=((),), long=((), ("PURCHASERS=3",))),
        least=40_000,
        broken={
            "what was judged before the lock decides": ("NAIVE",),
            "told before the commit": ("ANSWER_FIRST",),
            "a repeated request is a new one": ("NO_KEY",),
        },
    ),
    Model(
        "trust",
        forms=((),),
        least=150_000,
        broken={
            "what was read before the lock decides": ("GLANCE_DECIDES",),
            "the state in one commit, the money in another": ("TWO_COMMITS",),
            "time waits for the sweep": ("NO_SETTLE",),
        },
    ),
    Model(
        "outbox",
        forms=sized(
            short=((), ("SHARING=2",)),
            long=((), ("SHARING=2",), ("ACTS=3", "SHARING=2")),
        ),
        least=100_000,
        broken={
            "a reader of what is above the last position": ("AFTER_THE_LAST",),
            "the mark in a transaction of its own": ("MARK_APART",),
            "a run that reads on into what is written meanwhile": (
                "NO_BOUND",
                "ACTS=3",
                "SHARING=2",
                "SWEEPS=1",
            ),
            "a position drawn before the transaction's number": ("POSITION_FIRST",),
        },
    ),
)


@dataclass(frozen=True)
class Verdict:
    """What the checker said of one model in one form."""

    said: str

    @property
    def errors(self) -> int:
        found = re.search(r"errors: (\d+)", self.said)
        assert found, self.said
        return int(found.group(1))

    @property
    def states(self) -> int:
        found = re.search(r"(\d+) states, stored", self.said)
        assert found, self.said
        return int(found.group(1))

    @property
    def violated(self) -> str:
        """The assertion that does not hold; empty when there is none."""
        found = re.search(r"assertion violated (.*) \(at depth", self.said)
        return found.group(1).strip() if found else ""

    @property
    def unreached(self) -> list[str]:
        """Lines of the model that no order of steps ever came to."""
        lines = re.findall(r"\.pml:\d+, state \d+, \"(.*)\"", self.said)
        return [line for line in lines if line != "-end-"]


def check(model: str, definitions: tuple[str, ...], place: Path) -> Verdict:
    """Let spin write a checker of one form of a model, compile it in `place`, and run it."""
    place.mkdir(parents=True)
    source = (MODELS / f"{model}.pml").read_text(encoding="utf-8")
    (place / f"{model}.pml").write_text(source, encoding="utf-8")
    given = [f"-D{definition}" for definition in definitions]
    _run(place, "spin", *given, "-a", f"{model}.pml")
    # SAFETY: assertions and deadlocks; none of the models promises that something happens in time.
    _run(place, "gcc", OPTIMISED, "-w", "-DSAFETY", f"-DMEMLIM={MEGABYTES}", "-o", "pan", "pan.c")
    return Verdict(_run(place, "./pan", "-w20", f"-m{DEPTH}"))


def _run(place: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=place,
        timeout=SECONDS,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


def held(model: Model, verdict: Verdict) -> None:
    """The model holds, and the checker looked at all of it."""
    assert verdict.errors == 0, verdict.said
    assert "Full statespace search" in verdict.said
    # "max search depth too small", "Search not completed", "reached -DMEMLIM bound"
    for short in ("too small", "not completed", "MEMLIM", "out of memory"):
        assert short not in verdict.said
    assert verdict.unreached == []
    assert verdict.states >= model.least


@pytest.mark.parametrize("model", CHECKED, ids=[model.name for model in CHECKED])
def test_a_model_holds_in_every_order_and_its_broken_copies_do_not(
    model: Model, tmp_path: Path, report: Report
) -> None:
    with ThreadPoolExecutor(2) as pool:
        right = [
            pool.submit(check, model.name, form, tmp_path / f"right-{number}")
            for number, form in enumerate(model.forms)
        ]
        wrong = {
            name: pool.submit(check, model.name, definitions, tmp_path / definitions[0].lower())
            for name, definitions in model.broken.items()
        }
        verdicts = [future.result() for future in right]
        caught = {name: future.result() for name, future in wrong.items()}
    for verdict in verdicts:
        held(model, verdict)
    for name, verdict in caught.items():
        assert verdict.errors == 1, name
        assert verdict.violated, name
    report(
        "B8",
        figures={
            f"states of the model {model.name}": sum(verdict.states for verdict in verdicts),
            f"errors in the model {model.name}": 0,
        },
        caught={
            f"{model.name}: {name}": f"{verdict.violated} is false after {verdict.states} states"
            for name, verdict in caught.items()
        },
    )


def names(model: str, kind: str) -> set[str]:
    """The values of one enumeration of a model."""
    source = (MODELS / f"{model}.pml").read_text(encoding="utf-8")
    found = re.search(rf"^mtype:{kind} = {{ (.*) }}$", source, re.MULTILINE)
    assert found, (model, kind)
    return set(found.group(1).split(", "))


def test_the_states_of_the_models_are_those_of_the_code() -> None:
    assert names("trust", "subscription") == set(moves.SUBSCRIPTION_STATES)
    assert names("cap", "subscription") <= set(moves.SUBSCRIPTION_STATES)
    assert names("trust", "offering") == moves.OPENED | (moves.FINAL - {moves.REFUSED})


def test_the_moves_of_the_model_of_money_are_those_of_the_table() -> None:
    source = (MODELS / "trust.pml").read_text(encoding="utf-8")
    assert set(re.findall(r"\bmove\(i, (\w+), (\w+)\)", source)) - {("from", "to")} == {
        (origin, target)
        for move in moves.SUBSCRIPTION_MOVES.values()
        for origin in move.sources
        for target in move.targets or ()
        if origin != target
    }
