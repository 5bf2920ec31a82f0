"""An offering and a subscription in every state, committed in a database of their own.

What the services wrote of one offering is copied row by row, past the guards, as nothing but a test
may; then the guards stand again and the runtime role tries what it will. Nothing stays of a try.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import connected_with, owner_entry, runtime_entry
from compliance.scenarios.playing.stage import scratch_database
from equity import moves
from tests import factories as f
from tests.guarantees.conftest import Guarded, copy, drop
from tests.roles import as_runtime

OFFERING, SUBSCRIPTION = "equity_offering", "equity_subscription"
ACCEPTED = "accepted"


@dataclass(slots=True)
class Rows:
    """The rows by their state: ``of(table)[state]``; each offering has an issuer of its own."""

    database: Guarded
    offerings: dict[str, UUID] = field(default_factory=dict)
    subscriptions: dict[str, UUID] = field(default_factory=dict)

    def of(self, table: str) -> dict[str, UUID]:
        """The rows of a table by their state."""
        return self.offerings if table == OFFERING else self.subscriptions

    @contextmanager
    def orm(self) -> Iterator[None]:
        """The default connection in this database, as the role that the site runs as."""
        entry = {**runtime_entry(self.database.entry), "NAME": self.database.name}
        with connected_with(connection, entry):
            yield


def tried(
    opened: psycopg.Connection,
    *statements: tuple[str, Any],
    looked: Callable[[psycopg.Connection], str] = lambda opened: "",
) -> str:
    """Try statements as one transaction that is then undone: accepted, or what refused them.

    A refusal is the name of the constraint; checks that wait for the commit are made. ``looked``
    sees the transaction at its end, and what it says, if anything, is the answer.
    """
    try:
        with opened.transaction(force_rollback=True):
            for statement, given in statements:
                opened.execute(statement, given if "%" in statement else None)  # type: ignore[arg-type]
            opened.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return looked(opened) or ACCEPTED
    except psycopg.Error as error:
        return error.diag.constraint_name or f"{error.sqlstate} {error.diag.message_primary}"


@contextmanager
def rows_in_every_state(blocker: DjangoDbBlocker) -> Iterator[Rows]:
    """Make the database, and remove it at the end."""
    with blocker.unblock():
        name = f"rows_{secrets.token_hex(6)}"
        with scratch_database():
            with as_runtime():
                cast = f.open_offering()
                made = f.subscribed(cast, f.make_person(), units=4)
            copy(connection.settings_dict["NAME"], name)
        entry = {**owner_entry(connection.settings_dict), "NAME": name}
        rows = Rows(Guarded(name, entry))
        try:
            with rows.database.owner() as owner, owner.transaction():
                _copy_rows(owner, rows, cast.offering.pk, made.pk)
            yield rows
        finally:
            drop(name)


def _copy_rows(owner: psycopg.Connection, rows: Rows, offering: UUID, made: UUID) -> None:
    for table in (OFFERING, SUBSCRIPTION):
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    issuer = owner.execute("SELECT issuer_id FROM equity_offering WHERE id = %s", [offering])
    (issuer_id,) = issuer.fetchone() or ()
    for state in moves.OFFERING_STATES:
        own = _copied(owner, "equity_issuer", issuer_id)
        rows.offerings[state] = _copied(
            owner, OFFERING, offering, state=state, issuer_id=own, in_force_id=None, working_id=None
        )
    # Of an offering that is closed: securities are issued nowhere else.
    row = owner.execute("SELECT acknowledgement_id FROM equity_subscription WHERE id = %s", [made])
    (acknowledgement,) = row.fetchone() or ()
    for order, state in enumerate(moves.SUBSCRIPTION_STATES, start=1):
        answered = _copied(owner, "investors_riskacknowledgement", acknowledgement, used_by=None)
        rows.subscriptions[state] = _copied(
            owner,
            SUBSCRIPTION,
            made,
            state=state,
            offering_id=rows.offerings[moves.CLOSED],
            acknowledgement_id=answered,
            order=order,
        )
    # Or two that are released at once would give back more room than was taken.
    owner.execute(
        "UPDATE equity_offering AS o SET live_amount = (SELECT sum(amount) FROM equity_subscription"
        " WHERE offering_id = o.id) WHERE id = %s",
        [rows.offerings[moves.CLOSED]],
    )
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in (OFFERING, SUBSCRIPTION):
        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
    # What a closing must be, and where the money is, have tests of their own (E4, B7): here any
    # closing will do, and copies have no money.
    for table in ("equity_closing", "equity_closingrequest"):
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    owner.execute("ALTER TABLE equity_subscription DISABLE TRIGGER equity_money_follows_state")


def _copied(owner: psycopg.Connection, table: str, key: Any, **changed: object) -> Any:
    """A copy of a row under a key of its own, with other values where they are given."""
    found = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table]
    )
    # Keys that are no UUID are numbered by the database.
    new = {"id": uuid4(), **changed} if isinstance(key, UUID) else changed
    columns = [name for (name,) in found if name != "id" or name in new]
    copied = owner.execute(
        sql.SQL("INSERT INTO {0} ({1}) SELECT {2} FROM {0} WHERE id = %s RETURNING id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(
                sql.Placeholder() if name in new else sql.Identifier(name) for name in columns
            ),
        ),
        [*(new[name] for name in columns if name in new), key],
    )
    (key_of_copy,) = copied.fetchone() or ()
    return key_of_copy
