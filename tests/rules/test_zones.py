"""The clocks of the thirteen provinces and territories, from the packaged data."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.rules.kernel import zones
from compliance.rules.kernel.zones import (
    PROVINCES,
    ClockError,
    ProvinceError,
    day_end,
    day_start,
    from_wall,
    local_date,
    zone_of,
)

provinces = st.sampled_from(sorted(PROVINCES))
# The rules begin in 2015. Until 2011 Newfoundland changed its clocks at one minute past midnight.
days = st.dates(min_value=date(2015, 1, 1), max_value=date(2045, 12, 31))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def hours_from_utc(province: str, at: datetime) -> float:
    offset = at.astimezone(zone_of(province)).utcoffset()
    assert offset is not None
    return offset / timedelta(hours=1)


def test_there_are_thirteen() -> None:
    assert " ".join(sorted(PROVINCES)) == "AB BC MB NB NL NS NT NU ON PE QC SK YT"
    assert all(zone_of(code).key == PROVINCES[code].zone for code in PROVINCES)
    assert (PROVINCES["QC"].fr, PROVINCES["QC"].en) == ("Québec", "Quebec")


@pytest.mark.parametrize("code", ["US", "qc", "", "Québec", "CA"])
def test_another_code_has_no_zone(code: str) -> None:
    with pytest.raises(ProvinceError, match="not a province"):
        zone_of(code)


@pytest.mark.parametrize(
    ("province", "january_2026", "july_2026", "december_2026", "january_2035"),
    [
        ("BC", -8, -7, -7, -7),
        ("AB", -7, -6, -6, -6),
        ("NT", -7, -6, -6, -6),
        ("SK", -6, -6, -6, -6),
        ("YT", -7, -7, -7, -7),
        ("MB", -6, -5, -5, -5),
        ("ON", -5, -4, -5, -5),
        ("QC", -5, -4, -5, -5),
        ("NU", -5, -4, -5, -5),
        ("NB", -4, -3, -4, -4),
        ("NS", -4, -3, -4, -4),
        ("PE", -4, -3, -4, -4),
        ("NL", -3.5, -2.5, -3.5, -3.5),
    ],
)
def test_offsets_as_the_packaged_data_have_them(
    province: str,
    january_2026: float,
    july_2026: float,
    december_2026: float,
    january_2035: float,
) -> None:
    seen = [
        hours_from_utc(province, datetime(year, month, 15, 12, tzinfo=UTC))
        for year, month in ((2026, 1), (2026, 7), (2026, 12), (2035, 1))
    ]
    assert seen == [january_2026, july_2026, december_2026, january_2035]


@pytest.mark.parametrize(("province", "hours"), [("BC", -7), ("AB", -6), ("NT", -6), ("MB", -5)])
def test_the_west_keeps_one_time_all_year_since_spring_2026(province: str, hours: int) -> None:
    at = datetime(2026, 3, 9, tzinfo=UTC)
    while at.year < 2036:
        assert hours_from_utc(province, at) == hours
        at += timedelta(days=1)


def test_the_machines_own_data_are_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: str) -> ZoneInfo:
        raise AssertionError(f"{key} was asked of the machine")

    monkeypatch.setattr(zones._PinnedZone, "__new__", lambda cls, key: refuse(key))
    zones._load_zone.cache_clear()
    assert zone_of("BC").utcoffset(datetime(2026, 12, 1)) == timedelta(hours=-7)  # noqa: DTZ001


def test_a_zone_survives_copies_and_pickles() -> None:
    at = datetime(2026, 12, 1, 12, tzinfo=zone_of("BC"))
    for again in (copy.deepcopy(at), pickle.loads(pickle.dumps(at))):
        assert again == at
        assert again.utcoffset() == timedelta(hours=-7)


@given(provinces, days)
def test_a_day_starts_with_its_first_instant(province: str, day: date) -> None:
    zone = zone_of(province)
    start = day_start(day, zone)
    assert start.utcoffset() == timedelta(0)
    assert local_date(start, zone) == day
    assert local_date(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)


@given(provinces, days)
def test_a_day_ends_where_the_next_one_starts(province: str, day: date) -> None:
    zone = zone_of(province)
    assert day_end(day, zone) == day_start(day + timedelta(days=1), zone)
    length = day_end(day, zone) - day_start(day, zone)
    assert length in (timedelta(hours=23), timedelta(hours=24), timedelta(hours=25))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 7), 24), (date(2026, 3, 8), 23), (date(2026, 11, 1), 25)],
)
def test_the_days_on_which_the_clocks_change(day: date, hours: int) -> None:
    zone = zone_of("QC")
    assert day_end(day, zone) - day_start(day, zone) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("key", "day", "first_wall_time"),
    [
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T01:00:00"),  # 00:00 becomes 01:00
        ("America/Scoresbysund", date(2024, 3, 31), "2024-03-31T00:00:00"),  # 00:00 comes twice
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T00:30:00"),  # 23:30 becomes 00:30
    ],
)
def test_a_midnight_that_is_skipped_or_repeated(key: str, day: date, first_wall_time: str) -> None:
    zone = zones._load_zone(key)
    start = day_start(day, zone)
    assert start.astimezone(zone).replace(tzinfo=None).isoformat() == first_wall_time
    assert local_date(start - timedelta(seconds=1), zone) == day - timedelta(days=1)


def test_a_day_that_never_was_is_said_so() -> None:
    with pytest.raises(ClockError, match="skipped that day"):
        day_start(date(2011, 12, 30), zones._load_zone("Pacific/Apia"))


def test_a_day_is_not_an_instant() -> None:
    with pytest.raises(ClockError, match="with a date"):
        day_start(datetime(2026, 3, 2, tzinfo=UTC), zone_of("QC"))


@pytest.mark.parametrize(
    ("province", "shown", "utc"),
    [
        ("QC", "2026-03-02 10:00", "2026-03-02T15:00:00+00:00"),
        ("QC", "2026-03-08 01:59:59", "2026-03-08T06:59:59+00:00"),
        ("QC", "2026-03-08 03:00", "2026-03-08T07:00:00+00:00"),
        ("QC", "2026-11-01 00:59:59", "2026-11-01T04:59:59+00:00"),
        ("QC", "2026-11-01 01:00", "2026-11-01T05:00:00+00:00"),  # twice: the first
        ("QC", "2026-11-01 01:59:59", "2026-11-01T05:59:59+00:00"),  # twice: the first
        ("QC", "2026-11-01 02:00", "2026-11-01T07:00:00+00:00"),
        ("NL", "2026-07-01 00:00", "2026-07-01T02:30:00+00:00"),
        ("BC", "2026-12-01 00:00", "2026-12-01T07:00:00+00:00"),
    ],
)
def test_from_the_wall_to_the_instant(province: str, shown: str, utc: str) -> None:
    assert from_wall(wall(shown), zone_of(province)).isoformat() == utc


def test_the_second_showing_cannot_be_asked_for_by_fold() -> None:
    second = wall("2026-11-01 01:30").replace(fold=1)
    assert from_wall(second, zone_of("QC")) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize("shown", ["2026-03-08 02:00", "2026-03-08 02:30", "2026-03-08 02:59:59"])
def test_a_time_that_no_clock_showed_is_refused(shown: str) -> None:
    with pytest.raises(ClockError, match="No clock in America/Toronto ever showed 2026-03-08 02"):
        from_wall(wall(shown), zone_of("QC"))


def test_british_columbia_skips_no_time_any_more() -> None:
    assert from_wall(wall("2027-03-14 02:30"), zone_of("BC")).hour == 9


def test_a_wall_time_has_no_offset() -> None:
    with pytest.raises(ClockError, match="already has an offset"):
        from_wall(datetime(2026, 3, 2, tzinfo=UTC), zone_of("QC"))


def test_an_instant_needs_an_offset() -> None:
    with pytest.raises(ClockError, match="no offset"):
        local_date(wall("2026-03-02 10:00"), zone_of("QC"))


@given(provinces, st.datetimes(min_value=wall("2015-01-01"), max_value=wall("2045-12-31")))
def test_what_a_clock_showed_is_found_again(province: str, naive: datetime) -> None:
    zone = zone_of(province)
    try:
        instant = from_wall(naive, zone)
    except ClockError:
        # Refused only in the hour that spring skips, between two and three in the morning.
        assert (naive.month, naive.weekday(), naive.hour) == (3, 6, 2)
        return
    assert instant.astimezone(zone).replace(tzinfo=None, fold=0) == naive
    earlier = (instant - timedelta(hours=1)).astimezone(zone).replace(tzinfo=None, fold=0)
    assert earlier != naive
