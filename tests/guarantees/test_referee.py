"""E1 and E2 at the database: it alone says which state follows which, whoever writes.

E1: every pair of states, by the ORM's ``update`` and in raw SQL, as the role of the site: what is
accepted is the table of moves, pair for pair. (Who makes a move the database cannot know: it has
one role for the site; roles are the services' affair, test_moves_exhaustive.py.)

E2: raw updates at random, in whatever words SQL has for them. Each change of a state that is
accepted has its event in the same transaction, with the state before and after.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoDbBlocker

from equity import moves
from equity.models import Offering, Subscription
from tests.equity.grid import OFFERING_ROWS, SUBSCRIPTION_ROWS, edges
from tests.guarantees.conftest import copy, drop
from tests.guarantees.reporting import Report
from tests.guarantees.rows import ACCEPTED, OFFERING, SUBSCRIPTION, Rows, rows_in_every_state, tried
from tests.guarantees.scale import sized

TRIES = sized(short=400, long=10_000)
STATES = {OFFERING: moves.OFFERING_STATES, SUBSCRIPTION: moves.SUBSCRIPTION_STATES}
LEGAL = {
    table: edges(written) | {(state, state) for state in STATES[table]}
    for table, written in ((OFFERING, OFFERING_ROWS), (SUBSCRIPTION, SUBSCRIPTION_ROWS))
}
"""The pairs of the table written by hand; to write the state that is there moves nothing."""
FINAL = {
    OFFERING: ("refused", "closed", "cancelled", "failed"),
    SUBSCRIPTION: ("completed", "withdrawn", "lapsed", "released"),
}
MODELS = {OFFERING: Offering, SUBSCRIPTION: Subscription}
Pair = tuple[str, str]


@pytest.fixture(scope="module")
def rows(django_db_blocker: DjangoDbBlocker) -> Iterator[Rows]:
    with rows_in_every_state(django_db_blocker) as made:
        yield made


@pytest.fixture
def site(rows: Rows) -> Iterator[psycopg.Connection]:
    with rows.database.runtime() as opened:
        yield opened


CLOSING = (
    "WITH asked AS (INSERT INTO equity_closingrequest "
    "(offering_id, asked_by, asked_at, figures, digest, superseded) "
    "VALUES (%s, gen_random_uuid(), now(), '{}', '', false) RETURNING id, offering_id, asked_by) "
    "INSERT INTO equity_closing "
    "(offering_id, request_id, asked_by, approved_by, closed_at, closed_on, amount) "
    "SELECT offering_id, id, asked_by, gen_random_uuid(), now(), current_date, 1 FROM asked"
)
"""What a closed offering needs in the same transaction: a closing by two people."""


def moved(site: psycopg.Connection, table: str, rows: Rows, pair: Pair, *, closing: bool) -> str:
    """Write one state over another in raw SQL."""
    source, target = pair
    key = rows.of(table)[source]
    first = [(CLOSING, (key,))] if closing and (table, target) == (OFFERING, "closed") else []
    return tried(site, *first, (f"UPDATE {table} SET state = %s WHERE id = %s", (target, key)))


def accepted_in_raw_sql(site: psycopg.Connection, rows: Rows, table: str) -> set[Pair]:
    """The pairs of states that raw SQL may write, one over the other."""
    return {
        pair
        for pair in product(STATES[table], (*STATES[table], "nonsense"))
        if moved(site, table, rows, pair, closing=True) == ACCEPTED
    }


def accepted_by_the_orm(rows: Rows, table: str) -> set[Pair]:
    """The same through ``QuerySet.update``, which knows nothing of transitions."""
    found = set()
    for source, target in product(STATES[table], (*STATES[table], "nonsense")):
        key = rows.of(table)[source]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if (table, target) == (OFFERING, "closed"):
                    cursor.execute(CLOSING, [key])
                assert MODELS[table].objects.filter(pk=key).update(state=target) == 1
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                found.add((source, target))
                transaction.set_rollback(True)
        except DatabaseError:
            continue
    return found


def test_every_pair_of_states_in_raw_sql_and_by_the_orm(
    rows: Rows, site: psycopg.Connection, django_db_blocker: DjangoDbBlocker, report: Report
) -> None:
    before = rows.database.untouched
    for table, legal in LEGAL.items():
        assert accepted_in_raw_sql(site, rows, table) == legal
        with django_db_blocker.unblock(), rows.orm():
            assert accepted_by_the_orm(rows, table) == legal
    assert rows.database.snapshot() == before
    pairs = sum(len(states) * (len(states) + 1) for states in STATES.values())
    report("E1", figures={"pairs of states in raw SQL": pairs, "and by the ORM": pairs})


def test_some_pairs_need_company(rows: Rows, site: psycopg.Connection) -> None:
    """A closed offering needs its closing, issued securities a closed offering."""
    alone = moved(site, OFFERING, rows, ("closing", "closed"), closing=False)
    assert alone == "offering_closed_by_closing"
    own = (rows.offerings["open"], rows.subscriptions["binding"])
    with rows.database.owner() as owner, owner.transaction(force_rollback=True):
        owner.execute("ALTER TABLE equity_subscription DISABLE TRIGGER equity_b_keep_agreement")
        owner.execute("UPDATE equity_subscription SET offering_id = %s WHERE id = %s", own)
        owner.execute("UPDATE equity_subscription SET state = 'completed' WHERE id = %s", own[1:])
        with pytest.raises(psycopg.Error) as refusal:
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert refusal.value.diag.constraint_name == "subscription_completed_at_closing"


@pytest.mark.parametrize("table", [OFFERING, SUBSCRIPTION])
def test_no_row_begins_in_the_middle(rows: Rows, site: psycopg.Connection, table: str) -> None:
    row = site.execute(f"SELECT * FROM {table} LIMIT 1")
    assert row.description is not None
    columns = [column.name for column in row.description if column.name not in ("id", "state")]
    names = ", ".join(f'"{name}"' for name in columns)
    for state, key in rows.of(table).items():
        insert = (
            f"INSERT INTO {table} (id, state, {names}) SELECT gen_random_uuid(), state, {names} "
            f"FROM {table} WHERE id = %s"
        )
        found = tried(site, (insert, (key,)))
        first = state in ("draft", "agreed")
        assert (found != f"{table.removeprefix('equity_')}_starts") == first, (state, found)


# E2: at random

Statement = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Try:
    """What one try writes over what, in which rows, and the statements that write it."""

    words: str
    pairs: tuple[Pair, ...]
    keys: frozenset[UUID]
    statements: tuple[tuple[str, Mapping[str, object]], ...]
    steps: tuple[tuple[UUID, str, str], ...]
    """Each row with the state it leaves and the one it gets, also where they are the same."""

    @property
    def events(self) -> list[tuple[str, str, str]]:
        """What the trail must say of it, in any order."""
        return sorted((str(key), was, now) for key, was, now in self.steps if was != now)


Words = Callable[[str, Rows, Pair, Pair], Try]


def several(table: str, rows: Rows, pair: Pair, other: Pair) -> Try:
    """Two rows at once: one that may not move holds the other."""
    keys = frozenset(rows.of(table)[source] for source in (pair[0], other[0]))
    pairs = tuple({(source, pair[1]) for source in (pair[0], other[0])})
    statement = f"UPDATE {table} SET state = %(state)s WHERE id = ANY(%(keys)s)"
    given = {"state": pair[1], "keys": list(keys)}
    sources = {pair[0], other[0]}
    steps = tuple((rows.of(table)[source], source, pair[1]) for source in sources)
    return Try("several rows", pairs, keys, ((statement, given),), steps)


def twice(table: str, rows: Rows, pair: Pair, other: Pair) -> Try:
    """Two moves of one row in one transaction: each must be one of the table."""
    key = rows.of(table)[pair[0]]
    statement = f"UPDATE {table} SET state = %(state)s WHERE id = %(key)s"
    pairs = (pair, (pair[1], other[1]))
    moves_ = tuple((statement, {"state": target, "key": key}) for _, target in pairs)
    steps = tuple((key, *one) for one in pairs)
    return Try("twice", pairs, frozenset({key}), moves_, steps)


def one(words: str, *statements: str) -> Words:
    """One row, one move, in other words."""

    def write(table: str, rows: Rows, pair: Pair, other: Pair) -> Try:
        del other
        given = {
            "state": pair[1],
            "key": rows.of(table)[pair[0]],
            "like": rows.of(table)[pair[1]],
        }
        told = (each.replace("TABLE", table).replace("OTHER", OTHER[table]) for each in statements)
        key = rows.of(table)[pair[0]]
        written = tuple((each, given) for each in told)
        return Try(words, (pair,), frozenset({key}), written, ((key, *pair),))

    return write


OTHER = {OFFERING: "reason = reason || 'x'", SUBSCRIPTION: "ended_at = now()"}
WORDS: tuple[Words, ...] = (
    one("plainly", "UPDATE TABLE SET state = %(state)s WHERE id = %(key)s"),
    one("with another column", "UPDATE TABLE SET OTHER, state = %(state)s WHERE id = %(key)s"),
    one("as a row of values", "UPDATE TABLE SET (state) = ROW(%(state)s) WHERE id = %(key)s"),
    one("from a subquery", "UPDATE TABLE SET state = (SELECT %(state)s) WHERE id = %(key)s"),
    one(
        "from another row",
        "UPDATE TABLE AS a SET state = b.state FROM TABLE AS b "
        "WHERE a.id = %(key)s AND b.id = %(like)s",
    ),
    one(
        "in a common table",
        "WITH moved AS (UPDATE TABLE SET state = %(state)s WHERE id = %(key)s RETURNING 1) "
        "SELECT * FROM moved",
    ),
    one(
        "by a merge",
        "MERGE INTO TABLE AS a USING (SELECT %(key)s::uuid AS id) AS b ON a.id = b.id "
        "WHEN MATCHED THEN UPDATE SET state = %(state)s",
    ),
    one(
        "in a block of code",
        "SELECT set_config('a.state', %(state)s, true), set_config('a.key', %(key)s::text, true)",
        "DO $$ BEGIN UPDATE TABLE SET state = current_setting('a.state') "
        "WHERE id = current_setting('a.key')::uuid; END $$",
    ),
    several,
    twice,
)


NOT_TOLD = "accepted without its event"


def events(opened: psycopg.Connection, table: str) -> list[tuple[str, str, str]]:
    """The changes of state that the trail tells of this transaction: row, before, after."""
    told = opened.execute(
        "SELECT row, before ->> 'state', after ->> 'state' FROM compliance_audit_change "
        """WHERE transaction = pg_current_xact_id()::text::bigint AND "table" = %s """
        "AND after ? 'state'",
        [table],
    )
    return sorted(told.fetchall())


def faults(rows: Rows, site: psycopg.Connection, seed: int, tries: int) -> list[str]:
    """Whatever was accepted though no move is it, or refused though one is, in words."""
    chance, found = random.Random(seed), []
    for _ in range(tries):
        table = chance.choice((OFFERING, SUBSCRIPTION))
        states = STATES[table]
        pair, other = ((chance.choice(states), chance.choice(states)) for _ in range(2))
        attempt = chance.choice(WORDS)(table, rows, pair, other)
        closing = table == OFFERING and "closed" in {target for _, target in attempt.pairs}
        company = [(CLOSING, (key,)) for key in attempt.keys if closing]
        answer = tried(
            site,
            *company,
            *attempt.statements,
            looked=lambda opened, table=table, attempt=attempt: (  # type: ignore[misc]
                "" if events(opened, table) == attempt.events else NOT_TOLD
            ),
        )
        if (answer == ACCEPTED) != (LEGAL[table] >= set(attempt.pairs)):
            found.append(f"{table} {attempt.pairs} {attempt.words}: {answer}")
        elif answer != ACCEPTED and answer != f"{table.removeprefix('equity_')}_legal_move":
            found.append(f"{table} {attempt.pairs} {attempt.words}: refused by {answer}")
    return found


def test_whatever_the_words_only_the_moves_of_the_table_pass(
    rows: Rows, site: psycopg.Connection, report: Report
) -> None:
    before = rows.database.untouched
    seed = random.SystemRandom().randrange(1 << 32)
    assert faults(rows, site, seed, TRIES) == [], f"seed {seed}"
    assert rows.database.snapshot() == before
    report("E2", figures={"raw updates": TRIES, "seed": seed})


@pytest.mark.parametrize("table", [OFFERING, SUBSCRIPTION])
def test_a_final_state_is_left_by_nothing(rows: Rows, site: psycopg.Connection, table: str) -> None:
    for source, target in product(FINAL[table], STATES[table]):
        for words in WORDS[:8]:
            attempt = words(table, rows, (source, target), (source, target))
            answer = tried(site, *attempt.statements)
            assert (answer == ACCEPTED) == (source == target), (attempt.words, source, target)


# The broken copies

BROKEN = {
    "no trigger on offerings": "DROP TRIGGER equity_a_legal_move ON equity_offering",
    "no trigger on subscriptions": "DROP TRIGGER equity_a_legal_move ON equity_subscription",
    "a trigger that is disabled": "ALTER TABLE equity_offering DISABLE TRIGGER equity_a_legal_move",
    "a trigger that looks at what changes the state alone": (
        "DROP TRIGGER equity_a_legal_move ON equity_offering; "
        "CREATE TRIGGER equity_a_legal_move BEFORE UPDATE OF state ON equity_offering FOR EACH ROW "
        "WHEN (NEW.reason = OLD.reason) EXECUTE FUNCTION equity_legal_move('offering', 'draft')"
    ),
    "a move too many": ("('offering', 'draft', 'submitted'),", "('offering', 'closed', 'open'),"),
    "no recording of offerings": "DROP TRIGGER compliance_recorded ON equity_offering",
    "a recording that only sees the state move forward": (
        "DROP TRIGGER compliance_recorded ON equity_subscription; "
        "CREATE TRIGGER compliance_recorded AFTER UPDATE ON equity_subscription FOR EACH ROW "
        "WHEN (NEW.state > OLD.state) EXECUTE FUNCTION "
        "compliance_audit_record('id', '{state}', '{}')"
    ),
    "a move too few": ("('subscription', 'binding', 'agreed'),", ""),
}
"""Statements of the owner; or a line of the function and what stands there (besides it)."""


def breaking(owner: psycopg.Connection, how: str | tuple[str, str]) -> None:
    """Break the guard of states in a copy of the database."""
    if isinstance(how, str):
        owner.execute(how)  # type: ignore[arg-type]
        return
    line, there = how
    found = owner.execute("SELECT pg_get_functiondef('equity_legal_move'::regproc)").fetchone()
    assert found is not None
    assert line in found[0]
    owner.execute(found[0].replace(line, f"{line}{there}" if there else ""))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_guard_is_caught(
    rows: Rows, django_db_blocker: DjangoDbBlocker, name: str, report: Report
) -> None:
    broken = replace(rows, database=replace(rows.database, name=f"{rows.database.name}_broken"))
    with django_db_blocker.unblock():
        copy(rows.database.name, broken.database.name)
        try:
            with broken.database.owner() as owner:
                breaking(owner, BROKEN[name])
            with broken.database.runtime() as site:
                gave_away = faults(broken, site, 1, 400)
        finally:
            drop(broken.database.name)
    assert gave_away, f"{name} was not caught"
    report("E2", caught={name: gave_away[0]})
