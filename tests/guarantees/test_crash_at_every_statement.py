"""B5: whatever statement a process dies at, the story ends as if it had not.

Two stories of an offering, from the subscription to the refund, are told by a process that is
killed before its k-th statement, or right before or right after a COMMIT. Another process goes on
where it ended, and every row must be what it is when nobody dies. In the same run a withdrawal that
commits half-way must end otherwise.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import runtime_entry
from compliance.scenarios.playing.stage import scratch_database
from tests import factories as f
from tests.guarantees.conftest import copy, drop
from tests.guarantees.fire.crowd import crowd
from tests.guarantees.fire.drivers import AFTER_COMMIT, BEFORE_COMMIT, HALF, tell
from tests.guarantees.fire.flows import STORIES, Stage
from tests.guarantees.fire.journals import ACKNOWLEDGED
from tests.guarantees.fire.lives import Line, live
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

AT_ONCE = 4
"""Copies of the database that stories are told in at the same time."""
CHOSEN = sized(short=6, long=None)
"""How many points of each story a process dies at; None is all of them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A database in which everybody is ready, and copies of it to tell stories in."""

    stage: Stage
    entry: dict[str, Any]
    folder: Path

    def told(
        self, story: str, ends: Sequence[int | None], *, in_halves: bool = False
    ) -> list[dict[str, Any]]:
        """Tell a story once for each end of its first life; the rows and points of each."""
        found: list[dict[str, Any]] = []
        for begin in range(0, len(ends), AT_ONCE):
            found += self._at_once(story, ends[begin : begin + AT_ONCE], in_halves)
        return found

    def _at_once(
        self, story: str, ends: Sequence[int | None], in_halves: bool
    ) -> list[dict[str, Any]]:
        places = [f"{self.entry['NAME']}_{number}" for number in range(len(ends))]
        lines = []
        for place, end in zip(places, ends, strict=True):
            folder = self.folder / f"{story} {end} {in_halves}"
            folder.mkdir()
            copy(self.entry["NAME"], place)
            lines.append(
                Line(
                    place,
                    tell,
                    lambda number, where=(place, folder), end=end: (
                        story,
                        self.stage,
                        *where,
                        end if number == 0 else None,
                        in_halves,
                    ),
                    lives=2,
                )
            )
        kills = live(lines, database=self.entry)
        for place in places:
            drop(place)
        assert kills.total() == sum(end is not None for end in ends), kills
        return [
            {
                name: json.loads((self.folder / f"{story} {end} {in_halves}" / name).read_text())
                for name in ("rows", "points")
            }
            for end in ends
        ]


@pytest.fixture
def ground(django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Ground]:
    """An open offering and three people who are ready to subscribe."""
    with django_db_blocker.unblock(), scratch_database():
        cast = f.open_offering()
        people = tuple(person.pk for person in crowd(cast, 3, at=f.OPENED))
        stage = Stage(cast.offering.pk, cast.asks, cast.approves, people)
        connection.close()
        yield Ground(stage, dict(runtime_entry(connection.settings_dict)), tmp_path)


def chosen(points: Sequence[str]) -> list[int]:
    """Where the first lives end: everywhere, or at a few points, most of them around a COMMIT."""
    if CHOSEN is None:
        return list(range(len(points)))
    chance = random.Random(len(points))
    found: list[int] = []
    for what in (BEFORE_COMMIT, AFTER_COMMIT, None):
        among = [k for k, point in enumerate(points) if what in (None, point) and k not in found]
        found += chance.sample(among, CHOSEN // 3)
    return sorted(found)


@pytest.mark.parametrize("story", STORIES)
def test_the_story_ends_as_if_nobody_had_died(ground: Ground, report: Report, story: str) -> None:
    [whole] = ground.told(story, [None])
    assert whole["points"].count(AFTER_COMMIT) >= len(STORIES[story])
    assert all(answer.startswith(ACKNOWLEDGED) for answer in whole["rows"]["answers"])
    ends = chosen(whole["points"])
    for end, told in zip(ends, ground.told(story, ends), strict=True):
        assert told["rows"] == whole["rows"], (end, whole["points"][end])

    # The broken copy, in the same run.
    [halves] = ground.told(story, [None], in_halves=True)
    assert halves["rows"] == whole["rows"], "nobody died, and yet it ended otherwise"
    [torn] = ground.told(story, [halves["points"].index(HALF)], in_halves=True)
    differ = [name for name, rows in whole["rows"].items() if torn["rows"][name] != rows]
    assert "equity_duty" in differ
    report(
        "B5",
        figures={
            "story": story,
            "statements and sides of a COMMIT": len(whole["points"]),
            "kill -9": len(ends),
            "other ends": 0,
        },
        caught={"a withdrawal that commits half-way": "differs in " + ", ".join(sorted(differ))},
    )
