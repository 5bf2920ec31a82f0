"""Payments of a bond: worked examples with the sum shown, then properties that always hold."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules.kernel.dates import months_after
from compliance.rules.kernel.money import MoneyError
from compliance.rules.kernel.schedule import Payment, ScheduleError, Terms, accrued, schedule

ISSUED = date(2026, 9, 15)


def terms(percent: str = "4.00", months: int = 60, **more: object) -> Terms:
    return Terms(percent=Decimal(percent), term_months=months, **more)  # type: ignore[arg-type]


def test_a_yearly_bullet_pays_the_interest_each_year_and_the_capital_at_the_end() -> None:
    rows = schedule(terms(), Decimal("2000.00"), ISSUED)
    assert [row.due_on for row in rows] == [date(2026 + n, 9, 15) for n in range(1, 6)]
    assert [row.interest for row in rows] == [Decimal("80.00")] * 5  # 2 000 x 4 %
    assert [row.principal for row in rows] == [Decimal("0.00")] * 4 + [Decimal("2000.00")]
    assert rows[-1] == Payment(
        5,
        date(2031, 9, 15),
        Decimal("2000.00"),
        Decimal("80.00"),
        Decimal("2000.00"),
        Decimal("2080.00"),
        Decimal("0.00"),
    )


def test_all_at_maturity_simple_is_five_times_a_year_of_interest() -> None:
    (only,) = schedule(terms(payments="at_maturity"), Decimal(1000), ISSUED)
    assert (only.interest, only.total) == (Decimal("200.00"), Decimal("1200.00"))


def test_all_at_maturity_compound_adds_interest_to_the_capital_every_year() -> None:
    (only,) = schedule(terms(payments="at_maturity", interest="compound"), Decimal(1000), ISSUED)
    assert only.interest == Decimal("216.65")  # 1 000 x (1.04^5 - 1) = 216.6529


def test_compound_for_a_year_and_a_half_counts_the_half_year_simply() -> None:
    (only,) = schedule(
        terms(months=18, payments="at_maturity", interest="compound"), Decimal(1000), ISSUED
    )
    assert only.interest == Decimal("60.80")  # 1 000 x (1.04 x 1.02 - 1)


def test_actual_days_over_365_count_the_leap_day() -> None:
    rows = schedule(terms(months=24, day_count="actual/365"), Decimal(10000), date(2027, 3, 1))
    # 1 March 2027 to 1 March 2028 is 366 days: 10 000 x 4 % x 366 / 365 = 401.0959
    assert [row.interest for row in rows] == [Decimal("401.10"), Decimal("400.00")]


def test_thirty_over_360_gives_every_month_the_same_interest() -> None:
    rows = schedule(terms(months=3, payments="monthly"), Decimal(6000), date(2026, 1, 31))
    assert [row.due_on for row in rows] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert {row.interest for row in rows} == {Decimal("20.00")}


def test_equal_capital_leaves_the_odd_cent_to_the_last_payment() -> None:
    rows = schedule(terms(months=36, repayment="equal_principal"), Decimal(1000), ISSUED)
    assert [row.principal for row in rows] == [
        Decimal("333.33"),
        Decimal("333.33"),
        Decimal("333.34"),
    ]
    assert [row.interest for row in rows] == [Decimal("40.00"), Decimal("26.67"), Decimal("13.33")]


def test_an_annuity_has_level_payments_but_for_the_last() -> None:
    rows = schedule(
        terms(percent="6.00", months=12, payments="monthly", repayment="annuity"),
        Decimal(1200),
        ISSUED,
    )
    # 1 200 x 0.005 / (1 - 1.005^-12) = 103.2797
    assert {row.total for row in rows[:-1]} == {Decimal("103.28")}
    assert abs(rows[-1].total - Decimal("103.28")) < Decimal("0.12")
    assert rows[-1].closing == 0


def test_a_half_cent_goes_up() -> None:
    (row,) = schedule(terms(percent="1.00", months=12), Decimal("0.50"), ISSUED)
    assert row.interest == Decimal("0.01")  # 0.005


def test_a_term_that_is_no_whole_number_of_years_ends_with_the_short_period() -> None:
    rows = schedule(terms(months=30), Decimal(1000), ISSUED)
    assert [row.interest for row in rows] == [Decimal("40.00"), Decimal("40.00"), Decimal("20.00")]
    assert rows[-1].due_on == date(2029, 3, 15)


def test_a_maturity_that_is_no_whole_number_of_months_away() -> None:
    """Fourteen days more than five years: a sixth payment of their interest, on the day itself."""
    rows = schedule(terms(matures_on=date(2031, 4, 15)), Decimal("1000.00"), date(2026, 4, 1))
    assert [(row.due_on, row.interest, row.principal) for row in rows[-2:]] == [
        (date(2031, 4, 1), Decimal("40.00"), Decimal("0.00")),
        (date(2031, 4, 15), Decimal("1.56"), Decimal("1000.00")),  # 14/360 of 40.00
    ]
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("more", "due", "interest"),
    [
        # The second year is 18 months and a day long: its last period is the broken one.
        ({"months": 18}, (date(2027, 7, 1), date(2028, 1, 2)), Decimal("20.11")),
        ({"months": 18, "day_count": "actual/365"}, (date(2027, 7, 1), date(2028, 1, 2)), None),
        ({"months": 18, "payments": "at_maturity"}, (date(2028, 1, 2),), Decimal("60.11")),
    ],
)
def test_the_last_period_runs_to_the_maturity(
    more: dict[str, object], due: tuple[date, ...], interest: Decimal | None
) -> None:
    rows = schedule(
        terms(**more, matures_on=date(2028, 1, 2)),  # type: ignore[arg-type]
        Decimal("1000.00"),
        date(2026, 7, 1),
    )
    assert tuple(row.due_on for row in rows) == due
    wanted = Decimal(1000) * Decimal("0.04") * 185 / 365 if interest is None else interest
    assert rows[-1].interest == wanted.quantize(Decimal("0.01"))
    assert sum(row.principal for row in rows) == Decimal("1000.00")


def test_compound_interest_runs_to_a_broken_maturity() -> None:
    (row,) = schedule(
        terms(months=18, payments="at_maturity", interest="compound", matures_on=date(2028, 1, 2)),
        Decimal("1000.00"),
        date(2026, 7, 1),
    )
    assert row.interest == Decimal("60.92")  # 1.04 x (1 + 0.04 x 181/360) - 1


@pytest.mark.parametrize("matures_on", [date(2031, 3, 31), date(2031, 5, 1)])
def test_a_maturity_agrees_with_the_term(matures_on: date) -> None:
    with pytest.raises(ScheduleError, match="whole months"):
        schedule(terms(matures_on=matures_on), Decimal("1000.00"), date(2026, 4, 1))


def test_a_maturity_at_the_end_of_the_term_changes_nothing() -> None:
    plain = schedule(terms(), Decimal("1000.00"), date(2026, 4, 1))
    said = schedule(terms(matures_on=date(2031, 4, 1)), Decimal("1000.00"), date(2026, 4, 1))
    assert said == plain


def test_a_floating_rate_is_reckoned_today_and_marked_indicative() -> None:
    fixed = schedule(terms(), Decimal(500), ISSUED)
    floating = schedule(terms(floating=True), Decimal(500), ISSUED)
    assert not any(row.indicative for row in fixed)
    assert all(row.indicative for row in floating)
    assert [row.total for row in fixed] == [row.total for row in floating]


def test_a_tiny_debt_over_many_months_never_turns_negative() -> None:
    rows = schedule(
        terms(months=60, payments="monthly", repayment="equal_principal"), Decimal("0.31"), ISSUED
    )
    assert min(row.closing for row in rows) == 0
    assert sum(row.principal for row in rows) == Decimal("0.31")


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": "-0.01"},
        {"percent": "NaN"},
        {"months": 0},
        {"months": 1201},
        {"repayment": "never"},
        {"day_count": "30/365"},
        {"payments": "weekly"},
        {"interest": "double"},
    ],
)
def test_terms_that_make_no_schedule_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(ScheduleError):
        schedule(terms(**wrong), Decimal(1000), ISSUED)  # type: ignore[arg-type]


def test_a_principal_is_an_amount_above_zero() -> None:
    with pytest.raises(ScheduleError):
        schedule(terms(), Decimal("0.00"), ISSUED)
    with pytest.raises(MoneyError):
        schedule(terms(), 1000.0, ISSUED)  # type: ignore[arg-type]
    assert schedule(terms(), Decimal("0.01"), ISSUED)


@settings(max_examples=300, deadline=None)
@given(
    principal=st.integers(1, 150_000_000).map(lambda cents: Decimal(cents) / 100),
    percent=st.integers(0, 3000).map(lambda n: Decimal(n) / 100),
    months=st.integers(1, 360),
    interest=st.sampled_from(("simple", "compound")),
    day_count=st.sampled_from(("30/360", "actual/365")),
    payments=st.sampled_from(("monthly", "quarterly", "half_yearly", "yearly", "at_maturity")),
    repayment=st.sampled_from(("bullet", "equal_principal", "annuity")),
    issued_on=st.dates(date(2021, 9, 21), date(2040, 12, 31)),
    further=st.integers(0, 27),
)
def test_every_schedule_adds_up_to_the_cent(
    principal: Decimal, percent: Decimal, months: int, issued_on: date, further: int, **codes: str
) -> None:
    matures_on = months_after(issued_on, months) + timedelta(days=further)
    debt = terms(str(percent), months, matures_on=matures_on, **codes)
    rows = schedule(debt, principal, issued_on)
    assert rows[-1].due_on == matures_on
    assert sum(row.principal for row in rows) == principal
    assert rows[0].opening == principal
    assert rows[-1].closing == 0
    for before, after in pairwise(rows):
        assert after.opening == before.closing
        assert after.due_on > before.due_on
    for row in rows:
        assert row.interest + row.principal == row.total
        assert row.opening - row.principal == row.closing
        assert row.interest >= 0
        assert row.principal >= 0
        assert row.total == row.total.quantize(Decimal("0.01"))


def test_interest_that_runs_is_counted_to_the_end_of_the_day() -> None:
    year_end = date(2026, 12, 31)
    # 15 September to the end of 31 December: three months and 16 days of thirty.
    half_yearly = terms(payments="half_yearly", repayment="equal_principal")
    assert accrued(half_yearly, Decimal(2000), ISSUED, year_end) == Decimal("23.56")
    # By the days that pass: 108 of 365.
    actual = terms(payments="half_yearly", day_count="actual/365")
    assert accrued(actual, Decimal(2000), ISSUED, year_end) == Decimal("23.67")
    # Compound, in the second year: 2 000 x 1.04 x (1 + 4 % x 106 / 360) - 2 000.
    compound = terms(payments="at_maturity", interest="compound")
    assert accrued(compound, Decimal(2000), ISSUED, date(2027, 12, 31)) == Decimal("104.50")


@settings(max_examples=40, deadline=None)
@given(
    issued=st.dates(date(2021, 9, 21), date(2032, 12, 31)),
    months=st.integers(1, 72),
    day_count=st.sampled_from(["30/360", "actual/365"]),
    payments=st.sampled_from(["monthly", "quarterly", "half_yearly", "yearly", "at_maturity"]),
    interest=st.sampled_from(["simple", "compound"]),
    repayment=st.sampled_from(["bullet", "equal_principal", "annuity"]),
    further=st.integers(0, 27),
)
def test_what_runs_until_the_day_before_a_payment_is_its_interest_and_grows_until_then(
    issued: date, months: int, further: int, **kinds: object
) -> None:
    matures_on = months_after(issued, months) + timedelta(days=further)
    debt = terms("5.25", months, matures_on=matures_on, **kinds)
    rows = schedule(debt, Decimal(3000), issued)
    for row in (*rows[:2], rows[-1]):
        begun = issued if row.number == 1 else rows[row.number - 2].due_on
        last = (row.due_on - begun).days - 1
        before = [
            accrued(debt, Decimal(3000), issued, begun + timedelta(days=n))
            for n in sorted({*range(0, last, 45), last})
        ]
        assert before == sorted(before)
        assert before[-1] == row.interest
    assert accrued(debt, Decimal(3000), issued, rows[-1].due_on) == 0
    assert accrued(debt, Decimal(3000), issued, issued - timedelta(days=1)) == 0
