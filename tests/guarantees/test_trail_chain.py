"""A2: every committed entry and every change is in the tree, once, whoever dies and when.

Writers record acts as the site does: a change of a regulated row and its entry in one transaction,
some slow, some rolled back. They are killed before and after their commit; so are chainers, inside
the transaction that adds leaves and at any moment, several of which work at once; and the server
crashes under all of them. Meanwhile somebody checks the whole trail again and again, and must never
be alarmed. In the same run, three broken ways of putting a trail in order must be caught.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from compliance.accounts.models import User
from compliance.audit.models import Change, Entry, Horizon, Leaf
from compliance.audit.tree.chaining import CHAINER
from compliance.audit.tree.verifying import INTACT, verify
from tests.guarantees.fire.lives import Line, Living, live
from tests.guarantees.fire.servers import OwnServer, own_server
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.trail import fire
from tests.guarantees.trail.fire import ACTION, Plan

WRITERS, EVENTS = sized(short=(6, 400), long=(32, 20_000))
SLOW = sized(short=0.15, long=0.5)
WRITER_DEATHS = sized(short=4, long=10)
"""How many writers are killed, half of them right after a commit."""
CHAINERS = sized(short=2, long=3)
CHAINER_KILLS = sized(short=2, long=8)
"""How often one of them is killed at any moment; and the first one dies once by itself."""
CRASHES = sized(short=1, long=2)
BARE = sized(short=(4, 40), long=(8, 200))
LAG, FLOOR = 10.0, 500
"""Seconds after which everything is in the tree; entries and changes a second in the long form."""


@pytest.fixture(scope="module")
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[OwnServer]:
    with django_db_blocker.unblock(), own_server() as running:
        yield running


@dataclass
class Faults:
    """The server crashes and chainers are killed when so many events are there."""

    crash: Callable[[], None]
    plan: Plan
    chance: random.Random
    moments: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted = ["crash"] * CRASHES + ["kill"] * CHAINER_KILLS
        self.moments = sorted((self.chance.uniform(0.2, 0.8) * EVENTS, what) for what in wanted)

    def __call__(self, living: Living) -> None:
        paths = [self.plan.acknowledged(part) for part in range(self.plan.writers)]
        there = sum(path.read_bytes().count(b"\n") for path in paths if path.exists())
        while self.moments and there >= self.moments[0][0]:
            _, what = self.moments.pop(0)
            if what == "crash":
                self.crash()
            else:
                chainers = [one for name, one in living.items() if name.startswith("chainer")]
                self.chance.choice([one for one in chainers if one.is_alive()]).kill()


def acknowledged(plan: Plan) -> list[list[int]]:
    """What each writer was told is committed."""
    paths = [plan.acknowledged(part) for part in range(plan.writers)]
    return [
        [int(line) for line in path.read_text().split()] if path.exists() else [] for path in paths
    ]


def writer(part: int, plan: Plan, user: UUID) -> Line:
    """A writer; some die once, of one of their events."""
    own = [number for number in plan.own(part) if number % 50 not in (fire.LOST, fire.SLOW)]
    point = ("before commit", "after commit")[part % 2]
    deaths = {(own[len(own) // 2], point)} if part < WRITER_DEATHS else set()

    def given(number: int) -> tuple[Any, ...]:
        return part, plan, user, frozenset(() if number else deaths), number

    return Line(f"writer {part}", fire.write, given, lives=2)


def chainer(part: int, plan: Plan) -> Line:
    """A chainer; the first life of the first one ends inside a transaction."""

    def given(number: int) -> tuple[Any, ...]:
        return plan, 1 if (part, number) == (0, 0) else None

    return Line(f"chainer {part}", fire.chain_on, given, lives=CHAINER_KILLS + 2)


def test_everything_committed_is_in_the_tree_once(
    server: OwnServer, report: Report, tmp_path: Path
) -> None:
    plan = Plan(WRITERS, EVENTS, tmp_path, SLOW)
    looks, seen = tmp_path / "looks", tmp_path / "seen"
    with server.database() as entry:
        users = [User.objects.create(email=f"u{n}@courriel.example") for n in range(WRITERS)]
        watch = Faults(server.crash, plan, random.Random(2))
        kills = live(
            [
                Line("reader", fire.read_above_the_last, lambda _: (plan, seen)),
                Line("watcher", fire.look_on, lambda _: (plan, looks)),
                *(writer(part, plan, user.pk) for part, user in enumerate(users)),
                *(chainer(part, plan) for part in range(CHAINERS)),
            ],
            database=entry,
            meanwhile=watch,
        )
        began_at = min(plan.begun(part).stat().st_mtime for part in range(WRITERS))
        done_at = max(plan.done(part).stat().st_mtime for part in range(WRITERS))
        lag, speed = plan.chained.stat().st_mtime - done_at, EVENTS / (done_at - began_at)
        appended = 2 * len(plan.committed()) / (done_at - began_at)
        connection.close()
        assert not watch.moments, "the run was over before everything had gone wrong"
        ended = Counter(name.partition(" ")[0] for name in kills.elements())
        assert ended["writer"] == WRITER_DEATHS
        # One that was killed twice in one moment dies once.
        assert 1 + CHAINER_KILLS // 2 <= ended["chainer"] <= 1 + CHAINER_KILLS
        in_the_tree(plan)
        assert lag < LAG, lag
        assert int(looks.read_text()) > 0
        missed = plan.committed() - {int(line) for line in seen.read_text().split()}
        assert missed, "a reader with position > last lost nothing: this test sees nothing"
        breaks = broken_chains(entry)
    figures: dict[str, str | int] = {
        "writers": WRITERS,
        "events": EVENTS,
        "kill -9 of writers": ended["writer"],
        "kill -9 of chainers": ended["chainer"],
        "crashes of PostgreSQL": CRASHES,
        "leaves": 2 * len(plan.committed()),
        "missing or twice in the tree": 0,
        "checks meanwhile, without a false alarm": int(looks.read_text()),
        "seconds until the last was in the tree": f"{lag:.1f}",
        "entries a second": round(speed),
        "entries and changes a second": round(appended),
    }
    report(
        "A2",
        figures=figures,
        caught={"a reader with position > last": f"skipped {len(missed)} events", **breaks},
    )
    assert appended >= sized(short=0, long=FLOOR)


def in_the_tree(plan: Plan) -> None:
    """Nothing is lost, nothing is twice, there is no hole and no fork."""
    entries = Entry.objects.filter(action=ACTION)
    numbers = [payload["number"] for payload in entries.values_list("payload", flat=True)]
    assert sorted(numbers) == sorted(plan.committed())
    assert {number for part in acknowledged(plan) for number in part} <= set(numbers)
    positions = [
        *Entry.objects.values_list("position", flat=True),
        *Change.objects.values_list("position", flat=True),
    ]
    leaves = list(Leaf.objects.order_by("index").values_list("index", "position"))
    assert [index for index, _ in leaves] == list(range(len(positions)))
    assert sorted(position for _, position in leaves) == sorted(positions)
    # Each entry tells one change, of the same transaction.
    changes = Change.objects.filter(table=User._meta.db_table, operation="update")
    told = set(entries.values_list("transaction", flat=True))
    assert set(changes.values_list("transaction", flat=True)) == told
    assert len(told) == len(numbers)
    found = verify(at=timezone.now())
    assert (found.status, found.waiting) == (INTACT, 0)
    assert found.checkpoints > 1
    # It does not look from the start each time, also while there is always more.
    assert Horizon.objects.get(name=CHAINER).position > min(positions)


def broken_chains(entry: dict[str, Any]) -> dict[str, str]:
    """The chains that a trigger makes, without a lock and with one, under several writers."""
    with connection.cursor() as cursor:
        cursor.execute(fire.BARE_TABLES)
        writers, rows = BARE
        lines = [
            Line(f"bare {part}", fire.write_bare, lambda _, part=part: (entry, part, rows))
            for part in range(writers)
        ]
        live(lines, database=entry)
        found = {}
        for table in ("bare_trigger", "bare_locked"):
            cursor.execute(fire.BREAKS.format(table))
            found[table] = cursor.fetchone()[0]
            assert found[table] > 0, f"{table} is a chain: this test sees nothing"
    return {
        "a hash chain made by a trigger": f"{found['bare_trigger']} broken links",
        "a chain under a lock, numbered before it": f"{found['bare_locked']} broken links",
    }
