"""Clocks: one time zone per province or territory, and the way between days and instants.

Source: rulebook, "Holidays of W-7 and W-8" (one zone per province, that of its largest city).

Two dangers decide how this module is made.

*The machine's own zone data may be old.* Since spring 2026 British Columbia stays at UTC-7,
Alberta at UTC-6 (and, by the same data, the Northwest Territories at UTC-6 and Manitoba at UTC-5)
all year; older data end a right there an hour off in winter. So the zones are read from the pinned
``tzdata`` package, never through ``ZoneInfo(key)``, which looks at the machine first.

*An aware datetime does not add up.* ``aware + timedelta(hours=48)`` moves the wall clock, so
around a clock change it is 47 or 49 hours of real time; and two datetimes of the same zone are
compared by their wall clocks. Every instant returned here is therefore in UTC, where adding and
comparing mean what they say. Use ``local_date`` to know the day, never ``instant.date()``.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo


class ClockError(ValueError):
    """A time that no clock ever showed, or one that does not say which instant it is."""


class ProvinceError(LookupError):
    """A code that is not one of the thirteen provinces and territories of Canada."""


class Province(NamedTuple):
    """A province or territory: its names and the zone of its largest city."""

    fr: str
    en: str
    zone: str
    city: str


PROVINCES: Final = MappingProxyType(
    {
        "AB": Province("Alberta", "Alberta", "America/Edmonton", "Calgary"),
        "BC": Province(
            "Colombie-Britannique", "British Columbia", "America/Vancouver", "Vancouver"
        ),
        "MB": Province("Manitoba", "Manitoba", "America/Winnipeg", "Winnipeg"),
        "NB": Province("Nouveau-Brunswick", "New Brunswick", "America/Moncton", "Moncton"),
        "NL": Province(
            "Terre-Neuve-et-Labrador",
            "Newfoundland and Labrador",
            "America/St_Johns",
            "St. John's",
        ),
        "NS": Province("Nouvelle-Écosse", "Nova Scotia", "America/Halifax", "Halifax"),
        "NT": Province(
            "Territoires du Nord-Ouest",
            "Northwest Territories",
            "America/Yellowknife",
            "Yellowknife",
        ),
        "NU": Province("Nunavut", "Nunavut", "America/Iqaluit", "Iqaluit"),
        "ON": Province("Ontario", "Ontario", "America/Toronto", "Toronto"),
        # Charlottetown has no entry of its own in the zone data; it keeps Halifax time.
        "PE": Province(
            "Île-du-Prince-Édouard", "Prince Edward Island", "America/Halifax", "Charlottetown"
        ),
        # Montréal has kept Toronto time since 1970.
        "QC": Province("Québec", "Quebec", "America/Toronto", "Montréal"),
        "SK": Province("Saskatchewan", "Saskatchewan", "America/Regina", "Saskatoon"),
        "YT": Province("Yukon", "Yukon", "America/Whitehorse", "Whitehorse"),
    }
)


class _PinnedZone(ZoneInfo):
    """A zone of the packaged data that can also be pickled and deep-copied.

    ``ZoneInfo.from_file`` makes zones that refuse both, and with them every datetime that carries
    one: ``dataclasses.asdict`` or a task argument would fail far from here.
    """

    def __reduce__(self) -> tuple[Callable[[str], ZoneInfo], tuple[str]]:
        return _load_zone, (self.key,)


@cache
def _load_zone(key: str) -> ZoneInfo:
    """Read one zone from the ``tzdata`` package, whatever the machine has."""
    entry = resources.files("tzdata").joinpath("zoneinfo", *key.split("/"))
    with entry.open("rb") as data:
        return _PinnedZone.from_file(data, key=key)


def zone_of(province: str) -> ZoneInfo:
    """Return the time zone of a province or territory, from the pinned data.

    Raises ProvinceError for any other code: a foreign country has no single clock to guess.
    """
    try:
        return _load_zone(PROVINCES[province].zone)
    except KeyError:
        raise ProvinceError(
            f"{province!r} is not a province or territory of Canada "
            f"(known: {', '.join(sorted(PROVINCES))})."
        ) from None


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that the calendars of ``zone`` show at the instant ``at``.

    Raises ClockError when ``at`` has no offset.
    """
    if at.utcoffset() is None:
        raise ClockError(f"{at!r} has no offset, so it is not known which instant it is.")
    return at.astimezone(zone).date()


@lru_cache(maxsize=4096)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of ``day`` in ``zone``, in UTC.

    That is midnight, except where the clocks skip it: then it is the instant of the change. Where
    the clocks show midnight twice it is the first. Raises ClockError for a day that the zone
    skipped altogether (no province has), and for a datetime where a date is asked.
    """
    if isinstance(day, datetime):
        raise ClockError(f"{day!r} is an instant; the start of a day is asked with a date.")
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    start = midnight.astimezone(UTC)
    if _wall(start, zone) == midnight.replace(tzinfo=None):
        return start
    # Midnight is skipped. Read with the offset of before the change it lies at or after the
    # change, read with the offset of after (fold=1) it lies before: the day starts in between.
    before = int(midnight.replace(fold=1).astimezone(UTC).timestamp())
    after = int(start.timestamp())
    while after - before > 1:
        middle = (before + after) // 2
        if local_date(datetime.fromtimestamp(middle, UTC), zone) < day:
            before = middle
        else:
            after = middle
    start = datetime.fromtimestamp(after, UTC)
    if local_date(start, zone) != day:
        raise ClockError(f"{day.isoformat()} never was in {zone.key}: its clocks skipped that day.")
    return start


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the end of ``day`` in ``zone``: the first instant that is no longer in it, in UTC."""
    return day_start(day + timedelta(days=1), zone)


def from_wall(naive: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the clocks of ``zone`` showed ``naive``.

    A time that the autumn change shows twice is the first of the two. Raises ClockError for a
    time that the spring change skips, and when ``naive`` already carries an offset.
    """
    if naive.tzinfo is not None:
        raise ClockError(f"{naive.isoformat()} already has an offset; a wall time has none.")
    instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    shown = _wall(instant, zone)
    if shown != naive:
        raise ClockError(
            f"No clock in {zone.key} ever showed {naive.isoformat(sep=' ')}: the clocks were moved "
            f"forward over it, to {shown.time().isoformat()} at that moment."
        )
    return instant


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
