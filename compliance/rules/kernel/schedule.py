"""The payments of a bond or another debt: arithmetic of finance, no law.

Readings, since the terms of a small bond rarely say them:

- A payment is due a whole number of months after the day of issue, counted from that day and not
  from the payment before, so that a bond of 31 January is paid on 28 February and on 31 March.
  Where the term is not a whole number of periods, the last period is the short one.
- A maturity that is no whole number of months after the issue is paid on its day: the last period
  is a broken one, or a further one.
- 30/360: every whole month counts for thirty days. Actual/365: the days that pass, over 365, in
  leap years too.
- Interest that is paid when it falls due leaves nothing to bear interest, so simple and compound
  differ only where all is paid at maturity: compound interest is then added to the capital on
  each anniversary of the issue.
- Each payment is owed on its own: its interest is rounded to the cent, half up, and is not evened
  out later. Capital is rounded the same way, and the last payment gives back what is left, so that
  the capital adds up to the cent.
- A floating rate is reckoned with the rate given for every period, and each payment is marked
  indicative.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise
from typing import Final, Literal, get_args

from compliance.rules.kernel.dates import months_after
from compliance.rules.kernel.money import CENT, ZERO, cad

Interest = Literal["simple", "compound"]
DayCount = Literal["30/360", "actual/365"]
Frequency = Literal["monthly", "quarterly", "half_yearly", "yearly", "at_maturity"]
Repayment = Literal["bullet", "equal_principal", "annuity"]

CODES: Final[dict[str, tuple[str, ...]]] = {
    "interest": get_args(Interest),
    "day_count": get_args(DayCount),
    "payments": get_args(Frequency),
    "repayment": get_args(Repayment),
}
"""The terms that are one of a list: any other word leaves open what is paid, and when."""
_MONTHS: Final = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_LONGEST: Final = 1200


class ScheduleError(ValueError):
    """The terms make no schedule; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the arithmetic needs. ``percent`` is the rate of a year in percent: for a floating rate
    the one of today, margin and floor included. ``term_months`` are the whole months from issue to
    maturity; ``matures_on`` is the maturity where it comes later than they end."""

    percent: Decimal
    term_months: int
    interest: Interest = "simple"
    day_count: DayCount = "30/360"
    payments: Frequency = "yearly"
    repayment: Repayment = "bullet"
    floating: bool = False
    matures_on: date | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: capital owed before it, interest, capital given back, their sum, capital owed
    after it (CAD). ``indicative`` where the rate floats."""

    number: int
    due_on: date
    opening: Decimal
    interest: Decimal
    principal: Decimal
    total: Decimal
    closing: Decimal
    indicative: bool = False


def schedule(terms: Terms, principal: Decimal, issued_on: date) -> tuple[Payment, ...]:
    """Return every payment of a debt of ``principal`` dollars issued on ``issued_on``.

    Raises ScheduleError for a principal that is not positive, a negative rate, a term under one
    month or over a hundred years, a maturity before its end or a month after, or an unknown code;
    MoneyError for what is not an amount.
    """
    owed = cad(principal)
    _check(terms, owed)
    _check_maturity(terms, issued_on)
    days = _due_days(terms, issued_on)
    with localcontext() as context:
        context.prec = 40
        rates = _rates(terms, days)
        parts = tuple(_parts(terms, owed, rates))
    return _payments(terms, owed, days[1:], parts)


def _payments(
    terms: Terms, owed: Decimal, due: tuple[date, ...], parts: tuple[tuple[Decimal, Decimal], ...]
) -> tuple[Payment, ...]:
    rows = []
    for number, (due_on, (interest, capital)) in enumerate(zip(due, parts, strict=True), start=1):
        left = owed - capital
        rows.append(
            Payment(
                number, due_on, owed, interest, capital, interest + capital, left, terms.floating
            )
        )
        owed = left
    return tuple(rows)


def _due_days(terms: Terms, issued_on: date) -> tuple[date, ...]:
    """The day of issue, then each due day; the last is the maturity."""
    step = _MONTHS.get(terms.payments, terms.term_months)
    whole = tuple(months_after(issued_on, n) for n in range(0, terms.term_months, step))
    ended = months_after(issued_on, terms.term_months)
    if not _breaks(terms, issued_on):
        return (*whole, ended)
    assert terms.matures_on is not None
    further = terms.payments != "at_maturity" and terms.term_months % step == 0
    return (*whole, ended, terms.matures_on) if further else (*whole, terms.matures_on)


def _breaks(terms: Terms, issued_on: date) -> bool:
    """Whether the maturity comes later than the whole months of the term end."""
    ended = months_after(issued_on, terms.term_months)
    return terms.matures_on is not None and terms.matures_on > ended


def _rates(terms: Terms, days: tuple[date, ...]) -> tuple[Decimal, ...]:
    """The interest of one dollar over each period."""
    yearly = terms.percent / 100
    if terms.payments == "at_maturity" and terms.interest == "compound":
        if _breaks(terms, days[0]):
            return (_worth_at(terms, days[0], days[-1], yearly) - 1,)
        return (_compounded(terms, days[0], yearly),)
    step = _MONTHS.get(terms.payments, terms.term_months)
    rates = [
        yearly * _years(terms, start, end, min(step, terms.term_months - n * step))
        for n, (start, end) in enumerate(pairwise(days))
    ]
    if _breaks(terms, days[0]):
        rates[-1] = yearly * _broken(terms, days[0], step * (len(rates) - 1), days[-1])
    return tuple(rates)


def _compounded(terms: Terms, issued_on: date, yearly: Decimal) -> Decimal:
    worth = Decimal(1)
    for begun in range(0, terms.term_months, 12):
        ended = min(begun + 12, terms.term_months)
        start, end = months_after(issued_on, begun), months_after(issued_on, ended)
        worth *= 1 + yearly * _years(terms, start, end, ended - begun)
    return worth - 1


def _years(terms: Terms, start: date, end: date, months: int) -> Decimal:
    if terms.day_count == "30/360":
        return Decimal(30 * months) / 360
    return Decimal((end - start).days) / 365


def _parts(
    terms: Terms, owed: Decimal, rates: tuple[Decimal, ...]
) -> Iterator[tuple[Decimal, Decimal]]:
    """Interest and capital of each payment, in cents; the last gives back all that is left."""
    level = _level(terms, owed, rates)
    for number, rate in enumerate(rates, start=1):
        interest = _cents(owed * rate)
        capital = owed if number == len(rates) else _capital(terms, level, interest, owed)
        yield interest, capital
        owed -= capital


def _level(terms: Terms, owed: Decimal, rates: tuple[Decimal, ...]) -> Decimal:
    """What stays the same from payment to payment: nothing, the capital, or the sum."""
    if terms.repayment == "bullet":
        return ZERO
    if terms.repayment == "equal_principal":
        return _cents(owed / len(rates))
    worth, today = Decimal(1), Decimal(0)
    for rate in rates:
        worth /= 1 + rate
        today += worth
    return _cents(owed / today)


def _capital(terms: Terms, level: Decimal, interest: Decimal, owed: Decimal) -> Decimal:
    # An annuity of hundreds of months can be less than the interest of a long month (actual/365),
    # and a cent rounded up hundreds of times can be more than the debt: neither may turn negative.
    wanted = level - interest if terms.repayment == "annuity" else level
    return min(max(wanted, ZERO), owed)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def _check_maturity(terms: Terms, issued_on: date) -> None:
    ended = months_after(issued_on, terms.term_months)
    after = months_after(issued_on, terms.term_months + 1)
    if terms.matures_on is not None and not ended <= terms.matures_on < after:
        raise ScheduleError(
            f"A maturity on {terms.matures_on} is not {terms.term_months} whole months after "
            f"{issued_on}, and less than one more."
        )


def _check(terms: Terms, owed: Decimal) -> None:
    if owed <= 0:
        raise ScheduleError(f"A debt of {owed} has no schedule; the principal is above zero.")
    if not terms.percent.is_finite() or terms.percent < 0:
        raise ScheduleError(f"A rate of {terms.percent} % is not a rate from zero up.")
    if not 1 <= terms.term_months <= _LONGEST:
        raise ScheduleError(f"A term of {terms.term_months} months is not from 1 to {_LONGEST}.")
    for name, codes in CODES.items():
        given = getattr(terms, name)
        if given not in codes:
            raise ScheduleError(f"{name}: {given!r} is none of {', '.join(codes)}.")


def accrued(terms: Terms, principal: Decimal, issued_on: date, on: date) -> Decimal:
    """Return the interest that has run by the end of the day ``on`` and is not due by then (CAD).

    From the last due day, or the issue, on the capital that is owed after it. By 30/360 every month
    that is over counts for thirty days and one that is not for 29 at most, so that the day before
    a payment makes its very interest. Compound interest is added on each anniversary, and runs on
    what that makes. Nothing runs before the issue or after the maturity. Raises as ``schedule``
    does.
    """
    rows = schedule(terms, principal, issued_on)
    end = on + timedelta(days=1)
    past = [row for row in rows if row.due_on <= on]
    if end <= issued_on or len(past) == len(rows):
        return ZERO
    owed = past[-1].closing if past else cad(principal)
    yearly = terms.percent / 100
    with localcontext() as context:
        context.prec = 40
        if terms.payments == "at_maturity" and terms.interest == "compound":
            return _cents(owed * (_worth_at(terms, issued_on, end, yearly) - 1))
        begun = _MONTHS.get(terms.payments, terms.term_months) * len(past)
        return _cents(owed * (yearly * _broken(terms, issued_on, begun, end)))


def _worth_at(terms: Terms, issued_on: date, end: date, yearly: Decimal) -> Decimal:
    """What one dollar has grown to: whole years compounded, and the broken one simple."""
    worth, begun = Decimal(1), 0
    while months_after(issued_on, begun + 12) <= end:
        worth *= 1 + yearly * _broken(terms, issued_on, begun, months_after(issued_on, begun + 12))
        begun += 12
    return worth * (1 + yearly * _broken(terms, issued_on, begun, end))


def _broken(terms: Terms, issued_on: date, begun: int, end: date) -> Decimal:
    """The part of a year from ``begun`` months after the issue to a day, by the debt's count."""
    start = months_after(issued_on, begun)
    if terms.day_count == "actual/365":
        return Decimal((end - start).days) / 365
    over = begun
    while months_after(issued_on, over + 1) <= end:
        over += 1
    last = months_after(issued_on, over)
    apart = 30 * (12 * (end.year - last.year) + end.month - last.month)
    days = apart + min(end.day, 30) - min(last.day, 30)
    return Decimal(30 * (over - begun) + min(max(days, 0), 29)) / 360
