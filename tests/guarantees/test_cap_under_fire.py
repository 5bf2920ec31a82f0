"""B1: an offering never accepts more than its limit, whatever runs at once and whatever dies.

Clients are processes of their own that subscribe and pay through the services, as the site's role,
on a PostgreSQL that keeps its word to the disk. Clients are killed at chosen and at random moments,
the server crashes under them, an observer looks all the time. Two loads: one that wants far more
than there is, and one that just fills the offering, so that writing goes on under every fault.

The same run judges the broken copies, each of which must be found wrong.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet, Sum
from pytest_django import DjangoDbBlocker

from compliance.audit.models import Entry
from equity import moves
from equity.content import UseRow
from equity.models import Offering, Posting
from tests import factories as f
from tests.guarantees.fire.broken import (
    BARE_TABLES,
    Guarded,
    Keyless,
    ReadsASnapshotThenInserts,
    ReadsThenInserts,
    Unsynchronised,
    break_the_room_trigger,
)
from tests.guarantees.fire.clients import PAY, SUBSCRIBE, WITHDRAW, Attempt, Portal
from tests.guarantees.fire.crowd import crowd
from tests.guarantees.fire.journals import Ledger, verdict
from tests.guarantees.fire.observer import Observer
from tests.guarantees.fire.runs import PRICE, Run, Size, limit, tickets, wishes
from tests.guarantees.fire.servers import OwnServer, own_server
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

FAR_MORE, JUST_FILLS = Decimal("8.7"), Decimal("1.2")
"""Loads: how many times the maximum the clients want together."""
SEEDS = sized(short=(1,), long=(1, 2, 3, 4, 5))
OURS = sized(
    short=Size(120, 8, deaths=6, kills=3, crashes=1),
    long=Size(5000, 64, deaths=16, kills=20, crashes=5),
)
SNAPSHOTS = sized(short=10, long=500)
"""How often the observer looks at least."""
TRIES = 3
"""Seeds within which every broken copy must be caught."""


@pytest.fixture(scope="module")
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[OwnServer]:
    """A PostgreSQL of this module's own, which it may crash."""
    with django_db_blocker.unblock(), own_server() as running:
        yield running


def open_to(most: Decimal) -> f.Cast:
    """An open offering of that maximum."""
    least = 4 * PRICE
    uses = (UseRow("Évaporateur", least, most),)
    return f.open_offering(
        content=f.make_content(price=PRICE, minimum=least, maximum=most, use_of_funds=uses)
    )


def acts_there(offering: Offering, attempts: Sequence[Attempt]) -> list[str]:
    """The acts whose effects are in the database, each as often as it is there."""
    by_person = {attempt.person: attempt for attempt in attempts}
    postings = Posting.objects.filter(offering=offering)
    effects = (
        (SUBSCRIBE, offering.subscriptions.values_list("person_id")),
        (PAY, _whose(postings.filter(entry__kind="payment", account="trust"))),
        (WITHDRAW, _whose(postings.filter(entry__kind="refund_due", account="refunds"))),
    )
    return [by_person[person].named(kind) for kind, rows in effects for (person,) in rows]


def _whose(postings: QuerySet[Posting]) -> QuerySet[Any, tuple[UUID]]:
    return postings.values_list("subscription__person_id")


def trail(offering: Offering) -> Counter[str]:
    """The acts that the audit trail tells of, by kind."""
    about = {offering.pk, *offering.subscriptions.values_list("pk", flat=True)}
    entries = Entry.objects.filter(action__startswith="equity:subscription:")
    told = entries.values_list("action", "subject_id")
    return Counter(action.rpartition(":")[2] for action, subject in told if subject in about)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of our services ended."""

    told: Ledger
    killed: int
    observer: Observer
    wrong: dict[str, Decimal | int]
    total: Decimal
    most: Decimal


def run_ours(
    server: OwnServer,
    folder: Path,
    load: Decimal,
    seed: int,
    size: Size,
    break_it: Callable[[], None] = lambda: None,
) -> Ended:
    """Run a load on our services, in a database that was broken first or not."""
    chance = random.Random(seed)
    units = tickets(chance, size.attempts)
    most = limit(units, load)
    with server.database() as entry:
        cast = open_to(most)
        people = [person.pk for person in crowd(cast, size.attempts, at=f.OPENED)]
        attempts = wishes(units, people)
        break_it()
        connection.close()
        observer = Observer(entry, cast.offering.pk)
        run = Run(entry, folder, server.crash, chance, size)
        told, killed = run.let_loose(attempts, load, Portal, cast.offering.pk, watch=observer.look)
        observer.look()
        observer.close()
        offering = cast.fresh()
        found = acts_there(offering, attempts)
        live = offering.subscriptions.filter(state__in=moves.LIVE).aggregate(Sum("amount"))
        total = live["amount__sum"]
        wrong = verdict(told, found, total=total, most=most)
        kinds = Counter(act.partition(" ")[0] for act in found)
        wrong["told otherwise by the trail"] = int(trail(offering) != kinds)
    return Ended(told, killed.total(), observer, wrong, total, most)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", [FAR_MORE, JUST_FILLS], ids=["far more", "just fills"])
def test_the_cap_holds_under_fire(
    server: OwnServer, report: Report, tmp_path: Path, load: Decimal, seed: int
) -> None:
    ended = run_ours(server, tmp_path, load, seed, OURS)
    assert not any(ended.wrong.values()), ended.wrong
    assert not ended.observer.seen, ended.observer.seen
    assert ended.most - PRICE < ended.total, "there was room left, and people were refused"
    assert ended.killed >= OURS.kills
    assert ended.observer.snapshots >= SNAPSHOTS
    report(
        "B1",
        figures={
            "load": f"{load} x",
            "seed": seed,
            "attempts": OURS.attempts,
            "processes": OURS.clients,
            "kill -9 of workers": ended.killed,
            "crashes of PostgreSQL": OURS.crashes,
            "snapshots of the observer": ended.observer.snapshots,
            "acts acknowledged": len(ended.told.acknowledged),
            "accepted": f"${ended.total} of ${ended.most}",
            **{name: str(count) for name, count in ended.wrong.items()},
        },
    )


def test_our_trigger_without_its_guarded_update_is_caught(
    server: OwnServer, report: Report, tmp_path: Path
) -> None:
    size, load = Size(attempts=60, clients=8), Decimal(2)
    for seed in range(TRIES):
        ended = run_ours(server, tmp_path, load, seed, size, break_the_room_trigger)
        if ended.wrong["over the limit"]:
            break
    assert ended.wrong["over the limit"]
    assert "more is live than the ceiling allows" in ended.observer.seen
    caught = f"${ended.wrong['over the limit']} over the limit"
    report("B1", caught={"our room trigger reads, waits and then writes": caught})


@dataclass(frozen=True, slots=True)
class Copy:
    """A broken copy in bare SQL, its load, and what it must be found guilty of."""

    desk: type[Guarded]
    load: Decimal
    size: Size
    guilt: str
    hasty: bool = False


BROKEN = {
    "reads, then inserts (READ COMMITTED)": Copy(
        ReadsThenInserts, FAR_MORE, Size(80, 8), "over the limit"
    ),
    "reads, then inserts (REPEATABLE READ)": Copy(
        ReadsASnapshotThenInserts, FAR_MORE, Size(80, 8), "over the limit"
    ),
    "no idempotency key": Copy(Keyless, JUST_FILLS, Size(80, 8, deaths=8), "doubled"),
    "acknowledges before the commit": Copy(
        Guarded, JUST_FILLS, Size(80, 8, deaths=8), "lost", hasty=True
    ),
    "synchronous_commit = off": Copy(Unsynchronised, JUST_FILLS, Size(200, 8, crashes=2), "lost"),
}


def run_bare(run: Run, copy: Copy) -> dict[str, Decimal | int]:
    """The verdict on a broken copy: the same clients and faults, tables of its own."""
    units = tickets(run.chance, copy.size.attempts)
    most = limit(units, copy.load)
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLES)
        cursor.execute("INSERT INTO bare_offering VALUES (0, %s)", [most])
    attempts = wishes(units, [uuid4() for _ in units])
    told, _ = run.let_loose(attempts, copy.load, copy.desk, run.entry, hasty=copy.hasty)
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, amount FROM bare_act")
        rows = cursor.fetchall()
    total = sum((amount for _, amount in rows), Decimal(0))
    return verdict(told, [act for act, _ in rows], total=total, most=most)


@pytest.mark.parametrize("name", BROKEN)
def test_the_broken_copies_in_bare_sql_are_caught(
    server: OwnServer, report: Report, tmp_path: Path, name: str
) -> None:
    copy = BROKEN[name]
    # What was committed without waiting is written when the log's writer looks; it may look late.
    with server.setting("wal_writer_delay", "10s"), server.database() as entry:
        for seed in range(TRIES):
            run = Run(entry, tmp_path, server.crash, random.Random(seed), copy.size)
            wrong = {what: count for what, count in run_bare(run, copy).items() if count}
            if copy.guilt in wrong:
                break
    assert copy.guilt in wrong
    report("B1", caught={name: f"{copy.guilt}: {wrong[copy.guilt]}"})
