"""Reading the audit trail."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from compliance.audit.models import Entry, Judgement
from compliance.audit.services import Subject, subject_key
from compliance.sealing.canonical import canonical_bytes
from compliance.sealing.merkle import root_of

_CHUNK = 1000


def trail(subject: Subject) -> QuerySet[Entry]:
    """The entries about one subject, oldest first, with their judgements."""
    subject_type, subject_id = subject_key(subject)
    return _told().filter(subject_type=subject_type, subject_id=subject_id)


def count() -> int:
    """How many entries there are."""
    return Entry.objects.count()


def head() -> str:
    """The root (hexadecimal) of the RFC 9162 tree over all entries in the order of position.

    A running digest, no more. The position is drawn before the commit: a transaction that began
    early and commits late puts its entry *below* entries which an earlier head already covered.
    Heads that may be signed and compared need the one chainer that numbers committed entries.
    """
    return root_of(_leaves()).hex()


def canonical_entry(entry: Entry) -> bytes:
    """The bytes of an entry that the tree is built over, its judgements included (RFC 8785)."""
    return canonical_bytes(
        {
            "version": 1,
            "id": entry.id,
            "position": entry.position,
            "at": entry.at,
            "actor": {"role": entry.actor_role, "id": entry.actor_id},
            "action": entry.action,
            "subject": {"type": entry.subject_type, "id": entry.subject_id},
            "payload": entry.payload,
            "judgements": [_judgement(judgement) for judgement in entry.judgements.all()],
        }
    )


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "question": judgement.question,
        "on": judgement.on,
        "rulebook": judgement.rulebook_digest,
        "facts": json.loads(judgement.facts),
        "findings": judgement.findings,
        "met": judgement.met,
    }


def _leaves() -> Iterator[bytes]:
    for entry in _told().iterator(chunk_size=_CHUNK):
        yield canonical_entry(entry)


def _told() -> QuerySet[Entry]:
    return Entry.objects.order_by("position").prefetch_related(
        Prefetch("judgements", queryset=Judgement.objects.order_by("rank"))
    )
