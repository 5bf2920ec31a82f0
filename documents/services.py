"""Writing documents: freezing their facts, and rendering what was frozen."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import Error, transaction

from compliance.audit.guard.trouble import apart, passes_over_all
from compliance.prepared.writing import insert_together
from compliance.sealing.canonical import written
from documents.facts import Paper, from_json, to_json
from documents.models import Document, DocumentContent
from documents.render import Rendered, render
from documents.versions import latest

logger = logging.getLogger(__name__)

FAILED = "failed"
TOGETHER = 8
"""Documents in one transaction: a reader of one of them waits half a second at most."""

Made = tuple[Document, Rendered]


def issue(
    *,
    facts: Paper,
    offering_id: UUID | None,
    subject: tuple[str, UUID],
    person_id: UUID | None,
    at: datetime,
    supersedes: bool = True,
) -> Document:
    """Issue a document by freezing its facts, in the transaction of the act that issues it.

    ``subject`` is the type and id of what the document is about. The kind and the language are
    those of the facts; a document of the portal itself, and a holder's annual statement, are of no
    one offering (``documents.models.WITHOUT_OFFERING``). A later document of the same kind,
    language and subject supersedes the one before, unless ``supersedes`` is false: each then stands
    beside the others. The bytes are rendered later (``render_document``) and are decided by the
    facts alone.
    """
    document = first_document(
        facts=facts, offering_id=offering_id, subject=subject, person_id=person_id, at=at
    )
    latest = (
        Document.objects.filter(
            kind=document.kind,
            language=document.language,
            subject_type=document.subject_type,
            subject_id=document.subject_id,
        )
        .only("pk", "number")
        .order_by("-number")
        .first()
    )
    if latest is not None:
        document.number = latest.number + 1
        document.supersedes = latest if supersedes else None
    document.save(force_insert=True)
    return document


def first_document(
    *,
    facts: Paper,
    offering_id: UUID | None,
    subject: tuple[str, UUID],
    person_id: UUID | None,
    at: datetime,
) -> Document:
    """The first document of its kind and language about a new subject, frozen and not yet saved.

    For an act that writes all its rows at once; the arguments are those of ``issue``.
    """
    frozen: dict[str, Any] = to_json(facts)
    subject_type, subject_id = subject
    return Document(
        kind=facts.kind,
        language=facts.language,
        template=latest(facts.kind),
        offering_id=offering_id,
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        facts=frozen,
        facts_digest=hashlib.sha256(written(frozen)).hexdigest(),
        issued_at=at,
        wording=[one.digest for one in facts.wording] if person_id is None else [],
    )


def render_document(document_id: UUID, *, at: datetime) -> Document:
    """Render a document from its frozen facts and keep the bytes; twice changes nothing."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if not document.sha256:
            _keep([(document, _rendered(document))], at)
    return document


def render_pending(*, at: datetime, done: Counter[str] | None = None) -> Iterator[Document]:
    """Render every document that has no bytes yet, in no order, each in a transaction of its own.

    A document that kills its process ends this run, and the next begins elsewhere: it holds the
    others up for a while and never for good. Several may run at once: a document that another has
    in hand is left to it. One that fails is logged, counted in ``done`` as ``FAILED`` and tried
    again by the next run; it does not hold those behind it.
    """
    for one in _waiting("?"):
        yield from render_some([one], at=at, done=done)


def waiting_documents() -> Iterator[list[UUID]]:
    """The documents that have no bytes yet, oldest first, ``TOGETHER`` at a time."""
    rows = _waiting("issued_at")
    while some := list(islice(rows, TOGETHER)):
        yield some


def _waiting(order: str) -> Iterator[UUID]:
    waiting = Document.objects.filter(sha256="").order_by(order).values_list("pk", flat=True)
    return waiting.iterator(chunk_size=1_000)


def render_some(
    document_ids: Sequence[UUID], *, at: datetime, done: Counter[str] | None = None
) -> list[Document]:
    """Render those of the documents that nobody rendered or has in hand, in one transaction.

    A death anywhere leaves all of them as they were. One that fails, while it is made or while it
    is written, is logged, counted in ``done`` and left out.
    """
    made: list[Made] = []
    with transaction.atomic():
        free = Document.objects.select_for_update(skip_locked=True).filter(
            pk__in=document_ids, sha256=""
        )
        for document in free.order_by("issued_at"):
            with _apart(document, done):
                made.append((document, _rendered(document)))
        return _kept(made, at, done)


def _rendered(document: Document) -> Rendered:
    facts = from_json(document.kind, document.facts)
    return render(document.kind, facts, version=document.template)


def _kept(made: list[Made], at: datetime, done: Counter[str] | None) -> list[Document]:
    """Keep the bytes of all together; where one is refused, of each by itself."""
    try:
        with transaction.atomic():
            _keep(made, at)
        return [document for document, _ in made]
    except Error as error:
        if passes_over_all(error) or not made:
            raise
    kept = []
    for document, rendered in made:
        with _apart(document, done), transaction.atomic():
            _keep([(document, rendered)], at)
            kept.append(document)
    return kept


def _keep(made: list[Made], at: datetime) -> None:
    for document, rendered in made:
        # Its bytes go to the server as they are; the ORM would spell them out, twice as long.
        insert_together(DocumentContent(document=document, pdf=rendered.pdf))
        document.sha256, document.pages = rendered.sha256, rendered.pages
        document.rendered_at = at
    Document.objects.bulk_update([one for one, _ in made], ["sha256", "pages", "rendered_at"])


@contextmanager
def _apart(document: Document, done: Counter[str] | None) -> Iterator[None]:
    text = "The document %s could not be rendered; it is tried again."
    with apart(logger, text, document.pk) as piece:
        yield
    if piece.failed and done is not None:
        done[FAILED] += 1
