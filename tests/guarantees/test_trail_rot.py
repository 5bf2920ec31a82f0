"""A8: one bit that turns over by itself is found, wherever it is stored.

A row is read in PostgreSQL's binary form, one bit of one value is turned over, and the row is put
back past all triggers; what PostgreSQL itself would not take back is drawn again. A check of the
whole trail must name each. So must the verifier for receipts, in either of their two files.
"""

import contextlib
import io
import random
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction
from pytest_django import DjangoDbBlocker

from compliance.audit.models import Block, Change, Entry, Judgement, Leaf, SignedCheckpoint
from compliance.audit.tree import verifying
from compliance.audit.tree.checkpoints import receipt
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.nodes import WIDTH
from compliance.audit.tree.verifying import INTACT, Verified
from compliance.audit.verifier import verify_audit
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.trail.stage import Trail, past_all_triggers, staged

LEAVES, CHECKPOINTS = 600, 6
FLIPS = sized(short=42, long=200)
PROOFS = sized(short=40, long=200)
SEED = 8
INDEX = "(SELECT index FROM compliance_audit_leaf l WHERE l.position = {})"
WHERE: dict[type[Any], str] = {
    Entry: INDEX.format("t.position"),
    Change: INDEX.format("t.position"),
    Judgement: INDEX.format("(SELECT position FROM compliance_audit_entry WHERE id = t.entry_id)"),
    Leaf: "t.index",
    Block: f"t.index * {WIDTH}",
    SignedCheckpoint: "t.size",
}
"""Where a row stands: the index of its leaf, or the size of its checkpoint."""
SAYS_NOTHING: dict[type[Any], tuple[str, ...]] = {
    # What opens the commitments of a change is kept beside the tree, so that it can be destroyed.
    Change: ("salt",),
    # Numbers of rows that nothing refers to.
    Judgement: ("id",),
    Block: ("id",),
    # When the sweep ran; what was signed does not hold it.
    SignedCheckpoint: ("signed_at",),
}
"""Columns in which nothing of the trail stands, and at which no check looks."""
HEADER = 19
"""Bytes before the first row in PostgreSQL's binary form."""


@pytest.fixture(scope="module")
def trail(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trail]:
    place = tmp_path_factory.mktemp("trail")
    with django_db_blocker.unblock(), staged(LEAVES, CHECKPOINTS, place) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Turned:
    """A bit that was turned over: in which column, and where the row stands."""

    model: type[Any]
    column: str
    where: int

    def is_named_in(self, found: Verified) -> bool:
        """Whether a check has said where."""
        faults = [*found.altered, *found.untold]
        if self.model is SignedCheckpoint:
            return any(str(self.where) in fault.words for fault in faults)
        return any(fault.index == self.where for fault in faults)


def turn_over(model: type[Any], chance: random.Random) -> Turned:
    """Turn over one bit of one value of one row, inside a transaction.

    Raises django.db.Error where PostgreSQL would not hold such a row, and ValueError where it says
    the same as before.
    """
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        past_all_triggers(cursor)
        cursor.execute(f'SELECT t.ctid::text, {WHERE[model]} FROM "{table}" t ORDER BY 2, 1')
        place, where = chance.choice(cursor.fetchall())
        before = _digest(cursor, table)
        row = f"SELECT {names} FROM \"{table}\" WHERE ctid = '{place}'::tid"
        with cursor.copy(f"COPY ({row}) TO STDOUT (FORMAT binary)") as copy:
            data = b"".join(bytes(part) for part in copy)
        spans = _spans(data)
        silent = SAYS_NOTHING.get(model, ())
        which = chance.choice(
            [n for n, (low, high) in enumerate(spans) if high > low and columns[n] not in silent]
        )
        at = chance.randrange(spans[which][0] * 8, spans[which][1] * 8)
        turned = bytearray(data)
        turned[at // 8] ^= 1 << at % 8
        cursor.execute(f'DELETE FROM "{table}" WHERE ctid = %s::tid', [place])
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT binary)') as copy:
            copy.write(bytes(turned))
        if _digest(cursor, table) == before:
            raise ValueError("The row says what it said.")
    return Turned(model, columns[which], where)


def _digest(cursor: Any, table: str) -> str:
    cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")
    return str(cursor.fetchone()[0])


def _spans(data: bytes) -> list[tuple[int, int]]:
    """Where the values of the one row stand: from a byte up to another."""
    (count,) = struct.unpack_from(">h", data, HEADER)
    at, spans = HEADER + 2, []
    for _ in range(count):
        (length,) = struct.unpack_from(">i", data, at)
        at += 4
        spans.append((at, at + max(length, 0)))
        at += max(length, 0)
    return spans


def turned_over(model: type[Any], chance: random.Random, refused: Counter[str]) -> Turned:
    """Turn over a bit that PostgreSQL takes; count those that it does not."""
    while True:
        try:
            with transaction.atomic():
                return turn_over(model, chance)
        except (Error, psycopg.Error):
            refused["by PostgreSQL"] += 1
        except ValueError:
            refused["as the same"] += 1


def test_every_bit_of_a_row_is_found(trail: Trail, report: Report) -> None:
    chance, refused, columns = random.Random(SEED), Counter[str](), set()
    blind = looked = 0
    for number in range(FLIPS):
        model = list(WHERE)[number % len(WHERE)]
        with transaction.atomic():
            turned = turned_over(model, chance, refused)
            found = trail.verified()
            assert found.status != INTACT, turned
            assert turned.is_named_in(found), (turned, found.altered[:5], found.untold)
            if looked < sized(short=6, long=60) and model in (Entry, Change, Judgement):
                looked += 1
                blind += proofs_alone_hold(trail)
            transaction.set_rollback(True)
        columns.add((turned.model, turned.column))
    assert trail.verified().status == INTACT
    # As it happened to a public log in 2021: proofs went on to hold, and an entry did not.
    assert blind > 0
    report(
        "A8",
        figures={
            "bits turned over in rows": FLIPS,
            "columns in which": len(columns),
            "refused by PostgreSQL itself": refused["by PostgreSQL"],
            "bits not found": 0,
        },
        caught={"a check of hashes and proofs that reads no row": f"missed {blind} of {looked}"},
    )


def proofs_alone_hold(trail: Trail) -> bool:
    """What a check says that looks at leaves and checkpoints and reads no row."""
    own = verifying._check_rows
    verifying._check_rows = lambda *_: None
    try:
        return trail.verified().status == INTACT
    finally:
        verifying._check_rows = own


def test_every_bit_of_a_receipt_is_found(trail: Trail, report: Report, tmp_path: Path) -> None:
    chance, key = random.Random(SEED), verifier_keys()[0].text
    positions = list(Leaf.objects.order_by("index").values_list("position", flat=True))
    said = Counter[int]()
    for number in range(PROOFS):
        found = receipt(chance.choice(positions))
        assert found is not None
        files = [found[1].encode(), found[0]]
        assert checked(files, key, tmp_path) == INTACT
        which = number % 2
        at = chance.randrange(len(files[which]) * 8)
        turned = bytearray(files[which])
        turned[at // 8] ^= 1 << at % 8
        files[which] = bytes(turned)
        said[checked(files, key, tmp_path)] += 1
    assert said[INTACT] == 0
    report("A8", figures={"bits turned over in receipts": PROOFS, "bits not found": 0})


def checked(files: list[bytes], key: str, folder: Path) -> int:
    """What the verifier ends with for a proof and a leaf."""
    proof, leaf = folder / "x.tlog-proof", folder / "x.json"
    proof.write_bytes(files[0])
    leaf.write_bytes(files[1])
    with contextlib.redirect_stdout(io.StringIO()):
        return verify_audit.main([str(proof), str(leaf), "--key", key])
