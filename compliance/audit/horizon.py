"""How far a reader of the trail has come, so that it need not look from the start each time.

Positions are drawn before the commit, so a later look may find a lower one: `position > last` loses
rows. The highest visible position is noted with a transaction number drawn *after* it was read. A
row below that appears later belongs to a transaction with a lower number, because acts lock rows,
which draws their number, before they write their entry. Once every transaction below the noted
number has ended (`pg_snapshot_xmin`) and nothing below the position is left, it is kept. A nightly
look from the start makes even that assumption harmless.
"""

from collections.abc import Callable
from typing import Protocol

from django.db import connection


class Kept(Protocol):
    """A row that keeps a horizon."""

    position: int
    candidate: int | None
    candidate_xid: int | None


def move(kept: Kept, *, highest: int, nothing_left: Callable[[int, int], bool]) -> bool:
    """Move a locked horizon up as far as is safe and note the next candidate; returns whether it
    changed. The caller saves it.

    `highest` is the highest visible position, read before this is called. `nothing_left` says of
    the positions above one and up to another whether all of them were dealt with.
    """
    drawn, oldest = _transaction_numbers()
    if kept.candidate is not None and kept.candidate_xid is not None:
        # A number from another server's life, after a restore, would never be reached.
        if oldest < kept.candidate_xid <= drawn:
            return False
        if kept.candidate_xid <= drawn:
            # What appeared below it since is final now, and dealt with by the next run. Looking for
            # another candidate instead would never end on a busy day.
            if not nothing_left(kept.position, kept.candidate):
                return False
            kept.position = kept.candidate
    kept.candidate, kept.candidate_xid = highest, drawn
    return True


def _transaction_numbers() -> tuple[int, int]:
    """A transaction number drawn now, and the lowest one that has not ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint,"
            " pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
        drawn, oldest = cursor.fetchone()
    return int(drawn), int(oldest)
