"""Two stories of one offering, from the subscription to the refund: one closes, one fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from equity import moves, sweeps
from equity.models import Offering, Subscription
from equity.selectors.money import refund_due_to, refunds_due
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

    @property
    def offering(self) -> Offering:
        """The offering as it now is."""
        return Offering.objects.get(pk=self.offering_id)

    def investor(self, number: int) -> Actor:
        """The person of that number as an investor."""
        return Actor(Role.INVESTOR, self.people[number], "")

    def subscription(self, number: int) -> Subscription | None:
        """The subscription of the person of that number, if there is one."""
        return Subscription.objects.filter(
            offering_id=self.offering_id, person_id=self.people[number]
        ).first()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story: the service, its arguments, and how to see that it was done.

    ``done`` is None for what may be run again at any time.
    """

    name: str
    service: Callable[..., object]
    given: Callable[[Stage], dict[str, Any]]
    done: Callable[[Stage], bool] | None = None


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
        lambda stage: stage.subscription(number) is not None,
    )


def _own(number: int, at: datetime) -> Callable[[Stage], dict[str, Any]]:
    """The arguments of an act of a person on their own subscription."""

    def given(stage: Stage) -> dict[str, Any]:
        own = stage.subscription(number)
        assert own is not None
        return {"actor": stage.investor(number), "subscription_id": own.pk, "at": at}

    return given


def _pays(number: int) -> Step:
    def done(stage: Stage) -> bool:
        own = stage.subscription(number)
        return own is not None and own.owed == 0

    return Step(f"person {number} pays", money.pay, _own(number, f.OPENED), done)


def _withdraws(number: int) -> Step:
    def done(stage: Stage) -> bool:
        own = stage.subscription(number)
        return own is not None and own.state == moves.WITHDRAWN

    return Step(f"person {number} withdraws", money.withdraw, _own(number, SOON), done)


def _is_paid_back(number: int) -> Step:
    def given(stage: Stage) -> dict[str, Any]:
        return _own(number, LATER)(stage) | {"actor": stage.asks}

    def done(stage: Stage) -> bool:
        own = stage.subscription(number)
        return own is not None and refund_due_to(own) == 0

    return Step(f"person {number} is paid back", money.refund, given, done)


def _swept(name: str, service: Callable[..., object], at: datetime) -> Step:
    return Step(name, service, lambda _: {"at": at})


def _officer(
    name: str, service: Callable[..., object], at: datetime, done: Callable[[Stage], bool], who: str
) -> Step:
    return Step(
        name,
        service,
        lambda stage: {
            "actor": getattr(stage, who),
            "offering_id": stage.offering_id,
            "at": at,
        },
        done,
    )


BEGINNING = (
    _subscribes(0, 48),
    _pays(0),
    _subscribes(1, 8),
    _pays(1),
    _withdraws(1),
)
FIRST = "closes"
STORIES: dict[str, tuple[Step, ...]] = {
    FIRST: (
        *BEGINNING,
        _subscribes(2, 2),
        _is_paid_back(1),
        _swept("rights end", time.tick, f.BOUND),
        _officer(
            "a closing is asked for",
            closing.ask_closing,
            f.CLOSED,
            lambda stage: stage.offering.state == moves.CLOSING,
            "asks",
        ),
        _officer(
            "the closing is approved",
            closing.approve_closing,
            f.CLOSED,
            lambda stage: stage.offering.state == moves.CLOSED,
            "approves",
        ),
    ),
    "fails": (
        *BEGINNING,
        _swept("rights end", time.tick, f.BOUND),
        _swept("the last day passes", time.tick, AFTER_THE_LAST_DAY),
        _swept("letters are written", sweeps.write_letters, AFTER_THE_LAST_DAY),
        _swept("refunds are overdue", sweeps.leave_reminders, LONG_AFTER),
        _officer(
            "everything is paid back",
            money.refund_all,
            LONG_AFTER,
            lambda stage: refunds_due(stage.offering) == 0,
            "asks",
        ),
    ),
}
"""In the first a third person does not pay and lapses; in the second the money is not enough."""
