"""B6: producers and consumers of the outbox that are killed, doubles on purpose.

Each effect is there exactly once, nothing is lost, the order of each recipient is kept. In the same
run two broken copies must be caught: a reader with `position > last`, and a send in `on_commit`.
Brokers that go away are in tests/sweeps/test_brokers.py.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from compliance.audit.guard.roles import runtime_entry
from compliance.audit.models import Entry
from compliance.outbox.models import Heard, Message
from tests.guarantees import outbox_fire as fire
from tests.guarantees.fire.lives import Line, live
from tests.guarantees.outbox_fire import ACTION, CONSUMERS, PRODUCERS, READER
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.sweeps.smtp import Mailbox, mail_server

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = sized(short=500, long=12_000)
DEATHS = sized(short=2, long=10)
"""How many lives of each producer end early, and of each consumer one more."""
# Well above a sending, so that no living sender's claim is in doubt, and short enough to wait for.
IN_DOUBT = timedelta(seconds=3)
POINTS = ("before commit", "before sending", "after sending")


@dataclass(frozen=True, slots=True)
class Files:
    """What the two broken copies write down."""

    sent_on_commit: Path
    seen: Path

    def numbers(self, path: Path) -> set[int]:
        """The events in one of them."""
        return {int(line) for line in path.read_text().split()}


def deaths(part: int) -> list[tuple[int, str]]:
    """At which of its events a producer dies: in turn right before and right after the COMMIT."""
    own = range(part, EVENTS, PRODUCERS)
    return [
        (own[len(own) * (one + 1) // (DEATHS + 1)], ("before commit", "after commit")[one % 2])
        for one in range(DEATHS)
    ]


def producer(part: int, files: Files) -> Line:
    """A producer; its next life does not die of the same event again."""

    def given(number: int) -> tuple[Any, ...]:
        return part, EVENTS, files.sent_on_commit, frozenset(deaths(part)[number:])

    return Line(f"producer {part}", fire.produce, given, lives=DEATHS + 1)


def consumer(part: int, port: int) -> Line:
    """A consumer; all its lives but the last end at a point, if there is enough left to do."""

    def given(number: int) -> tuple[Any, ...]:
        point = POINTS[(part + number) % 3] if number <= DEATHS else "never"
        return EVENTS, port, point, EVENTS // 80 + part, IN_DOUBT

    return Line(f"consumer {part}", fire.consume, given, lives=DEATHS + 2)


def let_loose(box: Mailbox, files: Files) -> Counter[str]:
    """Let them all loose, and the broken reader with them; how many lives were ended."""
    reader = Line("reader", fire.read_above_the_last, lambda _: (EVENTS, files.seen))
    producers = [producer(part, files) for part in range(PRODUCERS)]
    consumers = [consumer(part, box.port) for part in range(CONSUMERS)]
    site = runtime_entry(connection.settings_dict)
    return live([reader, *producers, *consumers], database=site)


def test_every_effect_is_there_once_whoever_dies(report: Report, tmp_path: Path) -> None:
    files = Files(tmp_path / "sent-on-commit", tmp_path / "seen")
    with mail_server() as box:
        kills = let_loose(box, files)
    ended = Counter({kind: _sum(kills, kind) for kind in ("producer", "consumer", "reader")})
    assert ended["producer"] == PRODUCERS * DEATHS
    assert ended["consumer"] >= CONSUMERS * DEATHS
    assert ended["reader"] == 0

    # The effects' own tables: once each, none lost, although five in a hundred came twice.
    assert Entry.objects.filter(action=ACTION).count() == EVENTS
    assert Heard.objects.filter(reader=READER).count() == EVENTS
    assert Message.objects.count() == EVENTS
    assert Message.objects.filter(sent_at=None).count() == 0

    # The world outside: every message under its one id; a second copy only of what was in doubt.
    copies = Counter(box.ids)
    assert len(copies) == EVENTS
    assert copies.total() - EVENTS <= ended["consumer"]
    shown = _first_readings(box)
    assert shown == {address: sorted(numbers) for address, numbers in shown.items()}

    # The broken copies, in the same run.
    missed = set(range(EVENTS)) - files.numbers(files.seen)
    assert missed, "a reader with position > last lost nothing: this test sees nothing"
    never_sent = set(range(EVENTS)) - files.numbers(files.sent_on_commit)
    all_deaths = [death for part in range(PRODUCERS) for death in deaths(part)]
    assert never_sent == {number for number, how in all_deaths if how == "after commit"}
    report(
        "B6",
        figures={
            "events": EVENTS,
            "kill -9 of producers": ended["producer"],
            "kill -9 of consumers": ended["consumer"],
            "messages that came twice, under one id": copies.total() - EVENTS,
            "lost": 0,
            "effects doubled": 0,
        },
        caught={
            "a reader with position > last": f"skipped {len(missed)} events",
            "transaction.on_commit(send)": f"lost {len(never_sent)} events",
        },
    )


def _sum(kills: Counter[str], kind: str) -> int:
    return sum(count for name, count in kills.items() if name.startswith(kind))


def _first_readings(box: Mailbox) -> dict[str, list[int]]:
    """What each mailbox shows, in order, once it has dropped the second copies."""
    shown: dict[str, list[int]] = defaultdict(list)
    known: set[str] = set()
    for message in box.taken:
        if message["Message-ID"] not in known:
            known.add(str(message["Message-ID"]))
            shown[str(message["To"])].append(int(str(message["Subject"]).removeprefix("no ")))
    return shown
