"""E5, time: every deadline is the one that a second, independently written oracle counts.

``tests/rules/slow_oracle.py`` is that oracle: plain loops over days, a table of holidays of its
own, the clocks worked out by hand. It imports nothing of ours. The instants are of 2021 (from the
day the instrument is in force) to 2035: clock changes with their gaps and folds, leap days, the end
of the year, every province, and each boundary to the second.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from compliance.rules.kernel import calendars
from compliance.rules.ni45_110 import closing, duties, group, portal
from equity import moves
from equity.models import Subscription
from equity.selectors import clock
from equity.services import amendments
from equity.services.time import tick
from investors import selectors as investors
from tests import factories as f
from tests.guarantees.deadlines import RULES, Answer, Rule
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.rules import slow_oracle

EXAMPLES = sized(short=100, long=15_000)
ENOUGH = 3000
"""A broken copy is found within so many examples, or the examples are too weak."""
PLACES = sized(short=("BC", "QC"), long=tuple(sorted(slow_oracle.STANDARD)))
SECOND = timedelta(seconds=1)
W7, W8, W22 = "W-7, W-11: the right of withdrawal", "W-8: the refund", "W-22: Form F5"
W1, DUTIES = "W-1: the group's twelve months", "the duties and the keeping of records"


def tried(rule: Rule, examples: int, phases: tuple[Phase, ...] = tuple(Phase)) -> int:
    """Ask a rule and the oracle the same; returns how often. Raises AssertionError where they
    differ."""
    count = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    @given(rule.given)
    def agree(asked: tuple[Any, ...]) -> None:
        nonlocal count
        count += 1
        ours, theirs = rule.ours(*asked), rule.oracle(*asked)
        assert ours == theirs, f"asked {told(asked)}: {told(ours)}, not {told(theirs)}"

    agree()
    return count


def told(values: tuple[Any, ...]) -> str:
    """Values in one line, days and instants as ISO text."""
    return ", ".join(
        value.isoformat() if isinstance(value, date | datetime) else str(value) for value in values
    )


def test_every_deadline_is_that_of_a_second_oracle(report: Report) -> None:
    figures = {name: tried(rule, EXAMPLES) for name, rule in RULES.items()}
    assert min(figures.values()) >= EXAMPLES
    report("E5", figures=figures)


# --- Broken copies --------------------------------------------------------------------------------


def _forty_eight_hours(at: datetime, buyer: str, issuer: str, place: str) -> Answer:
    """Two days as everybody writes them first."""
    ends_at = at + timedelta(hours=48)
    return slow_oracle.day_at(ends_at, place), ends_at, [True, False, False]


def _without_canada_day(holidays: Callable[[str, int], Any]) -> Callable[[str, int], Any]:
    def fewer(province: str, year: int) -> Any:
        kept = holidays(province, year).items()
        return MappingProxyType({day: it for day, it in kept if (day.month, day.day) != (7, 1)})

    return fewer


def _utc_day(at: datetime, zone: object) -> date:
    return at.astimezone(UTC).date()


def _by_days(each: int, sign: int) -> Callable[[date, int], date]:
    """Months as so many days."""
    return lambda day, months: day + timedelta(days=sign * each * months)


@contextmanager
def forgetting() -> Iterator[None]:
    """What the calendars remember is of one table of holidays."""
    remembered = (calendars.kept_holidays, calendars._reason_for_right, calendars._count_right)
    for cache in remembered:
        cache.cache_clear()
    try:
        yield
    finally:
        for cache in remembered:
            cache.cache_clear()


COPIES: dict[str, tuple[str, object, str, object]] = {
    "a holiday missing from the table, in a right": (
        W7,
        calendars,
        "holidays",
        _without_canada_day(calendars.holidays),
    ),
    "a holiday missing from the table, in a duty": (
        W8,
        calendars,
        "holidays",
        _without_canada_day(calendars.holidays),
    ),
    "the UTC date instead of the two zones' in a right": (W7, calendars, "local_date", _utc_day),
    "the UTC date instead of the portal's": (W8, clock, "local_date", _utc_day),
    "6 months as 180 days": (W22, portal, "_months_before", _by_days(30, -1)),
    "6 months as 180 days, in a duty": (DUTIES, duties, "months_after", _by_days(30, 1)),
    "8 years as 8 times 365 days": (DUTIES, duties, "years_after", _by_days(365, 1)),
    "12 months as 360 days": (W1, group, "months_before", _by_days(30, -1)),
    "a right that lives one second longer": (
        W7,
        calendars.Deadline,
        "lives",
        lambda self, at: at <= self.ends_at,
    ),
    "29 February kept on 28 February": (
        "the age of majority",
        investors,
        "birthday_reached",
        lambda born, years, on: slow_oracle.months_later(born, 12 * years) <= on,
    ),
    "the ninetieth day not counted": (
        "W-9: the ninetieth day",
        closing,
        "timedelta",
        lambda days: timedelta(days=days - 1),
    ),
}


def given_away(rule: Rule) -> str:
    """The first example in which a broken copy differs; empty when none does."""
    try:
        tried(rule, ENOUGH, (Phase.generate,))
    except AssertionError as difference:
        return str(difference).splitlines()[0]
    return ""


def test_every_broken_copy_is_caught(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    caught = {
        "+ timedelta(hours=48)": given_away(replace(RULES[W7], ours=_forty_eight_hours)),
    }
    for copy, (rule, where, name, instead) in COPIES.items():
        with forgetting(), monkeypatch.context() as patch:
            patch.setattr(where, name, instead)
            caught[copy] = given_away(RULES[rule])
    assert {copy for copy, found in caught.items() if not found} == set()
    report("E5", figures={"broken copies": len(caught)}, caught=caught)


# --- Through the services -------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_services_keep_the_oracles_instants(report: Report) -> None:
    """An agreement, an amendment with its notice, and a last day that passes below the minimum."""
    for place in PLACES:
        opened = datetime(2026, 3, 5, 4, 59, 59, tzinfo=UTC)
        noticed = datetime(2026, 4, 1, 22, 30, tzinfo=UTC)
        cast = f.open_offering(at=opened, portal=f.make_portal(province=place))
        row = f.subscribed(cast, f.make_person(), units=4, at=opened)
        assert ends(row) == slow_oracle.right(opened, "QC", "QC", place)
        said = {"actor": cast.owner, "offering_id": cast.offering.pk, "at": noticed}
        amendments.amend(content=f.make_content(days=61), what="Un jour", **said)
        f.certify(cast, noticed)
        amendments.publish(**said)
        _, over = slow_oracle.right(noticed, "QC", "QC", place)
        assert ends(row) == slow_oracle.right(noticed, "QC", "QC", place)
        last = slow_oracle.days_later(slow_oracle.day_at(opened, place), 61)
        for instant, binding in ((over - SECOND, False), (over, True), (over + SECOND, True)):
            tick(at=instant)
            assert (stored(row).state == moves.BINDING) is binding
        end = slow_oracle.midnight_after(last, place)
        for instant, failed in ((end - SECOND, False), (end, True), (end + SECOND, True)):
            tick(at=instant)
            assert (cast.fresh().state == moves.FAILED) is failed
        assert cast.offering.ended_at == end
    report("E5", figures={"offerings led to their end": len(PLACES)})


def stored(row: Subscription) -> Subscription:
    """A subscription as it now is in the database."""
    return Subscription.objects.get(pk=row.pk)


def ends(row: Subscription) -> tuple[date, datetime]:
    """The last day of a right and the instant it is over, as they are stored."""
    now = stored(row)
    return now.right_ends_on, now.right_ends_at
