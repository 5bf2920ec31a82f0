"""What the audit trail costs and how fast it is: recording, chaining, verifying.

Subscriptions go to one offering by turns, a few with the recording of rows switched off and a few
with it, so that whatever else the machine does falls on both alike. What they left is then chained,
verified in the database, exported, and checked by the file that strangers use.
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from compliance.audit.guard.catalogue import RECORDED, recorded_models
from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.audit.models import Change, Entry
from compliance.audit.tree import chaining, checkpoints, exporting, verifying
from compliance.audit.verifier import verify_audit
from compliance.config.postgres.server import Server
from compliance.scenarios.playing.stage import scratch_database
from documents.management.bar import Bar
from tests.bench import crowd
from tests.bench.ground import run_sql
from tests.bench.sizes import TURN, Size
from tests.bench.workers import Draw, agree

SETTLING = 3
"""The first few of each turn are not counted."""
AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class TrailError(RuntimeError):
    """What was measured is not what should have been: its figure would be a lie."""


def measure(server: Server, size: Size) -> dict[str, Any]:
    """All figures of this part, as JSON."""
    with scratch_database(), TemporaryDirectory() as folder:
        cost = _cost(server, size)
        with connected_with(connection, runtime_entry(connection.settings_dict)):
            return {**cost, **_tree(Path(folder))}


def _cost(server: Server, size: Size) -> dict[str, Any]:
    """Milliseconds of a subscription with and without the recording of rows."""
    turns = 2 * max(2, size.following // TURN)
    cast = crowd.open_wide(None)
    people = iter(crowd.people(cast, turns * TURN))
    run_sql("VACUUM ANALYZE")
    took: dict[bool, list[float]] = {True: [], False: []}
    bar = Bar("subscriptions by turns", turns * TURN)
    with (
        server._connect(connection.settings_dict["NAME"]) as superuser,
        connected_with(connection, runtime_entry(connection.settings_dict)),
    ):
        superuser.autocommit = True
        for turn in range(turns):
            recording = turn % 2 == 0
            with _recording(superuser, recording):
                for number in range(TURN):
                    began = time.perf_counter()
                    agree(Draw(cast.offering.pk, next(people)))
                    if number >= SETTLING:
                        took[recording].append(time.perf_counter() - began)
                    bar.forward(1)
    bar.end()
    if Change.objects.filter(table="equity_subscription").count() != turns // 2 * TURN:
        raise TrailError("The recording was on, or off, when it should not have been.")
    return {
        "counted": len(took[True]),
        "recorded_ms": 1000 * statistics.median(took[True]),
        "unrecorded_ms": 1000 * statistics.median(took[False]),
    }


@contextmanager
def _recording(superuser: Any, on: bool) -> Iterator[None]:
    """The recording of every table, on or off; on at the end."""
    tables = [model._meta.db_table for model in recorded_models("default")]

    def switch(verb: str) -> None:
        for table in tables:
            superuser.execute(f"ALTER TABLE {table} {verb} TRIGGER {RECORDED}")

    if on:
        yield
        return
    switch("DISABLE")
    try:
        yield
    finally:
        switch("ENABLE")


def _tree(folder: Path) -> dict[str, Any]:
    """Leaves a second chained, verified in the database, and checked from an export."""
    waiting = Entry.objects.count() + Change.objects.count()
    run, chain_seconds = _timed(chaining.chain)
    chained = run.added
    if chained != waiting or checkpoints.sign(at=AT) is None:
        raise TrailError(f"{chained} of {waiting} were chained.")
    found, verify_seconds = _timed(lambda: verifying.verify(at=AT))
    if found.status != verifying.INTACT:
        raise TrailError(f"The trail is not intact: {found.altered[:1]}{found.untold[:1]}")
    exported = folder / "trail.zip"
    _, export_seconds = _timed(lambda: exporting.export_to(exported, at=AT))
    answer, check_seconds = _timed(
        lambda: subprocess.run(
            [sys.executable, "-I", verify_audit.__file__, str(exported)],
            capture_output=True,
            check=False,
        )
    )
    if answer.returncode != verify_audit.INTACT:
        raise TrailError(answer.stdout.decode())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "leaves": chained,
        "chained_per_second": chained / chain_seconds,
        "verified_per_second": chained / verify_seconds,
        "exported_per_second": chained / export_seconds,
        "checked_per_second": chained / check_seconds,
        "checker_peak_mib": peak,
        "export_bytes": exported.stat().st_size,
    }


def _timed(act: Any) -> tuple[Any, float]:
    began = time.perf_counter()
    answer = act()
    return answer, time.perf_counter() - began
