"""E1, the table of moves: every state x move x person through the services, and its graph.

A service refuses with actor.not_allowed alone, else with state.not_allowed alone, else it goes on
to the rules. What pages let through is held to the same table in test_moves_pages.py, and what the
database lets through in test_referee.py.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from django_fsm import TransitionNotAllowed

from compliance.accounts.roles import Actor, Role
from equity import moves
from equity.models import GroupEdge, Offering
from equity.moves import Move
from equity.refusal import Refused
from equity.services import filing, issuers, life, portals
from equity.services.portals import Standing
from tests import factories as f
from tests.equity.grid import Edges, reached
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.stage import (
    ACTOR,
    ACTS,
    AT,
    EVERY_SETTING,
    OFFERING,
    OFFERING_ACTS,
    REASONS,
    RULES,
    SETTINGS,
    STATE,
    SUBSCRIPTION_ACTS,
    Act,
    Setting,
    Stage,
    may,
    put,
    stage,
    undone,
)

pytestmark = pytest.mark.django_db


def outcome(act: Act, at_stage: Stage, actor: Actor) -> str:
    """How a call ended: refused for the actor, for the state, or beyond both."""
    try:
        act(at_stage, actor)
    except Refused as refusal:
        codes = [finding.code for finding in refusal.findings]
        if codes in ([ACTOR], [STATE]):
            return codes[0]
        if {ACTOR, STATE} & set(codes):
            return f"not alone: {codes}"
    except TransitionNotAllowed:
        return "refused by the transition alone"
    return RULES


def matrix(at_stage: Stage, settings: list[Setting], *moves_: str) -> tuple[int, list[str]]:
    """Try every move (or only those named) by everybody in these settings.

    Returns how many were tried, and in words each that ended otherwise than written by hand.
    """
    tried, wrong = 0, []
    for setting in settings:
        with undone():
            setting.put(at_stage)
            for move, act in ACTS[setting.machine].items():
                for who, actor in at_stage.actors.items() if move in (moves_ or (move,)) else ():
                    expected = cell(setting, move, who)
                    found = tried_once(act, at_stage, actor, expected)
                    tried += 1
                    if found != expected:
                        wrong.append(f"{move} in {setting} by {who}: {found}, not {expected}")
    return tried, wrong


def cell(setting: Setting, move: str, who: str) -> str:
    """What the table written by hand says."""
    if not may(who, setting.machine, move):
        return ACTOR
    return RULES if setting.has(move) else STATE


def tried_once(act: Act, at_stage: Stage, actor: Actor, expected: str) -> str:
    """Try one act and undo it; what is refused undoes itself."""
    if expected != RULES:
        return outcome(act, at_stage, actor)
    with undone():
        return outcome(act, at_stage, actor)


def tried_settings(chance: random.Random) -> list[Setting]:
    """The long form tries both reasons for a suspension in every state; the short form all of them
    in a suspended offering, and one pair at random in each other state, where none may matter."""
    drawn = [
        replace(setting, amending=amending, held=held)
        if setting.machine == OFFERING and setting.state != moves.SUSPENDED
        else setting
        for setting in SETTINGS
        for amending, held in [chance.choice(REASONS)]
    ]
    return sized(short=drawn, long=EVERY_SETTING)


def test_every_move_has_its_service_or_none() -> None:
    for table, acts in (
        (moves.OFFERING_MOVES, OFFERING_ACTS),
        (moves.SUBSCRIPTION_MOVES, SUBSCRIPTION_ACTS),
    ):
        assert set(acts) | moves.FOLLOWING >= set(table) >= set(acts)


def test_every_state_move_and_person(report: Report) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    settings = tried_settings(random.Random(seed))
    tried, wrong = matrix(stage(), settings)
    assert wrong == [], f"seed {seed}"
    offering = sum(setting.machine == OFFERING for setting in settings)
    assert tried == offering * 22 * 7 + 6 * 4 * 7
    assert {(one.machine, one.state) for one in settings} == {
        (one.machine, one.state) for one in EVERY_SETTING
    }
    report("E1", figures={"through the services": tried, "seed": seed})


def test_a_state_refusal_says_the_state_and_its_moves() -> None:
    at_stage = stage()
    for state in moves.OFFERING_STATES:
        with undone():
            put(Offering, at_stage.offering_id, state=state)
            move, actor = ("suspend", "officer") if state != "open" else ("resume", "officer")
            with pytest.raises(Refused) as refusal:
                OFFERING_ACTS[move](at_stage, at_stage.actors[actor])
            (finding,) = refusal.value.findings
            assert finding.figures["state"] == state
            has = moves.offering_moves_from(state, amending=False, held_by_officer=False)
            idle = moves.FOLLOWING | (set() if state == moves.OPEN else {"subscribe"})
            assert finding.figures["moves"] == tuple(one for one in has if one not in idle)
            assert finding.figures["why"] == "state"


def test_standing_moves_by_everybody() -> None:
    at_stage = stage()
    cast, other = at_stage.cast, at_stage.actors["issuer, other"]
    assert other.id is not None
    standings = [Standing("QC", f3_delivered=date(2026, 1, 5))]
    acts: dict[str, Act] = {
        "draft": lambda _, actor: filing.draft(
            actor=actor,
            issuer_id=cast.issuer.pk,
            portal_id=cast.portal.pk,
            content=f.make_content(),
            at=AT,
        ),
        "relate": lambda _, actor: issuers.relate(
            actor=actor,
            issuer_id=cast.issuer.pk,
            other_id=other.id,
            kind=GroupEdge.Kind.AFFILIATE,
            since=AT.date(),
            portal_id=cast.portal.pk,
            at=AT,
        ),
        "portal_status": lambda _, actor: portals.set_authorisations(
            actor=actor, portal_id=cast.portal.pk, standings=standings, at=AT
        ),
        "certify_resources": lambda _, actor: portals.certify_resources(
            actor=actor, portal_id=cast.portal.pk, at=AT, reference="A5-2"
        ),
    }
    allowed = {
        "draft": {"issuer, own"},
        "relate": {"officer", "system"},
        "portal_status": {"officer", "system"},
        "certify_resources": {"officer", "system"},
    }
    for move, act in acts.items():
        for who, actor in at_stage.actors.items():
            with undone():
                found = outcome(act, at_stage, actor)
            assert found == (RULES if who in allowed[move] else ACTOR), (move, who)


# The graph: whatever may be walked by the table

CLOSED_WITHOUT = ("closing", "open", "approved", "submitted")
"""No way from a draft to a closed distribution goes around any of these."""


def walked(offering: Mapping[str, Move], subscription: Mapping[str, Move]) -> list[str]:
    """What is wrong with the graphs that two tables draw, in words."""
    wrong: list[str] = []
    for name, start, table, states, finals in (
        ("offering", "draft", offering, moves.OFFERING_STATES, OFFERING_FINALS),
        ("subscription", "agreed", subscription, moves.SUBSCRIPTION_STATES, SUBSCRIPTION_FINALS),
    ):
        links = drawn(table)
        wrong += [f"{name}: {one} is reached" for one in set(states) - reached(start, links)]
        for state in states:
            onward = {target for source, target in links if source == state}
            if state in finals and onward:
                wrong.append(f"{name}: {state} is final and leads on")
            if state not in finals and not reached(state, links) & finals:
                wrong.append(f"{name}: no end is reached from {state}")
            if state not in finals and not onward:
                wrong.append(f"{name}: {state} is dead")
    return wrong + around(drawn(offering), drawn(subscription)) + by_whom(offering, subscription)


OFFERING_FINALS = {"refused", "closed", "cancelled", "failed"}
SUBSCRIPTION_FINALS = {"completed", "withdrawn", "lapsed", "released"}


def drawn(table: Mapping[str, Move]) -> Edges:
    """The pairs of states of a table as the code has it."""
    return {
        (source, target)
        for move in table.values()
        for source in move.sources
        for target in move.targets or ()
        if source != target
    }


def around(offering: Edges, subscription: Edges) -> list[str]:
    """Ways that go around what stands before an end."""
    ways = [("offering", offering, "draft", "closed", through) for through in CLOSED_WITHOUT]
    ways += [
        ("offering", offering, "open", "closed", "closing"),
        ("offering", offering, "suspended", "closed", "open"),
        ("offering", offering, "draft", "refused", "submitted"),
        ("subscription", subscription, "agreed", "completed", "binding"),
        ("subscription", subscription, "agreed", "lapsed", "binding"),
    ]
    return [
        f"{name}: from {start} to {end} without {through}"
        for name, links, start, end, through in ways
        if end in reached(start, links, without=through) or end not in reached(start, links)
    ]


def by_whom(offering: Mapping[str, Move], subscription: Mapping[str, Move]) -> list[str]:
    """W-18 and the two officers: who leads where, and that money never waits for a person."""
    makers = {
        target: {
            (m.name, role)
            for m in offering.values()
            for role in m.roles
            if target in (m.targets or ())
        }
        for target in moves.OFFERING_STATES
    }
    officer, issuer, system = Role.OFFICER, Role.ISSUER, Role.SYSTEM
    wanted = {
        "approved": {("approve", officer)},
        "closing": {("ask_closing", officer)},
        "closed": {("approve_closing", officer)},
        "failed": {("stop", officer), ("fail", system)},
        "open": {("open", issuer), ("resume", officer), ("publish", issuer)},
    }
    wrong = [
        f"{target} by {makers[target]}" for target in wanted if makers[target] != wanted[target]
    ]
    if offering["fail"].sources != {"open", "suspended", "closing"}:
        wrong.append("time does not end every opened offering")
    if subscription["release"].sources != {"agreed", "binding"}:
        wrong.append("an end does not free every live subscription")
    if any(Role.EXAMINER in m.roles for m in (*offering.values(), *subscription.values())):
        wrong.append("an examiner moves something")
    return wrong


def test_the_graph() -> None:
    assert walked(moves.OFFERING_MOVES, moves.SUBSCRIPTION_MOVES) == []


# The broken copies

Broken = Callable[[pytest.MonkeyPatch], None]


def other(name: str, **changed: object) -> Broken:
    """The table with one line of an offering written otherwise."""

    def broken(patched: pytest.MonkeyPatch) -> None:
        line = replace(moves.OFFERING_MOVES[name], **changed)  # type: ignore[arg-type]
        patched.setitem(moves.OFFERING_MOVES, name, line)
        patched.setattr(moves, "_OFFERING", tuple(moves.OFFERING_MOVES.values()))

    return broken


def owner_not_asked(patched: pytest.MonkeyPatch) -> None:
    """Whoever acts for any issuer acts for this one."""
    real = life.require_offering_move

    def wrong(actor: Actor, offering: Offering, move: str, at: datetime) -> None:
        if actor.role is Role.ISSUER:
            actor = replace(actor, id=offering.issuer_id)
        real(actor, offering, move, at)

    patched.setattr(life, "require_offering_move", wrong)


LINE = moves.OFFERING_MOVES
SERVICES_BROKEN: dict[str, tuple[str, Broken]] = {
    "a move from one state more": (
        "suspend",
        other("suspend", sources=LINE["suspend"].sources | {"closing"}),
    ),
    "a move from one state less": ("stop", other("stop", sources=LINE["stop"].sources - {"open"})),
    "a role more": ("cancel", other("cancel", roles=frozenset({Role.ISSUER, Role.OFFICER}))),
    "a role less": ("suspend", other("suspend", roles=frozenset())),
    "a fact that is not asked": ("publish", other("publish", needs=None)),
    "an owner who is not asked": ("cancel", owner_not_asked),
}
GRAPH_BROKEN = {
    "a way back from the end": other("resume", sources=frozenset({"suspended", "closed"})),
    "a closing nobody asked for": other("approve_closing", sources=frozenset({"closing", "open"})),
    "nobody approves": other("approve", sources=frozenset()),
    "time ends an open offering only": other("fail", sources=frozenset({"open"})),
    "a closing by the issuer": other("approve_closing", roles=frozenset({Role.ISSUER})),
}


def test_broken_copies_are_caught(monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    at_stage, caught = stage(), {}
    for name, (move, broken) in SERVICES_BROKEN.items():
        with monkeypatch.context() as patched:
            broken(patched)
            _, wrong = matrix(at_stage, [one for one in SETTINGS if one.machine == OFFERING], move)
        assert wrong, f"{name} was not caught"
        caught[name] = wrong[0]
    for name, broken in GRAPH_BROKEN.items():
        with monkeypatch.context() as patched:
            broken(patched)
            wrong = walked(moves.OFFERING_MOVES, moves.SUBSCRIPTION_MOVES)
        assert wrong, f"{name} was not caught"
        caught[name] = wrong[0]
    binds = {**moves.SUBSCRIPTION_MOVES}
    binds["complete"] = replace(binds["complete"], sources=frozenset({"agreed", "binding"}))
    wrong = walked(moves.OFFERING_MOVES, binds)
    assert wrong
    caught["securities while the right runs"] = wrong[0]
    report("E1", caught=caught)
