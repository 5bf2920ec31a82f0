"""The right of withdrawal and the refund by NI 45-110 (the calendars have tests of their own)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.rules.ni45_110 import withdrawal

CALM = settings(deadline=None)
"""A busy machine is no failure."""

MONTREAL = zone_of("QC")


def agreed(text: str, zone: ZoneInfo = MONTREAL) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "ends_on", "first_instant_too_late"),
    [
        ("2026-03-02 10:00", date(2026, 3, 4), "2026-03-05 00:00"),
        ("2026-03-06 23:59", date(2026, 3, 10), "2026-03-11 00:00"),
        ("2026-04-02 09:00", date(2026, 4, 8), "2026-04-09 00:00"),
        ("2026-06-22 12:00", date(2026, 6, 25), "2026-06-26 00:00"),
        ("2026-12-23 12:00", date(2026, 12, 29), "2026-12-30 00:00"),
        ("2026-12-30 12:00", date(2027, 1, 5), "2027-01-06 00:00"),
    ],
)
def test_the_worked_vectors_of_the_rulebook(
    at: str, ends_on: date, first_instant_too_late: str
) -> None:
    right = withdrawal.right(agreed(at), purchaser="QC", issuer="QC", portal="QC")
    assert right.ends_on == ends_on
    assert right.ends_at == agreed(first_instant_too_late)
    second = timedelta(seconds=1)
    assert right.lives(right.ends_at - second)
    assert not right.lives(right.ends_at)
    assert not right.lives(right.ends_at + second)


def test_midnight_comes_later_in_vancouver() -> None:
    right = withdrawal.right(agreed("2026-03-02 10:00"), purchaser="BC", issuer="QC", portal="QC")
    assert right.ends_on == date(2026, 3, 4)
    assert right.ends_at == agreed("2026-03-05 00:00", zone_of("BC"))


def test_midnight_comes_earlier_in_newfoundland_and_shortens_nothing() -> None:
    right = withdrawal.right(agreed("2026-03-02 10:00"), purchaser="NL", issuer="QC", portal="QC")
    assert right.ends_at == agreed("2026-03-05 00:00")


def test_the_later_date_of_the_two_is_not_counted() -> None:
    """At 23:45 in Montréal it is already the next day in Newfoundland."""
    right = withdrawal.right(agreed("2026-03-02 23:45"), purchaser="NL", issuer="QC", portal="QC")
    assert right.not_counted == date(2026, 3, 3)
    assert right.ends_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (date(2026, 12, 23), date(2026, 12, 31)),
        (date(2026, 3, 2), date(2026, 3, 9)),
        (date(2026, 3, 6), date(2026, 3, 13)),
        (date(2026, 3, 7), date(2026, 3, 13)),
        (date(2026, 4, 2), date(2026, 4, 10)),  # Good Friday is skipped, Easter Monday is not
        (date(2026, 6, 22), date(2026, 6, 30)),
    ],
)
def test_refunds_in_quebec(event: date, due: date) -> None:
    assert withdrawal.refund_due(event, portal="QC").ends_on == due


@pytest.mark.parametrize(
    ("first", "ninetieth"),
    [
        (date(2026, 3, 2), date(2026, 5, 31)),
        (date(2026, 9, 26), date(2026, 12, 25)),
        (date(2027, 12, 1), date(2028, 2, 29)),
        (date(2021, 9, 21), date(2021, 12, 20)),
    ],
)
def test_the_ninetieth_day(first: date, ninetieth: date) -> None:
    assert withdrawal.ninetieth_day(first) == ninetieth
    assert (ninetieth - first).days == 90


def test_a_day_begins_at_the_portals_midnight() -> None:
    assert withdrawal.begins(date(2026, 5, 31), "QC") == datetime(2026, 5, 31, 4, tzinfo=UTC)
    assert withdrawal.begins(date(2026, 5, 31), "BC") == datetime(2026, 5, 31, 7, tzinfo=UTC)
    assert withdrawal.begins(date(2026, 1, 15), "NL") == datetime(2026, 1, 15, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "count",
    [
        lambda: withdrawal.ninetieth_day(date(2021, 9, 20)),
        lambda: withdrawal.refund_due(date(2021, 9, 20), portal="QC"),
        lambda: withdrawal.right(
            agreed("2021-09-20 23:59"), purchaser="QC", issuer="QC", portal="QC"
        ),
    ],
)
def test_before_the_instrument_nothing_is_counted(count: object) -> None:
    assert callable(count)
    with pytest.raises(OutsideDates):
        count()


def test_the_first_instant_of_the_instrument_is_that_of_the_portals_day() -> None:
    right = withdrawal.right(agreed("2021-09-21 00:00"), purchaser="QC", issuer="QC", portal="QC")
    assert right.ends_on == date(2021, 9, 23)


@CALM
@draw(
    # From 2022-01-01 to 2035-01-01, to the second.
    at=st.integers(1_640_995_200, 2_051_222_400).map(lambda s: datetime.fromtimestamp(s, UTC)),
    purchaser=st.sampled_from(sorted(PROVINCES)),
    portal=st.sampled_from(sorted(PROVINCES)),
)
def test_never_shorter_than_two_whole_days_there_and_here(
    at: datetime, purchaser: str, portal: str
) -> None:
    right = withdrawal.right(at, purchaser=purchaser, issuer="QC", portal=portal)
    last_instant = right.ends_at - timedelta(seconds=1)
    for place in (purchaser, portal):
        zone = zone_of(place)
        assert local_date(right.ends_at, zone) >= local_date(at, zone) + timedelta(days=3)
        assert local_date(last_instant, zone) >= right.ends_on
    assert len(right.counted) == 2
    assert all(day.weekday() < 5 for day in right.counted)
