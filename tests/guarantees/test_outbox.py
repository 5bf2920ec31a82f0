"""B6, short form: 500 events, 4 producers and 4 consumers that are killed, doubles on purpose.

Each effect is there exactly once, nothing is lost, the order of each recipient is kept. In the same
run two broken copies must be caught: a reader with `position > last`, and a send in `on_commit`.
"""

import multiprocessing
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from compliance.audit.models import Entry
from compliance.outbox.models import Heard, Message
from tests.guarantees import outbox_fire as fire
from tests.guarantees.outbox_fire import ACTION, EVENTS, READER
from tests.sweeps.smtp import Mailbox, mail_server

pytestmark = pytest.mark.django_db(transaction=True)

# Well above a sending, so that no living sender's claim is in doubt, and short enough to wait for.
IN_DOUBT = timedelta(seconds=3)
POINTS = ("before commit", "before sending", "after sending")
_fork = multiprocessing.get_context("fork")


def life(work: Callable[..., None], *given: Any) -> Any:
    """A child process that shares nothing with us but its arguments."""

    def live() -> None:
        # The parent's connection was closed before the fork; the child opens its own.
        try:
            work(*given)
        finally:
            os._exit(0)

    connections.close_all()
    process = _fork.Process(target=live, daemon=True)
    process.start()
    return process


@contextmanager
def server(settings: Settings) -> Iterator[Mailbox]:
    with mail_server() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_USE_TLS = False
        yield box


def relived(work: Callable[[int], Any], lives: int, kills: Counter[str], name: str) -> None:
    """One life after the other, until one ends by itself; counts those that were killed.

    A child forked from a process with threads may inherit a lock that nobody holds any more and
    never begin. Such a life is ended by us, as any other, and another one follows.
    """
    for number in range(lives):
        process = work(number)
        process.join(25)
        if process.exitcode is None:
            process.kill()
            process.join(10)
        if process.exitcode == 0:
            return
        assert process.exitcode == -9, f"{name} {number} ended with {process.exitcode}"
        kills[name] += 1
    raise AssertionError(f"{name} never came to its end")


def run_all(box: Mailbox, on_commit: Path) -> tuple[Counter[str], list[int]]:
    """Let them loose; how many were killed, and what the broken reader saw."""
    kills: Counter[str] = Counter()
    deaths = [(n, "after commit") for n in (57, 190, 303, 444)]
    deaths += [(n, "before commit") for n in (21, 158, 260, 399)]

    def producer(part: int) -> Callable[[int], Any]:
        # A dead producer's next life does not die of the same event again.
        mine = sorted((n, how) for n, how in deaths if n % fire.PRODUCERS == part)
        return lambda number: life(fire.produce, part, on_commit, frozenset(mine[number:]))

    def consumer(part: int) -> Callable[[int], Any]:
        def start(number: int) -> Any:
            point = POINTS[(part + number) % 3] if number < 3 else "never"
            return life(fire.consume, point, 7 + 5 * number + part, IN_DOUBT)

        return start

    seen: list[int] = []
    producing = [
        Thread(target=relived, args=(producer(part), 9, kills, f"producer {part}"))
        for part in range(fire.PRODUCERS)
    ]
    consuming = [
        Thread(target=relived, args=(consumer(part), 7, kills, f"consumer {part}"))
        for part in range(fire.CONSUMERS)
    ]
    still = {"going": True}
    broken = Thread(target=_watch, args=(seen, lambda: still["going"]))
    for thread in (broken, *producing, *consuming):
        thread.start()
    for thread in (*producing, *consuming):
        thread.join()
    still["going"] = False
    broken.join()
    return kills, seen


def _watch(seen: list[int], go_on: Callable[[], bool]) -> None:
    try:
        fire.reads_above_the_last(seen, go_on)
    finally:
        connections.close_all()


def test_every_effect_is_there_once_whoever_dies(settings: Settings, tmp_path: Path) -> None:
    on_commit = tmp_path / "sent-on-commit"
    with server(settings) as box:
        kills, seen = run_all(box, on_commit)
    assert 8 <= sum(count for name, count in kills.items() if "producer" in name) <= 10, kills
    assert sum(count for name, count in kills.items() if "consumer" in name) >= 8, kills

    # The effects' own tables: once each, none lost, although five in a hundred came twice.
    assert Entry.objects.filter(action=ACTION).count() == EVENTS
    assert Heard.objects.filter(reader=READER).count() == EVENTS
    assert Message.objects.count() == EVENTS
    assert Message.objects.filter(sent_at=None).count() == 0

    # The world outside: every message under its one id; a second copy only of what was in doubt.
    copies = Counter(box.ids)
    assert len(copies) == EVENTS
    assert max(copies.values()) <= 1 + max(kills.values())
    assert sum(copies.values()) - EVENTS <= sum(kills.values())
    assert _first_readings(box) == {
        address: sorted(numbers) for address, numbers in _first_readings(box).items()
    }

    # The broken copies, in the same run.
    missed = set(range(EVENTS)) - set(seen)
    assert missed, "a reader with position > last lost nothing: this test sees nothing"
    never_sent = set(range(EVENTS)) - {int(n) for n in on_commit.read_text().split()}
    assert never_sent == {57, 190, 303, 444}


def _first_readings(box: Mailbox) -> dict[str, list[int]]:
    """What each mailbox shows, in order, once it has dropped the second copies."""
    shown: dict[str, list[int]] = defaultdict(list)
    known: set[str] = set()
    for message in box.taken:
        if message["Message-ID"] not in known:
            known.add(str(message["Message-ID"]))
            shown[str(message["To"])].append(int(str(message["Subject"]).removeprefix("no ")))
    return shown
