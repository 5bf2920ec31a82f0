"""Writers of the trail, chainers and readers as processes that die: what test_trail_chain.py lets
loose. All work until they find in a folder that the writers are done."""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry
from compliance.audit.services import record
from compliance.audit.tree import chaining
from compliance.audit.tree.checkpoints import sign
from compliance.audit.tree.verifying import INTACT, verify
from tests.guarantees.fire.clients import AWAY
from tests.guarantees.fire.lives import die
from tests.guarantees.fire.servers import session

ACTION = "equity:subscription:pay"
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
EVERY = timedelta(milliseconds=300)
"""How often a checkpoint is signed, here."""
LOST, SLOW = 7, 13
"""Of each fifty transactions one is rolled back and one takes its time: two in a hundred each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who writes how much, and where they say that they are done."""

    writers: int
    events: int
    folder: Path
    slow: float
    """Seconds that a slow transaction stays open after it has written."""

    def own(self, part: int) -> range:
        """The events of one writer."""
        return range(part, self.events, self.writers)

    def committed(self) -> set[int]:
        """The events that are to be there at the end."""
        return {number for number in range(self.events) if number % 50 != LOST}

    def acknowledged(self, part: int) -> Path:
        """Where a writer writes down what was committed, with the instant."""
        return self.folder / f"writer {part}"

    def begun(self, part: int) -> Path:
        """The file that says when a writer began."""
        return self.folder / f"begun {part}"

    def done(self, part: int) -> Path:
        """The file that says that a writer has come to its end."""
        return self.folder / f"done {part}"

    @property
    def chained(self) -> Path:
        """The file that says that everything is in the tree."""
        return self.folder / "chained"

    def all_done(self) -> bool:
        """Whether nobody will write any more."""
        return all(self.done(part).exists() for part in range(self.writers))


def subject_of(number: int) -> uuid.UUID:
    """What the event of this number is about."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"event {number}")


def again(work: Callable[[], Any]) -> Any:
    """Do it again until the server is there to the end of it."""
    while True:
        try:
            return work()
        except AWAY:
            connection.close()
            time.sleep(0.05)


# --- Writers --------------------------------------------------------------------------------------


def write(
    part: int, plan: Plan, user: uuid.UUID, deaths: frozenset[tuple[int, str]], life: int
) -> None:
    """Write the events of one part, each in its own transaction, from where the last life ended."""
    chance = random.Random(part)
    if life == 0:
        plan.begun(part).touch()
    for number in plan.own(part):
        _until_it_is_there(part, number, plan, user, deaths, chance.uniform(0, 0.002), life > 0)
    plan.done(part).touch()


def _until_it_is_there(
    part: int,
    number: int,
    plan: Plan,
    user: uuid.UUID,
    deaths: frozenset[tuple[int, str]],
    pause: float,
    perhaps: bool,
) -> None:
    """Write one event; where it is there `perhaps`, from another life or an answer that never came,
    it is looked for first."""
    there = Entry.objects.filter(action=ACTION, subject_id=subject_of(number))
    while True:
        try:
            if not (perhaps and there.exists()):
                _event(part, number, plan, user, deaths, pause)
            return
        except AWAY:
            perhaps = True
            connection.close()
            time.sleep(0.05)


def _event(
    part: int,
    number: int,
    plan: Plan,
    user: uuid.UUID,
    deaths: frozenset[tuple[int, str]],
    pause: float,
) -> None:
    with transaction.atomic():
        # A change of a regulated row, and the entry that tells it.
        User.objects.filter(pk=user).update(last_login=AT + timedelta(minutes=number))
        record(
            actor=SYSTEM,
            action=ACTION,
            subject=("equity.subscription", subject_of(number)),
            at=AT + timedelta(minutes=number),
            payload={"number": number},
        )
        # The position is drawn; others commit above it before this one does.
        time.sleep(plan.slow if number % 50 == SLOW else pause)
        if (number, "before commit") in deaths:
            die()
        if number % 50 == LOST:
            transaction.set_rollback(True)
            return
    if (number, "after commit") in deaths:
        die()
    with plan.acknowledged(part).open("a") as file:
        file.write(f"{number}\n")


# --- Chainers and watchers ------------------------------------------------------------------------


def chain_on(plan: Plan, dies_inside: int | None) -> None:
    """Chain and sign until everything is in the tree. A life that is to end by itself does so
    inside the transaction that adds leaves, when it has added some so many times."""
    left, own = dies_inside, chaining._complete_blocks

    def complete(before: int, upto: int) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left < 0:
                die()
        own(before, upto)

    chaining._complete_blocks = complete
    while not (plan.all_done() and not again(lambda: chaining.waiting(0, 1))):
        again(chaining.chain)
        again(lambda: sign(at=timezone.now(), every=EVERY))
        time.sleep(0.02)
    again(lambda: sign(at=timezone.now(), every=timedelta(0)))
    plan.chained.touch()


def look_on(plan: Plan, said: Path) -> None:
    """Check the whole trail again and again while it grows: there must never be a false alarm."""
    looks = 0
    while not plan.chained.exists():
        began = time.monotonic()
        found = again(lambda: verify(at=timezone.now()))
        assert found.status == INTACT, (found.altered[:5], found.untold[:5])
        looks += 1
        # It takes longer as the trail grows, and is not to take the machine from the writers.
        again_at = time.monotonic() + 0.1 + 2 * (time.monotonic() - began)
        while time.monotonic() < again_at and not plan.chained.exists():
            time.sleep(0.05)
    said.write_text(str(looks))


def read_above_the_last(plan: Plan, seen: Path) -> None:
    """The broken reader `position > last`; what it reads goes to a file, a number a line."""
    last, ending = 0, False
    with seen.open("w") as file:
        while not ending:
            ending = plan.all_done()
            entries = Entry.objects.filter(action=ACTION, position__gt=last).order_by("position")
            for position, payload in again(
                lambda e=entries: list(e.values_list("position", "payload"))
            ):
                file.write(f"{payload['number']}\n")
                last = position
            time.sleep(0.02)


# --- Broken chains in bare SQL --------------------------------------------------------------------

BARE_TABLES = """
DROP TABLE IF EXISTS bare_trigger, bare_locked;
DROP SEQUENCE IF EXISTS bare_number;
CREATE TABLE bare_trigger (id bigserial PRIMARY KEY, what text, before text, hash text);
CREATE SEQUENCE bare_number;
CREATE TABLE bare_locked (id bigint PRIMARY KEY, what text, before text, hash text);
CREATE OR REPLACE FUNCTION bare_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT hash INTO NEW.before FROM bare_trigger ORDER BY id DESC LIMIT 1;
    NEW.hash := md5(concat(NEW.before, NEW.what));
    RETURN NEW;
END $$;
CREATE TRIGGER chained BEFORE INSERT ON bare_trigger
    FOR EACH ROW EXECUTE FUNCTION bare_chain();
CREATE OR REPLACE FUNCTION bare_chain_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    SELECT hash INTO NEW.before FROM bare_locked ORDER BY id DESC LIMIT 1;
    NEW.hash := md5(concat(NEW.before, NEW.what));
    RETURN NEW;
END $$;
CREATE TRIGGER chained BEFORE INSERT ON bare_locked
    FOR EACH ROW EXECUTE FUNCTION bare_chain_locked();
GRANT ALL ON bare_trigger, bare_locked TO PUBLIC;
GRANT ALL ON SEQUENCE bare_number, bare_trigger_id_seq TO PUBLIC;
"""
BREAKS = """
SELECT count(*) FROM (
    SELECT before, lag(hash) OVER (ORDER BY id) AS expected FROM {}
) links WHERE before IS DISTINCT FROM expected
"""
"""How many rows do not follow the one before them, in the order of their numbers."""


def write_bare(entry: dict[str, Any], part: int, rows: int) -> None:
    """Write rows into both broken chains, a transaction each."""
    chance = random.Random(part)
    opened: psycopg.Connection[Any] = session(entry)
    for number in range(rows):
        with opened.transaction():
            opened.execute("INSERT INTO bare_trigger (what) VALUES (%s)", [f"{part}/{number}"])
            time.sleep(chance.uniform(0, 0.004))
        with opened.transaction():
            drawn = opened.execute("SELECT nextval('bare_number')").fetchone()
            assert drawn is not None
            time.sleep(chance.uniform(0, 0.004))
            opened.execute(
                "INSERT INTO bare_locked (id, what) VALUES (%s, %s)", [drawn[0], f"{part}/{number}"]
            )
    opened.close()
