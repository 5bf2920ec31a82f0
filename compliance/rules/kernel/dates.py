"""Calendar arithmetic on days: months, years, birthdays.

Source: rulebook W-1 (calendar months, counted back), W-9 (days are calendar days), W-22 (months
of a certificate), figures ``retention_years`` and ``age_of_majority``.

The only trap is the end of a month. A month further or back is the same day of that month, or its
last day where it has no such day: 31 May less three months is 28 (29) February, and 29 February
less twelve months is 28 February. So going forth and back does not always return to the start.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta


class OutsideDates(LookupError):  # noqa: N818 - named for what is told, in words
    """A figure, a statement or a calendar was asked for a day it does not speak of."""


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months later, or the last day of that month.

    Raises ValueError for a negative count, TypeError for a datetime.
    """
    _check(day, months)
    return _shift(day, months)


def months_before(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months earlier, or the last day of that month.

    W-1: the window of 12 months ending on ``day`` begins on this day, which is in it.
    29 February counts back to 28 February. Raises as ``months_after`` does.
    """
    _check(day, months)
    return _shift(day, -months)


def whole_months(start: date, end: date) -> int:
    """Return how many whole calendar months lie between two days: the most for which
    ``months_after`` does not pass ``end``. Raises ValueError where ``end`` comes first."""
    months = 12 * (end.year - start.year) + end.month - start.month
    if start > end:
        raise ValueError(f"{end} comes before {start}.")
    return months - (months_after(start, months) > end)


def years_after(day: date, years: int) -> date:
    """Return the same day ``years`` years later; 29 February becomes 28 February where needed."""
    return months_after(day, 12 * years)


def days_after(day: date, days: int) -> date:
    """Return the day ``days`` calendar days later. ``day`` itself is day 0 (W-9)."""
    _check(day, days)
    return day + timedelta(days=days)


def first_day_outside(closed_on: date, months: int) -> date:
    """Return the first day whose window of ``months`` months no longer holds ``closed_on`` (W-1).

    It is not always the day after ``months_after``: a closing on 28 February 2023 is still counted
    on 29 February 2024, which counts back to 28 February.
    """
    day = months_after(closed_on, months) + timedelta(days=1)
    while months_before(day, months) <= closed_on:
        day += timedelta(days=1)
    return day


def birthday_reached(born: date, age: int, on: date) -> bool:
    """Say whether a person born on ``born`` has reached ``age`` years on the day ``on``.

    Reached on the birthday itself. Who was born on 29 February reaches it on 1 March of a year
    that has no 29 February (figure ``age_of_majority``).
    """
    _check(on, age)
    _check(born, age)
    year = born.year + age
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return on >= date(year, 3, 1)
    return on >= date(year, born.month, born.day)


def _shift(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def _check(day: date, count: int) -> None:
    # A datetime is a date to Python; its day depends on a zone that is not given here.
    if isinstance(day, datetime):
        raise TypeError(f"{day!r} is an instant; calendar arithmetic is asked with a date.")
    if count < 0:
        raise ValueError(f"{count} is negative; count forwards with _after, back with _before.")
