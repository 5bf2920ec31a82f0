"""Stored decisions are judged again: what was altered is named, and so is code that changed.

Random subscriptions are stored as the trail would give them back, half of them altered in one
place. Today's code must agree with every one that was not, and name every one that was; under a
proposed limit it must list whom an independent count lists, by as much.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from compliance.accounts.roles import Role
from compliance.decisions import proposing, running
from compliance.decisions import replay as replaying
from compliance.decisions.proposing import Proposal
from compliance.decisions.replay import CannotJudgeError, Decision
from compliance.decisions.running import Totals, Verdict, replay
from compliance.rules.kernel.proposals import proposed
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.book import REGIME
from compliance.rules.ni45_110.questions import JUDGED_BY
from tests.decisions.anything import FACTS, stored
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.rules import given

MANY = sized(short=1_000, long=20_000)
SEED = 45_110
CENT = Decimal("0.01")
LIMIT = Decimal("1500.00")
"""The proposed limit of a purchaser; the one in force is 2,500.00."""
PROPOSED = f'[[figure]]\nname = "purchaser_limit"\nfrom = 2026-01-01\nvalue = "{LIMIT}"\n'
A_CENT_LESS = '[[figure]]\nname = "issuer_group_cap"\nfrom = 2021-09-21\nvalue = "1499999.99"\n'


@dataclass(frozen=True, slots=True)
class Bought:
    """A stored subscription, and what is known of it without asking the rules."""

    decision: Decision
    total: Decimal
    """What the person has in the offering with it."""


def subscriptions(rng: random.Random) -> list[Bought]:
    """Subscriptions of random amounts around the limits, met or not."""
    found = []
    for position in range(MANY):
        amount, before = (Decimal(rng.randint(10_000, 200_000)) / 100 for _ in range(2))
        facts = given.subscription(
            amount=amount,
            person_live=before,
            live=Decimal(rng.randint(0, 25_000_000)) / 100,
            age=rng.randint(16, 90),
            window=given.window(f"{rng.randint(0, 1_500_000)}.00"),
        )
        role = Role.INVESTOR
        decision = stored("subscription", facts, position=position + 1, role=role)
        found.append(Bought(decision, amount + before))
    return found


# --- One place altered ----------------------------------------------------------------------------


def _finding(
    change: Callable[[dict[str, Any], random.Random], None], wanted: str = "code"
) -> Callable[[Decision, random.Random], Decision]:
    """One finding altered, of those that say something under that name."""

    def alter(decision: Decision, rng: random.Random) -> Decision:
        findings = json.loads(json.dumps(decision.findings))
        change(rng.choice([row for row in findings if row[wanted]]), rng)
        return replace(decision, findings=findings)

    return alter


def _a_cent(row: dict[str, Any], rng: random.Random) -> None:
    row["room"] = f"{Decimal(row['room']) + rng.choice((CENT, -CENT)):.2f}"


def _a_figure(row: dict[str, Any], rng: random.Random) -> None:
    row["figures"][rng.choice(sorted(row["figures"]))] = "altered"


def _two_change_places(decision: Decision, rng: random.Random) -> Decision:
    findings = list(decision.findings)
    place = rng.randrange(len(findings) - 1)
    findings[place : place + 2] = findings[place + 1], findings[place]
    return replace(decision, findings=findings)


def _a_finding_gone(decision: Decision, rng: random.Random) -> Decision:
    findings = list(decision.findings)
    del findings[rng.randrange(len(findings))]
    return replace(decision, findings=findings)


def _a_fact(decision: Decision, rng: random.Random) -> Decision:
    facts = json.loads(decision.facts)
    facts["amount"] = f"{Decimal(facts['amount']) + rng.choice((CENT, -CENT)):.2f}"
    return replace(decision, facts=json.dumps(facts))


def _a_field_more(decision: Decision, rng: random.Random) -> Decision:
    return replace(decision, facts=json.dumps({**json.loads(decision.facts), "weight": 1}))


ALTERATIONS: dict[str, Callable[[Decision, random.Random], Decision]] = {
    "a finding turned": _finding(lambda row, rng: row.update(met=not row["met"])),
    "a cent in a room": _finding(_a_cent, "room"),
    "a figure": _finding(_a_figure, "figures"),
    "a finding gone": _a_finding_gone,
    "two findings change places": _two_change_places,
    "a cent in a fact": _a_fact,
    "a field more": _a_field_more,
    "the answer as a whole": lambda it, rng: replace(it, met=not it.met),
    "the digest of the rulebook": lambda it, rng: replace(it, digest=rng.randbytes(32).hex()),
}


@dataclass(frozen=True, slots=True)
class World:
    """Decisions as they were stored, and the same ones with one place altered in each."""

    bought: list[Bought]
    altered: dict[str, list[Decision]]


@pytest.fixture(scope="module")
def world() -> World:
    rng = random.Random(SEED)
    bought = subscriptions(rng)
    each = max(1, MANY // len(ALTERATIONS))
    return World(
        bought,
        {
            name: [alter(rng.choice(bought).decision, rng) for _ in range(each)]
            for name, alter in ALTERATIONS.items()
        },
    )


Replay = Callable[[Iterable[Decision], Totals], Iterator[Verdict]]


def told_of(decisions: Iterable[Decision], run: Replay = replay) -> int:
    """How many of these decisions are named as other than today's answer, or as not to be judged.

    The totals and the exit code say the same as the verdicts."""
    totals = Totals()
    verdicts = list(run(decisions, totals))
    named = sum(bool(one.fault or one.differences) for one in verdicts)
    assert named == totals.differing + totals.unjudged
    assert (named > 0) == (totals.code > 0)
    return named


def unnoticed(world: World, run: Replay = replay) -> list[str]:
    """The kinds of alteration of which one at least was not named."""
    return [name for name, rows in world.altered.items() if told_of(rows, run) != len(rows)]


def false_alarms(world: World) -> int:
    return told_of(one.decision for one in world.bought)


def listed(world: World) -> tuple[list[int], Decimal]:
    """The positions of those whose limit would turn under the proposal, and how far over in all."""
    totals = Totals()
    verdicts = replay((one.decision for one in world.bought), totals, Proposal(PROPOSED))
    turned = [
        one.decision.position
        for one in verdicts
        if any(change.code == "purchaser.limit" for change in one.changes)
    ]
    return turned, totals.excess.get("purchaser.limit", Decimal(0))


def counted(world: World) -> tuple[list[int], Decimal]:
    """The same by arithmetic: over the proposed limit and not over the one in force."""
    over = [one for one in world.bought if LIMIT < one.total <= Decimal("2500.00")]
    return [one.decision.position for one in over], sum((it.total - LIMIT for it in over), CENT * 0)


def test_what_was_decided_is_decided_again_and_what_was_altered_is_named(
    world: World, report: Report
) -> None:
    assert false_alarms(world) == 0
    assert told_of(stored(question, facts) for question, facts in FACTS.items()) == 0
    assert unnoticed(world) == []
    (turned, excess), expected = listed(world), counted(world)
    assert (turned, excess) == expected
    assert 0 < len(turned) < MANY
    report(
        "replay",
        figures={
            "decisions replayed": MANY,
            "false alarms": 0,
            "decisions altered in one place": sum(map(len, world.altered.values())),
            "alterations not named": 0,
            "decisions that a lower limit would turn": len(turned),
            "decisions listed otherwise than counted": 0,
            "seed": SEED,
        },
    )


# --- Broken copies --------------------------------------------------------------------------------


def _only(*names: str) -> Any:
    """Findings compared by these alone."""
    compared = replaying._compared
    return lambda stored, today: (
        row for row in compared(stored, today) if row[0].split(".")[0] in names
    )


def _without(what: str) -> Any:
    """Differences of one kind not told."""
    found = replaying.differences
    return lambda *given: (one for one in found(*given) if one.what != what)


def _passing_over(decisions: Iterable[Decision], totals: Totals) -> Iterator[Verdict]:
    """A replay that passes over what it cannot judge."""
    for decision in decisions:
        try:
            yield running._verdict(decision, totals, None)
        except CannotJudgeError:
            yield Verdict(decision)


COPIES: dict[str, tuple[Any, str, Any, str]] = {
    "findings compared by their answer alone": (
        replaying,
        "_compared",
        _only("met"),
        "a cent in a room",
    ),
    "figures not compared": (replaying, "_compared", _only("met", "room"), "a figure"),
    "the order not compared": (
        running,
        "differences",
        _without("order"),
        "two findings change places",
    ),
    "the digest not compared": (
        running,
        "differences",
        _without("rulebook"),
        "the digest of the rulebook",
    ),
    "the answer as a whole not compared": (
        running,
        "differences",
        _without("met"),
        "the answer as a whole",
    ),
}
"""Where each is broken, and an alteration that it does not notice."""


def test_every_broken_copy_is_caught(
    world: World, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: dict[str, str] = {}
    for copy, (where, name, instead, alteration) in COPIES.items():
        with monkeypatch.context() as patched:
            patched.setattr(where, name, instead)
            missed = unnoticed(world)
        assert alteration in missed, copy
        caught[copy] = "not named: " + ", ".join(missed)
    assert unnoticed(world, _passing_over) == ["a field more"]
    caught["what cannot be judged passed over"] = "not named: a field more"

    regime = proposed(REGIME, A_CENT_LESS, allowed=JUDGED_BY)
    with monkeypatch.context() as patched:
        patched.setattr(running, "rulebook", lambda on: Rulebook(regime, on))
        changed = false_alarms(world)
    assert changed == MANY
    caught["a cap of today that is a cent lower"] = f"{changed} of {MANY} decisions differ"

    for copy, name, instead in (
        (
            "a proposal judged by the figures in force",
            "judge",
            lambda self, decision, before: before,
        ),
        (
            "a proposal whose list leaves out who it would refuse",
            "changes",
            lambda *given: (one for one in _changes(*given) if one.met[1]),
        ),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(Proposal, name, instead)
            turned = len(listed(world)[0])
        assert turned != len(counted(world)[0]), copy
        caught[copy] = f"{turned} listed, {len(counted(world)[0])} counted"
    with monkeypatch.context() as patched:
        patched.setattr(proposing, "_excess", lambda finding: finding.room)
        over = listed(world)[1]
    assert over != counted(world)[1]
    caught["the room told for the excess"] = f"{over:.2f} $, not {counted(world)[1]:.2f} $"
    report("replay", figures={"broken copies": len(caught)}, caught=caught)


_changes = Proposal.changes
