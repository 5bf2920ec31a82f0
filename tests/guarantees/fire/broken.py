"""Broken copies of a cap under fire: each leaves out one thing, and must be caught at it.

Five are bare SQL on tables of their own; one is our own trigger without its guarded update.
"""

import time
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection

from tests.guarantees.fire.clients import SUBSCRIBE, Attempt
from tests.guarantees.fire.runs import PRICE
from tests.guarantees.fire.servers import session

RACE = 0.03
"""Seconds between looking and writing: what another transaction needs to come between."""

BARE_TABLES = """
DROP TABLE IF EXISTS bare_offering, bare_act;
CREATE TABLE bare_offering (total numeric NOT NULL, most numeric NOT NULL);
CREATE TABLE bare_act (act text NOT NULL, amount numeric NOT NULL);
GRANT ALL ON bare_offering, bare_act TO PUBLIC;
"""


class Guarded:
    """The right way in bare SQL, from which the broken copies differ in one thing each.

    The room is taken in one guarded write, in the transaction of the act; what is sent again is
    looked up first.
    """

    settings = "SET default_transaction_isolation = 'read committed'"
    looks = True

    def __init__(self, entry: dict[str, Any]) -> None:
        self.entry = entry
        self.session: psycopg.Connection[Any] | None = None

    def send(self, attempt: Attempt, kind: str, *, again: bool) -> bool:
        """Write an act, up to its commit."""
        act = attempt.named(kind)
        if self.session is None:
            self.session = session(self.entry)
            self.session.execute(self.settings)
            self.session.autocommit = False
        if again and self.looks and self._there(act):
            return True
        amount = PRICE * attempt.units if kind == SUBSCRIBE else Decimal(0)
        if not self.fits(self.session, amount):
            return False
        self.session.execute("INSERT INTO bare_act VALUES (%s, %s)", [act, amount])
        return True

    def confirm(self) -> None:
        """Commit."""
        assert self.session is not None
        self.session.commit()

    def reset(self) -> None:
        """The next act connects again."""
        if self.session is not None:
            self.session.close()
        self.session = None

    def fits(self, opened: psycopg.Connection[Any], amount: Decimal) -> bool:
        """Take the room for an amount; whether there was any."""
        found = opened.execute(
            "UPDATE bare_offering SET total = total + %(amount)s WHERE total + %(amount)s <= most",
            {"amount": amount},
        )
        return found.rowcount == 1

    def _there(self, act: str) -> bool:
        assert self.session is not None
        found = self.session.execute("SELECT 1 FROM bare_act WHERE act = %s", [act])
        return found.fetchone() is not None


class ReadsThenInserts(Guarded):
    """Looks whether there is room, then writes: two who look at once both find it."""

    def fits(self, opened: psycopg.Connection[Any], amount: Decimal) -> bool:
        """Look for room, and take none."""
        found = opened.execute(
            "SELECT coalesce((SELECT sum(amount) FROM bare_act), 0) + %s <= most"
            "  FROM bare_offering",
            [amount],
        ).fetchone()
        time.sleep(RACE)
        return bool(found and found[0])


class ReadsASnapshotThenInserts(ReadsThenInserts):
    """The same in a snapshot: REPEATABLE READ does not see what it does not look for again."""

    settings = "SET default_transaction_isolation = 'repeatable read'"


class Keyless(Guarded):
    """Sends again what was not answered, as if it were new."""

    looks = False


class Unsynchronised(Guarded):
    """Commits without waiting for the disk."""

    settings = "SET synchronous_commit = off"


def break_the_room_trigger() -> None:
    """Let our own trigger read the total, wait, and write what it read plus the amount.

    Run as the owner, in a database that is thrown away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('equity_take_room'::regproc)")
        source = str(cursor.fetchone()[0])
        for guarded, hollow in (
            ("    UPDATE equity_offering AS it\n", _LOOK + "    UPDATE equity_offering AS it\n"),
            ("live_amount = it.live_amount + NEW.amount", "live_amount = held + NEW.amount"),
        ):
            assert guarded in source, "the trigger has changed, and so must its broken copy"
            source = source.replace(guarded, hollow)
        cursor.execute(source)


_LOOK = f"""
    SELECT live_amount INTO held FROM equity_offering WHERE id = NEW.offering_id;
    PERFORM pg_sleep({RACE});
"""
