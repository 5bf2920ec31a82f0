"""The issuer group of an issuer and what it closed, read for the rules (W-1 to W-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from compliance.rules.kernel.dates import first_day_outside, months_before
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import WindowFacts
from compliance.rules.ni45_110.group import (
    Closed,
    Edge,
    closed_in_window,
    closed_total,
    members,
    wider_links,
)
from compliance.rules.ni45_110.offering import room_under
from equity import moves
from equity.models import Closing, EarlierDistribution, GroupEdge, Issuer, Offering


def component_edges(issuer_id: UUID) -> list[Edge]:
    """Every link, living or ended, that any chain reaches from the issuer."""
    found: dict[int, GroupEdge] = {}
    known, fresh = {issuer_id}, {issuer_id}
    while fresh:
        rows = GroupEdge.objects.filter(Q(one__in=fresh) | Q(other__in=fresh))
        reached = set()
        for row in rows:
            found[row.pk] = row
            reached |= {row.one_id, row.other_id}
        fresh = reached - known
        known |= fresh
    return [
        Edge(
            one=str(row.one_id),
            other=str(row.other_id),
            kind=row.kind,
            since=row.since,
            until=row.until,
        )
        for row in found.values()
    ]


def _named(issuer_id: UUID, edges: Iterable[Edge]) -> set[UUID]:
    return {issuer_id} | {UUID(name) for edge in edges for name in (edge.one, edge.other)}


def group_of(issuer_id: UUID, edges: list[Edge], on: date) -> frozenset[str]:
    """The ids of the members of the issuer's group on a day, the issuer included."""
    return members(str(issuer_id), edges, on)


def wider_count(issuer_id: UUID, edges: list[Edge], on: date) -> int:
    """How many issuers are linked from farther than the group (group.wider_links)."""
    return len(wider_links(str(issuer_id), edges, on))


def window(issuer_id: UUID, edges: list[Edge], on: date) -> WindowFacts:
    """What the group closed in the window that ends on the day, here or elsewhere."""
    book = rulebook(on)
    return closed_in_window(
        str(issuer_id),
        edges,
        closings_reached(issuer_id, edges),
        on=on,
        months=book.count("issuer_group_window_months"),
        cap=book.amount("issuer_group_cap"),
    )


def closed(issuer_id: UUID, edges: list[Edge], on: date) -> Decimal:
    """What the group closed in the window that ends on the day (CAD), and nothing more."""
    months = rulebook(on).count("issuer_group_window_months")
    closings = closings_reached(issuer_id, edges)
    return closed_total(str(issuer_id), edges, closings, on=on, months=months)


def closings_reached(issuer_id: UUID, edges: list[Edge]) -> list[Closed]:
    """Every distribution that closed, here or elsewhere, of the issuers that the links name."""
    names = _named(issuer_id, edges)
    return [
        Closed(str(row[0]), row[1], row[2])
        for row in (
            *Closing.objects.filter(offering__issuer__in=names).values_list(
                "offering__issuer", "closed_on", "amount"
            ),
            *EarlierDistribution.objects.filter(issuer__in=names).values_list(
                "issuer", "closed_on", "amount"
            ),
        )
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the group of an issuer may still close from a day on, until the next change."""

    on: date
    room: Decimal
    closed: Decimal


def room_over_time(issuer_id: UUID, on: date) -> tuple[Standing, ...]:
    """What the group may still close, day by day where it changes: from one window before a day to
    one window after it, by the links of each day and by the cap and the window of `on`.

    Nothing that is not closed yet is counted: the days to come say what returns, not what will be
    asked for.
    """
    book = rulebook(on)
    months, cap = book.count("issuer_group_window_months"), book.amount("issuer_group_cap")
    edges = component_edges(issuer_id)
    closings = closings_reached(issuer_id, edges)
    first, last = months_before(on, months), first_day_outside(on, months)
    changes = {first, on, last}
    for one in closings:
        changes |= {one.closed_on, first_day_outside(one.closed_on, months)}
    for edge in edges:
        changes |= {edge.since} | ({edge.until + timedelta(days=1)} if edge.until else set())
    found = []
    for day in sorted(day for day in changes if first <= day <= last):
        there = closed_total(str(issuer_id), edges, closings, on=day, months=months)
        found.append(Standing(day, room_under(cap, there), there))
    return tuple(found)


def empty_window(on: date) -> WindowFacts:
    """The window that ends on a day, with nothing closed in it."""
    months = rulebook(on).count("issuer_group_window_months")
    return WindowFacts(closed=ZERO, window_start=months_before(on, months), returns_on=None)


def other_active(offering: Offering, edges: list[Edge], on: date) -> int:
    """How many other distributions are under way in the group, or in an issuer's whose group this
    issuer belongs to (offering.one_at_a_time)."""
    mine = str(offering.issuer_id)
    group = members(mine, edges, on)
    concerned = {
        pk
        for pk in _named(offering.issuer_id, edges)
        if str(pk) in group or mine in members(str(pk), edges, on)
    }
    return (
        Offering.objects.filter(issuer__in=concerned, state__in=moves.UNDER_WAY)
        .exclude(pk=offering.pk)
        .count()
    )


def issuers_reached(issuer_id: UUID) -> list[Issuer]:
    """Every issuer that any chain of links reaches, the issuer included."""
    return list(Issuer.objects.filter(pk__in=_named(issuer_id, component_edges(issuer_id))))
