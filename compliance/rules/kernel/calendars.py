"""Working days, and the two deadlines that are counted in them.

Two calendars on purpose, because two mistakes are possible. A **right** must never be too short
(W-7: the right of withdrawal, s. 5 and Form 45-110F1, recalled), so every day that anybody keeps
free is skipped. A **duty** must never be too long (W-8: the refund, s. 4, recalled), so only the
holidays of the portal's province are skipped, on their own date.

Everything is pure. A province and a year are looked up once and remembered: a right then costs a
few microseconds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.holiday_table import Holiday, holiday_table
from compliance.rules.kernel.zones import PROVINCES, ProvinceError, day_end, local_date, zone_of

_ONE_DAY: Final = timedelta(days=1)
_WEEKEND: Final = {5: ("samedi", "Saturday"), 6: ("dimanche", "Sunday")}
_SLIP: Final = re.compile(r"\s*[A-Za-z]{2}\s*")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is not counted."""

    kind: str
    """``weekend``, ``holiday``, ``substitute`` (kept for one that fell on a weekend), ``extra``."""
    fr: str
    en: str
    provinces: tuple[str, ...] = ()
    """Whose holiday it is, among those asked for; empty where the day is everybody's."""
    grade: Grade | None = None
    citation: str = ""


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day on which a province keeps a holiday: its own date, or the substitute for it."""

    holiday: Holiday
    own_date: date
    substitute: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a right, with everything that is needed to count it again by hand (W-7)."""

    rule: str
    from_at: datetime
    """The instant that starts it: the agreement, or the notice of an amendment (W-11)."""
    not_counted: date
    """The day of that instant, in the purchaser's or the portal's zone, whichever is later."""
    counted: tuple[date, ...]
    skipped: Mapping[date, Reason]
    ends_on: date
    """The last counted day; the right lives to its last instant."""
    ends_at: datetime
    """The first instant that is too late, in UTC: the right lives while ``at < ends_at``."""
    inputs: Mapping[str, str | int | None]

    def lives(self, at: datetime) -> bool:
        """Say whether the right can still be used at the instant ``at``."""
        return at < self.ends_at


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day of a duty, with the days it was counted by (W-8)."""

    rule: str
    not_counted: date
    counted: tuple[date, ...]
    skipped: Mapping[date, Reason]
    ends_on: date
    """The duty is late from the next day on."""
    inputs: Mapping[str, str | int | None]


@lru_cache(maxsize=2048)
def holidays(province: str, year: int) -> Mapping[date, Holiday]:
    """Return the holidays of a province in a year, each on its own date, weekends included.

    Raises ProvinceError for an unknown code and OutsideDates for a year the table does not cover.
    """
    zone_of(province)
    table = holiday_table()
    table.require(date(year, 1, 1))
    lines = (line for line in table.holidays if province in line.provinces)
    found = {day: line for line in lines if (day := line.day_in(year)) is not None}
    return MappingProxyType(dict(sorted(found.items())))


@lru_cache(maxsize=2048)
def kept_holidays(province: str, year: int) -> Mapping[date, KeptDay]:
    """Return the days on which a province keeps a holiday: own dates, and substitutes (W-7).

    A holiday on a Saturday or Sunday is also kept on the next day that is neither of them, no
    holiday and no substitute in that province. The extra days of W-7 play no part in this.
    Raises as ``holidays`` does.
    """
    own = holidays(province, year)
    kept = {day: KeptDay(line, day, substitute=False) for day, line in own.items()}
    for day, line in own.items():
        if day.weekday() in _WEEKEND:
            instead = day
            while instead.weekday() in _WEEKEND or instead in kept:
                instead += _ONE_DAY
            kept[instead] = KeptDay(line, day, substitute=True)
    return MappingProxyType(dict(sorted(kept.items())))


@lru_cache(maxsize=64)
def extra_days(year: int) -> Mapping[date, Holiday]:
    """Return the extra days of W-7 in a year (grade policy, the same everywhere)."""
    table = holiday_table()
    table.require(date(year, 1, 1))
    found = {day: line for line in table.extra_days if (day := line.day_in(year)) is not None}
    return MappingProxyType(found)


def skipped_for_right(day: date, provinces: Iterable[str | None]) -> Reason | None:
    """Say why ``day`` is not counted for a right (W-7), or None when it is counted.

    Skipped are Saturdays and Sundays, the holidays that any of ``provinces`` keeps, and the extra
    days. None and codes that are not Canadian (a country) are ignored. Raises OutsideDates for a
    day the table does not cover, ProvinceError for a code that is a slip of the pen ("qc").
    """
    return _reason_for_right(day, _canadian(tuple(provinces)))


def skipped_for_duty(day: date, province: str) -> Reason | None:
    """Say why ``day`` is not counted for a duty (W-8), or None when it is counted.

    Skipped are Saturdays, Sundays and the holidays of the province on their own date: no
    substitutes, no extra days. Raises as ``holidays`` does.
    """
    own = holidays(province, day.year)
    if weekend := _weekend(day):
        return weekend
    line = own.get(day)
    return (
        None if line is None else _holiday_reason({province: KeptDay(line, day, substitute=False)})
    )


def counted_days(after: date, n: int, skip: Callable[[date], Reason | None]) -> tuple[date, ...]:
    """Return the first ``n`` days after ``after`` (itself not counted) that ``skip`` lets pass.

    Raises ValueError when ``n`` is under one, and whatever ``skip`` raises.
    """
    return _count(after, n, skip)[0]


def withdrawal_right(
    *,
    agreed_at: datetime,
    purchaser: str | None,
    issuer: str | None,
    portal: str,
    business_days: int,
) -> Deadline:
    """Return the end of a right of withdrawal that starts at ``agreed_at`` (W-7, W-11).

    ``purchaser``, ``issuer`` and ``portal`` are province codes; for the first two, None or a
    country is ignored, for holidays and for zones. ``business_days`` is the figure
    ``withdrawal_business_days`` of that day. Raises ClockError for an instant without an offset,
    ProvinceError for an unknown portal province, OutsideDates outside the table of holidays.
    """
    zones = _zones(portal, purchaser)
    started_on = max(local_date(agreed_at, zone) for zone in zones)
    counted, skipped = _count_right(
        started_on, business_days, _canadian((purchaser, issuer, portal))
    )
    return Deadline(
        rule="W-7",
        from_at=agreed_at,
        not_counted=started_on,
        counted=counted,
        skipped=dict(skipped),
        ends_on=counted[-1],
        ends_at=_latest_end(counted[-1], zones),
        inputs={
            "agreed_at": agreed_at.isoformat(),
            "purchaser": purchaser,
            "issuer": issuer,
            "portal": portal,
            "business_days": business_days,
            **_sources(),
        },
    )


def refund_due(event_on: date, *, portal: str, business_days: int) -> DueDay:
    """Return the last day on which money that became due on ``event_on`` is refunded in time (W-8).

    ``event_on`` is the day, at the portal, of the withdrawal, the cancellation, the stop or the
    closing, or the last day that passed; it is not counted. ``business_days`` is the figure
    ``refund_business_days``. Raises as ``skipped_for_duty`` does.
    """
    counted, skipped = _count(event_on, business_days, lambda day: skipped_for_duty(day, portal))
    return DueDay(
        rule="W-8",
        not_counted=event_on,
        counted=counted,
        skipped=skipped,
        ends_on=counted[-1],
        inputs={
            "event_on": event_on.isoformat(),
            "portal": portal,
            "business_days": business_days,
            **_sources(),
        },
    )


def _count(
    after: date, n: int, skip: Callable[[date], Reason | None]
) -> tuple[tuple[date, ...], dict[date, Reason]]:
    if n < 1:
        raise ValueError(f"{n} business days cannot be counted; at least one is needed.")
    if isinstance(after, datetime):
        raise TypeError(f"{after!r} is an instant; days are counted from a date.")
    counted: list[date] = []
    skipped: dict[date, Reason] = {}
    day = after
    while len(counted) < n:
        day += _ONE_DAY
        reason = skip(day)
        if reason is None:
            counted.append(day)
        else:
            skipped[day] = reason
    return tuple(counted), skipped


@lru_cache(maxsize=8192)
def _count_right(
    after: date, n: int, provinces: tuple[str, ...]
) -> tuple[tuple[date, ...], Mapping[date, Reason]]:
    counted, skipped = _count(after, n, lambda day: _reason_for_right(day, provinces))
    return counted, MappingProxyType(skipped)


@lru_cache(maxsize=8192)
def _reason_for_right(day: date, provinces: tuple[str, ...]) -> Reason | None:
    extra = extra_days(day.year)
    if weekend := _weekend(day):
        return weekend
    kept = {code: found for code in provinces if (found := kept_holidays(code, day.year).get(day))}
    if kept:
        return _holiday_reason(kept)
    if line := extra.get(day):
        return Reason("extra", line.fr, line.en, grade=line.grade, citation=line.citation)
    return None


def _weekend(day: date) -> Reason | None:
    names = _WEEKEND.get(day.weekday())
    return None if names is None else Reason("weekend", *names)


def _holiday_reason(kept: Mapping[str, KeptDay]) -> Reason:
    """Name the holidays that some provinces keep on one day, and whose they are."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for code, found in kept.items():
        fr, en = found.holiday.fr, found.holiday.en
        if found.substitute:
            fr, en = f"{fr} (jour de remplacement)", f"{en} (substitute day)"
        by_name.setdefault((fr, en), []).append(code)
    own_date = any(not found.substitute for found in kept.values())
    first = next(iter(kept.values())).holiday
    return Reason(
        kind="holiday" if own_date else "substitute",
        fr="; ".join(f"{fr} [{', '.join(codes)}]" for (fr, _), codes in by_name.items()),
        en="; ".join(f"{en} [{', '.join(codes)}]" for (_, en), codes in by_name.items()),
        provinces=tuple(kept),
        grade=first.grade,
        citation=first.citation,
    )


@lru_cache(maxsize=256)
def _zones(portal: str, purchaser: str | None) -> tuple[ZoneInfo, ...]:
    return tuple(zone_of(code) for code in (portal, *_canadian((purchaser,))))


@lru_cache(maxsize=8192)
def _latest_end(day: date, zones: tuple[ZoneInfo, ...]) -> datetime:
    return max(day_end(day, zone) for zone in zones)


@lru_cache(maxsize=4096)
def _canadian(codes: tuple[str | None, ...]) -> tuple[str, ...]:
    """Keep the codes of provinces and territories, once each, in alphabetical order.

    A country is ignored. "qc" or " QC" is not a country: ignoring it would make a right too short.
    """
    kept = set()
    for code in codes:
        if code in PROVINCES:
            kept.add(code)
        elif code is not None and _SLIP.fullmatch(code) and code.strip().upper() in PROVINCES:
            raise ProvinceError(
                f"{code!r} is not how a province is written: {code.strip().upper()!r}."
            )
    return tuple(sorted(code for code in kept if code is not None))


@lru_cache(maxsize=1)
def _sources() -> Mapping[str, str]:
    """Which data a deadline was counted by, so that a later change of them can be seen (E7)."""
    return {"holidays": holiday_table().digest[:16], "tzdata": version("tzdata")}
