"""Subscriptions per second through the whole service, beside the bare transaction, by turns.

Each round does the same number on one hot offering and spread over many, through the service and
under pgbench; what came first in one round comes last in the next, so that a machine that gets
slower or faster while it is measured does not favour either.
"""

import statistics
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import connection

from compliance.audit.guard.roles import runtime_entry
from compliance.config.postgres.server import Server
from compliance.scenarios.playing.stage import scratch_database
from documents.management.bar import Bar
from equity.models import Subscription
from tests.bench import crowd
from tests.bench.bare import Bare
from tests.bench.ground import one, program
from tests.bench.sizes import Size
from tests.bench.workers import Draw, Measured, Pool, agree, pool

Figures = dict[str, Any]


def measure(server: Server, size: Size) -> Figures:
    """All figures of this part, as JSON."""
    bar = Bar("throughput", len(size.workers) * size.rounds + 1)
    with scratch_database(), TemporaryDirectory(prefix="eqc-bench-") as folder:
        stage = Stage(server, size, Path(folder))
        bar.forward()
        with pool(max(size.workers), runtime_entry(connection.settings_dict)) as workers:
            stage.warm_up(workers)
            rows = [stage.row(count, workers, bar) for count in size.workers]
    bar.end()
    return {
        "rows": rows,
        "rounds": size.rounds,
        "accepted": size.accepted,
        "bare": size.bare,
        "spread": size.spread,
        "pgbench": stage.bare is not None,
    }


class Stage:
    """The offerings, the people and pgbench, ready for the rounds."""

    def __init__(self, server: Server, size: Size, folder: Path) -> None:
        self._size = size
        first = crowd.open_wide()
        self._portal = first.portal
        self._spread = [crowd.open_wide(self._portal) for _ in range(size.spread)]
        self._versions = crowd.versions_of([cast.offering for cast in self._spread])
        self._persons = crowd.people(first, size.accepted)
        self._ready = crowd.Readiness(first, self._persons[0])
        self._turn = 0
        self._first = first.offering.pk
        model = agree(Draw(self._first, self._persons[0]))
        self.bare = self._make_bare(server, folder, model)

    def _make_bare(self, server: Server, folder: Path, model: Subscription) -> Bare | None:
        pgbench = program(server, "pgbench")
        if pgbench is None:
            return None
        bare = Bare(pgbench, folder, self._size.spread)
        bare.prepare(model)
        return bare

    def warm_up(self, pool: Pool) -> None:
        """Let every worker read what a process reads once: figures of the law, statements."""
        most = max(self._size.workers)
        wanted = [
            Draw(self._first, person) for person in self._persons[1 : 1 + self._size.warm * most]
        ]
        pool.round("agree", wanted, workers=most, seconds=self._size.seconds)

    def row(self, workers: int, pool: Pool, bar: Bar) -> Figures:
        """The figures of so many workers: the median of the rounds."""
        rounds: list[dict[str, Any]] = []
        for number in range(self._size.rounds):
            steps = self._steps(workers, pool)
            if number % 2:
                steps.reverse()
            rounds.append({name: step() for name, step in steps})
            bar.forward()
        figures = {name: _middle([told[name] for told in rounds]) for name in rounds[0]}
        return {"workers": workers, **figures}

    def _steps(self, workers: int, pool: Pool) -> list[tuple[str, Callable[[], Any]]]:
        """What one round measures, by name."""
        hot = crowd.open_wide(self._portal).offering
        self._versions |= crowd.versions_of([hot])
        spread = [cast.offering.pk for cast in self._spread]
        size = self._size

        def through_service(act: str, offerings: list[UUID], count: int) -> Measured:
            wanted, _ = self._draws(offerings, count)
            before = one("SELECT count(*) FROM equity_subscription")
            done = pool.round(act, wanted, workers=workers, seconds=size.seconds)
            accepted = one("SELECT count(*) FROM equity_subscription") - before
            if accepted != len(done.took):
                raise AssertionError(f"{len(done.took)} were timed, {accepted} are there.")
            return done

        def guarded(offerings: list[UUID]) -> float:
            assert self.bare is not None
            _, last = self._draws(offerings, size.bare)
            return self.bare.guarded(workers=workers, count=size.bare, after=last)

        steps: list[tuple[str, Callable[[], Any]]] = [
            ("hot", lambda: through_service("agree", [hot.pk], size.accepted)),
            ("spread", lambda: through_service("agree", spread, size.accepted)),
            ("paid", lambda: through_service("agree_and_pay", [hot.pk], size.accepted // 2)),
        ]
        bare = self.bare
        if bare is None:
            return steps
        many = {"workers": workers, "count": size.bare}
        return [
            steps[0],
            ("bare_hot", lambda: guarded([hot.pk])),
            ("classic_hot", lambda: bare.classic("hot", **many)),
            steps[1],
            ("bare_spread", lambda: guarded(spread)),
            ("classic_spread", lambda: bare.classic("spread", **many)),
            steps[2],
        ]

    def _draws(self, offerings: list[UUID], count: int) -> tuple[list[Draw], int]:
        """Draws with other people than the last time, made ready for them; and the number of the
        last acknowledgement before theirs."""
        self._turn += 1
        wanted = crowd.draws(offerings, self._persons, count, turn=self._turn)
        last = one("SELECT max(id) FROM investors_riskacknowledgement")
        self._ready.make(wanted, self._versions)
        return wanted, last


def _middle(told: list[Any]) -> Any:
    """The median of a figure over the rounds; a measurement keeps its parts."""
    if not isinstance(told[0], Measured):
        return {"rate": statistics.median(told), "rates": [round(rate, 1) for rate in told]}
    return {
        "rate": statistics.median(each.rate for each in told),
        "rates": [round(each.rate, 1) for each in told],
        "cpu_ms": statistics.median(each.cpu_each for each in told),
        "p50_ms": statistics.median(each.quantile(0.5) for each in told),
        "p99_ms": statistics.median(each.quantile(0.99) for each in told),
    }
