"""The right of withdrawal (W-7, W-11) and the refund (W-8), worked examples first."""

import copy
import dataclasses
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules.kernel import calendars
from compliance.rules.kernel.calendars import (
    Deadline,
    counted_days,
    kept_holidays,
    refund_due,
    skipped_for_duty,
    skipped_for_right,
    withdrawal_right,
)
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.zones import PROVINCES, ClockError, ProvinceError, from_wall, zone_of
from tests.rules import slow_oracle
from tests.rules.instants import instants

EXAMPLES = int(os.environ.get("DEADLINE_EXAMPLES", "2000"))
SECOND = timedelta(seconds=1)


def right(agreed: str, purchaser: str | None = "QC", **other: Any) -> Deadline:
    """A right agreed at a time of the portal's clock; issuer and portal in Quebec unless said."""
    where: dict[str, Any] = {"issuer": "QC", "portal": "QC", "business_days": 2} | other
    at = from_wall(datetime.fromisoformat(agreed), zone_of(where["portal"]))
    return withdrawal_right(agreed_at=at, purchaser=purchaser, **where)


@pytest.mark.parametrize(
    ("agreed", "ends_on", "over_at"),
    [
        ("2026-03-02 10:00", "2026-03-04", "2026-03-05T05:00:00+00:00"),
        ("2026-03-06 23:59", "2026-03-10", "2026-03-11T04:00:00+00:00"),  # clocks: 8 March
        ("2026-04-02 09:00", "2026-04-08", "2026-04-09T04:00:00+00:00"),  # Good Friday, Easter Mon
        ("2026-06-22 12:00", "2026-06-25", "2026-06-26T04:00:00+00:00"),  # 24 June
        ("2026-12-23 12:00", "2026-12-29", "2026-12-30T05:00:00+00:00"),  # 26 Dec moves nothing
        ("2026-12-30 12:00", "2027-01-05", "2027-01-06T05:00:00+00:00"),  # 31 Dec, 1 and 2 Jan
    ],
)
def test_the_vectors_of_the_rulebook(agreed: str, ends_on: str, over_at: str) -> None:
    found = right(agreed)
    assert found.ends_on.isoformat() == ends_on
    assert found.ends_at.isoformat() == over_at
    assert found.lives(found.ends_at - SECOND)
    assert not found.lives(found.ends_at)
    assert not found.lives(found.ends_at + SECOND)


def test_a_right_shows_how_it_was_counted() -> None:
    found = right("2026-04-02 09:00", issuer="ON")
    assert found.rule == "W-7"
    assert found.from_at == datetime(2026, 4, 2, 13, tzinfo=UTC)
    assert found.not_counted == date(2026, 4, 2)
    assert found.counted == (date(2026, 4, 7), date(2026, 4, 8))
    assert {day.day: (why.kind, why.fr, why.en) for day, why in found.skipped.items()} == {
        3: ("holiday", "Vendredi saint [ON, QC]", "Good Friday [ON, QC]"),
        4: ("weekend", "samedi", "Saturday"),
        5: ("weekend", "dimanche", "Sunday"),
        6: ("extra", "Lundi de Pâques", "Easter Monday"),
    }
    grades = [why.grade and why.grade.value for why in found.skipped.values()]
    assert grades == ["recalled", None, None, "policy"]
    assert found.inputs["agreed_at"] == "2026-04-02T13:00:00+00:00"
    assert (found.inputs["purchaser"], found.inputs["issuer"], found.inputs["portal"]) == (
        "QC",
        "ON",
        "QC",
    )
    assert found.inputs["business_days"] == 2
    assert {"holidays", "tzdata"} <= found.inputs.keys()


def test_a_right_can_be_copied_and_its_days_are_its_own() -> None:
    first, second = right("2026-04-02 09:00"), right("2026-04-02 09:00")
    assert first == second
    assert copy.deepcopy(first) == first
    assert dataclasses.asdict(first)["ends_on"] == date(2026, 4, 8)
    assert first.skipped is not second.skipped
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.ends_on = date(2030, 1, 1)  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        refund_due(date(2026, 3, 2), portal="QC", business_days=5).ends_on = date(2030, 1, 1)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("agreed", "where", "ends_on"),
    [
        # Nobody but Ontario keeps 26 December, a Saturday in 2026: there Monday 28 takes its place.
        ("2026-12-24 12:00", {}, "2026-12-29"),
        ("2026-12-24 12:00", {"purchaser": "ON"}, "2026-12-30"),
        ("2026-12-24 12:00", {"issuer": "ON"}, "2026-12-30"),
        ("2026-12-24 12:00", {"portal": "ON"}, "2026-12-30"),
        # 25 and 26 December 2027 are Saturday and Sunday: in Ontario Monday and Tuesday.
        ("2027-12-23 12:00", {}, "2027-12-29"),
        ("2027-12-23 12:00", {"purchaser": "ON"}, "2027-12-30"),
        # Sunday 24 June 2029 is kept on Monday 25 in Quebec; Sunday 1 July on Monday 2 everywhere.
        ("2029-06-22 12:00", {}, "2029-06-27"),
        ("2029-06-22 12:00", {"purchaser": "ON", "issuer": "ON", "portal": "ON"}, "2029-06-26"),
        ("2029-06-29 12:00", {}, "2029-07-04"),
        # A holiday of one of the three is enough: Family Day in Ontario, 16 February 2026.
        ("2026-02-13 12:00", {}, "2026-02-17"),
        ("2026-02-13 12:00", {"issuer": "ON"}, "2026-02-18"),
        # 30 September is Manitoba's.
        ("2026-09-29 12:00", {"purchaser": "MB"}, "2026-10-02"),
        # Easter Monday and the year's end are skipped where no province of Quebec is in play.
        ("2026-04-02 12:00", {"purchaser": "AB", "issuer": "AB", "portal": "AB"}, "2026-04-08"),
        ("2026-12-30 12:00", {"purchaser": "YT", "issuer": "YT", "portal": "YT"}, "2027-01-05"),
    ],
)
def test_where_the_three_are_decides(agreed: str, where: dict[str, str], ends_on: str) -> None:
    assert right(agreed, **where).ends_on.isoformat() == ends_on


@pytest.mark.parametrize("nobody", [None, "US", "FR"])
def test_a_foreign_party_adds_no_holiday_and_no_zone(nobody: str | None) -> None:
    found = right("2026-03-02 10:00", purchaser=nobody, issuer=nobody)
    assert (found.ends_on, found.ends_at) == (
        date(2026, 3, 4),
        datetime(2026, 3, 5, 5, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("purchaser", "over_at"),
    [
        ("NL", "2026-03-05T05:00:00+00:00"),  # midnight came there first; the portal's is later
        ("QC", "2026-03-05T05:00:00+00:00"),
        ("MB", "2026-03-05T06:00:00+00:00"),
        ("BC", "2026-03-05T08:00:00+00:00"),
    ],
)
def test_the_right_ends_at_the_later_midnight(purchaser: str, over_at: str) -> None:
    assert right("2026-03-02 10:00", purchaser=purchaser).ends_at.isoformat() == over_at


def test_in_winter_2026_british_columbia_is_seven_hours_behind() -> None:
    found = right("2026-11-30 10:00", purchaser="BC")
    assert found.ends_at == datetime(2026, 12, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agreed", "purchaser", "portal", "not_counted"),
    [
        ("2026-03-02 23:00", "NL", "QC", "2026-03-03"),  # 00:30 the next day in St. John's
        ("2026-03-02 22:29", "NL", "QC", "2026-03-02"),
        ("2026-03-03 01:00", "BC", "QC", "2026-03-03"),  # still the 2nd in Vancouver: the later
        ("2026-03-02 22:00", "QC", "BC", "2026-03-03"),
    ],
)
def test_the_later_of_two_dates_is_not_counted(
    agreed: str, purchaser: str, portal: str, not_counted: str
) -> None:
    assert right(agreed, purchaser, portal=portal).not_counted.isoformat() == not_counted


def test_one_second_before_midnight_and_at_midnight() -> None:
    assert right("2026-03-02 23:59:59").ends_on == date(2026, 3, 4)
    assert right("2026-03-03 00:00:00").ends_on == date(2026, 3, 5)


def test_other_numbers_of_days() -> None:
    assert right("2026-03-02 10:00", business_days=1).ends_on == date(2026, 3, 3)
    assert right("2026-03-02 10:00", business_days=5).ends_on == date(2026, 3, 9)
    with pytest.raises(ValueError, match="at least one"):
        right("2026-03-02 10:00", business_days=0)


def test_what_cannot_be_counted_is_refused() -> None:
    naive = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - the fault itself
    where: dict[str, Any] = {"purchaser": "QC", "issuer": "QC", "portal": "QC", "business_days": 2}
    with pytest.raises(ClockError):
        withdrawal_right(agreed_at=naive, **where)
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    with pytest.raises(ProvinceError):
        withdrawal_right(agreed_at=at, **where | {"portal": "US"})
    # A slip of the pen would silently lose that province's holidays.
    for slip in ("qc", "Qc", " QC"):
        with pytest.raises(ProvinceError, match="how a province is written"):
            withdrawal_right(agreed_at=at, **where | {"purchaser": slip})
        with pytest.raises(ProvinceError, match="how a province is written"):
            withdrawal_right(agreed_at=at, **where | {"issuer": slip})


@pytest.mark.parametrize("year", [2014, 2046])
def test_outside_the_table_nothing_is_counted(year: int) -> None:
    day = date(year, 6, 1)
    with pytest.raises(OutsideDates, match=f"2015-01-01 to 2045-12-31, not of {year}"):
        skipped_for_right(day, ["QC"])
    with pytest.raises(OutsideDates):
        skipped_for_right(day, [])
    with pytest.raises(OutsideDates):
        skipped_for_duty(day, "QC")
    with pytest.raises(OutsideDates):
        calendars.holidays("QC", year)


def test_the_table_speaks_to_its_last_day_and_not_further() -> None:
    assert right("2045-12-27 10:00").ends_on == date(2045, 12, 29)
    with pytest.raises(OutsideDates):
        right("2045-12-29 10:00")


# --- The refund -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event_on", "portal", "due"),
    [
        ("2026-03-02", "QC", "2026-03-09"),
        ("2026-03-06", "QC", "2026-03-13"),
        ("2026-03-07", "QC", "2026-03-13"),  # a Saturday: Monday is the first
        ("2026-04-02", "QC", "2026-04-10"),  # Good Friday; Easter Monday counts
        ("2026-06-23", "QC", "2026-07-02"),  # 24 June and 1 July
        ("2026-12-23", "QC", "2026-12-31"),  # only 25 December and the weekend
        ("2026-12-23", "ON", "2026-12-31"),  # 26 December is a Saturday: no substitute
        ("2025-12-23", "ON", "2026-01-02"),  # 25, 26 December, 1 January
        ("2025-12-23", "QC", "2025-12-31"),
        ("2029-06-22", "QC", "2029-06-29"),  # Sunday 24 June is not kept on Monday
        ("2026-02-13", "ON", "2026-02-23"),  # Family Day
        ("2026-02-13", "QC", "2026-02-20"),
    ],
)
def test_refunds(event_on: str, portal: str, due: str) -> None:
    found = refund_due(date.fromisoformat(event_on), portal=portal, business_days=5)
    assert found.ends_on.isoformat() == due
    assert found.rule == "W-8"
    assert found.not_counted.isoformat() == event_on
    assert len(found.counted) == 5
    assert found.inputs["event_on"] == event_on


def test_a_refund_shows_how_it_was_counted() -> None:
    found = refund_due(date(2026, 6, 23), portal="QC", business_days=5)
    assert {day.isoformat(): (why.kind, why.fr) for day, why in found.skipped.items()} == {
        "2026-06-24": ("holiday", "Fête nationale du Québec [QC]"),
        "2026-06-27": ("weekend", "samedi"),
        "2026-06-28": ("weekend", "dimanche"),
        "2026-07-01": ("holiday", "Fête du Canada [QC]"),
    }


def test_a_refund_is_counted_from_a_day_at_a_canadian_portal() -> None:
    with pytest.raises(TypeError, match="instant"):
        refund_due(datetime(2026, 3, 2, tzinfo=UTC), portal="QC", business_days=5)
    with pytest.raises(ProvinceError):
        refund_due(date(2026, 3, 2), portal="US", business_days=5)
    with pytest.raises(ValueError, match="at least one"):
        refund_due(date(2026, 3, 2), portal="QC", business_days=0)


def test_days_are_counted_as_they_are_asked() -> None:
    tuesday = date(2026, 3, 3)
    assert counted_days(tuesday, 3, lambda day: None) == (
        date(2026, 3, 4),
        date(2026, 3, 5),
        date(2026, 3, 6),
    )


def test_reasons_name_every_province_and_both_holidays() -> None:
    both = skipped_for_right(date(2027, 12, 28), ["ON", "QC"])
    assert both is not None
    assert (both.kind, both.provinces) == ("substitute", ("ON",))
    assert both.fr == "Lendemain de Noël (jour de remplacement) [ON]"
    monday = skipped_for_right(date(2026, 5, 18), ["ON", "QC", None, "US", "ON"])
    assert monday is not None
    assert monday.en == "Victoria Day [ON]; National Patriots' Day [QC]"
    assert skipped_for_right(date(2026, 3, 4), ["ON", "QC"]) is None


# --- A second opinion -----------------------------------------------------------------------------

codes = st.sampled_from(sorted(PROVINCES))
maybe = st.one_of(st.none(), st.just("US"), codes)


@settings(max_examples=EXAMPLES, deadline=None)
@given(at=instants(), purchaser=maybe, issuer=maybe, portal=codes)
def test_a_right_ends_when_a_second_slower_opinion_says(
    at: datetime, purchaser: str | None, issuer: str | None, portal: str
) -> None:
    found = withdrawal_right(
        agreed_at=at, purchaser=purchaser, issuer=issuer, portal=portal, business_days=2
    )
    assert (found.ends_on, found.ends_at) == slow_oracle.right(at, purchaser, issuer, portal)
    assert [found.lives(found.ends_at + k * SECOND) for k in (-1, 0, 1)] == [True, False, False]
    assert sorted((*found.counted, *found.skipped)) == [
        found.not_counted + timedelta(days=k)
        for k in range(1, (found.ends_on - found.not_counted).days + 1)
    ]


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(on=st.dates(min_value=date(2015, 1, 1), max_value=date(2045, 11, 30)), portal=codes)
def test_a_refund_is_due_when_a_second_slower_opinion_says(on: date, portal: str) -> None:
    found = refund_due(on, portal=portal, business_days=5)
    assert found.ends_on == slow_oracle.refund(on, portal)


@pytest.mark.parametrize("province", sorted(PROVINCES))
def test_every_day_of_the_table_as_the_second_opinion_has_it(province: str) -> None:
    for year in range(2015, 2046):
        own = set(calendars.holidays(province, year))
        kept = set(kept_holidays(province, year))
        instead = slow_oracle.substitutes(year, province)
        day = date(year, 1, 1)
        listed = set()
        while day.year == year:
            if slow_oracle.is_holiday(day, province):
                listed.add(day)
            day += timedelta(days=1)
        assert own == listed
        assert kept == listed | instead
