"""The one chainer: a leaf for every committed entry and change, each once, without a hole.

A position is drawn before the commit, so the tree is not built in the order of positions but in the
order in which rows are found committed. One chainer works at a time, under a lock of the same
transaction that adds the leaves; the primary key of `Leaf` stands behind the lock, and its unique
position behind the search.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Now

from compliance.audit import horizon
from compliance.audit.models import Block, Change, Entry, Horizon, Leaf
from compliance.audit.tree.leaves import leaf_of, readable_at
from compliance.audit.tree.nodes import WIDTH
from compliance.sealing.merkle import joined

CHAINER = "chainer"
BATCH = 1000
LAG = timedelta(minutes=10)
"""How long a row may wait for its leaf before that is a fault."""
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


@dataclass(slots=True)
class Chained:
    """What a run of the chainer did."""

    added: int = 0
    unreadable: list[int] = field(default_factory=list)
    """Positions of rows that cannot stand in the tree; they hold none of the others."""
    busy: bool = False
    """Whether another process had the chainer's place."""


def chain(*, from_the_start: bool = False) -> Chained:
    """Add a leaf for every entry and change that has none yet.

    Each thousand is one transaction. Ends early where another chainer is at work.
    `from_the_start` looks below the kept horizon too.
    """
    run, after = Chained(), 0 if from_the_start else None
    while True:
        try:
            positions = _chain_some(run, after)
        except Busy:
            run.busy = True
            return run
        if len(positions) < BATCH:
            return run
        after = positions[-1]


def size() -> int:
    """How many leaves the tree has."""
    highest: int | None = Leaf.objects.aggregate(highest=Max("index"))["highest"]
    return 0 if highest is None else highest + 1


def behind() -> datetime | None:
    """The instant of the oldest change that has waited too long for its leaf; None where none has.
    By the clock of the database, which wrote it."""
    leafless = ~Exists(Leaf.objects.filter(position=OuterRef("position")))
    old = Change.objects.filter(leafless, at__lt=Now() - LAG).order_by("position").first()
    return None if old is None else old.at


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
def _chain_some(run: Chained, after: int | None) -> list[int]:
    """Chain the next ones above a position, or above the horizon; returns which were looked at."""
    take_place()
    kept, _ = Horizon.objects.get_or_create(name=CHAINER)
    highest = _highest()
    if highest is not None and kept.position > highest:
        # No chainer came so far: somebody set it, so that nothing would be chained any more.
        kept.position, kept.candidate, kept.candidate_xid = 0, None, None
    positions = waiting(kept.position if after is None else after, BATCH)
    if positions:
        _add(run, positions)
    if (
        highest is not None
        and _past_the_candidate(kept, positions)
        and horizon.move(
            kept, highest=highest, nothing_left=lambda low, high: not waiting(low, 1, high)
        )
    ):
        kept.save()
    return positions


def _past_the_candidate(kept: Horizon, positions: Sequence[int]) -> bool:
    """Whether all that a look can find up to the horizon's candidate was found. Also on a day when
    every look is full: else each run of it would look at all of it again, and be slower each time.
    Never before, for the question costs as much as what lies below the candidate."""
    return len(positions) < BATCH or kept.candidate is None or positions[-1] >= kept.candidate


def _highest() -> int | None:
    found = [
        model.objects.aggregate(highest=Max("position"))["highest"] for model in (Entry, Change)
    ]
    return max((one for one in found if one is not None), default=None)


def _add(run: Chained, positions: Sequence[int]) -> None:
    told, first = readable_at(positions), size()
    hashes = {position: leaf_of(told.get(position)) for position in positions}
    leaves = [
        Leaf(index=index, position=position, hash=one)
        for index, (position, one) in enumerate(
            ((position, one) for position, one in hashes.items() if one is not None), start=first
        )
    ]
    Leaf.objects.bulk_create(leaves)
    _complete_blocks(first, first + len(leaves))
    run.added += len(leaves)
    run.unreadable += [position for position, one in hashes.items() if one is None]


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
