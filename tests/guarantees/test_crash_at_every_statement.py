"""B5: whatever statement a process dies at, the story ends as if it had not.

Two stories of an offering, from the subscription to the refund, are told by a process that is
killed before its k-th statement, right before or after a COMMIT, or right after an answer. Another
process goes on where it ended, and every row must be what it is when nobody dies. In the same run a
withdrawal that commits half-way must end otherwise.
"""

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import runtime_entry
from compliance.idempotency.models import KeyedAct
from compliance.scenarios.playing.stage import scratch_database
from tests import factories as f
from tests.guarantees.conftest import copy, drop
from tests.guarantees.fire.crowd import crowd
from tests.guarantees.fire.drivers import AFTER_COMMIT, ANSWERED, BEFORE_COMMIT, HALF, tell
from tests.guarantees.fire.flows import BEGINNING, FIRST, STORIES, Stage
from tests.guarantees.fire.journals import ACKNOWLEDGED
from tests.guarantees.fire.lives import Line, live
from tests.guarantees.fire.rows import differences
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

AT_ONCE = 4
"""Copies of the database that stories are told in at the same time."""
CHOSEN = sized(short=8, long=None)
"""How many points of each story a process dies at; None is all of them."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One way to tell a story: where its first life ends, and whether it is the broken copy."""

    end: int | None
    in_halves: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """A database in which everybody is ready, and copies of it to tell stories in."""

    stage: Stage
    entry: dict[str, Any]
    folder: Path

    def told(self, story: str, tellings: Sequence[Telling]) -> list[dict[str, Any]]:
        """Tell a story in each of these ways; the rows at the end and the points of each."""
        found: list[dict[str, Any]] = []
        for begin in range(0, len(tellings), AT_ONCE):
            found += self._at_once(story, tellings[begin : begin + AT_ONCE])
        return found

    def _at_once(self, story: str, tellings: Sequence[Telling]) -> list[dict[str, Any]]:
        places = [f"{self.entry['NAME']}_{number}" for number in range(len(tellings))]
        folders = [Path(tempfile.mkdtemp(dir=self.folder)) for _ in tellings]
        for place in places:
            copy(self.entry["NAME"], place)
        lines = [
            Line(place, tell, self._given(story, telling, place, folder), lives=2)
            for telling, place, folder in zip(tellings, places, folders, strict=True)
        ]
        kills = live(lines, database=self.entry)
        assert kills.total() == sum(telling.end is not None for telling in tellings), kills
        for place in places:
            drop(place)
        return [
            {name: json.loads((folder / name).read_text()) for name in ("rows", "points")}
            for folder in folders
        ]

    def _given(
        self, story: str, telling: Telling, place: str, folder: Path
    ) -> Callable[[int], tuple[Any, ...]]:
        """The arguments of each life: only the first one is ended."""

        def given(number: int) -> tuple[Any, ...]:
            end = telling.end if number == 0 else None
            return story, self.stage, place, folder, end, telling.in_halves

        return given


@pytest.fixture
def ground(django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Ground]:
    """An open offering and three people who are ready to subscribe."""
    with django_db_blocker.unblock(), scratch_database():
        cast = f.open_offering()
        people = tuple(person.pk for person in crowd(cast, 3, at=f.OPENED))
        stage = Stage(cast.offering.pk, cast.asks, cast.approves, people)
        connection.close()
        yield Ground(stage, dict(runtime_entry(connection.settings_dict)), tmp_path)


def chosen(story: str, points: Sequence[tuple[str, str]]) -> list[int]:
    """Where the first lives end: everywhere, or at a few points, most of them around a COMMIT.

    What both stories begin with is left to the first.
    """
    told = set() if story == FIRST else {step.name for step in BEGINNING}
    fresh = [number for number, (step, _) in enumerate(points) if step not in told]
    if CHOSEN is None:
        return fresh
    chance = random.Random(len(points))
    found: list[int] = []
    for what in (BEFORE_COMMIT, AFTER_COMMIT, ANSWERED, None):
        among = [k for k in fresh if what in (None, points[k][1]) and k not in found]
        found += chance.sample(among, CHOSEN // 4)
    return sorted(found)


@pytest.mark.parametrize("story", STORIES)
def test_the_story_ends_as_if_nobody_had_died(ground: Ground, report: Report, story: str) -> None:
    whole, halves = ground.told(story, [Telling(None), Telling(None, in_halves=True)])
    points, rows = whole["points"], whole["rows"]
    assert {step for step, what in points if what == AFTER_COMMIT} == {
        step.name for step in STORIES[story]
    }
    assert all(answer.startswith(ACKNOWLEDGED) for answer in rows["answers"])
    # The broken copy bears no key; where nobody dies, that is all that differs.
    assert set(differences(halves["rows"], rows)) == {KeyedAct._meta.db_table}

    ends = chosen(story, points)
    torn = Telling([what for _, what in halves["points"]].index(HALF), in_halves=True)
    *told, broken = ground.told(story, [*map(Telling, ends), torn])
    for end, one in zip(ends, told, strict=True):
        assert not differences(one["rows"], rows), points[end]
    differ = sorted(differences(broken["rows"], rows))
    assert "compliance_audit_entry" in differ
    report(
        "B5",
        figures={
            "story": story,
            "points: statements, sides of a COMMIT, answers": len(points),
            "kill -9": len(ends),
            "other ends": 0,
        },
        caught={
            "a withdrawal that commits before its entry in the trail": "differs in "
            + ", ".join(differ)
        },
    )
