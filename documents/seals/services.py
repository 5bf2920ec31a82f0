"""Sealing rendered documents, and stamping them anew: work that is found, not sent.

Each document is a transaction of its own. Several workers run at once: whoever has a document in
hand holds an advisory lock on it, and not its row, so that nobody waits for a time-stamp authority
to open it. A worker that dies leaves nothing: the next run finds the document without its seal.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from compliance.audit.guard.trouble import apart
from compliance.audit.tree.timestamps import authority as authority_address
from documents.models import Document, Seal, SealStamp
from documents.seals.authority import Authority, Clock
from documents.seals.ring import Ring, ring
from documents.seals.signing import renew, seal
from documents.selectors import archive_copy
from documents.services import FAILED

logger = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(days=90)
"""How long before the certificate of the last stamp ends a further one is asked for: long enough
for an authority to be away, or to be replaced by another."""
_SEAL = "The document %s could not be sealed; it is tried again."
_STAMP = "The seal %s could not be stamped anew; it is tried again."
_TRY = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


def running_from(at: datetime) -> Clock:
    """A clock that shows `at` now and goes on from there, however the machine is set meanwhile."""
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def seal_pending(*, clock: Clock, done: Counter[str] | None = None) -> Iterator[Seal]:
    """Seal every document that has its bytes and no seal, oldest first; nothing where there is no
    key. One that fails is logged, counted in `done` as FAILED and found again."""
    held = ring(at=clock())
    if held.key is None:
        return
    authority = Authority(held, clock) if authority_address() else None
    waiting = unsealed().order_by("issued_at").values_list("pk", flat=True)
    for pk in list(waiting):
        made = None
        with apart(logger, _SEAL, pk) as piece:
            made = seal_document(pk, held=held, clock=clock, authority=authority)
        if piece.failed and done is not None:
            done[FAILED] += 1
        if made is not None:
            yield made


def stamp_pending(*, clock: Clock, done: Counter[str] | None = None) -> Iterator[SealStamp]:
    """Stamp anew every seal whose last stamp ends soon, and for the first time those made without
    an authority; nothing where none is configured. Failures are as those of `seal_pending`."""
    if not authority_address():
        return
    authority = Authority(ring(at=clock()), clock)
    for pk in list(ending(clock() + RENEW_BEFORE).values_list("pk", flat=True)):
        made = None
        with apart(logger, _STAMP, pk) as piece:
            made = stamp_seal(pk, clock=clock, authority=authority)
        if piece.failed and done is not None:
            done[FAILED] += 1
        if made is not None:
            yield made


def unsealed() -> QuerySet[Document]:
    """Documents that have their bytes and no seal."""
    return Document.objects.filter(
        ~Exists(Seal.objects.filter(document=OuterRef("pk"))), sha256__gt=""
    )


def ending(before: datetime) -> QuerySet[Seal]:
    """Seals that no time stamp holds until `before`."""
    lasting = SealStamp.objects.filter(seal=OuterRef("pk"), stamp_ends__gte=before)
    return Seal.objects.filter(
        ~Exists(lasting), Q(stamp_ends__isnull=True) | Q(stamp_ends__lt=before)
    ).order_by("stamp_ends")


@transaction.atomic
def seal_document(
    document_id: UUID, *, held: Ring, clock: Clock, authority: Authority | None = None
) -> Seal | None:
    """Seal a rendered document; None where another worker has it in hand or it has its seal.

    Raises NotSealed, NotStamped, OSError; nothing is kept then.
    """
    if not _in_hand(document_id):
        return None
    document = unsealed().select_related("content").filter(pk=document_id).first()
    if document is None:
        return None
    made = seal(
        bytes(document.content.pdf), ring=held, about=about(document), clock=clock,
        authority=authority,
    )  # fmt: skip
    return Seal.objects.create(
        document=document,
        increment=made.increment,
        sha256=made.sha256,
        covered=made.covered,
        level=made.level,
        fingerprint=made.fingerprint,
        sealed_at=made.sealed_at,
        stamped_at=made.stamped_at,
        stamp_ends=made.stamp_ends,
        time_uncertain=made.time_uncertain,
    )


@transaction.atomic
def stamp_seal(seal_id: UUID, *, clock: Clock, authority: Authority) -> SealStamp | None:
    """Stamp a sealed document anew; None where another worker has it in hand or did it already.

    Raises NotSealed where the clocks disagree, NotStamped, OSError; nothing is kept then.
    """
    if not _in_hand(seal_id):
        return None
    due = ending(clock() + RENEW_BEFORE).select_related("document__content")
    held = due.filter(pk=seal_id).first()
    if held is None:
        return None
    made = renew(archive_copy(held.document), authority=authority)
    return SealStamp.objects.create(
        seal=held,
        number=held.stamps.count() + 1,
        increment=made.increment,
        sha256=made.sha256,
        stamped_at=made.stamped_at,
        stamp_ends=made.stamp_ends,
    )


def about(document: Document) -> str:
    """What the seal says, in clear, of the document: its kind, language, number and digest."""
    return f"{document.kind} {document.language} {document.number} {document.sha256}"


def _in_hand(pk: UUID) -> bool:
    """Whether this transaction alone now has it in hand."""
    with connection.cursor() as cursor:
        cursor.execute(_TRY, [f"documents.seals:{pk}"])
        return bool(cursor.fetchone()[0])
