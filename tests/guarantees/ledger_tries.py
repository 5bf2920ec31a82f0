"""Raw transactions on the trust ledger, made at random: each is good or bad by its making.

A good one is what the services write, statement for statement or in another order. A bad one
(ledger_bad.py) is a good one with one thing wrong. The money is Canadian: the ledger has no column
for a currency, so entries in two of them cannot be written.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg

CENT = Decimal("0.01")
KINDS = {
    "payment": ("trust", "purchasers"),
    "refund_due": ("purchasers", "refunds"),
    "refund_paid": ("refunds", "trust"),
    "release": ("purchasers", "trust"),
}
"""The accounts of each kind of entry: debit, credit. Written by hand, not read from the code."""
ACCOUNTS = ("trust", "purchasers", "refunds")
DENIED = "42501"
FOREIGN = "23503"
"""PostgreSQL's codes for a privilege that is missing and for a key that leads nowhere."""

Statement = tuple[str, Sequence[object]]
Leg = tuple[UUID, UUID, str, Decimal | str]
"""The offering, the subscription, the account and the amount, debit positive."""


@dataclass(slots=True)
class Row:
    """A subscription as it must be after the tries so far."""

    id: UUID
    offering: UUID
    amount: Decimal
    live: bool = True
    paid: Decimal = Decimal(0)
    due: Decimal = Decimal(0)

    @property
    def owed(self) -> Decimal:
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Try:
    """One transaction. ``refusals`` names what may refuse it; a good one has None, and where it
    is empty anything may."""

    words: str
    statements: tuple[Statement, ...]
    refusals: frozenset[str] | None = None
    then: Callable[[], None] = field(default=lambda: None)
    """What a good one changes in the rows we keep."""


@dataclass(slots=True)
class World:
    """The subscriptions that the tries move money of, and chance."""

    rows: list[Row]
    completed: list[Row]
    """Of an offering that is closed: nothing moves here any more."""
    chance: random.Random

    def some(self, found: list[Row]) -> Row | None:
        return self.chance.choice(found) if found else None

    def paying(self) -> Row:
        """A live subscription with something paid and something owed; there always is one."""
        return self.chance.choice([r for r in self.rows if r.live and r.owed > 3 and r.paid > 1])

    def elsewhere(self, row: Row) -> Row:
        """A live subscription of another offering."""
        return self.chance.choice([r for r in self.rows if r.live and r.offering != row.offering])

    def beside(self, row: Row) -> Row:
        """Another live subscription of the same offering."""
        beside = [r for r in self.rows if r.live and r.offering == row.offering and r is not row]
        return self.chance.choice(beside)

    def cents(self, most: Decimal) -> Decimal:
        """An amount of at least a cent, mostly small."""
        return self.chance.randint(1, min(int(most / CENT), 300)) * CENT


def entry(kind: str, offering: UUID, *legs: Leg, key: UUID | None = None) -> tuple[Statement, ...]:
    """An entry and its legs as SQL."""
    key = key or uuid4()
    head = "INSERT INTO equity_journalentry (id, offering_id, kind, at) VALUES (%s, %s, %s, now())"
    posting = (
        "INSERT INTO equity_posting (entry_id, offering_id, subscription_id, account, amount) "
        "VALUES (%s, %s, %s, %s, %s)"
    )
    return (head, (key, offering, kind)), *((posting, (key, *leg)) for leg in legs)


def legs(row: Row, debit: str, credit: str, amount: Decimal) -> tuple[Leg, Leg]:
    """The two legs of one subscription."""
    return (
        (row.offering, row.id, debit, amount),
        (row.offering, row.id, credit, -amount),
    )


def moved(row: Row, kind: str, amount: Decimal) -> tuple[Statement, ...]:
    """An entry as the services write it."""
    return entry(kind, row.offering, *legs(row, *KINDS[kind], amount))


def says_paid(row: Row, amount: Decimal) -> Statement:
    """The subscription's own column."""
    return "UPDATE equity_subscription SET paid = paid + %s WHERE id = %s", (amount, row.id)


def ends(row: Row, state: str = "withdrawn") -> Statement:
    return "UPDATE equity_subscription SET state = %s WHERE id = %s", (state, row.id)


# What is good


def pay(world: World) -> Try:
    row = world.paying()
    amount = world.cents(row.owed - 2)

    def then() -> None:
        row.paid += amount

    return Try("a payment", (*moved(row, "payment", amount), says_paid(row, amount)), then=then)


def pay_twice(world: World) -> Try:
    row = world.paying()
    one = world.cents(row.owed - 2)

    def then() -> None:
        row.paid += one + CENT

    statements = (*moved(row, "payment", one), *moved(row, "payment", CENT))
    return Try("two payments", (*statements, says_paid(row, one + CENT)), then=then)


def withdraw(world: World) -> Try:
    row = world.some([r for r in world.rows if r.live])
    # Enough must stay to try things on, in each offering.
    if row is None or sum(r.live and r.offering == row.offering for r in world.rows) < 4:
        return pay(world)

    def then() -> None:
        row.live, row.due = False, row.paid

    due = moved(row, "refund_due", row.paid) if row.paid else ()
    return Try("a withdrawal", (ends(row), *due), then=then)


def refund(world: World) -> Try:
    # One is left due, to be refused in many ways.
    waiting = [r for r in world.rows if r.due]
    row = world.some(waiting[1:])
    if row is None:
        return pay(world)

    def then() -> None:
        row.due = Decimal(0)

    return Try("a refund", moved(row, "refund_paid", row.due), then=then)


GOOD = (pay, pay, pay, pay_twice, withdraw, refund)


def sent(opened: psycopg.Connection, statements: Sequence[Statement]) -> str:
    """Send one transaction; empty when it was committed, else the name of what refused it."""
    try:
        with opened.transaction():
            for statement, given in statements:
                opened.execute(statement, given or None)  # type: ignore[arg-type]
    except psycopg.Error as error:
        if error.sqlstate == FOREIGN:
            return FOREIGN
        return error.diag.constraint_name or error.sqlstate or str(error)
    return ""
