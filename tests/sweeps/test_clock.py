"""A clock that is not to be believed: nothing is swept, it is told in words, nothing is lost."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from celery import Task
from django.core.management import CommandError, call_command
from django.utils import timezone

from compliance.audit import clock
from compliance.audit.models import Entry
from compliance.audit.services import record
from compliance.outbox.models import Message
from documents.models import Document
from documents.tasks import render
from equity import moves, sweeps, tasks
from equity.management.commands import tick
from equity.models import Notice
from tests.factories import SYSTEM, Cast, make_person, open_offering, subscribed

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
TRUTH = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
"""Two days after the 90th: an offering that opened at ``OPENED`` waits to fail."""
SetClocks = Callable[..., None]


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are rendered by their own tests; here they would only take time."""
    monkeypatch.setattr(sweeps, "render_waiting", lambda *, at: Counter())


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> SetClocks:
    """Set this machine's clock, and the database's, which is right unless said otherwise."""

    def set_them(machine: datetime, server: datetime = TRUTH) -> None:
        monkeypatch.setattr(timezone, "now", lambda: machine)
        monkeypatch.setattr(clock, "database_now", lambda: server)

    return set_them


@pytest.fixture
def cast() -> Cast:
    cast = open_offering()
    subscribed(cast, make_person(), units=60)
    return cast


def wrote(at: datetime) -> None:
    """Somebody's act, which bears this instant."""
    record(actor=SYSTEM, action="equity:offering:read", subject=("a.b", uuid4()), at=at)


def test_the_database_shows_the_time_it_is() -> None:
    before = timezone.now()
    assert before - timedelta(seconds=5) < clock.database_now() < before + timedelta(seconds=60)
    assert clock.newest_entry() is None
    assert clock.read(timezone.now()).wrong == ""


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        (timedelta(0), ""),
        (30 * SECOND, ""),
        (31 * SECOND, "0:00:31 ahead of the database's"),
        (timedelta(days=3), "3 days, 0:00:00 ahead of the database's"),
        (-30 * SECOND, ""),
        (-31 * SECOND, "0:00:31 behind the database's"),
        (-timedelta(hours=1), "1:00:00 behind the database's"),
    ],
)
def test_at_the_tolerance_and_a_second_over(
    clocks: SetClocks, cast: Cast, apart: timedelta, told: str
) -> None:
    clocks(TRUTH + apart)
    found = clock.read(timezone.now()).wrong
    assert (told in found) if told else (found == "")
    assert bool(found) == bool(told)
    # What only one of the clocks has reached is not over yet.
    assert clock.read(timezone.now()).at == min(TRUTH, TRUTH + apart)


@pytest.mark.parametrize(
    ("newest", "told"),
    [
        (TRUTH + 30 * SECOND, ""),
        (TRUTH + 31 * SECOND, "0:00:31 behind the newest entry of the audit trail"),
        (TRUTH - timedelta(days=90), ""),
    ],
)
def test_behind_the_newest_entry(clocks: SetClocks, newest: datetime, told: str) -> None:
    wrote(newest)
    clocks(TRUTH)
    found = clock.read(TRUTH).wrong
    assert (told in found) if told else (found == "")
    assert bool(found) == bool(told)
    wrote(TRUTH)  # the next act outlives one that bore a wrong instant
    assert clock.read(TRUTH).wrong == ""


def test_another_tolerance(clocks: SetClocks, settings: object) -> None:
    given = {**settings.COMPLIANCE, "CLOCK_TOLERANCE": 300}  # type: ignore[attr-defined]
    settings.COMPLIANCE = given  # type: ignore[attr-defined]
    clocks(TRUTH)
    assert clock.read(TRUTH + 300 * SECOND).wrong == ""
    assert "ahead" in clock.read(TRUTH + 301 * SECOND).wrong
    del given["CLOCK_TOLERANCE"]  # a host project that says nothing
    assert clock.read(TRUTH + 30 * SECOND).wrong == ""
    assert "ahead" in clock.read(TRUTH + 31 * SECOND).wrong


@pytest.mark.parametrize("apart", [timedelta(days=1), -timedelta(hours=1), -timedelta(days=400)])
def test_tick_sweeps_nothing_says_why_and_goes_on_once_the_clock_is_right(
    clocks: SetClocks, cast: Cast, apart: timedelta
) -> None:
    entries = Entry.objects.count()
    clocks(TRUTH + apart)
    out = StringIO()
    with pytest.raises(CommandError, match=r"of the database's|the database's\. Nothing is swept"):
        call_command("tick", stdout=out)
    assert out.getvalue() == ""
    assert (Entry.objects.count(), Message.objects.count()) == (entries, 0)
    assert cast.fresh().state == moves.OPEN
    clocks(TRUTH)
    call_command("tick", stdout=out)
    assert "ninetieth day passed 1" in out.getvalue()
    assert cast.fresh().state == moves.FAILED


def test_tick_every_says_it_each_time_and_goes_on_by_itself(
    clocks: SetClocks, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = iter([TRUTH + timedelta(hours=1), TRUTH + timedelta(hours=1), TRUTH])
    clocks(TRUTH)
    monkeypatch.setattr(timezone, "now", lambda: next(shown))
    pauses = 0

    def sleep(_seconds: int) -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 3:
            raise KeyboardInterrupt
        assert cast.fresh().state == moves.OPEN

    monkeypatch.setattr(tick.time, "sleep", sleep)
    monkeypatch.setattr(tick, "close_old_connections", lambda: None)
    out, wrong = StringIO(), StringIO()
    call_command("tick", every=30, stdout=out, stderr=wrong)
    assert wrong.getvalue().count("1:00:00 ahead of the database's") == 2
    assert "ninetieth day passed 1" in out.getvalue()
    assert cast.fresh().state == moves.FAILED


TASKS = (tasks.leave_reminders, tasks.write_letters, tasks.look_again, render)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_no_task_believes_a_clock_that_is_ahead(
    clocks: SetClocks, cast: Cast, caplog: pytest.LogCaptureFixture, task: Task
) -> None:
    # One paper is left to render; the others would only make the test slow.
    left = Document.objects.filter(kind="risk_acknowledgement").first()
    assert left is not None
    Document.objects.exclude(pk=left.pk).update(sha256="rendered elsewhere")
    sweeps.bring_time(TRUTH)

    def consequences() -> tuple[int, ...]:
        rendered = Document.objects.exclude(sha256="").count()
        return Notice.objects.count(), Message.objects.count(), Entry.objects.count(), rendered

    overdue = TRUTH + timedelta(days=30)
    clocks(overdue + timedelta(hours=1), overdue)
    before = consequences()
    with caplog.at_level(logging.ERROR):
        task.delay()
    assert "1:00:00 ahead of the database's" in caplog.text
    assert consequences() == before
    clocks(overdue, overdue)
    task.delay()
    assert consequences() != before


def test_time_itself_is_not_brought_by_a_clock_that_is_ahead(clocks: SetClocks, cast: Cast) -> None:
    clocks(TRUTH, TRUTH - timedelta(days=60))
    tasks.bring_time.delay()
    assert cast.fresh().state == moves.OPEN
    clocks(TRUTH)
    tasks.bring_time.delay()
    assert cast.fresh().state == moves.FAILED
