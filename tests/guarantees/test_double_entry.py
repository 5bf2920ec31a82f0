"""B7: double entry held by PostgreSQL, against raw SQL of whoever has the site's connection.

Random transactions on the ledger, half of them bad: each bad one is refused, in the words that
belong to it, at the latest when it commits; each good one is accepted; and afterwards the ledger
and the subscriptions are exactly what the good ones made of them. Broken copies of the guard are
tried the same way until something bad goes through.
"""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import owner_entry
from compliance.scenarios.playing.stage import scratch_database
from equity import models
from equity.services import money
from tests import factories as f
from tests.guarantees.conftest import Guarded, copy, drop
from tests.guarantees.ledger_bad import BAD, made
from tests.guarantees.ledger_tries import CENT, Row, World, ends, moved, says_paid, sent
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.roles import as_runtime

TRIES = sized(short=300, long=10_000)
PURCHASERS = sized(short=5, long=20)
CROWD = 20_000
"""Entries beside which an index must be worth more than a look at every row."""
UNITS, FIRST = 100, Decimal("10.00")
SQL = Path(models.__file__).parents[1] / "migrations" / "sql"


@dataclass(frozen=True)
class Ledger:
    """A database with two open offerings and a closed one, and its subscriptions."""

    database: Guarded
    rows: tuple[Row, ...]
    completed: tuple[Row, ...]

    def world(self, seed: int) -> World:
        """The subscriptions as they are before any try."""
        rows, completed = deepcopy((self.rows, self.completed))
        return World(list(rows), list(completed), random.Random(seed))

    @contextmanager
    def copied(self) -> Iterator["Ledger"]:
        """The same in a database that may be spoilt."""
        name = f"{self.database.name}_{secrets.token_hex(2)}"
        copy(self.database.name, name)
        try:
            yield replace(self, database=Guarded(name, self.database.entry))
        finally:
            drop(name)


def sold(cast: f.Cast, count: int, *, paid: bool) -> list[Row]:
    """Subscriptions of a new crowd: paid in full, or a first part of it."""
    rows = []
    for _ in range(count):
        person = f.make_person()
        bought = f.subscribed(cast, person, units=UNITS, paid=paid)
        if not paid:
            actor = f.investor_actor(person)
            money.pay(actor=actor, subscription_id=bought.pk, amount=FIRST, at=f.OPENED)
        amount = bought.amount
        rows.append(Row(bought.pk, cast.offering.pk, amount, paid=amount if paid else FIRST))
    return rows


@pytest.fixture(scope="module")
def ledger(django_db_blocker: DjangoDbBlocker) -> Iterator[Ledger]:
    with django_db_blocker.unblock():
        name = f"ledger_{secrets.token_hex(4)}"
        with scratch_database():
            with as_runtime():
                portal = f.make_portal()
                issuers = [f.make_issuer(name=f"Émettrice {n} inc.") for n in range(3)]
                one, other, done = [
                    f.open_offering(portal=portal, issuer=issuer) for issuer in issuers
                ]
                rows = [*sold(one, PURCHASERS, paid=False), *sold(other, PURCHASERS, paid=False)]
                completed = sold(done, 2, paid=True)
                f.closed(done)
            copy(connection.settings_dict["NAME"], name)
        entry = {**owner_entry(connection.settings_dict), "NAME": name}
        try:
            yield Ledger(Guarded(name, entry), tuple(rows), tuple(completed))
        finally:
            drop(name)


def faults(world: World, site: psycopg.Connection, tries: int) -> Iterator[str]:
    """Whatever was accepted though it is bad, refused though it is good, or refused by the way."""
    for _ in range(tries):
        attempt = made(world)
        refusal = sent(site, attempt.statements)
        if attempt.refusals is None:
            if refusal:
                yield f"{attempt.words} was refused: {refusal}"
            attempt.then()
        elif not refusal:
            yield f"{attempt.words} was accepted"
        elif attempt.refusals and refusal not in attempt.refusals:
            yield f"{attempt.words} was refused by {refusal}"


def told(site: psycopg.Connection) -> dict[object, tuple[object, ...]]:
    """What the database says of each subscription: whether it is live, paid, and its accounts."""
    rows = site.execute(
        "SELECT s.id, s.state IN ('agreed', 'binding'), s.paid, "
        "coalesce(sum(p.amount) FILTER (WHERE p.account = 'trust'), 0), "
        "coalesce(-sum(p.amount) FILTER (WHERE p.account = 'purchasers'), 0), "
        "coalesce(-sum(p.amount) FILTER (WHERE p.account = 'refunds'), 0) "
        "FROM equity_subscription s LEFT JOIN equity_posting p ON p.subscription_id = s.id "
        "GROUP BY s.id"
    )
    return {row[0]: row[1:] for row in rows}


def expected(world: World) -> dict[object, tuple[object, ...]]:
    """The same as the good transactions must have left it."""
    kept: dict[object, tuple[object, ...]] = {}
    for row in world.rows:
        held = row.paid if row.live else Decimal(0)
        kept[row.id] = (row.live, row.paid, held + row.due, held, row.due)
    zero = Decimal(0)
    return kept | {row.id: (False, row.paid, zero, zero, zero) for row in world.completed}


def test_every_bad_transaction_is_refused_and_every_good_one_accepted(
    ledger: Ledger, django_db_blocker: DjangoDbBlocker, report: Report
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    world = ledger.world(seed)
    with (
        django_db_blocker.unblock(),
        ledger.copied() as tried,
        tried.database.runtime() as site,
    ):
        assert list(faults(world, site, TRIES)) == [], f"seed {seed}"
        assert told(site) == expected(world), f"seed {seed}"
        unbalanced = site.execute(
            "SELECT entry_id FROM equity_posting GROUP BY entry_id HAVING sum(amount) <> 0"
        )
        assert unbalanced.fetchall() == []
    report("B7", figures={"raw transactions": TRIES, "kinds of bad ones": len(BAD), "seed": seed})


def test_each_kind_of_bad_transaction_is_refused_in_its_own_words(
    ledger: Ledger, django_db_blocker: DjangoDbBlocker
) -> None:
    """Chance may leave one out in a short run; here each has its turn."""
    world = ledger.world(1)
    with (
        django_db_blocker.unblock(),
        ledger.copied() as tried,
        tried.database.runtime() as site,
    ):
        row = world.rows[0]
        due_back(site, row)
        wrong = []
        for kind in BAD:
            attempt = kind(world)
            refusal = sent(site, attempt.statements)
            assert attempt.refusals
            if refusal not in attempt.refusals:
                wrong.append(f"{attempt.words}: {refusal or 'accepted'}")
        assert wrong == []


def due_back(site: psycopg.Connection, row: Row) -> None:
    """Withdraw a subscription; what it paid is due back."""
    assert sent(site, (ends(row), *moved(row, "refund_due", row.paid))) == ""
    row.live, row.due = False, row.paid


# Two sessions, neither of which sees what the other does


def refunded_twice(tried: Ledger) -> list[str]:
    """The same refund from two sessions that have both looked before either writes."""
    row = tried.world(1).rows[0]
    with tried.database.runtime() as one, tried.database.runtime() as other:
        due_back(one, row)
        refund, again = (moved(row, "refund_paid", row.due) for _ in range(2))
        other.execute("SET default_transaction_isolation = 'repeatable read'")
        other.execute("BEGIN")
        other.execute("SELECT sum(amount) FROM equity_posting")
        answers = [sent(one, refund), sent(other, again)]
        if not answers[1]:
            other.execute("COMMIT")
        return answers


def test_a_refund_leaves_the_trust_account_once_from_two_sessions(
    ledger: Ledger, django_db_blocker: DjangoDbBlocker, report: Report
) -> None:
    with django_db_blocker.unblock():
        with ledger.copied() as tried:
            assert refunded_twice(tried) == ["", "money_leaves_trust_once"]
        with ledger.copied() as broken:
            with broken.database.owner() as owner:
                owner.execute("DROP INDEX money_leaves_trust_once")
            assert refunded_twice(broken) == ["", ""]
    report("B7", caught={"no index for what happens once": "a refund was paid twice"})


# What the guard reads


def reads(tried: Ledger, row: Row) -> tuple[int, int]:
    """Looks at every row of the journal, and through an index, in one payment with its guard."""
    with tried.database.runtime() as site, site.transaction():
        for statement, given in (*moved(row, "payment", CENT), says_paid(row, CENT)):
            site.execute(statement, given)  # type: ignore[arg-type]
        site.execute("SET CONSTRAINTS ALL IMMEDIATE")
        found = site.execute(
            "SELECT sum(seq_scan), sum(idx_scan) FROM pg_stat_xact_user_tables "
            "WHERE relname IN ('equity_posting', 'equity_journalentry')"
        ).fetchone()
    assert found is not None
    return found


def crowded(tried: Ledger) -> None:
    """Many entries of somebody else, written past the guards."""
    other = tried.completed[0]
    tables = ("equity_posting", "equity_journalentry")
    with tried.database.owner() as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("DROP INDEX money_leaves_trust_once, refund_is_due_once")
        owner.execute(
            "WITH entries AS (INSERT INTO equity_journalentry (id, offering_id, kind, at) "
            "SELECT gen_random_uuid(), %s, 'payment', now() FROM generate_series(1, %s) "
            "RETURNING id) INSERT INTO equity_posting "
            "(entry_id, offering_id, subscription_id, account, amount) "
            "SELECT id, %s, %s, account, amount FROM entries, "
            "(VALUES ('trust', 0.01), ('purchasers', -0.01)) AS leg (account, amount)",
            [other.offering, CROWD, other.offering, other.id],
        )
        for table in tables:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            owner.execute(f"ANALYZE {table}")


def test_the_guard_reads_through_an_index(
    ledger: Ledger, django_db_blocker: DjangoDbBlocker, report: Report
) -> None:
    row = ledger.world(1).rows[0]
    with django_db_blocker.unblock(), ledger.copied() as tried:
        crowded(tried)
        every_row, by_index = reads(tried, row)
        assert every_row == 0
        assert by_index >= 3
        with tried.database.owner() as owner:
            found = owner.execute(
                "SELECT indexrelid::regclass::text FROM pg_index "
                "JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] "
                "WHERE indrelid = 'equity_posting'::regclass AND attname = 'subscription_id'"
            ).fetchall()
            for (name,) in found:
                owner.execute(f"DROP INDEX {name}")
        without, _ = reads(tried, row)
        assert without > 0
    report(
        "B7",
        figures={"entries beside which the guard reads through an index": CROWD},
        caught={"no index on whose money it is": f"{without} looks at every posting"},
    )


# The broken copies

BROKEN = {
    "no trigger": (
        "DROP TRIGGER equity_balanced ON equity_posting; "
        "DROP TRIGGER equity_balanced ON equity_journalentry"
    ),
    "a trigger that looks at its own leg": (
        "CREATE OR REPLACE FUNCTION equity_balanced() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_TABLE_NAME = 'equity_posting' THEN IF NEW.amount = 0 THEN "
        "PERFORM public.equity_refuse('journal_entry_balanced', 'Nothing moves.'); END IF; END IF; "
        "RETURN NULL; END $$"
    ),
    "balance alone, and not whose money": (SQL / "ledger_reverse.sql").read_text(encoding="utf-8"),
    "the ledger alone, and not what subscriptions say": (
        "DROP TRIGGER equity_money_follows_state ON equity_subscription"
    ),
}
"""Statements of the owner."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_guard_of_the_ledger_is_caught(
    ledger: Ledger, django_db_blocker: DjangoDbBlocker, name: str, report: Report
) -> None:
    with django_db_blocker.unblock(), ledger.copied() as broken:
        with broken.database.owner() as owner:
            owner.execute(BROKEN[name])  # type: ignore[arg-type]
        with broken.database.runtime() as site:
            found = faults(broken.world(1), site, 400)
            gave_away = next((fault for fault in found if fault.endswith("was accepted")), "")
    assert gave_away, f"{name} was not caught"
    report("B7", caught={name: gave_away})
