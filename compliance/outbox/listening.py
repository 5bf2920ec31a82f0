"""Reading the audit trail so that each entry is heard once by each reader.

The trail is append-only and numbered, which invites ``position > last``. That loses entries: the
number is drawn before the commit, and an act that commits late appears *below* a number that was
already read. So a reader asks for entries that lack its mark, and the mark is a unique row written
in the transaction of what the entry caused: killed before the commit, neither is there; run twice,
the second finds the mark.

So as not to look through the whole trail each time, a reader keeps a position below which nothing
is left and nothing can appear any more (``_move_horizon``).
"""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from compliance.audit import horizon
from compliance.audit.guard.trouble import apart
from compliance.audit.models import Entry
from compliance.outbox.models import Heard, Reader

logger = logging.getLogger(__name__)

_PAGE = 500


@dataclass(slots=True)
class Listened:
    """What a run of a reader did: entries heard, what they caused, entries that failed."""

    heard: int = 0
    caused: int = 0
    failed: int = 0


def listen(
    *,
    reader: str,
    actions: Collection[str],
    hear: Callable[[Entry], int],
    at: datetime,
    from_the_start: bool = False,
    at_most: int | None = None,
) -> Listened:
    """Hand each entry of ``actions`` that ``reader`` has not heard to ``hear``, in order.

    ``hear`` runs in a transaction of its own with the mark, and returns how much it caused. One
    that raises is logged, leaves nothing, and is handed over again by the next run; the others go
    on. One reader of a name works at a time, so that the order is kept: a second one leaves the
    work to the first. ``from_the_start`` looks below the kept position too; ``at_most`` entries are
    handed over in this run, so that a long past holds nothing that comes after it.
    """
    done = Listened()
    kept, _ = Reader.objects.get_or_create(name=reader)
    unheard_ids = _unheard_ids(reader, actions, 0 if from_the_start else kept.position)
    for pk in islice(unheard_ids, at_most):
        caused = None
        with apart(logger, "%s could not hear the entry %s; it is tried again.", reader, pk) as one:
            caused = _hear_one(reader, pk, hear, at)
        if one.failed:
            done.failed += 1
            continue
        if caused is None:
            return done
        done.heard += 1
        done.caused += caused
    _move_horizon(reader, actions)
    return done


def unheard(reader: str, actions: Collection[str], after: int) -> QuerySet[Entry]:
    """The entries above a position that lack the reader's mark, in the order of the trail."""
    marks = Heard.objects.filter(reader=reader, entry_id=OuterRef("pk"))
    waiting = Entry.objects.filter(position__gt=after, action__in=actions)
    return waiting.exclude(Exists(marks)).order_by("position")


def _unheard_ids(reader: str, actions: Collection[str], after: int) -> Iterator[UUID]:
    """Page by page, each once in this run: entries that fail do not hold those behind them.

    Nothing above the highest position of the start is read in this run. An act that commits late
    appears below a page that was already read, and what follows it would overtake it; what follows
    it has a number above that bound, so the next run reads both, in their order.
    """
    bound = Entry.objects.aggregate(highest=Max("position"))["highest"] or 0
    waiting = unheard(reader, actions, after).filter(position__lte=bound)
    while page := list(waiting.values_list("pk", "position")[:_PAGE]):
        yield from (pk for pk, _ in page)
        waiting = waiting.filter(position__gt=page[-1][1])


@transaction.atomic
def _hear_one(
    reader: str, entry_id: UUID, hear: Callable[[Entry], int], at: datetime
) -> int | None:
    """Hear one entry; what it caused, or None when another process has the reader's place."""
    if not Reader.objects.select_for_update(skip_locked=True).filter(name=reader).exists():
        return None
    _, new = Heard.objects.get_or_create(
        reader=reader, entry_id=entry_id, defaults={"heard_at": at}
    )
    return hear(Entry.objects.get(pk=entry_id)) if new else 0


def _move_horizon(reader: str, actions: Collection[str]) -> None:
    """Move the kept position up to where nothing can appear (`compliance.audit.horizon`)."""
    highest = Entry.objects.aggregate(highest=Max("position"))["highest"]
    with transaction.atomic():
        kept = Reader.objects.select_for_update(skip_locked=True).filter(name=reader).first()
        if kept is None or highest is None:
            return

        def nothing_left(low: int, high: int) -> bool:
            return not unheard(reader, actions, low).filter(position__lte=high).exists()

        if horizon.move(kept, highest=highest, nothing_left=nothing_left):
            kept.save()
