"""An offering that is under way: suspend, resume, stop, cancel, and concurrent money."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from equity.models import ConcurrentMoney, Offering
from equity.selectors.clock import portal_day
from equity.services.common import (
    Done,
    leave_entry,
    lock_offering,
    repeatable,
    require_offering_move,
)
from equity.services.endings import end_offering
from equity.services.time import settle


@repeatable("offering:suspend")
def suspend(
    *, actor: Actor, offering_id: UUID, at: datetime, reason: str = "", key: Key | None = None
) -> Done[Offering]:
    """Suspend an open offering: no subscription is taken; rights and days go on."""
    return _held(actor, offering_id, "suspend", at, reason)


@repeatable("offering:resume")
def resume(
    *, actor: Actor, offering_id: UUID, at: datetime, reason: str = "", key: Key | None = None
) -> Done[Offering]:
    """End an officer's suspension; the offering is open again unless an amendment holds it."""
    return _held(actor, offering_id, "resume", at, reason)


def _held(actor: Actor, offering_id: UUID, move: str, at: datetime, reason: str) -> Done[Offering]:
    offering = _entered(actor, offering_id, move, at)
    getattr(offering, move)()
    offering.reason = reason
    offering.save(update_fields=["state", "held_by_officer", "reason"])
    leave_entry(actor, f"offering:{move}", offering, at)
    return Done(offering)


@repeatable("offering:stop")
def stop(
    *, actor: Actor, offering_id: UUID, at: datetime, reason: str = "", key: Key | None = None
) -> Done[Offering]:
    """Stop an offering for good (W-19): it has failed, and every payment is due back."""
    return _ended(actor, offering_id, "stop", at, reason)


@repeatable("offering:cancel")
def cancel(
    *, actor: Actor, offering_id: UUID, at: datetime, reason: str = "", key: Key | None = None
) -> Done[Offering]:
    """Withdraw an offering: the issuer gives it up, and every payment is due back."""
    return _ended(actor, offering_id, "cancel", at, reason)


def _ended(actor: Actor, offering_id: UUID, move: str, at: datetime, reason: str) -> Done[Offering]:
    offering = _entered(actor, offering_id, move, at)
    getattr(offering, move)()
    offering.reason = reason
    end_offering(offering, legal_at=at, event_on=portal_day(offering.portal, at), at=at)
    leave_entry(actor, f"offering:{move}", offering, at)
    return Done(offering)


@repeatable("offering:concurrent")
def declare_concurrent(
    *,
    actor: Actor,
    offering_id: UUID,
    amount: Decimal,
    unconditional: bool,
    at: datetime,
    key: Key | None = None,
) -> Done[ConcurrentMoney]:
    """Say how much concurrent money there now is, in place of what was said before (W-16)."""
    offering = _entered(actor, offering_id, "concurrent", at)
    row = ConcurrentMoney.objects.create(
        offering=offering,
        amount=amount,
        unconditional=unconditional,
        recorded_at=at,
        recorded_by=actor.id,
    )
    leave_entry(
        actor,
        "offering:concurrent",
        offering,
        at,
        payload={"amount": amount, "unconditional": unconditional},
    )
    return Done(row)


def _entered(actor: Actor, offering_id: UUID, move: str, at: datetime) -> Offering:
    """The locked offering, brought to the instant, with the move allowed to the actor."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, move, at)
    return offering
