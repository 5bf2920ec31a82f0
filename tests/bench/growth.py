"""What the next subscription costs in an offering that already has very many.

Three offerings are filled to three sizes, then the next subscriptions and payments go to each of
them by turns, one after the other, so that whatever else the machine does falls on all alike.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection

from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.config.postgres.server import Server
from compliance.scenarios.playing.stage import scratch_database
from documents.management.bar import Bar
from equity.models import Subscription
from tests import factories as f
from tests.bench import crowd
from tests.bench.copying import Appeared, Copying, count_agreements
from tests.bench.ground import run_sql
from tests.bench.sizes import Size
from tests.bench.workers import Draw, agree, agree_and_pay, pay


def measure(server: Server, size: Size) -> dict[str, Any]:
    """All figures of this part, as JSON."""
    with scratch_database():
        offerings, rows = _fill(server, size)
        people = {
            filled: crowd.people(cast, size.following + size.warm)
            for filled, cast in offerings.items()
        }
        run_sql("VACUUM ANALYZE")
        with connected_with(connection, runtime_entry(connection.settings_dict)):
            took = _follow(offerings, people, size)
        database = _bytes()
    return {
        "following": size.following,
        "rows_each": rows,
        "database_bytes": database,
        "rows": [_row(filled, told) for filled, told in took.items()],
    }


def _fill(server: Server, size: Size) -> tuple[dict[int, f.Cast], int]:
    """An offering for each size with so many subscriptions in it, and the rows each left."""
    offerings: dict[int, f.Cast] = {}
    copyings: dict[int, Copying] = {}
    for filled in size.filled:
        portal = next(iter(offerings.values())).portal if offerings else None
        cast = offerings[filled] = crowd.open_wide(portal)
        appeared = Appeared()
        for number in range(size.prototypes):
            person = f.make_person("Camille", f"Modèle {number}")
            f.acknowledged(cast, person)
            agree_and_pay(Draw(cast.offering.pk, person.pk))
        copyings[filled] = Copying(appeared.keys(), size.prototypes)
    wanted = {filled: filled // size.prototypes - 1 for filled in size.filled}
    bar = Bar("filling offerings", sum(wanted.values()))
    before = 0
    with server._connect(connection.settings_dict["NAME"]) as superuser:
        for filled, copying in copyings.items():
            for done in copying.make(superuser, wanted[filled]):
                bar.to(before + done)
            before += wanted[filled]
            count_agreements(superuser, offerings[filled].offering)
    bar.end()
    return offerings, next(iter(copyings.values())).rows()


Took = dict[str, list[float]]


def _follow(
    offerings: dict[int, f.Cast], people: dict[int, list[UUID]], size: Size
) -> dict[int, Took]:
    """Seconds of each next subscription and payment, at each size by turns."""
    took: dict[int, Took] = {filled: {"subscribe": [], "pay": []} for filled in size.filled}
    bar = Bar("next subscriptions", size.following)
    for number in range(size.following + size.warm):
        for filled, cast in offerings.items():
            person = people[filled][number]
            agreed, first = _timed(lambda: agree(Draw(cast.offering.pk, person)))  # noqa: B023
            _, second = _timed(lambda: pay(person, agreed.pk))  # noqa: B023
            if number >= size.warm:
                took[filled]["subscribe"].append(first)
                took[filled]["pay"].append(second)
        bar.to(max(number + 1 - size.warm, 0))
    bar.end()
    for filled, cast in offerings.items():
        there = Subscription.objects.filter(offering=cast.offering).count()
        if there != filled + size.following + size.warm:
            raise AssertionError(f"{there} subscriptions are there, not {filled} and the next.")
    return took


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    answer = act()
    return answer, time.perf_counter() - began


def _row(filled: int, took: Took) -> dict[str, Any]:
    """The figures of one size, in milliseconds."""
    return {"filled": filled} | {
        act: {
            "median_ms": 1000 * statistics.median(seconds),
            "mean_ms": 1000 * statistics.fmean(seconds),
            "p99_ms": 1000 * sorted(seconds)[min(int(0.99 * len(seconds)), len(seconds) - 1)],
        }
        for act, seconds in took.items()
    }


def _bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
