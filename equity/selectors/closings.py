"""Facts and figures of a closing, as it would be made now."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110.facts import ClosingFacts, CompletingFacts
from compliance.sealing.canonical import canonical_bytes
from documents.facts.security import CERTIFICATES
from equity import moves
from equity.models import Offering, Subscription
from equity.selectors import groups, money
from equity.selectors.clock import portal_day
from equity.selectors.facts import issuer_facts, portal_facts


@dataclass(frozen=True, slots=True)
class ClosingFigures:
    """What two people sign: each subscription that completes with its amount, and the concurrent
    money; with the digest that binds the approval to exactly that."""

    lines: dict[str, Any]
    digest: str


def completing(offering: Offering) -> list[Subscription]:
    """Binding subscriptions that are paid in full, in the order of agreement (W-16, W-17)."""
    return list(
        offering.subscriptions.filter(state=moves.BINDING, paid=F("amount"))
        .select_related("person", "version", "advice")
        .order_by("order")
    )


def lapsing(offering: Offering) -> list[Subscription]:
    """Binding subscriptions that are not paid in full: they lapse at the closing (W-17)."""
    return list(
        offering.subscriptions.filter(state=moves.BINDING, paid__lt=F("amount"))
        .select_related("person")
        .order_by("order")
    )


def closing_figures(offering: Offering, rows: list[Subscription]) -> ClosingFigures:
    """The figures of a closing that would complete the given subscriptions."""
    lines = {
        "offering": str(offering.pk),
        "subscriptions": [[str(row.pk), row.units, f"{row.amount:.2f}"] for row in rows],
        "concurrent": f"{money.concurrent_unconditional(offering):.2f}",
    }
    return ClosingFigures(lines, hashlib.sha256(canonical_bytes(lines)).hexdigest())


def closing_facts(offering: Offering, rows: list[Subscription], at: datetime) -> ClosingFacts:
    """Everything that a closing of the given subscriptions is judged by at that instant."""
    assert offering.in_force is not None
    assert offering.first_available is not None
    version, on = offering.in_force, portal_day(offering.portal, at)
    edges = groups.component_edges(offering.issuer_id)
    last_right = (
        offering.subscriptions.filter(state__in=moves.LIVE, right_ends_at__gt=at)
        .order_by("-right_ends_at")
        .first()
    )
    total = sum((row.amount for row in rows), ZERO)
    return ClosingFacts(
        issuer=issuer_facts(offering, version, groups.group_of(offering.issuer_id, edges, on)),
        portal=portal_facts(offering.portal, on),
        window=groups.window(offering.issuer_id, edges, on),
        jurisdictions=tuple(version.jurisdictions),
        minimum=version.minimum,
        concurrent=money.concurrent_unconditional(offering),
        completing=tuple(
            CompletingFacts(str(row.person_id), row.amount, row.advice is not None) for row in rows
        ),
        live_rights=offering.subscriptions.filter(
            state__in=moves.LIVE, right_ends_at__gt=at
        ).count(),
        last_right_ends_on=None if last_right is None else last_right.right_ends_on,
        first_available=offering.first_available,
        trust=money.trust(offering),
        paid_live=money.paid_live(offering),
        refunds_due=money.refunds_due(offering),
        security_kind=version.security_kind,
        legend=_legend_carried(version.security_kind),
        release=total,
    )


_NOTICE_KINDS = frozenset({"convertible", "partnership_unit"})
"""Kinds without a certificate: their written notice (N2) stands in the purchaser's confirmation."""


def _legend_carried(security_kind: str) -> bool:
    """Whether a paper of ours carries the legend of NI 45-102 s. 2.5 for this kind of security."""
    return security_kind in CERTIFICATES or security_kind in _NOTICE_KINDS
