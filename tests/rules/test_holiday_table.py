"""The table of holidays: what its rules name, what it refuses, and what another list says."""

from collections import defaultdict
from datetime import date, timedelta
from importlib import resources

import holidays as public_lists
import pytest
from dateutil.easter import easter as dateutil_easter

from compliance.rules.kernel.calendars import extra_days, holidays, kept_holidays
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.holiday_table import day_of_rule, easter, holiday_table, parse_table
from compliance.rules.kernel.zones import PROVINCES, ProvinceError

PACKAGED = (
    resources.files("compliance.rules.kernel").joinpath("holidays.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [
        ("1 january", 2026, "2026-01-01"),
        ("first monday of september", 2026, "2026-09-07"),
        ("first monday of september", 2025, "2025-09-01"),
        ("second monday of october", 2026, "2026-10-12"),
        ("third monday of february", 2026, "2026-02-16"),
        ("fourth thursday of november", 2026, "2026-11-26"),
        ("third monday of february", 2027, "2027-02-15"),
        ("third monday of february", 2022, "2022-02-21"),
        ("monday before 25 may", 2026, "2026-05-18"),  # 25 May is itself a Monday
        ("monday before 25 may", 2027, "2027-05-24"),
        ("monday before 25 may", 2025, "2025-05-19"),
        ("friday before 25 may", 2026, "2026-05-22"),
        ("monday before 25 may", 2020, "2020-05-18"),
        ("easter", 2026, "2026-04-05"),
        ("easter-2", 2026, "2026-04-03"),
        ("easter+1", 2026, "2026-04-06"),
        ("easter-2", 2024, "2024-03-29"),
    ],
)
def test_rules_name_days(rule: str, year: int, day: str) -> None:
    assert day_of_rule(rule, year).isoformat() == day


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "1 brumaire",
        "31 february",
        "fifth monday of may",
        "first moonday of may",
        "monday after 25 may",
        "monday before 32 may",
        "easter-2 days",
        "Easter-2",
    ],
)
def test_a_rule_that_names_no_day_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="does not name a day of 2026"):
        day_of_rule(rule, 2026)


def test_easter_for_as_long_as_the_calendar() -> None:
    assert all(easter(year) == dateutil_easter(year) for year in range(1583, 4100))


def test_quebec_in_2026() -> None:
    assert [f"{day:%d-%m} {line.fr}" for day, line in holidays("QC", 2026).items()] == [
        "01-01 Jour de l'An",
        "03-04 Vendredi saint",
        "18-05 Journée nationale des patriotes",
        "24-06 Fête nationale du Québec",
        "01-07 Fête du Canada",
        "07-09 Fête du Travail",
        "12-10 Action de grâce",
        "25-12 Noël",
    ]


def test_the_extra_days_are_the_portals_own_caution() -> None:
    assert [day.isoformat() for day in sorted(extra_days(2026))] == [
        "2026-01-02",
        "2026-04-06",
        "2026-12-24",
        "2026-12-26",
        "2026-12-31",
    ]
    assert {line.grade for line in extra_days(2026).values()} == {Grade.POLICY}
    assert {line.grade for line in holidays("QC", 2026).values()} == {Grade.RECALLED}


@pytest.mark.parametrize(
    ("province", "year", "substitutes"),
    [
        ("QC", 2026, {}),
        ("ON", 2026, {"2026-12-28": "boxing_day"}),
        ("QC", 2027, {"2027-12-27": "christmas"}),
        ("ON", 2027, {"2027-12-27": "christmas", "2027-12-28": "boxing_day"}),
        # 25 December is a Sunday and 26 a holiday of its own: Christmas is kept on the 27th.
        ("ON", 2022, {"2022-01-03": "new_year", "2022-12-27": "christmas"}),
        ("QC", 2022, {"2022-01-03": "new_year", "2022-12-26": "christmas"}),
        ("QC", 2028, {"2028-01-03": "new_year", "2028-06-26": "national_holiday"}
            | {"2028-07-03": "canada_day"}),
        ("NU", 2028, {"2028-01-03": "new_year", "2028-07-03": "canada_day"}
            | {"2028-07-10": "nunavut_day", "2028-10-02": "truth_and_reconciliation"}
            | {"2028-11-13": "remembrance_day"}),
    ],
)  # fmt: skip
def test_substitutes(province: str, year: int, substitutes: dict[str, str]) -> None:
    moved = {
        day.isoformat(): kept.holiday.id
        for day, kept in kept_holidays(province, year).items()
        if kept.substitute
    }
    assert moved == substitutes
    assert all(
        kept.own_date in holidays(province, year) for kept in kept_holidays(province, year).values()
    )


def test_what_is_remembered_cannot_be_changed_by_a_caller() -> None:
    for found in (holidays("QC", 2026), kept_holidays("QC", 2026), extra_days(2026)):
        with pytest.raises(TypeError):
            found[date(2026, 3, 3)] = None  # type: ignore[index]


def test_unknown_provinces_and_years() -> None:
    with pytest.raises(ProvinceError):
        holidays("US", 2026)
    with pytest.raises(OutsideDates, match="until somebody has reviewed"):
        kept_holidays("QC", 2046)


def test_a_line_can_end_and_another_begin() -> None:
    closed = PACKAGED.replace(
        'id = "discovery_day"\nrule = "third monday of august"\nprovinces = ["YT"]',
        'id = "discovery_day"\nrule = "third monday of august"\nprovinces = ["YT"]\n'
        "valid_to = 2029-08-20",
    )
    table = parse_table(closed)
    (line,) = [one for one in table.holidays if one.id == "discovery_day"]
    assert line.day_in(2029) == date(2029, 8, 20)  # its very last day
    assert line.day_in(2030) is None
    assert line.day_in(2014) is None
    assert table.digest != holiday_table().digest


def test_the_last_day_a_holiday_may_have() -> None:
    on_28 = PACKAGED.replace('rule = "26 december"\nprovinces', 'rule = "28 december"\nprovinces')
    assert parse_table(on_28).digest != holiday_table().digest


def test_two_lines_that_meet_only_in_the_last_year_are_refused() -> None:
    again = PACKAGED[PACKAGED.index('[[holiday]]\nid = "discovery_day"') :].split("\n\n")[0]
    again = again.replace('"discovery_day"', '"second_line"')
    again = again.replace("valid_from = 2015-01-01", "valid_from = 2045-01-01")
    with pytest.raises(ValueError, match="both 2045-08-21 in YT"):
        parse_table(f"{PACKAGED}\n{again}\n")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('provinces = ["QC"]', 'provinces = ["PQ"]', "not provinces"),
        ('rule = "24 june"', 'rule = "24 juin"', "does not name a day"),
        ('rule = "26 december"\nprovinces', 'rule = "29 december"\nprovinces', "28 December"),
        ('rule = "24 june"', 'rule = "1 july"', "close the old line"),
        ('id = "labour_day"', 'id = "Labour Day"', "not an id"),
        ("covers_to = 2045-12-31", "covers_to = 2045-06-30", "whole years"),
        ('grade = "policy"', 'grade = "sure"', "sure"),
    ],
)
def test_a_table_that_would_be_miscounted_is_refused(old: str, new: str, told: str) -> None:
    assert old in PACKAGED
    with pytest.raises(ValueError, match=told):
        parse_table(PACKAGED.replace(old, new))


def test_every_line_says_where_it_is_from_and_when_somebody_looked() -> None:
    table = holiday_table()
    for line in (*table.holidays, *table.extra_days):
        assert line.citation
        assert line.fr
        assert line.en
        assert line.reviewed >= date(2026, 11, 23)
        assert line.valid_from == date(2015, 1, 1)


# Where the public list of the `holidays` package differs from ours, by province and name, and until
# which year. All lie in the past: our table gives no first years (each line's note tells them), and
# the day of mourning of 19 September 2022 was proclaimed for once.
FIRST_KEPT_LATER = {
    ("BC", "family_day"): 2018,
    ("NB", "family_day"): 2017,
    ("NU", "nunavut_day"): 2019,
    ("YT", "indigenous_peoples_day"): 2016,
    ("NT", "truth_and_reconciliation"): 2021,
    ("NU", "truth_and_reconciliation"): 2021,
    ("PE", "truth_and_reconciliation"): 2021,
    ("BC", "truth_and_reconciliation"): 2022,
    ("YT", "truth_and_reconciliation"): 2022,
    ("MB", "truth_and_reconciliation"): 2023,
}
ONLY_IN_THE_PUBLIC_LIST = {
    "BC": {date(2015, 2, 9), date(2016, 2, 8), date(2017, 2, 13), date(2018, 2, 12)}
    | {date(2022, 9, 19)},
    **{code: {date(2022, 9, 19)} for code in ("NB", "NL", "NS", "PE", "YT")},
}


@pytest.mark.parametrize("province", sorted(PROVINCES))
def test_another_list_differs_only_where_we_know(province: str) -> None:
    only_ours: dict[str, set[int]] = defaultdict(set)
    only_theirs: set[date] = set()
    for year in range(2015, 2041):
        ours = holidays(province, year)
        theirs = set(
            public_lists.country_holidays("CA", subdiv=province, years=year, observed=False)
        )
        for day in ours.keys() - theirs:
            only_ours[ours[day].id].add(year)
        only_theirs |= theirs - ours.keys()
    assert only_ours == {
        name: set(range(2015, last + 1))
        for (code, name), last in FIRST_KEPT_LATER.items()
        if code == province
    }
    assert only_theirs == ONLY_IN_THE_PUBLIC_LIST.get(province, set())


def test_a_holiday_is_kept_within_four_days() -> None:
    for province in PROVINCES:
        for year in range(2015, 2046):
            for day, kept in kept_holidays(province, year).items():
                assert timedelta(0) <= day - kept.own_date <= timedelta(days=4)
