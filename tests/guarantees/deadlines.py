"""Every rule with a deadline: what may be asked of it, our answer, and the second oracle's.

An answer holds the deadline itself and what is so a second before it, at it and a second after.
The days of the law are the portal's, which is where our answers get them from an instant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.rules.ni45_110 import closing, duties, group, portal, purchaser, withdrawal
from compliance.rules.ni45_110 import subscription as subscribing
from compliance.rules.ni45_110.book import rulebook
from equity.models import Portal
from equity.selectors import clock
from investors.models import Person
from investors.selectors import age_on
from tests.rules import given, slow_oracle
from tests.rules.instants import END, instants

SECOND = timedelta(seconds=1)
AROUND = (-SECOND, timedelta(0), SECOND)
BEGAN = datetime(2021, 9, 23, tzinfo=UTC)
"""The instrument is in force from 21 September 2021, in every zone."""

codes = st.sampled_from(sorted(PROVINCES))
maybe = st.one_of(st.just("US"), codes)
whenever = instants(BEGAN, END)
Answer = tuple[Any, ...]


@dataclass(frozen=True)
class Rule:
    """One rule: the arguments it is asked with, and the two answers."""

    given: SearchStrategy[tuple[Any, ...]]
    ours: Callable[..., Answer]
    oracle: Callable[..., Answer]


def day_at(at: datetime, place: str) -> date:
    """The day at a portal, as the services ask for it."""
    return clock.portal_day(Portal(province=place), at)


def around(instant: datetime) -> list[datetime]:
    """A second before, at, and a second after."""
    return [instant + step for step in AROUND]


@st.composite
def near(draw: DrawFn, instant: datetime) -> datetime:
    """The instant to the second, or some seconds or days away from it."""
    far = timedelta(days=draw(st.integers(-3, 3)))
    return instant + draw(st.sampled_from(AROUND)) + draw(st.sampled_from([timedelta(0), far]))


# W-7 and W-11: the right of withdrawal, from an agreement or from the notice of an amendment


def _right(at: datetime, buyer: str, issuer: str, place: str) -> Answer:
    found = withdrawal.right(at, purchaser=buyer, issuer=issuer, portal=place)
    return found.ends_on, found.ends_at, [found.lives(t) for t in around(found.ends_at)]


def _right_slowly(at: datetime, buyer: str, issuer: str, place: str) -> Answer:
    return (*slow_oracle.right(at, buyer, issuer, place), [True, False, False])


# Days at the portal: the refund, the ninetieth day, the issuer's last day, the duties


def _until(due: date, place: str) -> Answer:
    """A last day, the instant that is too late, and whether it is still the time around it."""
    over = withdrawal.begins(due + timedelta(days=1), place)
    return due, over, [day_at(t, place) <= due for t in around(over)]


def _until_slowly(due: date, place: str) -> Answer:
    return due, slow_oracle.midnight_after(due, place), [True, False, False]


def _refund(at: datetime, place: str) -> Answer:
    return _until(withdrawal.refund_due(day_at(at, place), portal=place).ends_on, place)


def _refund_slowly(at: datetime, place: str) -> Answer:
    return _until_slowly(slow_oracle.refund(slow_oracle.day_at(at, place), place), place)


def _ninetieth(at: datetime, place: str) -> Answer:
    opened = day_at(at, place)
    last, over, _ = _until(withdrawal.ninetieth_day(opened), place)
    met = []
    for instant in around(over):
        facts = given.closing(first_available=opened)
        met.append(closing._within_90_days(facts, rulebook(day_at(instant, place))).met)
    return last, over, met


def _ninetieth_slowly(at: datetime, place: str) -> Answer:
    opened = slow_oracle.day_at(at, place)
    return _until_slowly(slow_oracle.days_later(opened, 90), place)


def _last_day(at: datetime, place: str, days: int) -> Answer:
    last, over, _ = _until(day_at(at, place) + timedelta(days=days), place)
    facts = given.subscription(last_day=last)
    met = [subscribing._open(facts, rulebook(day_at(t, place))).met for t in around(over)]
    return last, over, met


def _last_day_slowly(at: datetime, place: str, days: int) -> Answer:
    opened = slow_oracle.day_at(at, place)
    return _until_slowly(slow_oracle.days_later(opened, days), place)


def _duty(at: datetime, place: str, code: str) -> Answer:
    return _until(duties.due_on(code, day_at(at, place)), place)


def _duty_slowly(at: datetime, place: str, code: str) -> Answer:
    return _until_slowly(slow_oracle.duty_due(code, slow_oracle.day_at(at, place)), place)


# W-10: an agreement whose right would outlive the eve of the ninetieth day


@st.composite
def _late(draw: DrawFn) -> tuple[Any, ...]:
    opened, place = draw(whenever), draw(codes)
    eve = slow_oracle.days_later(slow_oracle.day_at(opened, place), draw(st.integers(80, 89)))
    there = draw(st.sampled_from([place, draw(codes)]))
    agreed = draw(near(slow_oracle.midnight_after(eve, there)))
    return opened, agreed, draw(maybe), draw(maybe), place


def _too_late(opened: datetime, agreed: datetime, *where: str) -> Answer:
    buyer, issuer, place = where
    right = withdrawal.right(agreed, purchaser=buyer, issuer=issuer, portal=place)
    ninetieth = withdrawal.ninetieth_day(day_at(opened, place))
    facts = given.subscription(
        right_ends=right.ends_at, ninetieth_begins=withdrawal.begins(ninetieth, place)
    )
    return (not purchaser.not_too_late(facts, rulebook(day_at(agreed, place))).met,)


def _too_late_slowly(opened: datetime, agreed: datetime, *where: str) -> Answer:
    opened_on = slow_oracle.day_at(opened, where[2])
    return (slow_oracle.too_late(agreed, opened_on, (where[0], where[1], where[2])),)


# W-22: a certificate of six months; W-1: the twelve months of the group's cap; the age of majority


@st.composite
def _months_on(draw: DrawFn, months: int) -> tuple[Any, ...]:
    """A day, an instant about the end of that many months after it, and where that is."""
    place = draw(codes)
    day = slow_oracle.day_at(draw(whenever), place)
    end = slow_oracle.midnight_after(slow_oracle.months_later(day, months), place)
    return day, draw(near(end)), place


def _current(certified: date, at: datetime, place: str) -> Answer:
    return (portal.f5_current(certified, rulebook(day_at(at, place))),)


def _current_slowly(certified: date, at: datetime, place: str) -> Answer:
    return (slow_oracle.certificate_current(certified, slow_oracle.day_at(at, place)),)


def _window(closed_on: date, at: datetime, place: str) -> Answer:
    on = day_at(at, place)
    book = rulebook(on)
    months, cap = book.count("issuer_group_window_months"), book.amount("issuer_group_cap")
    earlier = [group.Closed("a", closed_on, Decimal("1.00"))]
    found = group.closed_in_window("a", [], earlier, on=on, months=months, cap=cap)
    return found.closed == 1, found.returns_on


def _window_slowly(closed_on: date, at: datetime, place: str) -> Answer:
    on = slow_oracle.day_at(at, place)
    if not slow_oracle.counts_against_cap(closed_on, on):
        return False, None
    free = on
    while slow_oracle.counts_against_cap(closed_on, free):
        free += slow_oracle.DAY
    return True, free


@st.composite
def _birthdays(draw: DrawFn) -> tuple[Any, ...]:
    place = draw(codes)
    turns = draw(st.integers(2022, 2034))
    leap = date(2004 + 4 * draw(st.integers(0, 3)), 2, 29)
    year = turns - slow_oracle.MAJORITY[place]
    born = draw(st.one_of(st.dates(date(year, 1, 1), date(year, 12, 31)), st.just(leap)))
    birthday = slow_oracle.months_later(born, 12 * slow_oracle.MAJORITY[place])
    at = slow_oracle.midnight_after(birthday, place) - timedelta(days=1)
    return born, draw(near(at)), place


def _of_age(born: date, at: datetime, place: str) -> Answer:
    on = local_date(at, zone_of(place))
    person = Person(kind=Person.Kind.PERSON, born=born.isoformat())
    facts = given.subscription(province=place, age=age_on(person, on))
    return (purchaser.of_age(facts, rulebook(on)).met,)


def _of_age_slowly(born: date, at: datetime, place: str) -> Answer:
    return (slow_oracle.of_age(born, at, place),)


RULES = {
    "W-7, W-11: the right of withdrawal": Rule(
        st.tuples(whenever, maybe, maybe, codes), _right, _right_slowly
    ),
    "W-8: the refund": Rule(st.tuples(whenever, codes), _refund, _refund_slowly),
    "W-9: the ninetieth day": Rule(st.tuples(whenever, codes), _ninetieth, _ninetieth_slowly),
    "W-10: not too late": Rule(_late(), _too_late, _too_late_slowly),
    "W-18: the last day": Rule(
        st.tuples(whenever, codes, st.integers(1, 90)), _last_day, _last_day_slowly
    ),
    "the duties and the keeping of records": Rule(
        st.tuples(whenever, codes, st.sampled_from(sorted(slow_oracle.DUTIES))),
        _duty,
        _duty_slowly,
    ),
    "W-22: Form F5": Rule(_months_on(6), _current, _current_slowly),
    "W-1: the group's twelve months": Rule(_months_on(12), _window, _window_slowly),
    "the age of majority": Rule(_birthdays(), _of_age, _of_age_slowly),
}
"""Every rule, by its reading. The instants are those of the years in which the rule is in force."""
