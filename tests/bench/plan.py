"""The plan of a platform's history: who offers what when, and who buys how much.

Fictive from end to end, and the same every time it is made for the same numbers, so that a load
that was cut short finds its way by asking the database how far it came.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from tests.contents import PRICES

FIRST = date(2021, 10, 1)
"""The first full month under the instrument."""
QUARTERS = 20
_SEED = 45_110
_CAP = Decimal(1_500_000)
_MOST = Decimal(1_400_000)
"""What the purchases of one offering add up to at most: under the cap, so that none is refused."""
_PURCHASER = Decimal(2_500)
_FAIL, _AMBITIOUS, _WITHDRAW, _UNPAID, _ONTARIO, _AGAIN = 0.12, 0.2, 0.04, 0.02, 0.1, 0.3
"""Shares: offerings that miss their minimum, or ask for the whole cap; purchasers who change their
mind, never pay, live in Ontario; how often who bought from the group before buys again."""
_FORMS = {
    "company": ("common_share", "preferred_share", "convertible", "debt"),
    "cooperative": ("cooperative_share", "debt"),
    "nonprofit": ("community_bond",),
}
"""What each form of issuer offers."""
_LINKS = ("affiliate", "common_enterprise", "same_founder")
_MANY = 800
"""Purchases from which an offering is of something cheap, so that all fit under the cap."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One subscription: who, how many securities, when, and what becomes of it."""

    person: int
    """The number of the person in the crowd of the group."""
    units: int
    at: timedelta
    """After the opening."""
    pays: bool
    withdraws: bool


@dataclass(frozen=True, slots=True)
class Life:
    """One offering: whose, planned for when, and its purchases in their order."""

    group: int
    member: int
    """Which issuer of the group."""
    ordinal: int
    """Which offering of that issuer."""
    kind: str
    start: date
    days: int
    fails: bool
    ambitious: bool
    """It asks for the whole cap, and so waits until the group's earlier closings leave it."""
    purchases: tuple[Purchase, ...]

    @property
    def price(self) -> Decimal:
        """Price of one security."""
        return Decimal(PRICES[self.kind])

    @property
    def total(self) -> Decimal:
        """What the purchases add up to."""
        return self.price * sum(purchase.units for purchase in self.purchases)

    @property
    def maximum(self) -> Decimal:
        """A tenth above what comes in, or the whole cap; in whole units."""
        wanted = math.ceil(self.total * Decimal("1.1") / self.price) + 1
        most = math.floor(_CAP / self.price)
        return self.price * (most if self.ambitious else min(wanted, most))

    @property
    def minimum(self) -> Decimal:
        """Half of what is kept; above all that comes in for one that fails."""
        if self.fails:
            return self.total + self.price
        kept = sum(one.units for one in self.purchases if one.pays and not one.withdraws)
        return self.price * max(kept // 2, 1)


@dataclass(frozen=True, slots=True)
class Group:
    """Issuers that are linked, and their offerings in the order in which they are planned."""

    number: int
    form: str
    links: tuple[str, ...]
    """How each further issuer is linked to the first."""
    lives: tuple[Life, ...]

    @property
    def subscriptions(self) -> int:
        """How many the group will have."""
        return sum(len(life.purchases) for life in self.lives)


def quarter(number: int) -> tuple[date, date]:
    """The first day of a quarter counted from ``FIRST``, and the first day after it."""
    months = FIRST.month - 1 + 3 * number
    year, month = FIRST.year + months // 12, months % 12 + 1
    after = date(year + month // 10, (month + 2) % 12 + 1, 1)
    return date(year, month, 1), after


def instant(day: date, hour: int) -> datetime:
    """An hour of a day, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def make_plan(offerings: int, subscriptions: int) -> tuple[Group, ...]:
    """The history of so many offerings with so many subscriptions in all (at least one each)."""
    draw = random.Random(_SEED)
    counts = _counts(draw, offerings, subscriptions)
    groups: list[Group] = []
    while counts:
        groups.append(_group(draw, len(groups), counts))
    return tuple(groups)


def _counts(draw: random.Random, offerings: int, subscriptions: int) -> list[int]:
    """Subscriptions of each offering: many small, a few very large, ``subscriptions`` in all."""
    weights = [min(draw.lognormvariate(0, 1.0), 25.0) for _ in range(offerings)]
    free, whole = subscriptions - offerings, sum(weights)
    counts = [1 + int(free * weight / whole) for weight in weights]
    for number in range(subscriptions - sum(counts)):
        counts[number % offerings] += 1
    return counts


def _group(draw: random.Random, number: int, counts: list[int]) -> Group:
    """Take a few of the counts for one group: one issuer as a rule, some with sisters."""
    form = draw.choice(sorted(_FORMS))
    linked = draw.random() < 0.2
    links = tuple(draw.choice(_LINKS) for _ in range(draw.randint(1, 2) if linked else 0))
    size = draw.randint(2, 5) if linked else draw.choice((1, 1, 1, 2, 3))
    taken = [counts.pop() for _ in range(min(size, len(counts)))]
    days = 91 * QUARTERS - 2
    starts = sorted(FIRST + timedelta(days=1 + draw.randrange(days)) for _ in taken)
    crowd = math.ceil(max(taken) / (1 - _AGAIN)) + 1
    ordinals: dict[int, int] = {}
    lives = []
    for start, count in zip(starts, taken, strict=True):
        member = draw.randint(0, len(links))
        ordinal = ordinals[member] = ordinals.get(member, -1) + 1
        lives.append(_life(draw, (number, member, ordinal), form, start, count, crowd))
    return Group(number, form, links, tuple(lives))


def _life(
    draw: random.Random,
    key: tuple[int, int, int],
    form: str,
    start: date,
    count: int,
    crowd: int,
) -> Life:
    kinds = _FORMS[form]
    kind = draw.choice(kinds) if count < _MANY else kinds[0]
    price = Decimal(PRICES[kind])
    days = draw.randint(30, 60)
    people = draw.sample(range(crowd), count)
    instants = sorted(draw.randrange(86_400, 86_400 * days) for _ in people)
    room = int(_MOST / count / price)
    return Life(
        *key,
        kind=kind,
        start=start,
        days=days,
        fails=draw.random() < _FAIL,
        ambitious=draw.random() < _AMBITIOUS,
        purchases=tuple(
            _purchase(draw, person, timedelta(seconds=at), price, room)
            for person, at in zip(people, instants, strict=True)
        ),
    )


def _purchase(
    draw: random.Random, person: int, at: timedelta, price: Decimal, room: int
) -> Purchase:
    """A small amount as a rule, seldom up to the limit."""
    wanted = round(Decimal(draw.lognormvariate(5.5, 0.9)) / price)
    most = int(_PURCHASER / price)
    if room < most:  # Half buy up to twice the room and half one unit: together they fit.
        most = min(max(room * 2 - 1, 1), most) if draw.random() < 0.5 else 1
    pays = draw.random() >= _UNPAID
    return Purchase(person, max(min(wanted, most), 1), at, pays, draw.random() < _WITHDRAW)


def is_elsewhere(group: int, person: int) -> bool:
    """Whether a person of a group's crowd lives in Ontario; the same whenever it is asked."""
    return random.Random(f"{_SEED} {group} {person}").random() < _ONTARIO


def shares(groups: tuple[Group, ...], workers: int) -> list[list[Group]]:
    """The groups dealt to workers, none split, each worker with about the same to do."""
    dealt: list[list[Group]] = [[] for _ in range(workers)]
    loads = [0] * workers
    for group in sorted(groups, key=lambda one: one.subscriptions, reverse=True):
        least = loads.index(min(loads))
        dealt[least].append(group)
        loads[least] += group.subscriptions
    return dealt


def lives(groups: tuple[Group, ...]) -> Iterator[Life]:
    """Every offering of a plan."""
    return (life for group in groups for life in group.lives)
