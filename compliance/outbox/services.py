"""Putting a message into the outbox, in the transaction of what it tells."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.transaction import TransactionManagementError

from compliance.outbox.models import Message

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as it is written: to whom, in which languages, and its words."""

    recipient_id: UUID
    to: str
    language: str
    subject: str
    body: str


def enqueue(
    letter: Letter,
    *,
    event: str,
    cause_id: UUID,
    about: tuple[str, UUID],
    occurred_at: datetime,
    at: datetime,
) -> bool:
    """Put a letter into the outbox, once; returns whether it was not there yet.

    ``event`` and ``cause_id`` say what is told, ``about`` its subject as `app.model` and id,
    ``occurred_at`` when it happened and ``at`` when this runs. Raises TransactionManagementError
    outside ``atomic()``: a message that outlives the act it tells would tell what never happened.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError(
            "A message is written in the transaction of what it tells. Call enqueue() inside "
            "transaction.atomic()."
        )
    subject_type, subject_id = about
    _, created = Message.objects.get_or_create(
        event=event,
        cause_id=cause_id,
        recipient_id=letter.recipient_id,
        defaults={
            "subject_type": subject_type,
            "subject_id": subject_id,
            "language": letter.language,
            "to": letter.to.strip(),
            # A line break would end the header, and what follows would be read as another one.
            "subject": _BREAKS.sub(" ", letter.subject).strip(),
            "body": letter.body,
            "occurred_at": occurred_at,
            "created_at": at,
        },
    )
    return created
