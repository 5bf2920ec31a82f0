"""B1: an offering never accepts more than its limit, whatever runs at once and whatever dies.

Clients are processes of their own that subscribe and pay through the services, as the site's role,
on a PostgreSQL that keeps its word to the disk. Clients are killed at chosen and at random moments,
the server crashes under them, an observer looks all the time. Two loads: one that wants far more
than there is, and one that just fills the offering, so that writing goes on under every fault.

The same run judges the broken copies, each of which must be found wrong.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
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
from tests.guarantees.fire.journals import verdict
from tests.guarantees.fire.observer import Observer
from tests.guarantees.fire.runs import PRICE, Run, Size, limit, tickets, wishes
from tests.guarantees.fire.servers import OwnServer, own_server
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

FAR_MORE, JUST_FILLS = Decimal("8.7"), Decimal("1.2")
"""Loads: how many times the maximum the clients want together."""
SEEDS = sized(short=(1,), long=(1, 2, 3, 4, 5))
OURS = sized(
    short=Size(160, 8, deaths=6, kills=3, crashes=1),
    long=Size(4000, 64, deaths=16, kills=20, crashes=5),
)
TRIES = 3
"""Seeds within which every broken copy must be caught."""


@pytest.fixture(scope="module")
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[OwnServer]:
    """A PostgreSQL of this module's own, which it may crash."""
    with django_db_blocker.unblock(), own_server() as running:
        yield running


def open_to(most: Decimal) -> f.Cast:
    """An open offering of that maximum."""
    least = Decimal(1000)
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


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("load", [FAR_MORE, JUST_FILLS], ids=["far more", "just fills"])
def test_the_cap_holds_under_fire(
    server: OwnServer, report: Report, tmp_path: Path, load: Decimal, seed: int
) -> None:
    chance = random.Random(seed)
    units = tickets(chance, OURS.attempts)
    most = limit(units, load)
    with server.database() as entry:
        cast, attempts = offered(units, most)
        observer = Observer(entry, cast.offering.pk)
        run = Run(entry, tmp_path, server.crash, chance, OURS)
        told, killed = run.let_loose(attempts, load, Portal, cast.offering.pk, watch=observer.look)
        observer.look()
        observer.close()
        offering = cast.fresh()
        found = acts_there(offering, attempts)
        live = offering.subscriptions.filter(state__in=moves.LIVE).aggregate(Sum("amount"))
        assert trail(offering) == Counter(act.partition(" ")[0] for act in found)
    total = live["amount__sum"]
    wrong = verdict(told, found, total=total, most=most)
    assert not any(wrong.values()), wrong
    assert not observer.seen, observer.seen
    assert most - PRICE < total, "there was room left, and people were refused"
    assert total == offering.live_amount
    assert killed.total() >= OURS.kills
    report(
        "B1",
        figures={
            "load": f"{load} x",
            "seed": seed,
            "attempts": OURS.attempts,
            "processes": OURS.clients,
            "kill -9 of workers": killed.total(),
            "crashes of PostgreSQL": OURS.crashes,
            "snapshots of the observer": observer.snapshots,
            "acts acknowledged": len(told.acknowledged),
            "accepted": f"${total} of ${most}",
            **{name: str(count) for name, count in wrong.items()},
        },
    )


def offered(units: Sequence[int], most: Decimal) -> tuple[f.Cast, list[Attempt]]:
    """An offering of that maximum, and somebody for every wish."""
    cast = open_to(most)
    people = [person.pk for person in crowd(cast, len(units), at=f.OPENED)]
    connection.close()
    return cast, wishes(units, people)


def test_our_trigger_without_its_guarded_update_is_caught(
    server: OwnServer, report: Report, tmp_path: Path
) -> None:
    size = Size(attempts=60, clients=8)
    caught: set[str] = set()
    for seed in range(TRIES):
        chance = random.Random(seed)
        units = tickets(chance, size.attempts)
        most = limit(units, Decimal(2))
        with server.database() as entry:
            cast, attempts = offered(units, most)
            break_the_room_trigger()
            observer = Observer(entry, cast.offering.pk)
            run = Run(entry, tmp_path, server.crash, chance, size)
            run.let_loose(attempts, Decimal(2), Portal, cast.offering.pk, watch=observer.look)
            observer.look()
            observer.close()
        caught = observer.seen
        if "more is live than the ceiling allows" in caught:
            break
    assert "more is live than the ceiling allows" in caught, caught
    report(
        "B1", caught={"our room trigger reads, waits and then writes": "; ".join(sorted(caught))}
    )


BROKEN: dict[str, tuple[type[Guarded], Decimal, Size, str]] = {
    "reads, then inserts (READ COMMITTED)": (
        ReadsThenInserts, FAR_MORE, Size(160, 8), "over the limit"
    ),
    "reads, then inserts (REPEATABLE READ)": (
        ReadsASnapshotThenInserts, FAR_MORE, Size(160, 8), "over the limit"
    ),
    "no idempotency key": (Keyless, JUST_FILLS, Size(160, 8, deaths=8), "doubled"),
    "acknowledges before the commit": (Guarded, JUST_FILLS, Size(160, 8, deaths=8), "lost"),
    "synchronous_commit = off": (Unsynchronised, JUST_FILLS, Size(400, 8, crashes=1), "lost"),
}  # fmt: skip
"""Each with its load, its size and what it must be found guilty of, and of nothing else."""


def bare(
    run: Run, attempts: Sequence[Attempt], load: Decimal, desk: type[Guarded], *, hasty: bool
) -> dict[str, Decimal | int]:
    """The verdict on a bare copy: the same clients, the same faults, tables of its own."""
    most = limit([attempt.units for attempt in attempts], load)
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLES)
        cursor.execute("INSERT INTO bare_offering VALUES (0, %s)", [most])
    told, _ = run.let_loose(attempts, load, desk, run.entry, hasty=hasty)
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, amount FROM bare_act")
        rows = cursor.fetchall()
    total = sum((amount for _, amount in rows), Decimal(0))
    return verdict(told, [act for act, _ in rows], total=total, most=most)


def test_the_bare_broken_copies_are_caught(
    server: OwnServer, report: Report, tmp_path: Path
) -> None:
    caught: dict[str, str] = {}
    # Asynchronous commits reach the disk when the writer of the log next looks; it may look late.
    server.set("wal_writer_delay", "10s")
    with server.database() as entry:
        for name, (desk, load, size, guilt) in BROKEN.items():
            for seed in range(TRIES):
                chance = random.Random(seed)
                attempts = wishes(
                    tickets(chance, size.attempts), [uuid4() for _ in range(size.attempts)]
                )
                run = Run(entry, tmp_path, server.crash, chance, size)
                wrong = bare(run, attempts, load, desk, hasty=name.startswith("acknowledges"))
                if wrong[guilt]:
                    caught[name] = f"{guilt}: {wrong[guilt]}"
                    break
    assert set(caught) == set(BROKEN), caught
    report("B1", caught=caught)
