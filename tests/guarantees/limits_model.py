"""What should be, in plain Python: offerings, agreements and money by the rulebook's figures.

It knows nothing of our code. Every act answers whether it is accepted, and changes the model only
then. Amounts are dollars, people and offerings are names, days are those of Montréal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

CAP, LIMIT, LIMIT_ADVISED, NINETY = 1_500_000, 2_500, 10_000, 90
MONTREAL = ZoneInfo("America/Toronto")
SKIPPED = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 18), date(2026, 6, 24)}
"""Good Friday, Easter Monday, the Monday before 25 May, 24 June (W-7, spring of 2026)."""
OPENED = ("open", "suspended", "closing")
UNDER_WAY = ("approved", *OPENED)
LIVE = ("agreed", "binding")


def day_of(at: datetime) -> date:
    return at.astimezone(MONTREAL).date()


def begins(day: date) -> datetime:
    return datetime.combine(day, time.min, MONTREAL).astimezone(UTC)


def right_ends(at: datetime) -> datetime:
    """W-7: the end of the second business day after the day of the agreement."""
    day, counted = day_of(at), 0
    while counted < 2:
        day += timedelta(days=1)
        counted += day.weekday() < 5 and day not in SKIPPED
    return begins(day + timedelta(days=1))


def a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


@dataclass
class Agreement:
    offering: "Distribution"
    person: str
    amount: int
    agreed: datetime
    advised: bool
    ends: datetime
    state: str = "agreed"
    paid: int = 0
    due: int = 0

    def end(self, state: str) -> None:
        """No longer live: what was paid is due back."""
        self.state, self.due = state, self.paid


@dataclass
class Distribution:
    issuer: str
    minimum: int
    maximum: int
    days: int
    state: str = "submitted"
    held: bool = False
    amending: bool = False
    first: date | None = None
    judged: date | None = None
    asked: tuple[str, tuple[int, ...]] | None = None
    working: tuple[int, int] | None = None
    """Maximum and days of an amendment in preparation."""
    version: int = 1

    @property
    def last(self) -> date:
        assert self.first is not None
        return self.first + timedelta(days=self.days)

    @property
    def after_ninety(self) -> datetime:
        assert self.first is not None
        return begins(self.first + timedelta(days=NINETY + 1))


Method = Callable[..., bool]


def act(method: Method) -> Method:
    """An act first does what time has brought; when it is refused, that is undone with it."""

    @wraps(method)
    def wrapped(self: "Model", subject: Any, *given: Any) -> bool:
        offering = subject.offering if isinstance(subject, Agreement) else subject
        kept = [(each, {**vars(each)}) for each in (offering, *self.of(offering))]
        self.settle(offering)
        accepted = method(self, subject, *given)
        if not accepted:
            for each, before in kept:
                vars(each).update(before)
        return accepted

    return wrapped


@dataclass
class Model:
    """``groups`` names for each issuer who is in its group (W-3)."""

    at: datetime
    offerings: dict[str, Distribution]
    groups: dict[str, set[str]]
    closed: list[tuple[str, date, int]]
    """Issuer, closing day, amount: here and elsewhere."""
    agreements: list[Agreement] = field(default_factory=list)
    advice: set[tuple[str, str, int]] = field(default_factory=set)

    @property
    def on(self) -> date:
        return day_of(self.at)

    def of(self, offering: Distribution, *states: str) -> list[Agreement]:
        mine = (row for row in self.agreements if row.offering is offering)
        return [row for row in mine if row.state in (states or LIVE)]

    def of_all(self, state: str) -> list[Agreement]:
        return [row for row in self.agreements if row.state == state]

    def live(self, offering: Distribution) -> int:
        return sum(row.amount for row in self.of(offering))

    def group_closed(self, issuer: str) -> int:
        """W-1, W-2: what the group closed in the twelve months that end today."""
        group, since = self.groups[issuer], a_year_before(self.on)
        return sum(n for name, day, n in self.closed if name in group and since <= day <= self.on)

    # What time brings

    def settle(self, offering: Distribution) -> None:
        """Everything due, in the order of its instants: rights, the last day, the 90th (W-18)."""
        while offering.state in OPENED:
            due = [(row.ends, 0) for row in self.of(offering, "agreed")]
            if offering.judged != offering.last:
                due.append((begins(offering.last + timedelta(days=1)), 1))
            due.append((offering.after_ninety, 2))
            instant, kind = min(due)
            if instant > self.at:
                return
            if kind == 0:
                for row in self.of(offering, "agreed"):
                    row.state = "binding" if row.ends == instant else row.state
            elif kind == 1:
                offering.judged = offering.last
                if self.live(offering) < offering.minimum:
                    self.end(offering, "failed")
            else:
                self.end(offering, "failed")

    def end(self, offering: Distribution, state: str) -> bool:
        for row in self.of(offering):
            row.end("released")
        offering.state, offering.asked = state, None
        return True

    def tick(self) -> None:
        for offering in self.offerings.values():
            self.settle(offering)

    def declare(self, issuer: str, day: date, amount: int) -> bool:
        """An earlier distribution: the same one twice is one; all under way are judged again."""
        if (issuer, day, amount) not in self.closed:
            self.closed.append((issuer, day, amount))
            self.tick()
        return True

    def relate(self, groups: dict[str, set[str]]) -> bool:
        """A link: the groups are these from now on; all under way are judged again."""
        self.groups = groups
        self.tick()
        return True

    # The acts

    @act
    def approve(self, offering: Distribution) -> bool:
        return self._filed(offering, "submitted", "approved")

    @act
    def open(self, offering: Distribution) -> bool:
        if not self._filed(offering, "approved", "open"):
            return False
        offering.first = self.on
        return True

    def _filed(self, offering: Distribution, source: str, target: str) -> bool:
        if offering.state != source or not self._fileable(offering, offering.maximum):
            return False
        offering.state = target
        return True

    def _fileable(self, offering: Distribution, maximum: int) -> bool:
        """Within the cap of the group, and no other distribution of it under way."""
        others = [
            other
            for other in self.offerings.values()
            if other is not offering and other.state in UNDER_WAY
        ]
        alone = not any(
            other.issuer in self.groups[offering.issuer]
            or offering.issuer in self.groups[other.issuer]
            for other in others
        )
        return alone and maximum + self.group_closed(offering.issuer) <= CAP

    @act
    def advise(self, offering: Distribution, person: str) -> bool:
        if offering.state in ("refused", "closed", "cancelled", "failed"):
            return False
        self.advice.add((offering.issuer, person, offering.version))
        return True

    def subscribe(self, offering: Distribution, person: str, amount: int) -> bool:
        """Judged by what is there, whatever time has brought meanwhile: a right that ended and is
        not recorded yet takes no room from anybody."""
        if offering.state != "open" or offering.first is None or self.on > offering.last:
            return False
        ends, live = right_ends(self.at), self.live(offering)
        advised = (offering.issuer, person, offering.version) in self.advice
        held = sum(row.amount for row in self.of(offering) if row.person == person)
        allowed = (
            live + amount <= offering.maximum
            and live + amount + self.group_closed(offering.issuer) <= CAP
            and held + amount <= (LIMIT_ADVISED if advised else LIMIT)
            and ends <= begins(offering.first + timedelta(days=NINETY))
        )
        if allowed:
            row = Agreement(offering, person, amount, self.at, advised, ends)
            self.agreements.append(row)
        return allowed

    @act
    def pay(self, row: Agreement, amount: int | None) -> bool:
        paid = row.amount - row.paid if amount is None else amount
        if row.state not in LIVE or not 0 < paid <= row.amount - row.paid:
            return False
        row.paid += paid
        return True

    @act
    def withdraw(self, row: Agreement) -> bool:
        if row.state != "agreed":
            return False
        row.end("withdrawn")
        return True

    @act
    def letter(self, row: Agreement, sent: datetime) -> bool:
        in_time = row.agreed <= sent <= self.at and sent < row.ends
        if row.state not in LIVE or not in_time:
            return False
        row.end("withdrawn")
        return True

    @act
    def refund(self, row: Agreement) -> bool:
        if row.state in (*LIVE, "completed") or row.due == 0:
            return False
        row.due = 0
        return True

    @act
    def suspend(self, offering: Distribution) -> bool:
        if offering.state != "open":
            return False
        offering.state, offering.held = "suspended", True
        return True

    @act
    def resume(self, offering: Distribution) -> bool:
        if offering.state != "suspended" or not offering.held:
            return False
        offering.held = False
        offering.state = "suspended" if offering.amending else "open"
        return True

    @act
    def amend(self, offering: Distribution, maximum: int, days: int) -> bool:
        if offering.state not in OPENED:
            return False
        offering.state, offering.amending, offering.asked = "suspended", True, None
        offering.working = (maximum, days)
        return True

    @act
    def certify(self, offering: Distribution) -> bool:
        return offering.state == "suspended"

    @act
    def publish(self, offering: Distribution) -> bool:
        if offering.state != "suspended" or not offering.amending:
            return False
        assert offering.working is not None
        assert offering.first is not None
        maximum, days = offering.working
        last = offering.first + timedelta(days=days)
        room = self.live(offering) <= maximum
        if not (self._fileable(offering, maximum) and room and self.on <= last):
            return False
        offering.amending, offering.working = False, None
        offering.state = "suspended" if offering.held else "open"
        offering.maximum, offering.days, offering.version = maximum, days, offering.version + 1
        for row in self.of(offering):
            row.state, row.ends = "agreed", right_ends(self.at)
        return True

    @act
    def stop(self, offering: Distribution) -> bool:
        if offering.state not in UNDER_WAY:
            return False
        return self.end(offering, "failed")

    @act
    def cancel(self, offering: Distribution) -> bool:
        if offering.state in ("refused", "closed", "cancelled", "failed"):
            return False
        return self.end(offering, "cancelled")

    def _closable(self, offering: Distribution) -> list[Agreement] | None:
        """Who would complete; None when the closing may not be."""
        full = [row for row in self.of(offering, "binding") if row.paid == row.amount]
        total = sum(row.amount for row in full)
        assert offering.first is not None
        fine = (
            full
            and total >= offering.minimum
            and all(row.ends <= self.at for row in self.of(offering))
            and self.on <= offering.first + timedelta(days=NINETY)
            and total + self.group_closed(offering.issuer) <= CAP
        )
        return full if fine else None

    def _figures(self, rows: list[Agreement]) -> tuple[int, ...]:
        return tuple(id(row) for row in rows)

    @act
    def ask(self, offering: Distribution, officer: str) -> bool:
        if offering.state not in ("open", "closing"):
            return False
        full = self._closable(offering)
        if full is None:
            return False
        offering.state, offering.asked = "closing", (officer, self._figures(full))
        return True

    @act
    def close(self, offering: Distribution, officer: str) -> bool:
        if offering.state != "closing":
            return False
        full = self._closable(offering)
        assert offering.asked is not None
        who, figures = offering.asked
        if full is None or officer == who or figures != self._figures(full):
            return False
        for row in self.of(offering, "binding"):
            if row in full:
                row.state = "completed"
            else:
                row.end("lapsed")
        offering.state = "closed"
        self.closed.append((offering.issuer, self.on, sum(row.amount for row in full)))
        return True


def instants(model: Model) -> list[datetime]:
    """The instants that still lie ahead, at which time brings something."""
    ahead = {row.ends for row in model.agreements if row.state in LIVE}
    for offering in model.offerings.values():
        if offering.state in OPENED:
            ahead |= {begins(offering.last + timedelta(days=1)), offering.after_ninety}
    return sorted(instant for instant in ahead if instant > model.at)
