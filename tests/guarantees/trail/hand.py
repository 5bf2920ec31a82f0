"""The hand of somebody with every right on the database, and the sign that it leaves."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from compliance.audit.models import Block, Judgement, Leaf
from compliance.audit.tree import chaining
from compliance.audit.tree.leaves import canonical, told_at
from compliance.audit.tree.nodes import Nodes
from compliance.audit.tree.verifying import Fault, Verified
from compliance.sealing.merkle import leaf_hash
from compliance.sealing.notes import Checkpoint, Signer
from tests.guarantees.trail.exports import OURS
from tests.guarantees.trail.stage import Trail, past_all_triggers

ENTRY_AT = "(SELECT id FROM compliance_audit_entry WHERE position = %s)"


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
            where = f"rank = 0 AND entry_id = {ENTRY_AT}"
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
