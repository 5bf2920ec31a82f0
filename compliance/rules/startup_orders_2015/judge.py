"""Judging a distribution of 2015 to 2021 by the orders of its day.

What these orders did not share between provinces (a dealer's advice, the days before a closing) is
not judged here. Secondary and recalled: see ``figures.toml``.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.zones import ClockError
from compliance.rules.startup_orders_2015.book import rulebook


@dataclass(frozen=True, slots=True)
class DistributionFacts:
    """A distribution as it closed: its amount, its first day, and how many its issuer had before.

    ``earlier_in_year`` counts the issuer's other distributions of that calendar year, closed before
    this one.
    """

    amount: Decimal
    first_available: date
    earlier_in_year: int


def judge_distribution(facts: DistributionFacts, *, on: date) -> tuple[Finding, ...]:
    """All findings of a distribution that closed on ``on``; OutsideDates outside the regime."""
    book = rulebook(on)
    cap = book.amount("distribution_cap")
    limit = book.count("distributions_per_calendar_year")
    last_day = facts.first_available + timedelta(days=book.count("distribution_days"))
    count = facts.earlier_in_year + 1
    return (
        book.finding(
            "orders.distribution_cap",
            facts.amount <= cap,
            cap,
            amount=facts.amount,
            cap=cap,
            excess=max(facts.amount - cap, ZERO),
        ),
        book.finding(
            "orders.distributions_in_year",
            count <= limit,
            count=count,
            limit=limit,
            year=on.year,
        ),
        book.finding("orders.within_days", on <= last_day, closing_day=on, last_day=last_day),
    )


def judge_purchaser(amount: Decimal, person_live: Decimal, *, on: date) -> Finding:
    """orders.purchaser_limit: an amount with what the person already has in the distribution."""
    book = rulebook(on)
    limit = book.amount("purchaser_limit")
    total = person_live + amount
    return book.finding(
        "orders.purchaser_limit",
        total <= limit,
        max(limit - person_live, ZERO),
        amount=amount,
        person_live=person_live,
        limit=limit,
        excess=max(total - limit, ZERO),
    )


def right_ends(agreed_at: datetime, *, on: date) -> datetime:
    """The first instant that is too late to withdraw: hours elapsed, not days of a calendar.

    ``on`` is the day of the agreement where the issuer is. Raises ClockError for an instant without
    an offset. An aware datetime of a zone with clock changes adds wall time, so it is counted from
    the instant in seconds.
    """
    if agreed_at.utcoffset() is None:
        raise ClockError(f"{agreed_at!r} has no offset, so it is not known which instant it is.")
    hours = rulebook(on).count("withdrawal_hours")
    return agreed_at.astimezone(UTC) + timedelta(hours=hours)


def judge_withdrawal(agreed_at: datetime, at: datetime, *, on: date) -> Finding:
    """orders.withdrawal_over: whether the right that opened at ``agreed_at`` is over at ``at``."""
    book = rulebook(on)
    return book.finding(
        "orders.withdrawal_over",
        at >= right_ends(agreed_at, on=on),
        hours=book.count("withdrawal_hours"),
    )
