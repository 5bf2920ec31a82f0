"""Work that time brings: found in the rows, done once, in the order of its legal instants.

``tick`` looks for every consequence that is due anywhere; ``settle`` does it for the one offering
an act has just locked, so that no act ever sees a state that time has already left. Both record the
legal instant and the instant they ran.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from compliance.accounts.roles import SYSTEM
from compliance.audit.guard.trouble import apart
from compliance.rules.ni45_110 import withdrawal
from compliance.rules.ni45_110.book import REGIME
from equity import moves
from equity.models import Offering, Subscription
from equity.selectors import money
from equity.selectors.clock import portal_day
from equity.services.common import leave_entry, lock_offering
from equity.services.endings import fail_offering

logger = logging.getLogger(__name__)

_RIGHT_ENDED, _LAST_DAY_PASSED, _NINETIETH_PASSED = range(3)
KINDS = ("right_ended", "last_day_passed", "ninetieth_day_passed")
"""What time brings, by rank: which comes first at the same instant."""
FAILED = "failed"


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """One consequence: when it is due by law, and which comes first at the same instant."""

    legal_at: datetime
    rank: int


def tick(
    *, at: datetime, within: Iterable[UUID] | None = None, done: Counter[str] | None = None
) -> int:
    """Do everything that is due by ``at``; returns how many offerings moved.

    In every offering, or only in those given. Each offering is one transaction of its own. With
    ``done``, what was done is counted up by kind (``KINDS``), and an offering that fails is logged,
    counted as ``FAILED`` and found again by the next sweep, and does not hold the others; whoever
    does not count gets the failure itself.
    """
    due = due_offerings(at)
    if within is not None:
        chosen = set(within)
        due = [pk for pk in due if pk in chosen]
    return sum(_settle_alone(pk, at, done) for pk in due)


def _settle_alone(offering_id: UUID, at: datetime, done: Counter[str] | None) -> bool:
    """Settle one offering; for whoever counts, a failure stays its own."""
    here: Counter[str] = Counter()
    if done is None:
        return _settle_one(offering_id, at, here)
    moved = False
    with apart(logger, "Time could not be brought to the offering %s.", offering_id) as piece:
        moved = _settle_one(offering_id, at, here)
    done.update({FAILED: 1} if piece.failed else here)
    return moved


def due_offerings(at: datetime) -> list[UUID]:
    """The offerings in which something may be due, whatever the zone of their portal.

    Days are compared a day early here; ``settle`` decides with the portal's own midnight.
    """
    latest = at.date() + timedelta(days=1)
    ended_rights = Subscription.objects.filter(
        state=moves.AGREED, right_ends_at__lte=at
    ).values_list("offering_id", flat=True)
    passed = Offering.objects.filter(state__in=moves.OPENED).filter(
        Q(last_day__lt=latest) & (Q(last_day_judged=None) | ~Q(last_day_judged=F("last_day")))
        | Q(first_available__lt=latest - timedelta(days=_shortest_life()))
    )
    return sorted({*ended_rights, *passed.values_list("pk", flat=True)})


def _shortest_life() -> int:
    """The smallest number of days an offering has ever been given: a sieve, not a judgement."""
    return min(value.value for value in REGIME.figures["distribution_days"].values)


@transaction.atomic
def _settle_one(offering_id: UUID, at: datetime, done: Counter[str]) -> bool:
    return settle(lock_offering(offering_id), at, done)


def settle(offering: Offering, at: datetime, done: Counter[str] | None = None) -> bool:
    """Do everything that is due by ``at`` in a locked offering; returns whether anything moved.

    ``done`` is counted up by kind.
    """
    moved = False
    while offering.state in moves.OPENED:
        due = min((entry for entry in _due(offering) if entry.legal_at <= at), default=None)
        if due is None:
            break
        count = _do(offering, due, at)
        if done is not None:
            done[KINDS[due.rank]] += count
        moved = True
    return moved


def _due(offering: Offering) -> Iterator[_Due]:
    """The next consequence of each kind that this offering still awaits, due or not."""
    right = (
        offering.subscriptions.filter(state=moves.AGREED)
        .order_by("right_ends_at")
        .values_list("right_ends_at", flat=True)
        .first()
    )
    if right is not None:
        yield _Due(right, _RIGHT_ENDED)
    assert offering.first_available is not None
    assert offering.last_day is not None
    province = offering.portal.province
    if offering.last_day_judged != offering.last_day:
        after = offering.last_day + timedelta(days=1)
        yield _Due(withdrawal.begins(after, province), _LAST_DAY_PASSED)
    after = withdrawal.ninetieth_day(offering.first_available) + timedelta(days=1)
    yield _Due(withdrawal.begins(after, province), _NINETIETH_PASSED)


def _do(offering: Offering, due: _Due, at: datetime) -> int:
    """Do one consequence; returns how many rows it was."""
    if due.rank == _RIGHT_ENDED:
        return _bind(offering, due.legal_at, at)
    if due.rank == _LAST_DAY_PASSED:
        _judge_last_day(offering, due.legal_at, at)
    else:
        last = portal_day(offering.portal, due.legal_at) - timedelta(days=1)
        fail_offering(offering, last_day_passed=last, legal_at=due.legal_at, at=at, actor=SYSTEM)
    return 1


def _bind(offering: Offering, legal_at: datetime, at: datetime) -> int:
    """Rights that ended at that instant: their subscriptions are binding; returns how many."""
    ended = list(
        offering.subscriptions.filter(state=moves.AGREED, right_ends_at=legal_at).order_by("order")
    )
    for subscription in ended:
        subscription.bind()
        subscription.save(update_fields=["state"])
        leave_entry(SYSTEM, "subscription:bind", subscription, at, payload={"legal_at": legal_at})
    return len(ended)


def _judge_last_day(offering: Offering, legal_at: datetime, at: datetime) -> None:
    """W-18: when the day after the planned last day begins, once: below the minimum it fails."""
    assert offering.in_force is not None
    assert offering.last_day is not None
    offering.last_day_judged = offering.last_day
    offering.save(update_fields=["last_day_judged"])
    reached = offering.live_amount + money.concurrent_unconditional(offering)
    leave_entry(
        SYSTEM,
        "offering:last_day",
        offering,
        at,
        payload={
            "legal_at": legal_at,
            "last_day": offering.last_day,
            "reached": reached,
            "minimum": offering.in_force.minimum,
        },
    )
    if reached < offering.in_force.minimum:
        fail_offering(
            offering,
            last_day_passed=offering.last_day,
            legal_at=legal_at,
            at=at,
            actor=SYSTEM,
        )
