"""The issuer group and what it closed in the window (NI 45-110 s. 1; readings W-1 to W-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compliance.rules.kernel.dates import first_day_outside, months_before
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110.facts import WindowFacts

AFFILIATE = "affiliate"
COMMON_ENTERPRISE = "common_enterprise"
SAME_FOUNDER = "same_founder"


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two issuers, alive from ``since`` to ``until`` (its last day), undirected."""

    one: str
    other: str
    kind: str
    since: date
    until: date | None = None

    def alive(self, on: date) -> bool:
        """Whether the link exists on that day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Closed:
    """A crowdfunding distribution that closed: by whom, when, for how much."""

    issuer: str
    closed_on: date
    amount: Decimal


def members(issuer: str, edges: Iterable[Edge], *days: date) -> frozenset[str]:
    """The issuer group by reading W-3, the issuer included.

    (a) affiliates through any chain; (b) whoever is one common-enterprise link away from a member
    of (a); (c) whoever is one same-founder link away from the issuer itself. A link counts when it
    is alive on any of the given days.
    """
    alive = [edge for edge in edges if any(edge.alive(day) for day in days)]
    affiliates = _reach({issuer}, [edge for edge in alive if edge.kind == AFFILIATE])
    enterprise = {
        far
        for edge in alive
        if edge.kind == COMMON_ENTERPRISE
        for near, far in ((edge.one, edge.other), (edge.other, edge.one))
        if near in affiliates
    }
    founder = {
        far
        for edge in alive
        if edge.kind == SAME_FOUNDER
        for near, far in ((edge.one, edge.other), (edge.other, edge.one))
        if near == issuer
    }
    return frozenset(affiliates | enterprise | founder)


def wider_links(issuer: str, edges: Iterable[Edge], on: date) -> frozenset[str]:
    """The issuers that any chain of living links reaches, beyond the group (W-3, for show)."""
    known = list(edges)
    alive = [edge for edge in known if edge.alive(on)]
    return frozenset(_reach({issuer}, alive)) - members(issuer, known, on)


def _reach(start: set[str], edges: list[Edge]) -> set[str]:
    """Everything that a chain of the given links reaches from the start."""
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {
            far
            for edge in edges
            for near, far in ((edge.one, edge.other), (edge.other, edge.one))
            if near in fresh and far not in found
        }
        found |= fresh
    return found


def closed_in_window(
    issuer: str,
    edges: Iterable[Edge],
    closings: Iterable[Closed],
    *,
    on: date,
    months: int,
    cap: Decimal,
) -> WindowFacts:
    """What the group of ``issuer`` closed in the window that ends on ``on`` (CAD), as
    ``closed_total`` counts it, and the first day after on which that leaves more room under ``cap``
    (CAD), by the closings and the links that are known: a closing leaves the window, or the link
    that made it count has ended.
    """
    known, closed_ever = list(edges), list(closings)
    closed = closed_total(issuer, known, closed_ever, on=on, months=months)
    more = (
        day
        for day in (_days_of_less(known, closed_ever, on, months) if closed else ())
        if closed_total(issuer, known, closed_ever, on=day, months=months) < min(closed, cap)
    )
    return WindowFacts(
        closed=closed, window_start=months_before(on, months), returns_on=next(more, None)
    )


def closed_total(
    issuer: str, edges: Iterable[Edge], closings: Iterable[Closed], *, on: date, months: int
) -> Decimal:
    """What the group of ``issuer`` closed in the window that ends on ``on`` (CAD).

    The window is ``months`` calendar months counted back; a closing exactly that long ago is still
    counted (W-1). A closing counts when its issuer is in the group by links alive on the judged day
    or on the day it closed (W-3).
    """
    known, start = list(edges), months_before(on, months)
    counted = (
        closing.amount
        for closing in closings
        if start <= closing.closed_on <= on
        and closing.issuer in members(issuer, known, on, closing.closed_on)
    )
    return sum(counted, ZERO)


def _days_of_less(
    edges: Iterable[Edge], closings: Iterable[Closed], on: date, months: int
) -> list[date]:
    """The days after ``on`` on which something may stop counting, in order."""
    days = {first_day_outside(one.closed_on, months) for one in closings}
    days |= {edge.until + timedelta(days=1) for edge in edges if edge.until is not None}
    return sorted(day for day in days if day > on)
