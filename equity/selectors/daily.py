"""An offering day by day: what was subscribed, what became binding, what was paid. Nobody is named.

Days are the portal's. What was subscribed and then withdrawn, lapsed or released is taken off on
the day it ended; what is binding counts from the instant its right ended. The last day's totals
are the figures of ``equity.selectors.figures``.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.zones import zone_of
from equity import moves
from equity.models import JournalEntry, Offering, Posting
from equity.models.ledger import Account
from equity.selectors.clock import portal_day


@dataclass(frozen=True, slots=True)
class DayOfOffering:
    """One day: how many subscriptions were agreed and what they were, what ended that day, and the
    totals at its end (CAD)."""

    on: date
    count: int
    agreed: Decimal
    ended: Decimal
    subscribed: Decimal
    binding: Decimal
    paid: Decimal

    @property
    def quiet(self) -> bool:
        """Whether nothing was agreed or ended on this day."""
        return not self.count and not self.ended


def daily(offering: Offering, at: datetime) -> tuple[DayOfOffering, ...]:
    """Every day from the opening to now, or to the end of the offering; four queries, however many
    subscriptions there are. Empty for an offering that never opened."""
    if offering.first_available is None:
        return ()
    zone = zone_of(offering.portal.province)
    rows = offering.subscriptions.all()
    agreed = {
        row["day"]: (row["count"], row["total"])
        for row in rows.annotate(day=TruncDate("agreed_at", tzinfo=zone))
        .values("day")
        .annotate(count=Count("pk"), total=Sum("amount"))
        .order_by("day")
    }
    ended = _sums(
        rows.exclude(state__in=moves.COUNTING)
        .filter(ended_at__isnull=False)
        .annotate(day=TruncDate("ended_at", tzinfo=zone))
    )
    bound = _sums(
        rows.filter(state__in=moves.PAST_RIGHT).annotate(
            day=TruncDate("right_ends_at", tzinfo=zone)
        )
    )
    paid = _sums(
        Posting.objects.filter(
            offering=offering,
            # The entry has its own too, and saying so spares the server a look at every other one.
            entry__offering=offering,
            account=Account.TRUST,
            entry__kind=JournalEntry.Kind.PAYMENT,
            entry__corrected_by=None,
            subscription__state__in=moves.COUNTING,
        ).annotate(day=TruncDate("entry__at", tzinfo=zone))
    )
    found = []
    subscribed = binding = received = ZERO
    for on in _days(offering, at):
        count, amount = agreed.get(on, (0, ZERO))
        subscribed += amount - ended[on]
        binding += bound[on]
        received += paid[on]
        found.append(DayOfOffering(on, count, amount, ended[on], subscribed, binding, received))
    return tuple(found)


def _sums(rows: object) -> defaultdict[date, Decimal]:
    summed = rows.values("day").annotate(total=Sum("amount")).order_by("day")  # type: ignore[attr-defined]
    return defaultdict(lambda: ZERO, {row["day"]: row["total"] for row in summed})


def _days(offering: Offering, at: datetime) -> list[date]:
    first = offering.first_available
    assert first is not None
    until = at if offering.ended_at is None else min(at, offering.ended_at)
    last = portal_day(offering.portal, until)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
