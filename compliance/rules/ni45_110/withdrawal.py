"""The right of withdrawal and the refund (NI 45-110 ss. 4 and 5; readings W-7 to W-11)."""

from datetime import date, datetime, timedelta

from compliance.rules.kernel.calendars import Deadline, DueDay
from compliance.rules.kernel.calendars import refund_due as _refund_due
from compliance.rules.kernel.calendars import withdrawal_right as _withdrawal_right
from compliance.rules.kernel.zones import day_start, local_date, zone_of
from compliance.rules.ni45_110.book import rulebook


def right(at: datetime, *, purchaser: str, issuer: str, portal: str) -> Deadline:
    """The right that an agreement, or the notice of an amendment, opens at the instant ``at``.

    ``purchaser``, ``issuer`` (head office) and ``portal`` are jurisdictions. The number of days is
    the figure in force on the portal's day.
    """
    on = local_date(at, zone_of(portal))
    return _withdrawal_right(
        agreed_at=at,
        purchaser=purchaser,
        issuer=issuer,
        portal=portal,
        business_days=rulebook(on).count("withdrawal_business_days"),
    )


def refund_due(event_on: date, *, portal: str) -> DueDay:
    """The last day to refund money that became due on ``event_on`` at the portal (W-8)."""
    days = rulebook(event_on).count("refund_business_days")
    return _refund_due(event_on, portal=portal, business_days=days)


def ninetieth_day(first_available: date) -> date:
    """The last day on which the offering may close (W-9); the figure is that of the first day."""
    return first_available + timedelta(days=rulebook(first_available).count("distribution_days"))


def begins(day: date, portal: str) -> datetime:
    """The instant a day begins at the portal, in UTC."""
    return day_start(day, zone_of(portal))
