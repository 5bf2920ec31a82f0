"""The figures of an offering that people follow: raised, binding, paid, room, days."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.offering import room_under
from equity import moves
from equity.models import Offering
from equity.selectors import groups, money
from equity.selectors.clock import portal_day


@dataclass(frozen=True, slots=True)
class OfferingFigures:
    """Amounts in CAD; ``group_room`` is the cap less what the group closed and what is live."""

    raised: Decimal
    binding: Decimal
    paid: Decimal
    trust: Decimal
    refunds_due: Decimal
    concurrent: Decimal
    group_room: Decimal
    purchasers: int
    subscriptions: int


def offering_figures(offering: Offering, at: datetime) -> OfferingFigures:
    """The figures of an offering at an instant."""
    totals = offering.subscriptions.aggregate(
        raised=Sum("amount", filter=Q(state__in=moves.COUNTING), default=ZERO),
        binding=Sum("amount", filter=Q(state__in=moves.PAST_RIGHT), default=ZERO),
        paid=Sum("paid", filter=Q(state__in=moves.COUNTING), default=ZERO),
        purchasers=Count("person", filter=Q(state__in=moves.COUNTING), distinct=True),
        subscriptions=Count("pk", filter=Q(state__in=moves.COUNTING)),
    )
    return OfferingFigures(
        **totals,
        trust=money.trust(offering),
        refunds_due=money.refunds_due(offering),
        concurrent=money.concurrent_unconditional(offering),
        group_room=group_room(offering, portal_day(offering.portal, at)),
    )


def group_room(offering: Offering, on: date) -> Decimal:
    """The cap less what the group closed in the window to the day, less what is live here."""
    edges = groups.component_edges(offering.issuer_id)
    closed = groups.closed(offering.issuer_id, edges, on)
    return room_under(rulebook(on).amount("issuer_group_cap"), closed + offering.live_amount)
