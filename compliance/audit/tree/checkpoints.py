"""Signed checkpoints: at least one a minute while something changes, never one that contradicts
an earlier one."""

from datetime import datetime, timedelta

from django.db import transaction

from compliance.audit.models import Leaf, SignedCheckpoint
from compliance.audit.tree import chaining
from compliance.audit.tree.keys import signer, verifier_keys
from compliance.audit.tree.leaves import canonical, is_what_was_chained, readable_at, told_at
from compliance.audit.tree.nodes import MissingNode, Nodes
from compliance.sealing.merkle import inclusion_proof
from compliance.sealing.notes import Checkpoint, NoteError, read_checkpoint, write_proof

EVERY = timedelta(seconds=60)
_PAGE = 1000


class TreeDamaged(RuntimeError):  # noqa: N818 - it says what was found
    """The tree no longer begins with what was signed before; nothing is signed. Somebody with the
    owner's rights changed the trail: run `manage.py audit verify`."""


def sign(*, at: datetime, every: timedelta = EVERY) -> SignedCheckpoint | None:
    """Sign the tree as it is, unless nothing was added or the last checkpoint is younger than
    `every`; returns the new checkpoint or None, also where no key is set or a chainer is at work.

    Raises TreeDamaged when the tree does not begin with the last one that was signed.
    """
    key = signer()
    if key is None:
        return None
    try:
        with transaction.atomic():
            chaining.take_place()
            size, last = chaining.size(), latest()
            if last is not None:
                _require_our_note(last)
            if not size or (last and (size == last.size or _is_young(last.signed_at, at, every))):
                return None
            nodes = Nodes()
            _require_beginning(nodes, last, size)
            _require_rows(0 if last is None else last.size, size)
            said = Checkpoint(key.verifier.name, size, nodes.root(size))
            return SignedCheckpoint.objects.create(
                size=size, root=said.root, signed_at=at, note=key.sign(said.text)
            )
    except chaining.Busy:
        return None


def _is_young(signed_at: datetime, at: datetime, every: timedelta) -> bool:
    """Whether a moment is not long past; one that is still to come is no reason to wait for it."""
    return timedelta(0) <= at - signed_at < every


def latest() -> SignedCheckpoint | None:
    """The checkpoint of the largest tree that was signed."""
    return SignedCheckpoint.objects.order_by("size").last()


def receipt(position: int) -> tuple[bytes, str] | None:
    """The canonical bytes of the entry at a position, and the proof that they stand in the tree
    (c2sp.org/tlog-proof) under the latest checkpoint.

    None while no checkpoint covers it: the next one will, within minutes. Raises MissingNode where
    the tree is damaged.
    """
    leaf, last = Leaf.objects.filter(position=position).first(), latest()
    if leaf is None or last is None or leaf.index >= last.size:
        return None
    told = told_at([position]).get(position)
    if told is None:
        raise MissingNode(f"the entry of leaf {leaf.index}")
    path = inclusion_proof(leaf.index, last.size, Nodes().range_root)
    return canonical(told), write_proof(leaf.index, path, last.note)


def _require_our_note(last: SignedCheckpoint) -> None:
    """Whoever writes a checkpoint past the signer would have it handed to every place."""
    try:
        said = read_checkpoint(last.note, verifier_keys())
    except NoteError as error:
        raise TreeDamaged(
            f"The checkpoint of {last.size} is none that we signed: {error}"
        ) from error
    if (said.size, said.root) != (last.size, bytes(last.root)):
        raise TreeDamaged(f"The checkpoint of {last.size} says something else than its note.")


def _require_rows(low: int, high: int) -> None:
    """Nothing is signed but what stands in the rows: a leaf that somebody added by hand would make
    us vouch for what never happened."""
    for first in range(low, high, _PAGE):
        page = Leaf.objects.filter(index__gte=first, index__lt=min(first + _PAGE, high))
        leaves = list(page.order_by("index"))
        told = readable_at(leaf.position for leaf in leaves)
        for leaf in leaves:
            row = told.get(leaf.position)
            if row is None or not is_what_was_chained(row, bytes(leaf.hash)):
                raise TreeDamaged(
                    f"The leaf {leaf.index} is not of what stands at position {leaf.position}."
                )


def _require_beginning(nodes: Nodes, last: SignedCheckpoint | None, size: int) -> None:
    if last is None:
        return
    try:
        begins = last.size <= size and nodes.root(last.size) == bytes(last.root)
    except MissingNode as error:
        raise TreeDamaged(f"{error} is missing below the last checkpoint.") from error
    if not begins:
        raise TreeDamaged(
            f"The first {last.size} leaves no longer have the root that was signed. Nothing is "
            "signed until this is looked into: run `manage.py audit verify`."
        )
