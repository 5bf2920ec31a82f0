"""Two stories of one offering, from the subscription to the refund: one closes, one fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from equity import sweeps
from equity.models import Subscription
from equity.services import closing, money, subscribing, time
from tests import factories as f

SOON, LATER = f.OPENED + timedelta(hours=1), f.OPENED + timedelta(hours=2)
AFTER_THE_LAST_DAY = f.OPENED + timedelta(days=61)
LONG_AFTER = f.OPENED + timedelta(days=75)


@dataclass(frozen=True, slots=True)
class Stage:
    """Who acts in a story: the offering, two officers, and the persons that subscribe."""

    offering_id: UUID
    asks: Actor
    approves: Actor
    people: tuple[UUID, ...]

    def investor(self, number: int) -> Actor:
        """The person of that number as an investor."""
        return Actor(Role.INVESTOR, self.people[number], "")

    def subscription(self, number: int) -> Subscription:
        """The subscription of the person of that number."""
        return Subscription.objects.get(offering_id=self.offering_id, person_id=self.people[number])


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story: the service and its arguments. A sweep has none but the instant."""

    name: str
    service: Callable[..., object]
    given: Callable[[Stage], dict[str, Any]]


def _subscribes(number: int, units: int) -> Step:
    return Step(
        f"person {number} subscribes",
        subscribing.subscribe,
        lambda stage: {
            "actor": stage.investor(number),
            "offering_id": stage.offering_id,
            "units": units,
            "insider": False,
            "at": f.OPENED,
        },
    )


def _own(
    number: int, does: str, service: Callable[..., object], at: datetime, *, officer: bool = False
) -> Step:
    """An act of a person, or of an officer, on the subscription of that person."""
    return Step(
        f"person {number} {does}",
        service,
        lambda stage: {
            "actor": stage.asks if officer else stage.investor(number),
            "subscription_id": stage.subscription(number).pk,
            "at": at,
        },
    )


def _swept(name: str, service: Callable[..., object], at: datetime) -> Step:
    return Step(name, service, lambda _: {"at": at})


def _officer(name: str, service: Callable[..., object], at: datetime, who: str = "asks") -> Step:
    return Step(
        name,
        service,
        lambda stage: {"actor": getattr(stage, who), "offering_id": stage.offering_id, "at": at},
    )


BEGINNING = (
    _subscribes(0, 48),
    _own(0, "pays", money.pay, f.OPENED),
    _subscribes(1, 8),
    _own(1, "pays", money.pay, f.OPENED),
    _own(1, "withdraws", money.withdraw, SOON),
)
FIRST = "closes"
STORIES: dict[str, tuple[Step, ...]] = {
    FIRST: (
        *BEGINNING,
        _subscribes(2, 2),
        _own(1, "is paid back", money.refund, LATER, officer=True),
        _swept("rights end", time.tick, f.BOUND),
        _officer("a closing is asked for", closing.ask_closing, f.CLOSED),
        _officer("the closing is approved", closing.approve_closing, f.CLOSED, "approves"),
    ),
    "fails": (
        *BEGINNING,
        _swept("rights end", time.tick, f.BOUND),
        _swept("the last day passes", time.tick, AFTER_THE_LAST_DAY),
        _swept("letters are written", sweeps.write_letters, AFTER_THE_LAST_DAY),
        _swept("refunds are overdue", sweeps.leave_reminders, LONG_AFTER),
        _officer("everything is paid back", money.refund_all, LONG_AFTER),
    ),
}
"""In the first a third person does not pay and lapses; in the second the money is not enough."""
