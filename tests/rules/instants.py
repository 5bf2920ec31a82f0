"""Instants of 2021 to 2035 at which a deadline may go wrong, for Hypothesis."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from compliance.rules.kernel.zones import PROVINCES, zone_of
from tests.rules import slow_oracle

START = datetime(2021, 1, 1, tzinfo=UTC)
END = datetime(2035, 12, 1, tzinfo=UTC)
# Nights on which something happens: midnight in some province, give or take a second, on a day
# about a clock change, a leap day, Easter, a summer holiday or the end of the year.
NIGHTS = [
    datetime(year, month, day, hour, minute, tzinfo=UTC) + timedelta(seconds=second)
    for year in range(2021, 2035)
    for month, day in (
        (1, 2), (2, 28), (3, 1), (3, 8), (3, 11), (3, 14), (4, 2), (4, 6), (6, 23), (7, 1),
        (9, 30), (11, 1), (11, 4), (11, 7), (12, 23), (12, 24), (12, 26), (12, 30), (12, 31),
    )
    for hour, minute in ((2, 30), (3, 0), (3, 30), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0))
    for second in (-1, 0, 1)
]  # fmt: skip


def instants(start: datetime = START, end: datetime = END) -> SearchStrategy[datetime]:
    """Any second from ``start`` to before ``end``, the nights, the clock changes of every province
    give or take a second, and times as a province's clocks show them, gaps and folds included."""
    seconds = int((end - start).total_seconds()) - 1
    near = [
        change + timedelta(seconds=second)
        for year in range(start.year, end.year + 1)
        for province in slow_oracle.STANDARD
        for change in slow_oracle.changes(year, province)
        for second in (-1, 0, 1)
    ]
    walls = st.datetimes(
        start.replace(tzinfo=None) + timedelta(days=1),
        end.replace(tzinfo=None) - timedelta(days=1),
        timezones=st.sampled_from([zone_of(code) for code in sorted(PROVINCES)]),
    )
    return st.one_of(
        st.integers(min_value=0, max_value=seconds).map(lambda s: start + timedelta(seconds=s)),
        st.sampled_from([night for night in NIGHTS if start <= night < end]),
        st.sampled_from([change for change in near if start <= change < end]),
        walls,
    )
