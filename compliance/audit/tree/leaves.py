"""The canonical bytes of what stands in the tree (RFC 8785): entries, and changes of rows.

These forms never change: a tree that was built over them is checked for years, by programs of
others. A new field needs a new version, beside the old one.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import DataError, transaction

from compliance.audit.models import Change, Entry, Judgement
from compliance.sealing.canonical import canonical_bytes, written
from compliance.sealing.merkle import leaf_hash

VERSION = 1

Told = Entry | Change


def canonical(told: Told) -> bytes:
    """The bytes of an entry, its judgements included, or of a change of a row."""
    return canonical_bytes(_entry(told) if isinstance(told, Entry) else _change(told))


def told_at(positions: Iterable[int]) -> dict[int, Told]:
    """The entries, with their judgements, and the changes at these positions; one that is not
    there is left out."""
    wanted = list(positions)
    entries = Entry.objects.filter(position__in=wanted)
    found: dict[int, Told] = {row.position: row for row in with_judgements(entries)}
    found |= {row.position: row for row in Change.objects.filter(position__in=wanted)}
    return found


def readable_at(positions: Iterable[int]) -> dict[int, Told]:
    """As `told_at`, without what cannot be read.

    Values that only the server can hold, such as a date after the year 9999, can keep a whole page
    from being read: then the half that holds them is looked for.
    """
    wanted = list(positions)
    try:
        with transaction.atomic():
            return told_at(wanted)
    except (DataError, ValueError, RecursionError):
        if len(wanted) <= 1:
            return {}
        half = len(wanted) // 2
        return readable_at(wanted[:half]) | readable_at(wanted[half:])


def leaf_of(told: Told | None) -> bytes | None:
    """The leaf hash of what was read; None for what cannot stand in the tree."""
    if told is None:
        return None
    try:
        return leaf_hash(canonical(told))
    except (ValueError, RecursionError):
        return None


def is_what_was_chained(told: Told, kept: bytes) -> bool:
    """Whether a row is the one whose leaf hash was kept, to the letter."""
    if leaf_of(told) != kept:
        return False
    # The leaf holds what the facts say. How they are written must be the one way too, or their text
    # could hold more than a reader of JSON sees; and ranks count from 0.
    judgements = getattr(told, "told_judgements", ())
    try:
        return all(
            judgement.rank == rank
            and written(json.loads(judgement.facts)) == judgement.facts.encode()
            for rank, judgement in enumerate(judgements)
        )
    except (ValueError, RecursionError):
        return False


def with_judgements(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with their judgements, read in one more question."""
    rows = list(entries)
    of_entry: dict[Any, list[Judgement]] = {row.pk: [] for row in rows}
    for judgement in Judgement.objects.filter(entry__in=of_entry).order_by("rank"):
        of_entry[judgement.entry_id].append(judgement)
    for row in rows:
        row.told_judgements = of_entry[row.pk]  # type: ignore[attr-defined]
    return rows


def _entry(entry: Entry) -> dict[str, Any]:
    read = getattr(entry, "told_judgements", None)
    judgements = entry.judgements.order_by("rank") if read is None else read
    return {
        "version": VERSION,
        "kind": "entry",
        "id": entry.id,
        "position": entry.position,
        "transaction": entry.transaction,
        "at": entry.at,
        "actor": {"role": entry.actor_role, "id": entry.actor_id},
        "action": entry.action,
        "subject": {"type": entry.subject_type, "id": entry.subject_id},
        "payload": entry.payload,
        "judgements": [_judgement(judgement) for judgement in judgements],
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "question": judgement.question,
        "on": judgement.on,
        "rulebook": judgement.rulebook_digest,
        "facts": json.loads(judgement.facts),
        "findings": judgement.findings,
        "met": judgement.met,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "version": VERSION,
        "kind": "change",
        "position": change.position,
        "transaction": change.transaction,
        "at": change.at,
        "role": change.role,
        "table": change.table,
        "row": change.row,
        "operation": change.operation,
        "before": change.before,
        "after": change.after,
    }
