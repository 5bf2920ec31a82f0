"""E4, four eyes for real: nobody closes a distribution alone, and two people always can.

The closing releases the money; every other act that takes two people is tried in
`test_two_people.py`. Every attack runs as the site's own database role and is taken to where it
would commit; it must be refused by whom and in the words that belong to it, and afterwards a
legitimate pair closes the very same offering.

What cannot hold and is not faked here: two accounts of one person that nothing ties to one
investor. And no database knows who sits before it: whoever holds the connection of the site and
writes raw SQL can invent two people that agree. That is not for a constraint to stop but for the
sealed trail to show.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from compliance.accounts.roles import Role
from compliance.audit.guard.checks import check_role
from compliance.rules.ni45_110.facts import ApprovalFacts
from compliance.scenarios.playing.stage import scratch_database
from equity import moves
from equity.models import Closing
from equity.services import closing, life
from tests import factories as f
from tests.guarantees.closing_scene import (
    CENT,
    SUCCEEDED,
    Scene,
    approve,
    ask,
    asked,
    is_as_asked,
    legitimate,
    make_scene,
    outcome,
    pay,
)
from tests.guarantees.four_eyes import ATTACKS, WRONG_STATE
from tests.guarantees.pair_tools import at_once, broken
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.roles import as_runtime

SCENES = sized(short=1, long=30)
ROUNDS = sized(short=1, long=30)
KINDS = tuple(f.KINDS)


@pytest.fixture(scope="module")
def scratch(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A migrated database of its own, thrown away with whatever was committed to it."""
    with django_db_blocker.unblock(), scratch_database():
        yield


def given_away(scene: Scene, names: Iterable[str]) -> dict[str, str]:
    """The attacks that did not end as they must, and how they ended."""
    found = {}
    for name in names:
        act, expected = ATTACKS[name]
        ended = outcome(lambda act=act: act(scene))  # type: ignore[misc]
        if ended != expected:
            found[name] = ended
    return found


def test_no_attack_succeeds_and_two_people_always_do(scratch: None, report: Report) -> None:
    with as_runtime():
        for number in range(SCENES):
            scene = make_scene(KINDS[number % len(KINDS)])
            assert given_away(scene, ATTACKS) == {}
            assert scene.cast.fresh().state == moves.CLOSING
            assert outcome(lambda scene=scene: legitimate(scene), keep=True) == SUCCEEDED
            assert is_as_asked(scene.cast.offering.pk)
            assert outcome(lambda scene=scene: legitimate(scene)) == WRONG_STATE
    report(
        "E4",
        figures={
            "kinds of attack": len(ATTACKS),
            "attacks": len(ATTACKS) * SCENES,
            "attacks that succeeded": 0,
            "legitimate pairs": SCENES,
            "legitimate pairs that succeeded": SCENES,
        },
    )


# --- Broken copies --------------------------------------------------------------------------------

Names = tuple[str, ...]
ASKED_APPROVES: Names = ("who asked approves", "who asked approves through another account")
SERVICES: dict[str, tuple[str, Callable[..., Any], Names]] = {
    "roles compared instead of persons": (
        "same_person",
        lambda approver, request, at: approver.role is not Role.OFFICER,
        ASKED_APPROVES,
    ),
    "accounts compared instead of persons": (
        "same_person",
        lambda approver, request, at: approver.id == request.asked_by,
        ASKED_APPROVES,
    ),
    "principals not looked for": (
        "principal",
        lambda *given: False,
        ("a principal approves", "an account of the issuer asks"),
    ),
    "the digest not compared": (
        "ApprovalFacts",
        lambda **given: ApprovalFacts(**(given | {"changed": False})),
        ("approved after a payment", "figures and digest forged alike"),
    ),
}
CHECK = "ALTER TABLE equity_closing {} CONSTRAINT closing_by_two_people{}"
DROPPED = "the constraint of two people dropped"
GUARDS: dict[str, tuple[str, str, Names]] = {
    DROPPED: (
        CHECK.format("DROP", ""),
        CHECK.format("ADD", " CHECK (asked_by <> approved_by)"),
        ("who asked approves, and nothing judges it",),
    ),
    **{
        f"the guard {trigger} off": (
            f"ALTER TABLE {table} DISABLE TRIGGER {trigger}",
            f"ALTER TABLE {table} ENABLE TRIGGER {trigger}",
            names,
        )
        for table, trigger, names in (
            (
                "equity_closingrequest",
                "equity_keep_request",
                (
                    "an old request stands again",
                    "a digest forged",
                    "figures forged under their digest",
                    "asked while nobody closes",
                ),
            ),
            ("equity_closing", "equity_a_standing_request", ("an old request is used",)),
            (
                "equity_closing",
                "equity_b_not_granted_lately",
                ("who has their role from who asked approves, and nothing judges it",),
            ),
            (
                "equity_closing",
                "equity_closed_as_asked",
                (
                    "one more completes than was signed",
                    "other concurrent money than was signed",
                    "another amount than what completed",
                ),
            ),
        )
    },
}


def test_every_broken_copy_is_caught(
    scratch: None, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught = {}
    with as_runtime():
        scene = make_scene()
        for copy, (name, instead, names) in SERVICES.items():
            with monkeypatch.context() as patch:
                patch.setattr(closing, name, instead)
                caught[copy] = given_away(scene, names)
        with monkeypatch.context() as patch:
            patch.setattr(closing, "same_person", lambda approver, request, at: True)
            blocked = outcome(lambda: legitimate(scene))
        assert blocked != SUCCEEDED
        caught["everybody is the same person"] = {"a legitimate pair": blocked}
    for copy, (breaks, mends, names) in GUARDS.items():
        with broken(breaks, mends):
            with as_runtime():
                caught[copy] = given_away(scene, names)
                faults = " ".join(error.msg for error in check_role(connection))
            assert set(caught[copy].values()) == {SUCCEEDED}, copy
            # The check of a deployment looks at triggers, not at constraints.
            assert copy == DROPPED or copy.split()[2] in faults, copy
    with as_runtime():
        assert outcome(lambda: legitimate(scene), keep=True) == SUCCEEDED
    for copy, found in caught.items():
        assert found, copy
    told = {
        copy: "; ".join(f"{k}: {v}" for k, v in found.items()) for copy, found in caught.items()
    }
    report("E4", figures={"broken copies": len(told)}, caught=told)


# --- At once --------------------------------------------------------------------------------------


def test_what_happens_at_once_never_closes_what_was_not_signed(
    scratch: None, report: Report
) -> None:
    closed = 0
    for _ in range(ROUNDS):
        for race in ("twice", "payment", "asked anew", "cancelled"):
            with as_runtime():
                cast, basile = asked()
                third = f.make_officer(f"Tiers {cast.offering.pk}")
            against: dict[str, Callable[[], object]] = {
                "twice": lambda cast=cast, third=third: approve(cast, third),
                "payment": lambda basile=basile: pay(basile, CENT),
                "asked anew": lambda cast=cast: ask(cast, cast.approves),
                "cancelled": lambda cast=cast: life.cancel(
                    actor=cast.owner, offering_id=cast.offering.pk, at=f.CLOSED
                ),
            }
            first, second = at_once(lambda cast=cast: approve(cast, cast.approves), against[race])
            done = Closing.objects.filter(offering=cast.offering).count()
            assert is_as_asked(cast.offering.pk)
            assert SUCCEEDED in (first, second), (race, first, second)
            if race == "twice":
                assert done == [first, second].count(SUCCEEDED) == 1
            else:
                assert done == (first == SUCCEEDED)
            if race in ("asked anew", "cancelled"):
                assert [first, second].count(SUCCEEDED) == 1
            closed += done
    report("E4", figures={"races": 4 * ROUNDS, "closings by two people": closed, "others": 0})
