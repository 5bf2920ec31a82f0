"""E6, clocks that jump: what time brings comes once, in order, at its legal instant, never early.

A life is lived by what was true, and swept by clocks that are wrong: this machine's, the
database's, or both set back together; by an hour, by days, in the nights in which the clocks
change, with workers that sleep three days over a deadline. The instants below were counted by hand
on a calendar.
"""

import logging
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from compliance.audit import clock
from compliance.audit.models import Entry
from compliance.rules.ni45_110 import withdrawal
from equity import moves, sweeps
from equity.models import Offering, Subscription
from equity.refusal import Refused
from equity.services import money, portals, subscribing, time
from tests import factories as f
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

pytestmark = pytest.mark.django_db
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MONTREAL = ZoneInfo("America/Toronto")
LIVES = sized(short=2, long=100)
APART = (HOUR, -HOUR, DAY, -DAY, 3 * DAY, -3 * DAY, 31 * SECOND, -31 * SECOND, 30 * SECOND)


@dataclass(frozen=True, slots=True)
class Season:
    """An offering, who agrees when, and what time must bring, each with its instant (UTC)."""

    opens: datetime
    days: int
    agreements: tuple[tuple[datetime, int], ...]
    """When, and how many securities of 25.00; the minimum of the offering is 1 000.00."""
    brings: tuple[tuple[str, datetime], ...]
    nights: tuple[datetime, ...]
    """Instants at which the clocks of Montréal change."""


def utc(*given: int) -> datetime:
    return datetime(*given, tzinfo=UTC)  # type: ignore[arg-type, misc]


SPRING = Season(
    opens=f.OPENED,
    days=60,
    # Monday 2 March; Friday 6 March at 23:59 in Montréal: Tuesday 10 March is the second day.
    agreements=((f.OPENED, 30), (utc(2026, 3, 7, 4, 59), 30)),
    brings=(
        ("bind", utc(2026, 3, 5, 5)),
        ("bind", utc(2026, 3, 11, 4)),
        ("last_day", utc(2026, 5, 2, 4)),
        ("fail", utc(2026, 6, 1, 4)),
    ),
    nights=(utc(2026, 3, 8, 7),),
)
AUTUMN = Season(
    opens=utc(2026, 10, 26, 14),
    days=20,
    # Thursday 29 October; Saturday 31 October at 23:30 in Montréal, the night of the change.
    agreements=((utc(2026, 10, 29, 14), 4), (utc(2026, 11, 1, 3, 30), 4)),
    brings=(
        ("bind", utc(2026, 11, 3, 5)),
        ("bind", utc(2026, 11, 4, 5)),
        ("last_day", utc(2026, 11, 16, 5)),
        ("fail", utc(2026, 11, 16, 5)),
    ),
    nights=(utc(2026, 11, 1, 6),),
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep: what is true, and how far the two clocks are from it."""

    truth: datetime
    machine: timedelta
    server: timedelta


def sweeps_of(season: Season, chance: random.Random) -> list[Sweep]:
    """When the workers wake in one life and what their clocks show; the last one is right.

    In one life of five they sleep until that last one, and find everything at once.
    """
    instants = [at for _, at in season.brings] + list(season.nights)
    moments = {season.opens + 5 * HOUR}
    for instant in instants:
        if chance.random() < 0.3:  # asleep over it
            moments.add(instant + 3 * DAY)
        else:
            moments |= {instant + step for step in (-HOUR, -SECOND, 0 * SECOND, SECOND, HOUR)}
    moments |= {at + chance.random() * 2 * DAY for at in instants}
    found = [Sweep(truth, *errors(chance)) for truth in sorted(moments)]
    last = Sweep(max(instants) + 10 * DAY, 0 * SECOND, 0 * SECOND)
    return [last] if chance.random() < 0.2 else [*found, last]


def errors(chance: random.Random) -> tuple[timedelta, timedelta]:
    """How far the machine's and the server's clock are off: neither, one, or both set back."""
    apart = chance.choice(APART)
    either = [(0 * SECOND, 0 * SECOND), (apart, 0 * SECOND), (0 * SECOND, apart)]
    return chance.choice([*either, (-abs(apart), -abs(apart))])


class Life:
    """One life of a season in one transaction; ``wrong`` gathers whatever should not have been."""

    def __init__(self, season: Season, cast: f.Cast, people: list[Any]) -> None:
        self.season, self.cast, self.people = season, cast, people
        self.rows: list[Subscription] = []
        self.wrong: list[str] = []

    def live(self, planned: list[Sweep], shown: dict[str, datetime]) -> list[str]:
        """Agree when the season says so, sweep as planned, and look after every sweep."""
        waiting = list(zip(self.season.agreements, self.people, strict=True))
        for sweep in planned:
            while waiting and waiting[0][0][0] <= sweep.truth:
                (agreed, units), person = waiting.pop(0)
                shown["server"] = agreed
                self.rows.append(self.agree(person, units, agreed))
            self.try_to_withdraw(sweep.truth)
            shown["server"] = sweep.truth + sweep.server
            clock.unless_wrong(sweep.truth + sweep.machine, sweeps.bring_time)
            self.look(sweep)
        self.look_back(
            {sweep.truth + min(sweep.machine, sweep.server) for sweep in planned}
            | {at for at, _ in self.season.agreements}
        )
        return self.wrong

    def agree(self, person: Any, units: int, agreed: datetime) -> Subscription:
        actor = f.investor_actor(person)
        made = subscribing.subscribe(
            actor=actor, offering_id=self.cast.offering.pk, units=units, insider=False, at=agreed
        ).subject
        return money.pay(actor=actor, subscription_id=made.pk, at=agreed).subject

    def rights(self) -> Iterator[tuple[Subscription, datetime]]:
        """Each agreement so far with the end of its right, as it was counted by hand."""
        ends = [at for what, at in self.season.brings if what == "bind"]
        return zip(self.rows, ends, strict=False)

    def try_to_withdraw(self, truth: datetime) -> None:
        """Near its end, whoever has the right may use it, and nobody after its last instant."""
        for row, ends in self.rights():
            if abs(truth - ends) > HOUR:
                continue
            with transaction.atomic():
                actor = f.investor_actor(row.person)
                try:
                    money.withdraw(actor=actor, subscription_id=row.pk, at=truth)
                    used = True
                except Refused:
                    used = False
                transaction.set_rollback(True)
            if used != (truth < ends):
                self.wrong.append(f"a right that ends at {ends} was {used=} at {truth}")

    def look(self, sweep: Sweep) -> None:
        """Nothing came early; with clocks that are right, nothing that is due is left."""
        right = sweep.machine == sweep.server == 0 * SECOND
        for row, ends in self.rights():
            state = Subscription.objects.values_list("state", flat=True).get(pk=row.pk)
            if state != moves.AGREED and sweep.truth < ends:
                self.wrong.append(f"{state} at {sweep.truth}, before {ends}")
            if state == moves.AGREED and right and sweep.truth >= ends:
                self.wrong.append(f"still agreed at {sweep.truth}, after {ends}")
        fails = self.season.brings[-1][1]
        failed = self.cast.fresh().state == moves.FAILED
        if failed and sweep.truth < fails:
            self.wrong.append(f"failed at {sweep.truth}, before {fails}")
        if not failed and right and sweep.truth >= fails:
            self.wrong.append(f"not failed at {sweep.truth}")

    def look_back(self, ran: set[datetime]) -> None:
        """The trail: once each, in the order of the law, with both instants."""
        timed = [f"equity:{w}" for w in ("subscription:bind", "offering:last_day", "offering:fail")]
        rows = list(Entry.objects.filter(action__in=timed).order_by("position"))
        told = [
            (row.action.split(":")[-1], datetime.fromisoformat(row.payload["legal_at"]))
            for row in rows
        ]
        if told != list(self.season.brings):
            brought = ", ".join(f"{what} {at:%Y-%m-%d %H:%M:%S}" for what, at in told)
            self.wrong.append(f"time brought {brought}")
        for row, (what, legal) in zip(rows, told, strict=True):
            if row.at < legal or row.at not in ran:
                self.wrong.append(f"{what} of {legal} bears {row.at}, when nothing ran")


class Stage:
    """A season's offering and people, made once; each life is lived in it and undone."""

    def __init__(self, season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
        self.season, self.shown = season, {"server": season.opens}
        monkeypatch.setattr(clock, "database_now", lambda: self.shown["server"])
        portal = f.make_portal()
        portals.certify_resources(
            actor=f.SYSTEM,
            portal_id=portal.pk,
            on=season.opens.date(),
            at=season.opens,
            reference="A5-2",
        )
        self.cast = f.open_offering(
            portal=portal, content=f.make_content(days=season.days), at=season.opens
        )
        self.people = [f.make_person(f"Personne {n}") for n, _ in enumerate(season.agreements)]
        for person in self.people:
            f.acknowledged(self.cast, person, at=season.opens)

    def life(self, seed: int) -> list[str]:
        """Live one life with clocks chosen by the seed; what should not have been, in words."""
        planned = sweeps_of(self.season, random.Random(seed))
        with transaction.atomic():
            found = Life(self.season, self.cast, self.people).live(planned, self.shown)
            transaction.set_rollback(True)
        return found


@pytest.fixture(autouse=True)
def told_elsewhere(caplog: pytest.LogCaptureFixture) -> None:
    """That a clock is not believed is said hundreds of times here."""
    caplog.set_level(logging.CRITICAL, clock.logger.name)


@pytest.mark.parametrize("season", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_clocks_jump_and_what_time_brings_comes_once_in_order_never_early(
    season: Season, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    stage = Stage(season, monkeypatch)
    first = random.SystemRandom().randrange(1 << 32)
    for seed in range(first, first + LIVES):
        assert stage.life(seed) == [], f"life {seed}"
    report("E6", figures={f"lives from {season.opens:%d %B %Y}": LIVES, "first seed": first})


def test_broken_copies_are_caught(monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    stage = Stage(SPRING, monkeypatch)
    caught = {}
    for name, broken in BROKEN.items():
        with monkeypatch.context() as patched:
            broken(patched)
            gave_away = next((found for seed in range(9) if (found := stage.life(seed))), None)
        assert gave_away, f"{name} was not caught"
        caught[name] = gave_away[0]
    report("E6", caught=caught)


# The broken copies


def clock_believed(patched: pytest.MonkeyPatch) -> None:
    """Sweeps that believe the machine's clock, whatever the others show."""
    patched.setattr(clock, "read", clock.Reading)


def forty_eight_hours(patched: pytest.MonkeyPatch) -> None:
    """A right of two days as a programmer adds them: by the wall clock, whatever the calendar."""
    counted = withdrawal.right

    def wrong(at: datetime, **given: Any) -> Any:
        ends = at.astimezone(MONTREAL) + timedelta(hours=48)
        return replace(counted(at, **given), ends_at=ends.astimezone(UTC))

    patched.setattr(withdrawal, "right", wrong)


def dated_when_it_ran(patched: pytest.MonkeyPatch) -> None:
    """Late work that bears the instant at which it ran, and not its own."""
    leave = time.leave_entry

    def wrong(actor: Any, action: str, subject: Any, at: datetime, **given: Any) -> None:
        given["payload"] = given.get("payload", {}) | {"legal_at": at}
        leave(actor, action, subject, at, **given)

    patched.setattr(time, "leave_entry", wrong)


def latest_first(patched: pytest.MonkeyPatch) -> None:
    """Everything that is due, the latest first."""
    patched.setattr(time, "min", lambda due, **more: max(due, **more), raising=False)


def forgets_what_it_judged(patched: pytest.MonkeyPatch) -> None:
    """The last day judged, and not kept that it was."""
    judge = time._judge_last_day

    def wrong(offering: Offering, legal_at: datetime, at: datetime) -> None:
        judge(offering, legal_at, at)
        Offering.objects.filter(pk=offering.pk).update(last_day_judged=None)

    patched.setattr(time, "_judge_last_day", wrong)


BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the machine's clock is believed": clock_believed,
    "a right of 48 hours": forty_eight_hours,
    "dated when it ran": dated_when_it_ran,
    "the latest first": latest_first,
    "the last day judged again": forgets_what_it_judged,
}
