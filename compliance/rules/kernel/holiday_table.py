"""The table of holidays: dated, cited data, and the days that its rules name.

Source: rulebook, "Holidays of W-7 and W-8". The data are ``holidays.toml``, written so that a
lawyer can correct a line; this module only reads it and turns a rule into the day of a year.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.zones import PROVINCES

# fmt: off
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)
_WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)
# fmt: on
_ORDINALS: Final = {"first": 0, "second": 1, "third": 2, "fourth": 3}

_FIXED: Final = re.compile(r"(\d{1,2}) ([a-z]+)")
_NTH: Final = re.compile(r"([a-z]+) ([a-z]+) of ([a-z]+)")
_BEFORE: Final = re.compile(r"([a-z]+) before (\d{1,2}) ([a-z]+)")
_EASTER: Final = re.compile(r"easter([+-]\d{1,2})?")

_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_LAST_MONTH_DAY: Final = (12, 28)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One line of the table: a holiday of some provinces, or an extra day of the portal."""

    id: str
    rule: str
    """The day in words, as ``day_of_rule`` reads it."""
    provinces: frozenset[str]
    fr: str
    en: str
    valid_from: date
    valid_to: date | None
    """Last day for which the line holds; None when it still does."""
    citation: str
    grade: Grade
    reviewed: date
    """The day on which somebody last looked."""

    def day_in(self, year: int) -> date | None:
        """Return the day in ``year``, or None where the line does not hold on that day."""
        day = day_of_rule(self.rule, year)
        if day < self.valid_from or (self.valid_to is not None and day > self.valid_to):
            return None
        return day


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """The whole file: the holidays, the extra days of W-7, and the years it speaks of."""

    holidays: tuple[Holiday, ...]
    extra_days: tuple[Holiday, ...]
    covers_from: date
    covers_to: date
    digest: str
    """SHA-256 of the file, kept with every deadline so that a later change is seen."""

    def require(self, day: date) -> None:
        """Raise OutsideDates, in words, for a day that the table does not speak of."""
        if not self.covers_from <= day <= self.covers_to:
            raise OutsideDates(
                f"The table of holidays speaks of {self.covers_from.isoformat()} to "
                f"{self.covers_to.isoformat()}, not of {day.isoformat()}; working days cannot be "
                "counted there until somebody has reviewed and extended it."
            )


@lru_cache(maxsize=1024)
def day_of_rule(rule: str, year: int) -> date:
    """Return the day that ``rule`` names in ``year``.

    Known: "24 june", "third monday of february", "monday before 25 may" (strictly before),
    "easter-2". Raises ValueError, in words, for anything else.
    """
    try:
        if found := _EASTER.fullmatch(rule):
            return easter(year) + timedelta(days=int(found[1] or 0))
        if found := _NTH.fullmatch(rule):
            first = date(year, _MONTHS.index(found[3]) + 1, 1)
            to_weekday = (_WEEKDAYS.index(found[2]) - first.weekday()) % 7
            return first + timedelta(days=to_weekday + 7 * _ORDINALS[found[1]])
        if found := _BEFORE.fullmatch(rule):
            limit = date(year, _MONTHS.index(found[3]) + 1, int(found[2]))
            back = (limit.weekday() - _WEEKDAYS.index(found[1])) % 7 or 7
            return limit - timedelta(days=back)
        if found := _FIXED.fullmatch(rule):
            return date(year, _MONTHS.index(found[2]) + 1, int(found[1]))
    except (ValueError, KeyError):
        pass
    raise ValueError(
        f'"{rule}" does not name a day of {year}; write it like "1 july", '
        '"third monday of february", "monday before 25 may" or "easter-2".'
    )


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the computus of Meeus, Jones and Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leaps, rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def parse_table(text: str) -> HolidayTable:
    """Read the text of a holiday table; ValueError, in words, for anything that is not one."""
    data = tomllib.loads(text)
    span = data["table"]
    table = HolidayTable(
        holidays=tuple(_line(row) for row in data["holiday"]),
        extra_days=tuple(_line(row | {"provinces": "all"}) for row in data["extra_day"]),
        covers_from=span["covers_from"],
        covers_to=span["covers_to"],
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    whole_years = (table.covers_from.timetuple()[1:3], table.covers_to.timetuple()[1:3])
    if whole_years != ((1, 1), (12, 31)):
        raise ValueError("The table of holidays must cover whole years, 1 January to 31 December.")
    _check_days(table)
    return table


def _line(row: Mapping[str, Any]) -> Holiday:
    provinces = PROVINCES.keys() if row["provinces"] == "all" else row["provinces"]
    if unknown := set(provinces) - PROVINCES.keys():
        raise ValueError(f"{row['id']}: {sorted(unknown)} are not provinces or territories.")
    if not _ID.fullmatch(row["id"]):
        raise ValueError(f"{row['id']!r} is not an id: small letters, digits and underscores.")
    return Holiday(
        id=row["id"],
        rule=row["rule"],
        provinces=frozenset(provinces),
        fr=row["fr"],
        en=row["en"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        citation=row["citation"],
        grade=Grade(row["grade"]),
        reviewed=row["reviewed"],
    )


def _check_days(table: HolidayTable) -> None:
    """Refuse at loading what would be miscounted later."""
    years = range(table.covers_from.year, table.covers_to.year + 1)
    for line in table.holidays:
        for year in years:
            day = day_of_rule(line.rule, year)
            # The substitute of a later one could fall in the next year, where nobody looks for it.
            if (day.month, day.day) > _LAST_MONTH_DAY:
                raise ValueError(f"{line.id}: a holiday after 28 December is not provided for.")
    for group in (table.holidays, table.extra_days):
        _check_overlaps(group, years)


def _check_overlaps(lines: Iterable[Holiday], years: range) -> None:
    taken: dict[tuple[str, date], str] = {}
    for line in lines:
        for day in filter(None, (line.day_in(year) for year in years)):
            for province in line.provinces:
                other = taken.setdefault((province, day), line.id)
                if other != line.id:
                    raise ValueError(
                        f"{line.id} and {other} are both {day.isoformat()} in {province}; "
                        "close the old line before the new one begins."
                    )


@lru_cache(maxsize=1)
def holiday_table() -> HolidayTable:
    """Return the table that is packaged with the product."""
    packaged = resources.files("compliance.rules.kernel").joinpath("holidays.toml")
    return parse_table(packaged.read_text(encoding="utf-8"))
