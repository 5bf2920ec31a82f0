"""The one chainer: a leaf for every committed entry and change, each once, without a hole.

A position is drawn before the commit, so the tree is not built in the order of positions but in the
order in which rows are found committed. One chainer works at a time, under a lock of the same
transaction that adds the leaves; the primary key of `Leaf` stands behind the lock, and its unique
position behind the search.
"""

import logging
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Max

from compliance.audit import horizon
from compliance.audit.models import Block, Change, Entry, Horizon, Leaf
from compliance.audit.tree.leaves import canonical, readable_at
from compliance.audit.tree.nodes import WIDTH
from compliance.sealing.merkle import joined, leaf_hash

logger = logging.getLogger(__name__)

CHAINER = "chainer"
BATCH = 1000
_LOCK = 0x434F4D504C4941  # "COMPLIA", for pg_advisory_xact_lock

_ANY = 2**63 - 1
_WAITING = """
SELECT position FROM (
    SELECT position FROM compliance_audit_entry
     WHERE position > %(after)s AND position <= %(up_to)s
    UNION ALL
    SELECT position FROM compliance_audit_change
     WHERE position > %(after)s AND position <= %(up_to)s
) told
WHERE NOT EXISTS (SELECT FROM compliance_audit_leaf l WHERE l.position = told.position)
ORDER BY position LIMIT %(limit)s
"""


class Busy(RuntimeError):  # noqa: N818 - it says what is the case
    """Another process has the chainer's place; it does the work."""


def chain(*, from_the_start: bool = False) -> int:
    """Add a leaf for every entry and change that has none yet; returns how many were added.

    Each thousand is one transaction. Returns early where another chainer is at work.
    `from_the_start` looks below the kept horizon too.
    """
    added = 0
    while True:
        try:
            here = _chain_some(from_the_start)
        except Busy:
            return added
        added += here
        if here < BATCH:
            return added


def size() -> int:
    """How many leaves the tree has."""
    highest: int | None = Leaf.objects.aggregate(highest=Max("index"))["highest"]
    return 0 if highest is None else highest + 1


def take_place() -> None:
    """Take the chainer's place until the end of the transaction; raises Busy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("Another process is chaining.")


def waiting(after: int, limit: int, up_to: int = _ANY) -> list[int]:
    """The first positions above one, and up to another, that have no leaf yet; at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"after": after, "limit": limit, "up_to": up_to})
        return [position for (position,) in cursor.fetchall()]


@transaction.atomic
def _chain_some(from_the_start: bool) -> int:
    take_place()
    kept, _ = Horizon.objects.get_or_create(name=CHAINER)
    highest = _highest()
    positions = waiting(0 if from_the_start else kept.position, BATCH)
    added = _add(positions) if positions else 0
    # Also while more comes all the time: else each run of a busy day would look at all of it again.
    if (
        len(positions) < BATCH
        and highest is not None
        and horizon.move(
            kept, highest=highest, nothing_left=lambda low, high: not waiting(low, 1, high)
        )
    ):
        kept.save()
    return added


def _highest() -> int | None:
    found = [
        model.objects.aggregate(highest=Max("position"))["highest"] for model in (Entry, Change)
    ]
    return max((one for one in found if one is not None), default=None)


def _add(positions: Sequence[int]) -> int:
    """Add the leaves of these rows; returns how many. One that has no canonical form, which only
    somebody writes who goes past the services, waits and holds none of the others."""
    hashes = list(_hashes(positions))
    first = size()
    Leaf.objects.bulk_create(
        Leaf(index=index, position=position, hash=one)
        for index, (position, one) in enumerate(hashes, start=first)
    )
    _complete_blocks(first, first + len(hashes))
    return len(hashes)


def _hashes(positions: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    told = readable_at(positions)
    for position in positions:
        try:
            yield position, leaf_hash(canonical(told[position]))
        except (LookupError, ValueError, RecursionError) as error:
            kind = type(error).__name__
            logger.error("What stands at position %s cannot be chained (%s).", position, kind)


def _complete_blocks(before: int, after: int) -> None:
    """Keep the roots of the complete subtrees that the leaves up to `after` have completed."""
    level = 1
    while (after := after // WIDTH) > (before := before // WIDTH):
        blocks = [
            Block(level=level, index=index, root=joined((1, node) for node in _under(level, index)))
            for index in range(before, after)
        ]
        Block.objects.bulk_create(blocks)
        level += 1


def _under(level: int, index: int) -> list[bytes]:
    """The nodes that stand under a block, in order."""
    low, high = index * WIDTH, (index + 1) * WIDTH
    if level == 1:
        leaves = Leaf.objects.filter(index__gte=low, index__lt=high).order_by("index")
        return [bytes(one) for one in leaves.values_list("hash", flat=True)]
    blocks = Block.objects.filter(level=level - 1, index__gte=low, index__lt=high)
    return [bytes(one) for one in blocks.order_by("index").values_list("root", flat=True)]
