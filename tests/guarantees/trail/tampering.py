"""What somebody with every right on the database might do to the trail, a class at a time.

Each edit runs in a transaction that is rolled back, with all triggers off. It returns the sign by
which a check of the trail must know it: the kind of the fault, and the first bad leaf, or words.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from compliance.audit.models import Block, Change, Entry, Judgement, Leaf
from compliance.audit.tree import chaining
from compliance.audit.tree.leaves import canonical, told_at
from compliance.audit.tree.nodes import WIDTH, Nodes
from compliance.audit.tree.verifying import Fault, Verified
from compliance.sealing.merkle import leaf_hash
from compliance.sealing.notes import Checkpoint, Signer
from tests.guarantees.trail.exports import OUR_SEED, OURS
from tests.guarantees.trail.stage import Trail, past_all_triggers

_ENTRY_AT = "(SELECT id FROM compliance_audit_entry WHERE position = %s)"


@dataclass(frozen=True, slots=True)
class Sign:
    """How an edit must show: faults of these kinds at a leaf (`index`), with a root that does not
    fit before and around it, or in words."""

    kinds: tuple[str, ...]
    index: int | None = None
    words: str = ""

    def is_in(self, found: Verified) -> bool:
        """Whether a check has named it."""
        return any(self._is(fault) for fault in found.altered)

    def _is(self, fault: Fault) -> bool:
        if fault.kind not in self.kinds or self.words not in fault.words:
            return False
        if self.index is None:
            return True
        if fault.index is None:
            return False
        # A root says only that something is wrong from there on; a row says which.
        return fault.index == self.index or (
            fault.kind in ("root", "block", "truncated") and fault.index <= self.index
        )


Edit = Callable[["Hand"], Sign]


@contextmanager
def tampered(trail: Trail, chance: random.Random, edit: Edit) -> Iterator[Sign]:
    """The trail after an edit; nothing is left of it afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            past_all_triggers(cursor)
            sign = edit(Hand(trail, chance, cursor))
        yield sign
        transaction.set_rollback(True)


@dataclass(slots=True)
class Hand:
    """What an edit works with."""

    trail: Trail
    chance: random.Random
    cursor: Any

    def run(self, statement: str, *values: Any) -> None:
        """A statement that must change something."""
        self.cursor.execute(statement, values)
        assert self.cursor.rowcount > 0, statement

    def index(self, *kinds: int) -> int:
        """The index of a leaf that stands for one of these kinds (see told.py)."""
        while True:
            index = self.chance.randrange(self.trail.leaves)
            if not kinds or index % 4 in kinds:
                return index

    def position(self, index: int) -> int:
        """Where its row stands."""
        return Leaf.objects.values_list("position", flat=True).get(index=index)

    def size(self) -> int:
        """The size of one of the checkpoints."""
        return self.chance.choice(list(self.trail.sizes))

    def update(self, model: Any, index: int, change: str, *values: Any) -> Sign:
        """Change the row of a leaf."""
        table = model._meta.db_table
        where = "position = %s"
        if model is Judgement:
            where = f"rank = 0 AND entry_id = {_ENTRY_AT}"
        self.run(f'UPDATE "{table}" SET {change} WHERE {where}', *values, self.position(index))
        return Sign(("row",), index)

    def forget(self, size: int) -> None:
        """Remove everything of the tree from a size on."""
        self.cursor.execute("DELETE FROM compliance_audit_leaf WHERE index >= %s", [size])
        self.cursor.execute("DELETE FROM compliance_audit_signedcheckpoint WHERE size > %s", [size])
        self.rebuild()

    def rebuild(self) -> None:
        """Make the kept roots those of the leaves again."""
        Block.objects.all()._raw_delete("default")
        chaining._complete_blocks(0, chaining.size())

    def rehash(self, index: int) -> None:
        """Give a leaf the hash of what its row says now."""
        row = told_at([self.position(index)])[self.position(index)]
        self.run(
            "UPDATE compliance_audit_leaf SET hash = %s WHERE index = %s",
            leaf_hash(canonical(row)),
            index,
        )
        self.rebuild()

    def sign_again(self, above: int, seed: bytes) -> None:
        """Sign all checkpoints above a size anew, with a key."""
        signer, nodes = Signer(OURS.verifier.name, seed), Nodes()
        for size in self.trail.sizes:
            if size > above:
                root = nodes.root(size)
                note = signer.sign(Checkpoint(signer.verifier.name, size, root).text)
                self.run(
                    "UPDATE compliance_audit_signedcheckpoint SET root = %s, note = %s"
                    " WHERE size = %s",
                    *(root, note, size),
                )


# --- Rows -----------------------------------------------------------------------------------------


def _entry(hand: Hand) -> Sign:
    change = hand.chance.choice(
        (
            "payload = payload || '{\"order\": -1}'",
            "payload = payload - 'amount'",
            "payload = payload || '{\"amount\": 1.0}'",
            "at = at + interval '1 microsecond'",
            "at = 'infinity'",
            "at = '290000-01-01'",
            "actor_id = gen_random_uuid()",
            "actor_role = 'officer'",
            "action = replace(action, 'pay', 'may')",
            "subject_type = upper(subject_type)",
            "subject_id = gen_random_uuid()",
            "transaction = transaction + 1",
            "id = gen_random_uuid()",
        )
    )
    sign = hand.update(Entry, hand.index(0, 1), change)
    return Sign(("row", "row_missing"), sign.index)


def _change(hand: Hand) -> Sign:
    change = hand.chance.choice(
        (
            'after = after || \'{"state": "closed"}\'',
            "before = '{}'",
            "after = NULL",
            "role = 'somebody'",
            '"table" = "table" || \'s\'',
            '"row" = reverse("row")',
            "operation = 'delete'",
            "at = at - interval '1 hour'",
            "transaction = transaction + 1",
        )
    )
    return hand.update(Change, hand.index(2, 3), change)


def _judgement(hand: Hand) -> Sign:
    change = hand.chance.choice(
        (
            "met = NOT met",
            "facts = replace(facts, 'QC', 'ON')",
            "facts = replace(facts, ':', ': ')",
            'facts = replace(facts, \'{"amount"\', \'{"amount":"9.00","amount"\')',
            "facts = '{'",
            "facts = repeat('[', 100000)",
            "findings = '[]'",
            "rank = 7",
            "question = 'closing'",
            "rulebook_digest = repeat('0', 64)",
            '"on" = "on" + 1',
            "\"on\" = 'infinity'",
            "entry_id = gen_random_uuid()",
        )
    )
    sign = hand.update(Judgement, hand.index(1), change)
    return Sign(("row", "row_missing"), sign.index)


def _delete(hand: Hand) -> Sign:
    index = hand.index()
    table = "entry" if index % 4 < 2 else "change"
    hand.run(f"DELETE FROM compliance_audit_{table} WHERE position = %s", hand.position(index))
    return Sign(("row_missing",), index)


def _delete_judgement(hand: Hand) -> Sign:
    index = hand.index(1)
    hand.run(
        f"DELETE FROM compliance_audit_judgement WHERE rank = 1 AND entry_id = {_ENTRY_AT}",
        hand.position(index),
    )
    return Sign(("row",), index)


def _swap(hand: Hand) -> Sign:
    one, other = sorted(hand.chance.sample(range(0, hand.trail.leaves, 4), 2))
    low, high = hand.position(one), hand.position(other)
    column = hand.chance.choice(("position", "payload"))
    if column == "payload":
        hand.run(
            "UPDATE compliance_audit_entry e SET payload = o.payload FROM compliance_audit_entry o"
            " WHERE (e.position, o.position) IN ((%s, %s), (%s, %s))",
            *(low, high, high, low),
        )
    else:
        # An identity column: the rows change everything else with each other instead.
        hand.run(
            "UPDATE compliance_audit_entry e SET id = md5(o.id::text)::uuid, at = o.at,"
            " payload = o.payload, subject_id = o.subject_id, actor_id = o.actor_id,"
            " transaction = o.transaction FROM compliance_audit_entry o"
            " WHERE (e.position, o.position) IN ((%s, %s), (%s, %s))",
            *(low, high, high, low),
        )
    return Sign(("row",), one)


def _insert(hand: Hand) -> Sign:
    # Numbers that were drawn and never used: what was rolled back. And one before all.
    gap = hand.chance.choice((51 * hand.chance.randrange(1, hand.trail.leaves // 51), 0, -5))
    columns = "at, actor_role, actor_id, action, subject_type, subject_id, payload, transaction"
    hand.run(
        f"INSERT INTO compliance_audit_entry (id, position, {columns}) OVERRIDING SYSTEM VALUE"
        f" SELECT gen_random_uuid(), %s, {columns} FROM compliance_audit_entry"
        " WHERE position = %s",
        *(gap, hand.position(hand.index(0))),
    )
    return Sign(("inserted",), words=f" {gap} ")


# --- The tree -------------------------------------------------------------------------------------


def _leaf(hand: Hand) -> Sign:
    index = hand.index()
    change = hand.chance.choice(
        ("hash = sha256(hash)", "hash = substr(hash, 2)", "position = position + 1000000")
    )
    hand.run(f"UPDATE compliance_audit_leaf SET {change} WHERE index = %s", index)
    return Sign(("row", "row_missing"), index)


def _leaves_swapped(hand: Hand) -> Sign:
    one, other = sorted(hand.chance.sample(range(hand.trail.leaves), 2))
    hand.run("UPDATE compliance_audit_leaf SET index = -1 WHERE index = %s", one)
    hand.run("UPDATE compliance_audit_leaf SET index = %s WHERE index = %s", one, other)
    hand.run("UPDATE compliance_audit_leaf SET index = %s WHERE index = -1", other)
    hand.rebuild()
    return Sign(("root",), one)


def _leaf_deleted(hand: Hand) -> Sign:
    index = hand.index()
    hand.run("DELETE FROM compliance_audit_leaf WHERE index = %s", index)
    # Of the last one only the checkpoint knows.
    return Sign(("leaf_missing", "truncated"), index)


def _block(hand: Hand) -> Sign:
    index = hand.chance.randrange(hand.trail.leaves // WIDTH)
    change = hand.chance.choice(
        ("root = sha256(root)", "index = index + 1099511627776", "level = 9", "index = -index - 1")
    )
    hand.run(f"UPDATE compliance_audit_block SET {change} WHERE level = 1 AND index = %s", index)
    return Sign(("block",), index * WIDTH)


def _block_more(hand: Hand) -> Sign:
    hand.run(
        "INSERT INTO compliance_audit_block (level, index, root) VALUES (%s, %s, sha256('x'))",
        *hand.chance.choice(((1, 10**12), (3, 0), (0, 5), (1, -1))),
    )
    return Sign(("block",))


# --- Whole histories ------------------------------------------------------------------------------


def _rewritten(hand: Hand) -> Sign:
    """A row and its hash; nothing of what was signed."""
    index = hand.index(0, 1)
    hand.update(Entry, index, "payload = payload || '{\"order\": -1}'")
    hand.rehash(index)
    return Sign(("root",), index)


def _rewritten_and_unsigned(hand: Hand) -> Sign:
    """The same, and every later checkpoint in the database is removed."""
    sign = _rewritten(hand)
    hand.run("DELETE FROM compliance_audit_signedcheckpoint WHERE size > %s", sign.index)
    return sign


def _rewritten_and_signed(hand: Hand) -> Sign:
    """The same, and every later checkpoint signed anew with the stolen key."""
    sign = _rewritten(hand)
    assert sign.index is not None
    hand.sign_again(sign.index, OUR_SEED)
    return sign


def _cut(hand: Hand) -> Sign:
    size = hand.chance.randrange(hand.trail.sizes[-1])
    hand.forget(size)
    for table in ("entry", "change"):
        hand.cursor.execute(
            f"DELETE FROM compliance_audit_{table} t WHERE NOT EXISTS"
            " (SELECT FROM compliance_audit_leaf l WHERE l.position = t.position)"
        )
    return Sign(("truncated",), size)


def _restored(hand: Hand) -> Sign:
    """As an older dump has it: right in itself, up to one of the checkpoints."""
    size = hand.chance.choice(list(hand.trail.sizes)[:-1])
    hand.forget(size)
    for table in ("entry", "change"):
        hand.cursor.execute(
            f"DELETE FROM compliance_audit_{table} t WHERE NOT EXISTS"
            " (SELECT FROM compliance_audit_leaf l WHERE l.position = t.position)"
        )
    hand.cursor.execute(
        "UPDATE compliance_audit_horizon SET position = 0, candidate = NULL, candidate_xid = NULL"
    )
    return Sign(("truncated",), size)


# --- Checkpoints in the database ------------------------------------------------------------------


def _checkpoint(hand: Hand) -> Sign:
    size = hand.size()
    change = hand.chance.choice(
        (
            "root = sha256(root)",
            "size = size + 1",
            "note = replace(note, E'\\n' || size, E'\\n1' || size)",
            "note = overlay(note placing 'A' from 40)",
        )
    )
    hand.run(f"UPDATE compliance_audit_signedcheckpoint SET {change} WHERE size = %s", size)
    return Sign(("checkpoint", "checkpoint_missing", "note"), words=str(size))


def _checkpoint_deleted(hand: Hand) -> Sign:
    size = hand.size()
    hand.run("DELETE FROM compliance_audit_signedcheckpoint WHERE size = %s", size)
    return Sign(("checkpoint_missing",), words=str(size))


def _checkpoint_of_a_stranger(hand: Hand) -> Sign:
    size = hand.size()
    hand.sign_again(size - 1, b"\x01" * 32)
    return Sign(("checkpoint_missing",), words=str(size))


def _checkpoint_signed_again(hand: Hand) -> Sign:
    """With the stolen key: a root that never was."""
    size, root = hand.size(), hand.chance.randbytes(32)
    hand.run(
        "UPDATE compliance_audit_signedcheckpoint SET root = %s, note = %s WHERE size = %s",
        *(root, OURS.sign(Checkpoint(OURS.verifier.name, size, root).text), size),
    )
    return Sign(("root",), size - 1)


EDITS: dict[str, Edit] = {
    "an entry changed": _entry,
    "a change changed": _change,
    "a judgement changed": _judgement,
    "a row deleted": _delete,
    "a judgement deleted": _delete_judgement,
    "two rows exchanged": _swap,
    "a row inserted in the past": _insert,
    "a leaf changed": _leaf,
    "two leaves exchanged": _leaves_swapped,
    "a leaf deleted": _leaf_deleted,
    "a kept root changed": _block,
    "a kept root too many": _block_more,
    "a row rewritten with its hashes": _rewritten,
    "rewritten, later checkpoints removed": _rewritten_and_unsigned,
    "rewritten and signed with the stolen key": _rewritten_and_signed,
    "the tail cut off": _cut,
    "an older dump restored": _restored,
    "a checkpoint changed": _checkpoint,
    "a checkpoint deleted": _checkpoint_deleted,
    "checkpoints of a stranger": _checkpoint_of_a_stranger,
    "a checkpoint signed anew": _checkpoint_signed_again,
}


def newer_than_outside(hand: Hand) -> Sign:
    """What nobody can see: a row that is newer than the last checkpoint kept elsewhere, rewritten
    with its hashes by whoever has the key, or when nothing was signed since."""
    index = chaining.size() - 1
    hand.update(Entry, index, "payload = payload || '{\"order\": -1}'")
    hand.rehash(index)
    return Sign((), index)
