"""What somebody with every right on the database might do to the trail, a class at a time.

Each edit runs in a transaction that is rolled back, with all triggers off. It returns the sign by
which a check of the trail must know it: the kind of the fault, and the first bad leaf, or words.
"""

from compliance.audit.models import Change, Entry, Judgement
from compliance.audit.tree import chaining
from compliance.audit.tree.nodes import WIDTH
from compliance.sealing.notes import Checkpoint
from tests.guarantees.trail.exports import OUR_SEED, OURS
from tests.guarantees.trail.hand import ENTRY_AT, Edit, Hand, Sign


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
        f"DELETE FROM compliance_audit_judgement WHERE rank = 1 AND entry_id = {ENTRY_AT}",
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
