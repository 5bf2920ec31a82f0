"""Which regime judges a day, and a distribution of 2018 judged by the rule of its day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.zones import ClockError, zone_of
from compliance.rules.regimes import NAMES, REGIMES, regime_on, rulebook_on
from compliance.rules.startup_orders_2015.book import REGIME as ORDERS
from compliance.rules.startup_orders_2015.judge import (
    DistributionFacts,
    judge_distribution,
    judge_purchaser,
    judge_withdrawal,
    right_ends,
)
from tests.rules import given
from tests.rules.given import D

THEN = date(2018, 6, 15)
CODES = (
    "orders.distribution_cap",
    "orders.distributions_in_year",
    "orders.within_days",
    "orders.purchaser_limit",
    "orders.withdrawal_over",
)


@pytest.mark.parametrize(
    ("on", "key"),
    [
        (date(2015, 5, 14), "startup_orders_2015"),
        (date(2018, 6, 15), "startup_orders_2015"),
        (date(2021, 9, 20), "startup_orders_2015"),
        (date(2021, 9, 21), "ni45_110"),
        (date(2026, 11, 23), "ni45_110"),
        (date(2100, 1, 1), "ni45_110"),
    ],
)
def test_the_regime_of_a_day(on: date, key: str) -> None:
    assert regime_on(on).key == key
    assert rulebook_on(on).regime is regime_on(on)
    assert NAMES[key]


@pytest.mark.parametrize("on", [date(2015, 5, 13), date(1999, 12, 31), date.min])
def test_before_the_first_regime_is_an_error_in_words(on: date) -> None:
    with pytest.raises(OutsideDates, match=f"{on.isoformat()}.*began on 2015-05-14"):
        regime_on(on)
    with pytest.raises(OutsideDates):
        rulebook_on(on)


def test_regimes_follow_one_another_without_gap_or_overlap() -> None:
    for earlier, later in pairwise(REGIMES):
        assert earlier.until is not None
        assert later.start - earlier.until == timedelta(days=1)
    assert REGIMES[-1].until is None
    assert set(NAMES) == {regime.key for regime in REGIMES}


def test_regimes_share_no_code() -> None:
    """A code never changes meaning, so two regimes never share one."""
    codes = [code for regime in REGIMES for code in regime.rules]
    assert len(codes) == len(set(codes))
    assert tuple(ORDERS.rules) == CODES


def test_the_digest_differs_by_regime() -> None:
    assert rulebook_on(date(2021, 9, 20)).digest != rulebook_on(date(2021, 9, 21)).digest


# The orders of 2015


def distribution(amount: str = "1000.00", *, earlier: int = 0, days: int = 30) -> list[Finding]:
    first = THEN - timedelta(days=days)
    return list(judge_distribution(DistributionFacts(D(amount), first, earlier), on=THEN))


@pytest.mark.parametrize(
    ("amount", "met", "excess"),
    [
        ("249999.99", True, "0.00"),
        ("250000.00", True, "0.00"),
        ("250000.01", False, "0.01"),
        ("1500000.00", False, "1250000.00"),
    ],
)
def test_250_000_per_distribution(amount: str, met: bool, excess: str) -> None:
    finding = given.found(distribution(amount))["orders.distribution_cap"]
    assert (finding.met, finding.room) == (met, D("250000.00"))
    assert finding.figures["excess"] == D(excess)


@pytest.mark.parametrize(("earlier", "met"), [(0, True), (1, True), (2, False), (9, False)])
def test_two_distributions_per_calendar_year(earlier: int, met: bool) -> None:
    finding = given.found(distribution(earlier=earlier))["orders.distributions_in_year"]
    assert finding.met is met
    assert finding.figures["year"] == 2018


@pytest.mark.parametrize(("days", "met"), [(89, True), (90, True), (91, False)])
def test_ninety_days(days: int, met: bool) -> None:
    assert given.found(distribution(days=days))["orders.within_days"].met is met


@pytest.mark.parametrize(
    ("amount", "live", "met", "room"),
    [
        ("1499.99", "0.00", True, "1500.00"),
        ("1500.00", "0.00", True, "1500.00"),
        ("1500.01", "0.00", False, "1500.00"),
        ("500.00", "999.99", True, "500.01"),
        ("500.00", "1000.00", True, "500.00"),
        ("500.00", "1000.01", False, "499.99"),
        ("0.01", "1600.00", False, "0.00"),
    ],
)
def test_1_500_per_purchaser(amount: str, live: str, met: bool, room: str) -> None:
    finding = judge_purchaser(D(amount), D(live), on=THEN)
    assert (finding.met, finding.room) == (met, D(room))


def test_48_hours_elapsed_to_the_second() -> None:
    agreed = datetime(2018, 6, 15, 14, 30, tzinfo=UTC)
    ends = right_ends(agreed, on=THEN)
    assert ends == datetime(2018, 6, 17, 14, 30, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert not judge_withdrawal(agreed, ends - second, on=THEN).met
    assert judge_withdrawal(agreed, ends, on=THEN).met
    assert judge_withdrawal(agreed, ends + second, on=THEN).met


@pytest.mark.parametrize("day", [date(2018, 3, 10), date(2018, 11, 3)])
def test_48_hours_are_48_hours_when_the_clocks_change(day: date) -> None:
    """The clocks changed on 11 March and 4 November 2018; adding to a wall time is an hour off."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone_of("QC"))
    elapsed = right_ends(noon, on=day).timestamp() - noon.timestamp()
    assert elapsed == 48 * 3600
    assert (noon + timedelta(hours=48)).timestamp() - noon.timestamp() != 48 * 3600


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ClockError):
        right_ends(datetime(2018, 6, 15, 14, 30), on=THEN)  # noqa: DTZ001 - the point of the test


def test_the_sentences_of_the_orders() -> None:
    """Every name in a sentence is given by its rule, in both languages."""
    agreed = datetime(2018, 6, 15, 14, 30, tzinfo=UTC)
    found = [
        *distribution(),
        *distribution("250000.01", earlier=2, days=91),
        judge_purchaser(D("1.00"), D("0.00"), on=THEN),
        judge_purchaser(D("1.00"), D("1500.00"), on=THEN),
        judge_withdrawal(agreed, agreed, on=THEN),
        judge_withdrawal(agreed, agreed + timedelta(days=3), on=THEN),
    ]
    assert {row.code for row in found if row.met} == set(CODES)
    assert {row.code for row in found if not row.met} == set(CODES)
    for row in found:
        for language in ("fr", "en"):
            assert "—" not in row.message(language), row.message(language)
        assert row.message("fr") != row.message("en")
        assert row.grade in {"secondary", "recalled"}
        assert " :" not in row.message("fr")


@pytest.mark.parametrize("on", [date(2015, 5, 13), date(2021, 9, 21)])
def test_the_orders_judge_their_own_years_only(on: date) -> None:
    facts = DistributionFacts(Decimal("1.00"), on, 0)
    with pytest.raises(OutsideDates):
        judge_distribution(facts, on=on)
    with pytest.raises(OutsideDates):
        judge_purchaser(D("1.00"), D("0.00"), on=on)
    with pytest.raises(OutsideDates):
        right_ends(datetime(2018, 6, 15, tzinfo=UTC), on=on)
