"""A3: whatever somebody with every right on the database does to the trail is found and named.

On a trail whose checkpoints were handed to a folder out of the database's reach, random edits are
made as superuser with all triggers off, each in a transaction that is rolled back. A check of the
whole trail takes seconds on 100,000 leaves, so most edits are made on smaller trails with the same
number of checkpoints, and some of every class on the large one.

What is not found, and is shown here: what is newer than the last checkpoint outside.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from compliance.audit.tree import verifying
from compliance.audit.tree.chaining import chain
from compliance.audit.tree.verifying import INTACT
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.trail.hand import tampered
from tests.guarantees.trail.stage import Trail, grow, staged
from tests.guarantees.trail.tampering import EDITS, newer_than_outside


@dataclass(frozen=True, slots=True)
class Size:
    """A trail, and how much is tried on it."""

    leaves: int
    checkpoints: int
    edits: int
    clean: int


SIZES = sized(
    short=(Size(700, 6, 63, 4),), long=(Size(1100, 24, 979, 1000), Size(100_000, 24, 21, 1))
)
SEED = 3


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size.leaves} leaves")
def scene(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Size, Trail]]:
    size: Size = request.param
    place = tmp_path_factory.mktemp("trail")
    with django_db_blocker.unblock(), staged(size.leaves, size.checkpoints, place) as trail:
        yield size, trail


def edit_and_look(trail: Trail, edits: int, seed: int) -> Counter[str]:
    """Make so many edits, of every class in turn; each must be found and named."""
    chance, made = random.Random(seed), Counter[str]()
    for number in range(edits):
        name = list(EDITS)[number % len(EDITS)]
        with tampered(trail, chance, EDITS[name]) as sign:
            found = trail.verified()
            assert found.altered, name
            assert sign.is_in(found), (name, sign, found.altered[:5], found.untold)
        made[name] += 1
    return made


def clean(trail: Trail) -> None:
    """No false alarm."""
    found = trail.verified()
    assert (found.altered, found.untold, found.waiting) == ([], [], 0)
    assert found.leaves == trail.leaves
    assert found.outside == found.checkpoints == len(trail.sizes)


def test_every_edit_is_found_and_named(scene: tuple[Size, Trail], report: Report) -> None:
    size, trail = scene
    made = edit_and_look(trail, size.edits, SEED)
    for _ in range(size.clean):
        clean(trail)
    report(
        "A3",
        figures={
            "leaves": size.leaves,
            "checkpoints kept elsewhere": size.checkpoints,
            "edits as superuser": made.total(),
            "kinds of edit": len(made),
            "edits not found": 0,
            "clean runs": size.clean,
            "false alarms": 0,
        },
        caught=broken_copies(trail),
    )


def test_what_is_newer_than_the_last_checkpoint_outside_is_not_found(
    scene: tuple[Size, Trail],
) -> None:
    _, trail = scene
    with tampered(trail, random.Random(SEED), lambda hand: grow_and_rewrite(hand, trail)):
        found = trail.verified()
        assert found.status == INTACT
        assert found.leaves == trail.leaves + 9
    clean(trail)


def grow_and_rewrite(hand: Any, trail: Trail) -> Any:
    """Nine rows more, chained and not yet handed over; the last of them is rewritten."""
    grow(trail.leaves, trail.leaves + 9)
    assert chain().added == 9
    return newer_than_outside(hand)


# --- Checks that look at less ---------------------------------------------------------------------


@contextmanager
def without(name: str, instead: Any) -> Iterator[None]:
    """One step of the check left out."""
    own = getattr(verifying, name)
    setattr(verifying, name, instead)
    try:
        yield
    finally:
        setattr(verifying, name, own)


def nothing(*_: Any) -> None:
    """Look at nothing."""


BROKEN = {
    "skips the rows": ("_check_rows", nothing, "an entry changed"),
    "skips all checkpoints": ("_claims", lambda *_: {}, "rewritten, later checkpoints removed"),
    "trusts the database's checkpoints only": (
        "_kept",
        lambda *_: [],
        "rewritten and signed with the stolen key",
    ),
    "does not miss what was cut off": ("_kept", lambda *_: [], "an older dump restored"),
    "skips what has no leaf": ("_check_waiting", nothing, "a row inserted in the past"),
    "skips the kept roots": ("_check_blocks", nothing, "a kept root changed"),
}


def broken_copies(trail: Trail) -> dict[str, str]:
    """A check that looks at less believes an edit that the whole one finds."""
    caught = {}
    for name, (step, instead, edit) in BROKEN.items():
        with tampered(trail, random.Random(SEED), EDITS[edit]):
            with without(step, instead):
                assert trail.verified().status == INTACT, name
            assert trail.verified().status != INTACT
        caught[f"a check that {name}"] = f"believed: {edit}"
    return caught
