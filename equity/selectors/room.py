"""What a person may still subscribe in an offering, and what would pass where a number does not."""

from dataclasses import dataclass
from decimal import Decimal

from compliance.rules.kernel.findings import Finding, not_met
from compliance.rules.kernel.money import ZERO
from equity.selectors.subscribing import Intended

_LEAVE_ROOM = ("offering.room", "group.cap", "purchaser.limit")
_OF_THE_AMOUNT = (*_LEAVE_ROOM, "purchaser.minimum")
"""The rules that a number of securities meets or not; the others are about the person."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a person may still subscribe in an offering, before any amount is asked (CAD)."""

    limit: Decimal
    limit_advised: Decimal
    advised: bool
    subscribed: Decimal
    left_to_person: Decimal
    left: Decimal
    price: Decimal
    units: int
    """The most securities that would pass: the whole ones that ``left`` buys."""
    least: int
    """The fewest that would pass: what the offering's minimum per purchaser still asks, and 1."""
    binding_rule: Finding

    @property
    def any_passes(self) -> bool:
        """Whether some number passes the rules about amounts at all."""
        return 0 < self.least <= self.units

    @property
    def least_amount(self) -> Decimal:
        """What the fewest cost."""
        return self.least * self.price

    @property
    def most_amount(self) -> Decimal:
        """What the most cost."""
        return self.units * self.price


@dataclass(frozen=True, slots=True)
class Total:
    """A number of securities while it is being chosen: its price, and what refuses it."""

    units: int
    amount: Decimal
    reasons: tuple[Finding, ...]
    """The rules about amounts that are not met; nothing is said of the others here."""


def room_of(wanted: Intended, findings: tuple[Finding, ...], price: Decimal) -> Room:
    """The room of a person: the smallest of the limit, the maximum and the cap of the group.

    ``findings`` are those of ``wanted``, whatever its amount: the room is what is left before it.
    """
    by_code = {finding.code: finding for finding in findings}
    limit = by_code["purchaser.limit"]
    smallest = min((by_code[code] for code in _LEAVE_ROOM), key=lambda one: one.room or ZERO)
    left, facts = smallest.room or ZERO, wanted.facts
    asked = max(facts.minimum_per_purchaser - facts.person_live, ZERO)
    whole, part = divmod(asked, price) if price else (ZERO, ZERO)
    return Room(
        limit=limit.figures["limit"],
        limit_advised=limit.figures["limit_advised"],
        advised=facts.advised,
        subscribed=facts.person_live,
        left_to_person=limit.room or ZERO,
        left=left,
        price=price,
        units=int(left // price) if price else 0,
        # A part of a security that the minimum asks takes a whole one.
        least=max(1, int(whole) + (1 if part else 0)) if price else 0,
        binding_rule=smallest,
    )


def total_of(wanted: Intended, findings: tuple[Finding, ...], units: int) -> Total:
    """The price of ``units`` securities, with what the rules about amounts have against it."""
    reasons = tuple(one for one in not_met(findings) if one.code in _OF_THE_AMOUNT)
    return Total(units=units, amount=wanted.facts.amount, reasons=reasons)
