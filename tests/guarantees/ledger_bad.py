"""Bad transactions on the ledger: each a good one with one thing wrong; and what refuses it."""

import random
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from uuid import uuid4

from tests.guarantees.ledger_tries import (
    ACCOUNTS,
    CENT,
    DENIED,
    FOREIGN,
    GOOD,
    KINDS,
    Leg,
    Row,
    Statement,
    Try,
    World,
    ends,
    entry,
    legs,
    moved,
    says_paid,
)

Bad = Callable[[World], Try]
UNBALANCED, FITS, ONE = (
    "journal_entry_balanced",
    "journal_entry_fits_its_kind",
    "journal_entry_of_one_subscription",
)
OVERDRAWN, POSTED, FOLLOWS = (
    "account_never_overdrawn",
    "subscription_paid_is_posted",
    "subscription_money_follows_state",
)
LEAVES_ONCE, DUE_ONCE = "money_leaves_trust_once", "refund_is_due_once"


def bad(
    words: str, make: Callable[[World, Row, Decimal], tuple[Statement, ...]], *refusals: str
) -> Bad:
    """A bad transaction on a live subscription with money paid and owed."""

    def of(world: World) -> Try:
        row = world.paying()
        statements = make(world, row, world.cents(min(row.owed, row.paid) - CENT))
        return Try(words, statements, frozenset(refusals))

    return of


def wrong_accounts(world: World, row: Row, amount: Decimal) -> tuple[Statement, ...]:
    """A kind with accounts that are not its own, the same one twice included."""
    pairs = [
        (kind, debit, credit)
        for kind, debit, credit in product(KINDS, ACCOUNTS, ACCOUNTS)
        if KINDS[kind] != (debit, credit)
    ]
    kind, debit, credit = world.chance.choice(pairs)
    return entry(kind, row.offering, *legs(row, debit, credit, amount))


def paid_legs(row: Row, debit: Decimal | str, credit: Decimal | str) -> tuple[Leg, Leg]:
    """The legs of a payment with amounts of any kind."""
    return (
        (row.offering, row.id, "trust", debit),
        (row.offering, row.id, "purchasers", credit),
    )


def payment_of(debit: str, credit: str) -> Callable[[World, Row, Decimal], tuple[Statement, ...]]:
    return lambda world, row, amount: entry("payment", row.offering, *paid_legs(row, debit, credit))


def for_two(world: World, row: Row, amount: Decimal) -> tuple[Statement, ...]:
    """One pays, another one is said to have paid."""
    other = world.beside(row)
    mixed = (legs(row, *KINDS["payment"], amount)[0], legs(other, *KINDS["payment"], amount)[1])
    return *entry("payment", row.offering, *mixed), says_paid(other, amount)


def named(*elsewhere: str) -> Callable[[World, Row, Decimal], tuple[Statement, ...]]:
    """A payment in which the entry, the first leg or the second names another offering."""

    def make(world: World, row: Row, amount: Decimal) -> tuple[Statement, ...]:
        other = world.elsewhere(row).offering
        of = {
            part: other if part in elsewhere else row.offering
            for part in ("entry", "first", "second")
        }
        first, second = legs(row, *KINDS["payment"], amount)
        written = entry(
            "payment", of["entry"], (of["first"], *first[1:]), (of["second"], *second[1:])
        )
        return *written, says_paid(row, amount)

    return make


def refund_wrongly(
    words: str, make: Callable[[World, Row], tuple[Statement, ...]], *refusals: str
) -> Bad:
    """A bad transaction on a subscription with a refund due; a live one while there is none."""

    def of(world: World) -> Try:
        row = world.some([r for r in world.rows if r.due > 1])
        if row is None:
            live = world.paying()
            return Try(
                "a refund of a live subscription",
                moved(live, "refund_paid", CENT),
                frozenset({OVERDRAWN}),
            )
        return Try(words, make(world, row), frozenset(refusals))

    return of


def refund_to_another(world: World, row: Row) -> tuple[Statement, ...]:
    other = world.paying()
    legs_ = (
        legs(row, "refunds", "trust", row.due)[0],
        legs(other, "refunds", "trust", row.due)[1],
    )
    return entry("refund_paid", row.offering, *legs_)


def old_entry(world: World, row: Row, amount: Decimal) -> tuple[Statement, ...]:
    """Two more legs for an entry of before: it would still balance."""
    posting = (
        "INSERT INTO equity_posting (entry_id, offering_id, subscription_id, account, amount) "
        "SELECT entry_id, offering_id, subscription_id, %s, %s FROM equity_posting "
        "WHERE subscription_id = %s ORDER BY id LIMIT 1"
    )
    return (
        (posting, ("trust", amount, row.id)),
        (posting, ("purchasers", -amount, row.id)),
        says_paid(row, amount),
    )


def rewriting(statement: str) -> Bad:
    """A change of what is written, in SQL."""
    return bad("a change of old rows", lambda *_: ((statement, ()),), DENIED)


def of_completed(world: World) -> Try:
    """Money of issued securities moves again."""
    row = world.chance.choice(world.completed)
    kind = world.chance.choice(tuple(KINDS))
    refusals = frozenset({OVERDRAWN, POSTED, FOLLOWS, LEAVES_ONCE})
    return Try(f"a {kind} of a completed subscription", moved(row, kind, CENT), refusals)


def marked(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The same with the legs marked as those of a correction."""
    return tuple(
        (
            words.replace("amount)", "amount, correction)").replace("%s)", "%s, true)")
            if "equity_posting" in words
            else words,
            given,
        )
        for words, given in statements
    )


def taken_back(row: Row, amount: Decimal) -> tuple[Statement, ...]:
    """A correction as the services write it, but for the two officers who agreed on it."""
    accounts = ("purchasers", "trust")
    return marked(entry("correction", row.offering, *legs(row, *accounts, amount)))


BAD: tuple[Bad, ...] = (
    bad(
        "a payment taken back by nobody",
        lambda w, r, a: (*taken_back(r, a), says_paid(r, -a)),
        "correction_as_agreed",
    ),
    bad(
        "a correction that is not marked",
        lambda w, r, a: (
            *entry("correction", r.offering, *legs(r, "purchasers", "trust", a)),
            says_paid(r, -a),
        ),
        FITS,
    ),
    bad(
        "a payment marked as a correction",
        lambda w, r, a: (*marked(moved(r, "payment", a)), says_paid(r, a)),
        FITS,
    ),
    bad(
        "off by a cent",
        lambda w, r, a: entry("payment", r.offering, *paid_legs(r, a, -a - CENT)),
        UNBALANCED,
    ),
    bad(
        "one leg",
        lambda w, r, a: (
            *entry("payment", r.offering, legs(r, *KINDS["payment"], a)[0]),
            says_paid(r, a),
        ),
        UNBALANCED,
    ),
    bad("no leg", lambda w, r, a: entry("payment", r.offering), UNBALANCED),
    bad(
        "four legs",
        lambda w, r, a: (
            *entry("payment", r.offering, *legs(r, *KINDS["payment"], a) * 2),
            says_paid(r, 2 * a),
        ),
        UNBALANCED,
    ),
    bad("legs of nothing", payment_of("0", "0"), "posting_not_zero"),
    bad("less than half a cent", payment_of("0.004", "-0.004"), "posting_not_zero"),
    bad("rounded apart", payment_of("0.014", "-0.015"), UNBALANCED),
    bad("not a number", payment_of("NaN", "NaN"), UNBALANCED),
    bad("without end", payment_of("Infinity", "-Infinity"), "22003"),
    bad("more than the column holds", payment_of("1e12", "-1e12"), "22003"),
    bad(
        "a negative payment",
        lambda w, r, a: (
            *entry("payment", r.offering, *paid_legs(r, -a, a)),
            says_paid(r, -a),
        ),
        FITS,
    ),
    bad("accounts of another kind", wrong_accounts, FITS, OVERDRAWN),
    bad(
        "an account that is none",
        lambda w, r, a: entry("payment", r.offering, *legs(r, "bank", "purchasers", a)),
        "posting_account_known",
    ),
    bad(
        "a kind that is none",
        lambda w, r, a: entry("gift", r.offering, *legs(r, *KINDS["payment"], a)),
        "journal_kind_known",
    ),
    bad("two subscriptions", for_two, ONE),
    bad("the entry in another offering", named("entry"), ONE),
    bad("one leg in another offering", named("first"), ONE),
    bad("both legs in another offering", named("first", "second"), ONE),
    bad("all of it in another offering", named("entry", "first", "second"), ONE),
    bad(
        "of a subscription that is none",
        lambda w, r, a: entry(
            "payment", r.offering, *paid_legs(Row(uuid4(), r.offering, r.amount), a, -a)
        ),
        ONE,
        FOREIGN,
    ),
    bad(
        "a payment that the subscription does not say",
        lambda w, r, a: moved(r, "payment", a),
        POSTED,
    ),
    bad("paid, and nobody posted it", lambda w, r, a: (says_paid(r, a),), POSTED),
    bad("paid less than was posted", lambda w, r, a: (says_paid(r, -a),), POSTED),
    bad(
        "more than is owed",
        lambda w, r, a: (
            *moved(r, "payment", r.owed + CENT),
            says_paid(r, r.owed + CENT),
        ),
        "subscription_never_overpaid",
    ),
    bad("a refund that is not due", lambda w, r, a: moved(r, "refund_paid", a), OVERDRAWN),
    bad(
        "a refund due of a live subscription",
        lambda w, r, a: moved(r, "refund_due", a),
        FOLLOWS,
    ),
    bad("a release before the closing", lambda w, r, a: moved(r, "release", r.paid), FOLLOWS),
    bad("withdrawn, and the money is kept", lambda w, r, a: (ends(r),), FOLLOWS),
    bad(
        "withdrawn, and a part is kept",
        lambda w, r, a: (ends(r), *moved(r, "refund_due", a)),
        FOLLOWS,
    ),
    bad(
        "withdrawn, and the money goes to the issuer",
        lambda w, r, a: (ends(r), *moved(r, "release", r.paid)),
        FOLLOWS,
    ),
    bad(
        "withdrawn, and it pays once more",
        lambda w, r, a: (
            ends(r),
            *moved(r, "refund_due", r.paid),
            *moved(r, "payment", a),
            says_paid(r, a),
        ),
        FOLLOWS,
    ),
    bad("two more legs for an old entry", old_entry, UNBALANCED),
    refund_wrongly(
        "a refund of more than is due",
        lambda w, r: moved(r, "refund_paid", r.due + CENT),
        OVERDRAWN,
    ),
    refund_wrongly(
        "a refund of less than is due",
        lambda w, r: moved(r, "refund_paid", r.due - CENT),
        FOLLOWS,
    ),
    refund_wrongly(
        "a refund in two parts",
        lambda w, r: (*moved(r, "refund_paid", CENT), *moved(r, "refund_paid", r.due - CENT)),
        LEAVES_ONCE,
    ),
    refund_wrongly("a refund to another", refund_to_another, OVERDRAWN, ONE),
    refund_wrongly(
        "due back a second time",
        lambda w, r: moved(r, "refund_due", CENT),
        DUE_ONCE,
    ),
    of_completed,
    rewriting("UPDATE equity_posting SET amount = amount * 2"),
    rewriting("UPDATE equity_posting SET account = 'trust'"),
    rewriting("UPDATE equity_journalentry SET kind = 'release'"),
    rewriting("UPDATE equity_journalentry SET at = now()"),
    rewriting("DELETE FROM equity_posting"),
    rewriting("DELETE FROM equity_journalentry"),
    rewriting("TRUNCATE equity_posting, equity_journalentry"),
    rewriting(
        "INSERT INTO equity_posting SELECT * FROM equity_posting LIMIT 1 "
        "ON CONFLICT (id) DO UPDATE SET amount = 0.01"
    ),
)


def made(world: World) -> Try:
    """The next transaction: half of them are bad, some of these inside a good one."""
    chance = world.chance
    good = chance.choice(GOOD)(world)
    if chance.random() < 0.5:
        return shuffled(good, chance)
    wrong = chance.choice(BAD)(world)
    # A withdrawal could complete what is missing in the bad one; a payment never does.
    if good.words == "a payment" and chance.random() < 0.2:
        both = (*good.statements, *wrong.statements)
        return Try(f"{wrong.words}, with {good.words}", both, frozenset())
    return wrong


def shuffled(good: Try, chance: random.Random) -> Try:
    """The same statements in any order: all of it is looked at when the transaction commits."""
    statements = list(good.statements)
    chance.shuffle(statements)
    return Try(good.words, tuple(statements), then=good.then)
