"""Months, years and birthdays (W-1, W-9, W-22, age of majority)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from compliance.rules.kernel.dates import (
    OutsideDates,
    birthday_reached,
    days_after,
    first_day_outside,
    months_after,
    months_before,
    whole_months,
    years_after,
)

days = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))
months = st.integers(min_value=0, max_value=300)


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [
        (date(2026, 11, 30), 12, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 2, 28), 12, date(2024, 2, 28)),
        (date(2028, 2, 29), 48, date(2024, 2, 29)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_before(day: date, count: int, before: date) -> None:
    assert months_before(day, count) == before


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_after(day: date, count: int, after: date) -> None:
    assert months_after(day, count) == after


def test_years_after() -> None:
    assert years_after(date(2026, 3, 2), 8) == date(2034, 3, 2)
    assert years_after(date(2024, 2, 29), 8) == date(2032, 2, 29)
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_days_after() -> None:
    assert days_after(date(2026, 3, 3), 90) == date(2026, 6, 1)
    assert days_after(date(2026, 3, 3), 0) == date(2026, 3, 3)
    assert days_after(date(2028, 2, 28), 1) == date(2028, 2, 29)


@given(days, months)
def test_months_as_dateutil_counts_them(day: date, count: int) -> None:
    assert months_after(day, count) == day + relativedelta(months=count)
    assert months_before(day, count) == day - relativedelta(months=count)


@pytest.mark.parametrize("count", [months_after, months_before, days_after, years_after])
def test_counts_are_not_negative_and_days_are_days(count: Callable[..., date]) -> None:
    with pytest.raises(ValueError, match="negative"):
        count(date(2026, 3, 2), -1)
    with pytest.raises(TypeError, match="instant"):
        count(datetime(2026, 3, 2, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("closed_on", "outside"),
    [
        # The worked vector of the rulebook: the November closing counts through 30 November.
        (date(2025, 11, 30), date(2026, 12, 1)),
        (date(2026, 2, 10), date(2027, 2, 11)),
        (date(2024, 2, 29), date(2025, 3, 1)),
        # 29 February 2024 counts back to 28 February 2023, which is therefore still in.
        (date(2023, 2, 28), date(2024, 3, 1)),
        (date(2023, 2, 27), date(2024, 2, 28)),
    ],
)
def test_the_day_on_which_room_returns(closed_on: date, outside: date) -> None:
    assert first_day_outside(closed_on, 12) == outside


@given(days, st.integers(min_value=1, max_value=36))
def test_a_closing_counts_until_the_day_it_is_outside_and_never_after(day: date, n: int) -> None:
    outside = first_day_outside(day, n)
    assert months_before(outside - timedelta(days=1), n) <= day
    assert all(months_before(outside + timedelta(days=later), n) > day for later in range(5))


@pytest.mark.parametrize(
    ("born", "age", "on", "reached"),
    [
        (date(2008, 3, 2), 18, date(2026, 3, 1), False),
        (date(2008, 3, 2), 18, date(2026, 3, 2), True),
        (date(2008, 3, 2), 19, date(2026, 3, 2), False),
        (date(2008, 2, 29), 18, date(2026, 2, 28), False),
        (date(2008, 2, 29), 18, date(2026, 3, 1), True),
        (date(2008, 2, 29), 19, date(2027, 2, 28), False),
        (date(2008, 2, 29), 19, date(2027, 3, 1), True),
        (date(2008, 2, 29), 20, date(2028, 2, 28), False),
        (date(2008, 2, 29), 20, date(2028, 2, 29), True),
        (date(2026, 3, 2), 18, date(2026, 3, 2), False),
        (date(1930, 1, 1), 18, date(2026, 3, 2), True),
    ],
)
def test_birthdays(born: date, age: int, on: date, reached: bool) -> None:
    assert birthday_reached(born, age, on) is reached


@pytest.mark.parametrize("wrong", [{"born": datetime(2008, 1, 1, tzinfo=UTC)}, {"age": -1}])
def test_a_birthday_is_a_day(wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"born": date(2008, 1, 1), "age": 18, "on": date(2026, 1, 1)} | wrong
    with pytest.raises((TypeError, ValueError)):
        birthday_reached(asked["born"], asked["age"], asked["on"])


def test_outside_dates_is_a_failed_lookup() -> None:
    assert issubclass(OutsideDates, LookupError)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 4, 1), date(2031, 4, 1), 60),
        (date(2026, 4, 1), date(2031, 3, 31), 59),
        (date(2026, 4, 1), date(2031, 4, 15), 60),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 4, 1), date(2026, 4, 1), 0),
    ],
)
def test_whole_months_between_two_days(start: date, end: date, months: int) -> None:
    assert whole_months(start, end) == months
    assert months_after(start, months) <= end < months_after(start, months + 1)


def test_whole_months_are_counted_forwards() -> None:
    with pytest.raises(ValueError, match="comes before"):
        whole_months(date(2026, 4, 2), date(2026, 4, 1))
